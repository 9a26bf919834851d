//! The one door for what a command carries: every text is cleaned and bounded here, every time lies in
//! the years this product knows, before anything is decided. So what stands in a log can be compared,
//! shown and set. Never here: who may do what.
//!
//! One walk over all commands without a rest: a new field doesn't compile until it is said what it is.

use super::{Bound, Command, Particulars, Refusal};
use crate::agenda::{Conclusion, ItemDraft, ItemKind};
use crate::decisions::DecisionText;
use crate::ids::{PersonId, Text, Time};
use crate::meeting::{
    AgendaCommand, AttendanceCommand, DecisionsCommand, FloorCommand, MinutesCommand,
    MotionsCommand, PapersCommand, ParticipantsCommand, PreparationCommand, SessionCommand,
    SpeechCommand, VotesCommand,
};
use crate::papers::PaperDraft;
use crate::participants::{Participant, Standing};
use crate::profile::Profile;
use crate::speech::Heard;
use crate::text::{Refused, Shape, cleaned, most, presentable};
use std::borrow::Cow;

type Passed = Result<(), Refusal>;

impl Command {
    /// The command as it is decided on: its texts cleaned, everything within its bounds.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with the bound that was passed, or the character that can't be kept.
    pub fn at_the_door(&self) -> Result<Self, Refusal> {
        let mut command = self.clone();
        pass(&mut command)?;
        Ok(command)
    }
}

