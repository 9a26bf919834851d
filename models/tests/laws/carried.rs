//! Each command that carries a text, and the meetings in which it may be given. Never here: a law.

use super::generator::{History, Phase, begin};
use crate::support::{Hall, item, member, motion, person};
use icabinet_models::agenda::{Conclusion, ItemKind, Level};
use icabinet_models::decisions::{Article, DecisionText};
use icabinet_models::ids::{Digest, ItemId, MotionId, SegmentId, SentenceId, Text, Time, VoteId};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, DecisionsCommand, MinutesCommand, MotionsCommand,
    PapersCommand, ParticipantsCommand, Particulars, PreparationCommand, SpeechCommand,
    VotesCommand,
};
use icabinet_models::minutes::Section;
use icabinet_models::papers::PaperDraft;
use icabinet_models::profile::{Profile, RosterMode};
use icabinet_models::rule::Choice;
use icabinet_models::speech::{Heard, Language, Word};
use icabinet_models::{Actor, Command};

/// A meeting in which a command's turn has come.
#[derive(Clone, Copy)]
pub(super) enum At {
    Blank,
    Preparing,
    Sitting,
    Voting,
    Closed,
}

pub(super) fn halls() -> [Hall; 5] {
    let of = |phase| {
        begin(&History { phase, lenient: false, roll: RosterMode::Named, steps: Vec::new() })
    };
    let mut closed = of(Phase::Closed);
    let (vi, blob) = (Language::Vi, Digest::ZERO);
    let import = Command::Speech(SpeechCommand::ImportRecording {
        file_name: "a.mp3".to_owned(),
        blob,
        started: None,
        language: vi,
    });
    closed.does("m2", import);
    closed.run(Actor::System, &transcribed("một")).unwrap();
    let section = Section::Closing;
    closed.does(
        "m2",
        Command::Minutes(MinutesCommand::WriteSentence { section, text: "một".to_owned() }),
    );
    let text = decision("một");
    closed.does(
        "m2",
        Command::Decisions(DecisionsCommand::PrepareDecision { motion: MotionId(1), text }),
    );
    [Hall::blank(), of(Phase::Preparing), of(Phase::Sitting), of(Phase::Voting), closed]
}

thread_local!(pub(super) static HALLS: [Hall; 5] = halls());

pub(super) fn transcribed(text: &str) -> Command {
    let word = Word { text: text.to_owned(), start_ms: 0, end_ms: 10, confidence: 1 };
    let heard = Heard {
        start_ms: 0,
        end_ms: 10,
        text: text.to_owned(),
        confidence: 1,
        words: vec![word],
        struck: None,
    };
    let to_ms = 10;
    Command::Speech(SpeechCommand::Transcribed {
        recording: icabinet_models::ids::RecordingId(1),
        to_ms,
        heard: vec![heard],
    })
}

pub(super) fn decision(text: &str) -> DecisionText {
    let text = || text.to_owned();
    DecisionText {
        number: text(),
        symbol: text(),
        subject: text(),
        bases: vec![text()],
        articles: vec![Article { heading: text(), paragraphs: vec![text(), text()] }],
        recipients: vec![text()],
        place: text(),
    }
}

pub(super) fn participant(id: &str, text: &str) -> icabinet_models::participants::Participant {
    let mut row = member(id, 1);
    row.name = text.to_owned();
    row.position = Text::both(text, text);
    row.unit = Text::both(text, text);
    row.seat = Some(text.to_owned());
    row.venue = Some(text.to_owned());
    row
}

pub(super) fn particulars(text: &str) -> Particulars {
    Particulars {
        title: Text::both(text, text),
        body: Text::both(text, text),
        parent_body: Text::both(text, text),
        place: Text::both(text, text),
        locality: text.to_owned(),
        scheduled: Time(0),
        minutes_planned: 0,
    }
}

