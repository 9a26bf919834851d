//! Which refusals a replica may pronounce itself: those that no later entry and nothing hidden from
//! this view can turn into an acceptance. Everything else is the server's to judge.

use icabinet_models::ids::{PersonId, Time};
use icabinet_models::meeting::{
    Actor, AgendaCommand, Bound, Command, Context, Meeting, Refusal, Stage, VotesCommand,
};
use icabinet_models::votes::VoteState;

/// Runs the meeting's own `decide` on the view, for what is pressed in the room, and keeps a refusal
/// only if it is final.
pub(crate) fn refuse(
    view: &Meeting,
    person: &PersonId,
    now: Time,
    command: &Command,
) -> Option<Refusal> {
    let context = Context { actor: Actor::Person(person.clone()), now };
    let refusal = view.decide_in_room(&context, command)?.err()?;
    is_final(view, command, &refusal).then_some(refusal)
}

fn is_final(view: &Meeting, command: &Command, refusal: &Refusal) -> bool {
    match refusal {
        // About the command alone, or about what is fixed when a vote opens.
        Refusal::Invalid { bound: Bound::TextMissing | Bound::TooFew | Bound::NotAnIdentifier }
        | Refusal::OpinionMissing
        | Refusal::ChoiceNotOffered
        | Refusal::OtherText => true,
        Refusal::NotEntitled => matches!(command, Command::Votes(VotesCommand::CastBallot { .. })),
        // A deadline that this device's clock believes in is not yet a closed vote.
        Refusal::VoteClosedAt { .. } => {
            let Command::Votes(
                VotesCommand::CastBallot { vote, .. }
                | VotesCommand::CloseVote { vote }
                | VotesCommand::VoidVote { vote, .. },
            ) = command
            else {
                return false;
            };
            let state = view.votes.get(vote).map(|vote| &vote.state);
            matches!(state, Some(VoteState::Closed { .. }))
        }
        Refusal::VoteNotOpen => matches!(
            command,
            Command::Votes(
                VotesCommand::CastBallot { .. }
                    | VotesCommand::CloseVote { .. }
                    | VotesCommand::VoidVote { .. }
            )
        ),
        // States that are never left.
        Refusal::WrongStage => matches!(view.stage, Stage::Closed { .. }),
        Refusal::ItemSettled
        | Refusal::AlreadyRecused
        | Refusal::NotAConsentItem
        | Refusal::ItemRestricted => true,
        Refusal::AlreadyExists => matches!(command, Command::Agenda(AgendaCommand::Object { .. })),
        // May be otherwise on the server already, or behind what this class may know.
        Refusal::Invalid {
            bound: Bound::TooMany | Bound::OutOfRange | Bound::TextTooLong | Bound::Character(_),
        }
        | Refusal::NotAllowed { .. }
        | Refusal::Unknown { .. }
        | Refusal::Changed { .. }
        | Refusal::NoChair
        | Refusal::NoSecretary
        | Refusal::TwoChairs
        | Refusal::AgendaEmpty
        | Refusal::NoQuorum { .. }
        | Refusal::NotPresent { .. }
        | Refusal::AlreadyPresent
        | Refusal::ItemNotOpen
        | Refusal::ItemAlreadyOpen
        | Refusal::AnotherItemOpen
        | Refusal::ItemsStillOpen { .. }
        | Refusal::ObjectionRaised { .. }
        | Refusal::Recused
        | Refusal::VoteOpen
        | Refusal::FloorTaken
        | Refusal::FloorFree
        | Refusal::AlreadyWaiting
        | Refusal::MotionNotOpenToVote
        | Refusal::SecretBallotUnavailable
        | Refusal::AlreadyVoted { .. }
        | Refusal::RecordingRunning
        | Refusal::NotRecording
        | Refusal::NotRecordedHere
        | Refusal::MinutesNotBegun
        | Refusal::MinutesApproved
        | Refusal::RecordSentence
        | Refusal::NotAdopted
        | Refusal::NotTypeset
        | Refusal::AlreadySigned
        | Refusal::NotSigned
        | Refusal::AlreadyPublished => false,
    }
}