/// Long because the list of commands is.
fn pass(command: &mut Command) -> Passed {
    match command {
        Command::Preparation(PreparationCommand::CreateMeeting {
            particulars,
            profile,
            people,
        }) => {
            pass_particulars(particulars)?;
            pass_profile(profile)?;
            pass_people(people, most::PEOPLE)
        }
        Command::Preparation(PreparationCommand::ChangeParticulars { particulars, seen: _ }) => {
            pass_particulars(particulars)
        }
        Command::Participants(ParticipantsCommand::AddParticipant { participant }) => {
            pass_participant(participant)
        }
        Command::Participants(ParticipantsCommand::AddParticipants { participants }) => {
            pass_people(participants, most::PEOPLE_AT_ONCE)
        }
        Command::Agenda(AgendaCommand::AddItem { draft }) => pass_item(draft),
        Command::Agenda(AgendaCommand::ChangeItem {
            title,
            unit,
            minutes_planned,
            presenter,
            item: _,
            seen: _,
        }) => {
            both(title, Shape::Line, most::TITLE)?;
            both(unit, Shape::Line, most::POSITION)?;
            named(presenter.as_ref())?;
            at_most(*minutes_planned, most::MINUTES)
        }
        Command::Motions(MotionsCommand::AddMotion { draft }) => {
            both(&mut draft.text, Shape::Passage, most::PASSAGE)
        }
        Command::Motions(MotionsCommand::ChangeMotion { text, motion: _, seen: _ }) => {
            both(text, Shape::Passage, most::PASSAGE)
        }
        Command::Papers(PapersCommand::AddPaper { draft }) => pass_paper(draft),
        Command::Attendance(AttendanceCommand::CheckOut { reason, person })
        | Command::Agenda(AgendaCommand::Recuse { reason, person, item: _ }) => {
            named(person.as_ref())?;
            line(reason, most::REASON)
        }
        Command::Attendance(AttendanceCommand::RecordAbsence { reason, person }) => {
            named(Some(person))?;
            line(reason, most::REASON)
        }
        Command::Agenda(AgendaCommand::ConcludeItem {
            conclusion: Conclusion::Deferred { until },
            item: _,
        }) => line(until, most::SHORT),
        Command::Votes(VotesCommand::CastBallot {
            opinion,
            vote: _,
            choice: _,
            text_digest: _,
        }) => passage(opinion, most::OPINION),
        Command::Votes(VotesCommand::VoidVote { reason, vote: _ }) => line(reason, most::REASON),
        Command::Speech(SpeechCommand::ImportRecording {
            file_name,
            started,
            blob: _,
            language: _,
        }) => {
            line(file_name, most::FILE_NAME)?;
            started.map_or(Ok(()), moment)
        }
        Command::Speech(SpeechCommand::CorrectSegment { text, segment: _, seen: _ }) => {
            passage(text, most::PASSAGE)
        }
        Command::Minutes(
            MinutesCommand::WriteSentence { text, section: _ }
            | MinutesCommand::EditSentence { text, sentence: _, seen: _ },
        ) => passage(text, most::PASSAGE),
        Command::Decisions(
            DecisionsCommand::PrepareDecision { text, motion: _ }
            | DecisionsCommand::ReviseDecision { text, decision: _, seen: _ },
        ) => pass_decision(text),
        // What the system reports is made to fit: a job whose report is refused would never end.
        Command::Papers(PapersCommand::PageRendered { page, paper: _, index: _ }) => {
            page.media = presentable(&page.media, Shape::Line, most::SHORT);
            Ok(())
        }
        Command::Speech(SpeechCommand::Transcribed { heard, recording: _, to_ms: _ }) => {
            heard.iter_mut().for_each(hear);
            Ok(())
        }
        Command::Speech(SpeechCommand::TranscriptFinished {
            model,
            recording: _,
            synthetic: _,
        }) => {
            *model = presentable(model, Shape::Line, most::SHORT);
            Ok(())
        }
        Command::Decisions(DecisionsCommand::InstrumentFailed {
            detail,
            instrument: _,
            source: _,
        }) => {
            *detail = presentable(detail, Shape::Line, most::REPORT);
            Ok(())
        }
        // Identifiers are looked up, and never kept where nobody is found.
        Command::Participants(ParticipantsCommand::RemoveParticipant { .. })
        | Command::Agenda(AgendaCommand::RemoveItem { .. } | AgendaCommand::MoveItem { .. })
        | Command::Motions(MotionsCommand::WithdrawMotion { .. })
        | Command::Papers(PapersCommand::RemovePaper { .. })
        | Command::Preparation(PreparationCommand::Convene {})
        | Command::Attendance(AttendanceCommand::CheckIn { .. })
        | Command::Session(
            SessionCommand::OpenSession {}
            | SessionCommand::CallRecess {}
            | SessionCommand::Resume {}
            | SessionCommand::CloseSession {}
            | SessionCommand::HandOverChair { .. },
        )
        | Command::Agenda(
            AgendaCommand::StartItem { .. }
            | AgendaCommand::ConcludeItem {
                conclusion:
                    Conclusion::Decided
                    | Conclusion::Discussed
                    | Conclusion::Withdrawn
                    | Conclusion::CarriedOver,
                ..
            }
            | AgendaCommand::Object { .. }
            | AgendaCommand::AdoptWithoutDebate { .. },
        )
        | Command::Floor(
            FloorCommand::AskToSpeak { .. }
            | FloorCommand::WithdrawRequest { .. }
            | FloorCommand::GrantFloor { .. }
            | FloorCommand::GiveFloor { .. }
            | FloorCommand::ExtendFloor { .. }
            | FloorCommand::PauseFloor {}
            | FloorCommand::ResumeFloor {}
            | FloorCommand::EndFloor {},
        )
        | Command::Votes(VotesCommand::OpenVote { .. } | VotesCommand::CloseVote { .. })
        | Command::Session(SessionCommand::TakeChair {})
        | Command::Speech(
            SpeechCommand::StartRecording { .. }
            | SpeechCommand::EndRecording { .. }
            | SpeechCommand::SoundFlawed { .. },
        )
        | Command::Papers(PapersCommand::PageFailed { .. })
        | Command::Speech(
            SpeechCommand::StoreRecording { .. } | SpeechCommand::NameSpeaker { .. },
        )
        | Command::Minutes(
            MinutesCommand::DraftMinutes {}
            | MinutesCommand::RemoveSentence { .. }
            | MinutesCommand::ApproveMinutes {}
            | MinutesCommand::ReopenMinutes {},
        )
        | Command::Decisions(DecisionsCommand::Sign { .. } | DecisionsCommand::Publish { .. })
        | Command::Papers(
            PapersCommand::PaperOpened { .. }
            | PapersCommand::PaperRendered { .. }
            | PapersCommand::PaperFailed { .. },
        )
        | Command::Speech(
            SpeechCommand::SoundFailed { .. } | SpeechCommand::TranscriptUnavailable { .. },
        )
        | Command::Decisions(DecisionsCommand::InstrumentTypeset { .. }) => Ok(()),
    }
}

fn pass_particulars(particulars: &mut Particulars) -> Passed {
    let Particulars { title, body, parent_body, place, locality, scheduled, minutes_planned } =
        particulars;
    for text in [title, body, parent_body, place] {
        both(text, Shape::Line, most::TITLE)?;
    }
    line(locality, most::SHORT)?;
    moment(*scheduled)?;
    at_most(*minutes_planned, most::MINUTES)
}

fn pass_profile(profile: &mut Profile) -> Passed {
    line(&mut profile.name, most::SHORT)?;
    few(profile.choices.len(), most::CHOICES)?;
    // A speech of no length could never be granted.
    if profile.speech_seconds == 0 {
        return Err(Refusal::Invalid { bound: Bound::OutOfRange });
    }
    at_most(profile.speech_seconds, most::SPEECH_SECONDS)
}