/// Each command that carries a text, with this one in every place where a text goes.
pub(super) fn commands(text: &str) -> Vec<(At, Actor, Command)> {
    let mut all = of_preparing(text);
    let own = || text.to_owned();
    let urgent = || {
        let reason = Text::both(text, text);
        ItemKind::Urgent { proposer: "m3".into(), reason }
    };
    let mut late = item(text, Level::Public);
    (late.kind, late.unit) = (urgent(), Text::both(text, text));
    let until = Conclusion::Deferred { until: own() };
    let person = |id: &str| Some(id.into());
    let of_session: [(At, &str, Command); 7] = [
        (At::Sitting, "m2", Command::Agenda(AgendaCommand::AddItem { draft: late })),
        (
            At::Sitting,
            "m1",
            Command::Agenda(AgendaCommand::ConcludeItem { item: ItemId(1), conclusion: until }),
        ),
        (
            At::Voting,
            "m4",
            Command::Attendance(AttendanceCommand::CheckOut { person: None, reason: own() }),
        ),
        (
            At::Voting,
            "m2",
            Command::Attendance(AttendanceCommand::RecordAbsence {
                person: "m6".into(),
                reason: own(),
            }),
        ),
        (
            At::Voting,
            "m2",
            Command::Agenda(AgendaCommand::Recuse {
                item: ItemId(3),
                person: person("m4"),
                reason: own(),
            }),
        ),
        (
            At::Voting,
            "m1",
            Command::Votes(VotesCommand::VoidVote { vote: VoteId(1), reason: own() }),
        ),
        (At::Voting, "m4", ballot(text)),
    ];
    let import = Command::Speech(SpeechCommand::ImportRecording {
        file_name: own(),
        blob: Digest::ZERO,
        started: None,
        language: Language::Vi,
    });
    let section = Section::Opening;
    let afterwards = [
        import,
        Command::Speech(SpeechCommand::CorrectSegment {
            segment: SegmentId(1),
            text: own(),
            seen: None,
        }),
        Command::Minutes(MinutesCommand::WriteSentence { section, text: own() }),
        Command::Minutes(MinutesCommand::EditSentence {
            sentence: written(),
            text: own(),
            seen: None,
        }),
        Command::Decisions(DecisionsCommand::ReviseDecision {
            decision: icabinet_models::ids::DecisionId(1),
            text: decision(text),
            seen: None,
        }),
    ];
    all.extend(of_session.map(|(at, who, command)| (at, self::person(who), command)));
    all.extend(afterwards.map(|command| (At::Closed, self::person("m2"), command)));
    all
}

pub(super) fn of_preparing(text: &str) -> Vec<(At, Actor, Command)> {
    let mut people = vec![participant("m1", text), participant("m2", text)];
    people[1].office = Some(icabinet_models::participants::Office::Secretary);
    let mut profile = Profile::board();
    profile.name = text.to_owned();
    let create = Command::Preparation(PreparationCommand::CreateMeeting {
        particulars: particulars(text),
        profile,
        people,
    });
    let draft = PaperDraft {
        item: None,
        title: Text::both(text, text),
        number: text.to_owned(),
        level: Level::Public,
        file_name: text.to_owned(),
        blob: Digest::ZERO,
        bytes: 1,
    };
    let new = vec![participant("n1", text), participant("n2", text)];
    let mut added = motion(Some(1), text);
    added.text = Text::both(text, text);
    let both = || Text::both(text, text);
    let changed = Command::Agenda(AgendaCommand::ChangeItem {
        item: ItemId(1),
        title: both(),
        presenter: None,
        unit: both(),
        minutes_planned: 1,
        seen: None,
    });
    let mut all = vec![(At::Blank, Actor::Organiser("office".into()), create)];
    let by_secretary = [
        Command::Preparation(PreparationCommand::ChangeParticulars {
            particulars: particulars(text),
            seen: None,
        }),
        Command::Participants(ParticipantsCommand::AddParticipant {
            participant: participant("n1", text),
        }),
        Command::Participants(ParticipantsCommand::AddParticipants { participants: new }),
        Command::Agenda(AgendaCommand::AddItem { draft: item(text, Level::Public) }),
        changed,
        Command::Motions(MotionsCommand::AddMotion { draft: added }),
        Command::Motions(MotionsCommand::ChangeMotion {
            motion: MotionId(1),
            text: both(),
            seen: None,
        }),
        Command::Papers(PapersCommand::AddPaper { draft }),
    ];
    all.extend(by_secretary.map(|command| (At::Preparing, person("m2"), command)));
    all
}

pub(super) fn ballot(text: &str) -> Command {
    let mut command =
        HALLS.with(|halls| halls[At::Voting as usize].ballot(VoteId(1), Choice::Other));
    if let Command::Votes(VotesCommand::CastBallot { opinion, .. }) = &mut command {
        *opinion = text.to_owned();
    }
    command
}

/// The sentence that a person wrote.
pub(super) fn written() -> SentenceId {
    HALLS.with(|halls| {
        let all = halls[At::Closed as usize].meeting.minutes.in_order();
        all.into_iter().find(|(_, sentence)| !sentence.is_record()).expect("a sentence").0
    })
}
