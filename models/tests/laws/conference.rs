//! Where people are counted: what one's own rows laid over the class's view are good for.

use super::generator::{History, PEOPLE, begin, config, histories, step};
use super::invariants::heads_are_counted;
use crate::support::Hall;
use icabinet_models::floor::RequestKind;
use icabinet_models::ids::PersonId;
use icabinet_models::meeting::{AttendanceCommand, FloorCommand, VotesEvent};
use icabinet_models::profile::RosterMode;
use icabinet_models::rule::Choice;
use icabinet_models::visibility::{
    ViewerClass, class_of, fold, personal_rows, redact_event, redact_state,
};
use icabinet_models::{Actor, Command, Context, Event, Meeting};
use proptest::prelude::*;

fn conferences(most: usize) -> impl Strategy<Value = History> {
    histories(most).prop_map(|history| History { roll: RosterMode::Counted, ..history })
}

/// What a delegate's tablet holds.
fn tablet(m: &Meeting, class: ViewerClass, person: &PersonId) -> Meeting {
    let mut view = redact_state(m, class);
    if let Some(own) = personal_rows(m, person) {
        own.lay_over(&mut view);
    }
    view
}

/// What a delegate may press.
fn presses(hall: &Hall) -> Vec<Command> {
    let mut presses = vec![
        Command::Attendance(AttendanceCommand::CheckIn { person: None }),
        Command::Attendance(AttendanceCommand::CheckOut { person: None, reason: String::new() }),
        Command::Floor(FloorCommand::AskToSpeak { kind: RequestKind::Speak }),
        Command::Floor(FloorCommand::EndFloor {}),
    ];
    if let Some((vote, _)) = hall.meeting.open_vote() {
        presses.push(hall.ballot(vote, Choice::Yes));
    }
    let requests = hall.meeting.floor.requests.keys();
    presses.extend(
        requests.map(|request| Command::Floor(FloorCommand::WithdrawRequest { request: *request })),
    );
    presses
}

/// Everyone who may look, with his class.
fn delegates(m: &Meeting) -> Vec<(PersonId, ViewerClass)> {
    let people = PEOPLE.iter().map(|id| PersonId::from(*id));
    people.filter_map(|id| class_of(m, &id).map(|class| (id, class))).collect()
}

fn play(
    history: &History,
    mut each: impl FnMut(&Hall) -> Result<(), TestCaseError>,
) -> Result<Hall, TestCaseError> {
    let mut hall = begin(history);
    each(&hall)?;
    for raw in &history.steps {
        let (actor, command) = step(&hall, *raw);
        if hall.run(actor, &command).is_ok() {
            each(&hall)?;
        }
    }
    Ok(hall)
}

proptest! {
    #![proptest_config(config())]

    /// A tablet that refuses what the server would take keeps somebody from voting.
    #[test]
    fn a_delegates_tablet_judges_his_own_presses_as_the_server_does(history in conferences(80)) {
        play(&history, |hall| {
            for (id, class) in delegates(&hall.meeting) {
                let context = Context { actor: Actor::Person(id.clone()), now: hall.now };
                let view = tablet(&hall.meeting, class, &id);
                heads_are_counted(&view)?;
                for press in presses(hall) {
                    let whole = hall.meeting.decide(&context, &press).err();
                    // Ballots of an open vote are withheld: that one has voted, `mine` says.
                    if matches!(whole, Some(icabinet_models::Refusal::AlreadyVoted { .. })) {
                        continue;
                    }
                    prop_assert_eq!(whole, view.decide(&context, &press).err(), "{} {:?}", id, press);
                }
            }
            Ok(())
        })?;
    }

    /// When a vote opens, a tablet knows at once whether its owner may vote: nobody asks the server.
    #[test]
    fn who_may_vote_is_known_from_the_frame_that_opens_it(history in conferences(80)) {
        let hall = play(&history, |_| Ok(()))?;
        let mut whole = Meeting::blank(hall.meeting.id.clone());
        for entry in &hall.log {
            let before = whole.clone();
            whole.apply(entry);
            let Event::Votes(VotesEvent::VoteOpened { vote, .. }) = &entry.event else { continue };
            for (id, class) in delegates(&whole) {
                let (Some(rows), Some(shown)) = (personal_rows(&before, &id), redact_event(&before, entry, class)) else {
                    continue;
                };
                let mut view = tablet(&before, class, &id);
                fold(&mut view, &shown);
                let opened = view.votes.get_mut(vote).expect("shown");
                rows.enter(opened);
                let known = opened.terms.entitled.get(&id);
                prop_assert_eq!(known, whole.votes[vote].terms.entitled.get(&id), "{}", id);
            }
        }
    }

    /// A tablet that goes on with frames and its own rows, from the first entry or from wherever its
    /// owner's class changed, knows of its owner and counts what one that begins anew does.
    #[test]
    fn a_tablet_that_goes_on_knows_its_owner(history in conferences(80)) {
        let hall = play(&history, |_| Ok(()))?;
        for (id, _) in delegates(&hall.meeting) {
            let mut whole = Meeting::blank(hall.meeting.id.clone());
            let mut view = whole.clone();
            for entry in &hall.log {
                let before = class_of(&whole, &id);
                let shown = before.and_then(|class| redact_event(&whole, entry, class));
                whole.apply(entry);
                match class_of(&whole, &id) {
                    Some(class) if Some(class) != before => view = tablet(&whole, class, &id),
                    Some(_) => shown.iter().for_each(|shown| fold(&mut view, shown)),
                    None => continue,
                }
                if let Some(own) = personal_rows(&whole, &id) {
                    own.lay_over(&mut view);
                }
                heads_are_counted(&view)?;
                prop_assert_eq!(view.absences.get(&id), whole.absences.get(&id), "{}", id);
                prop_assert_eq!(view.stays.get(&id), whole.stays.get(&id), "{}", id);
                for (item, seen) in &view.items {
                    let recusal = whole.items[item].recusals.get(&id);
                    prop_assert_eq!(seen.recusals.get(&id), recusal, "{}", id);
                }
            }
        }
    }

    /// A frame to delegates doesn't grow with their number: nobody is named who need not be.
    #[test]
    fn a_delegates_view_names_nobody_who_never_stood_out(history in conferences(80)) {
        play(&history, |hall| {
            let m = &hall.meeting;
            for class in [ViewerClass::Member, ViewerClass::Guest, ViewerClass::Projector] {
                let view = redact_state(m, class);
                prop_assert!(view.stays.is_empty() && view.absences.is_empty());
                prop_assert!(view.floor.requests.is_empty());
                for vote in view.votes.values() {
                    prop_assert!(vote.terms.entitled.is_empty() && vote.terms.absent.is_empty());
                }
                for person in view.people.values() {
                    let spoke = m.floor.past.iter().map(|turn| &turn.person);
                    let speaks = m.floor.speaking.iter().map(|turn| &turn.person);
                    let presided = m.hand_overs.iter().map(|one| &one.to);
                    let objected = m.items.values().flat_map(|item| &item.objections);
                    let mut stood_out = spoke.chain(speaks).chain(presided).chain(objected);
                    prop_assert!(person.office.is_some() || stood_out.any(|id| *id == person.person));
                }
            }
            Ok(())
        })?;
    }
}