fn pass_people(people: &mut [Participant], most: usize) -> Passed {
    few(people.len(), most)?;
    people.iter_mut().try_for_each(pass_participant)
}

fn pass_participant(participant: &mut Participant) -> Passed {
    let Participant { person, name, courtesy: _, position, unit, standing, office: _, seat, venue } =
        participant;
    named(Some(person))?;
    line(name, most::NAME)?;
    both(position, Shape::Line, most::POSITION)?;
    both(unit, Shape::Line, most::POSITION)?;
    for place in [seat, venue] {
        if let Some(text) = place {
            line(text, most::PLACE_IN_ROOM)?;
        }
        // Nothing to read is no place.
        *place = place.take().filter(|text| !text.is_empty());
    }
    match standing {
        Standing::Substitute { principal } => named(Some(principal)),
        Standing::Member { .. } | Standing::Guest => Ok(()),
    }
}

fn pass_item(draft: &mut ItemDraft) -> Passed {
    let ItemDraft { title, kind, presenter, unit, minutes_planned, level: _ } = draft;
    both(title, Shape::Line, most::TITLE)?;
    both(unit, Shape::Line, most::POSITION)?;
    named(presenter.as_ref())?;
    if let ItemKind::Urgent { proposer, reason } = kind {
        named(Some(proposer))?;
        both(reason, Shape::Line, most::REASON)?;
    }
    at_most(*minutes_planned, most::MINUTES)
}

fn pass_paper(draft: &mut PaperDraft) -> Passed {
    both(&mut draft.title, Shape::Line, most::TITLE)?;
    line(&mut draft.number, most::SHORT)?;
    line(&mut draft.file_name, most::FILE_NAME)?;
    at_most(draft.bytes, most::BYTES)
}

fn pass_decision(text: &mut DecisionText) -> Passed {
    let DecisionText { number, symbol, subject, bases, articles, recipients, place } = text;
    for short in [number, symbol, place] {
        line(short, most::SHORT)?;
    }
    line(subject, most::CLAUSE)?;
    let paragraphs = articles.iter().map(|article| article.paragraphs.len()).sum();
    for count in [bases.len(), articles.len(), recipients.len(), paragraphs] {
        few(count, most::THINGS)?;
    }
    let mut size = 0;
    for clause in bases.iter_mut().chain(recipients) {
        line(clause, most::CLAUSE)?;
        size += clause.len();
    }
    for article in articles {
        line(&mut article.heading, most::CLAUSE)?;
        size += article.heading.len();
        for text in &mut article.paragraphs {
            passage(text, most::PASSAGE)?;
            size += text.len();
        }
    }
    within(size, most::DECISION)
}

/// What an engine heard is a report too.
fn hear(heard: &mut Heard) {
    heard.text = presentable(&heard.text, Shape::Passage, most::PASSAGE);
    for word in &mut heard.words {
        word.text = presentable(&word.text, Shape::Line, most::SHORT);
    }
}

fn line(text: &mut String, most: usize) -> Passed {
    clean(text, Shape::Line)?;
    within(text.len(), most)
}

fn passage(text: &mut String, most: usize) -> Passed {
    clean(text, Shape::Passage)?;
    within(text.len(), most)
}

fn both(text: &mut Text, shape: Shape, most: usize) -> Passed {
    clean(&mut text.vi, shape)?;
    clean(&mut text.en, shape)?;
    within(text.len(), most)
}

fn clean(text: &mut String, shape: Shape) -> Passed {
    let kept = match cleaned(text, shape) {
        Ok(Cow::Borrowed(_)) => return Ok(()),
        Ok(Cow::Owned(kept)) => kept,
        Err(Refused(character)) => {
            let bound = Bound::Character(character.into());
            return Err(Refusal::Invalid { bound });
        }
    };
    *text = kept;
    Ok(())
}

fn within(length: usize, most: usize) -> Passed {
    if length > most { Err(Refusal::Invalid { bound: Bound::TextTooLong }) } else { Ok(()) }
}

fn few(count: usize, most: usize) -> Passed {
    if count > most { Err(Refusal::Invalid { bound: Bound::TooMany }) } else { Ok(()) }
}

fn at_most<N: PartialOrd>(number: N, most: N) -> Passed {
    if number > most { Err(Refusal::Invalid { bound: Bound::OutOfRange }) } else { Ok(()) }
}

fn moment(time: Time) -> Passed {
    if time.is_reasonable() { Ok(()) } else { Err(Refusal::Invalid { bound: Bound::OutOfRange }) }
}

fn named(person: Option<&PersonId>) -> Passed {
    match person {
        Some(person) if !person.is_well_formed() => {
            Err(Refusal::Invalid { bound: Bound::NotAnIdentifier })
        }
        Some(_) | None => Ok(()),
    }
}
