//! Random plausible histories: raw bytes become commands that fit the meeting as it stands.
//! Never here: a law.

use super::commands::{afterwards, preparing, secret, session, voting};
use crate::support::{Hall, guest, item, member, motion, substitute, with};
use icabinet_models::agenda::{Conclusion, ItemKind, Level};
use icabinet_models::ids::{ItemId, PersonId};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, DecisionsCommand, FloorCommand, MinutesCommand,
    MotionsCommand, PapersCommand, PreparationCommand, SessionCommand, SpeechCommand, Stage,
    VotesCommand,
};
use icabinet_models::participants::{Office, Participant};
use icabinet_models::profile::{Profile, RosterMode};
use icabinet_models::rule::Choice;
use icabinet_models::{Actor, Command};
use proptest::prelude::*;

/// Stands in every text that only those cleared for restricted items may read.
pub const RESTRICTED: &str = "BIMAT";
/// Stands in every reason that only staff and members may read.
pub const REASON: &str = "LYDO";
/// Stands in what was said and in sentences that people wrote.
pub const SPOKEN: &str = "LOINOI";
/// Stands in other opinions, which the projector never shows.
pub const OPINION: &str = "YKIEN";

/// One raw step: who, what, and two operands.
pub type Raw = (u8, u8, u8, u8);

/// Where a history begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Preparing,
    Convened,
    Sitting,
    Voting,
    Closed,
}

#[derive(Clone, Debug)]
pub struct History {
    pub phase: Phase,
    pub lenient: bool,
    pub roll: RosterMode,
    pub steps: Vec<Raw>,
}

pub fn histories(most: usize) -> impl Strategy<Value = History> {
    let phases = prop_oneof![
        Just(Phase::Preparing),
        Just(Phase::Convened),
        Just(Phase::Sitting),
        Just(Phase::Voting),
        Just(Phase::Closed),
    ];
    let steps = prop::collection::vec(any::<Raw>(), 1..most);
    let rolls = prop_oneof![2 => Just(RosterMode::Named), 1 => Just(RosterMode::Counted)];
    (phases, any::<bool>(), rolls, steps).prop_map(|(phase, lenient, roll, steps)| History {
        phase,
        lenient,
        roll,
        steps,
    })
}

/// 160 cases of a fixed seed: the same run everywhere. `PROPTEST_CASES` and `PROPTEST_RNG_SEED`
/// ask for more and for others.
pub fn config() -> ProptestConfig {
    let mut config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 160;
    }
    if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
        config.rng_seed = proptest::test_runner::RngSeed::Fixed(2_026);
    }
    config
}

pub const PEOPLE: [&str; 10] = ["m1", "m2", "m3", "m4", "m5", "m6", "g1", "s1", "x1", "x2"];

/// Six members (one of weight 0), a guest, a substitute; `x1` and `x2` are strangers.
fn people() -> Vec<Participant> {
    vec![
        with(Office::Chair, member("m1", 1)),
        with(Office::Secretary, member("m2", 1)),
        with(Office::ViceChair, member("m3", 2)),
        member("m4", 1),
        member("m5", 0),
        member("m6", 1),
        guest("g1"),
        substitute("s1", "m6"),
    ]
}

/// The meeting a history begins with; items 1 to 4 are public, consent, internal, restricted.
pub fn begin(history: &History) -> Hall {
    let mut profile = Profile::vn_peoples_committee();
    profile.recused_counts_as_present = history.lenient;
    profile.may_change_ballot = history.lenient;
    profile.roll = history.roll;
    let mut hall = Hall::preparing_with(profile, people());
    let mut consent = item("Lịch tiếp dân", Level::Public);
    consent.kind = ItemKind::Consent;
    let drafts = [
        item("Nội dung công khai", Level::Public),
        consent,
        item("Nội dung nội bộ", Level::Internal),
        item(&format!("{RESTRICTED} nhân sự"), Level::Restricted),
    ];
    for draft in drafts {
        hall.does("m2", Command::Agenda(AgendaCommand::AddItem { draft }));
    }
    for (number, title) in [(1, "Thông qua 1."), (2, "Thông qua 2."), (3, "Thông qua 3.")] {
        hall.does(
            "m2",
            Command::Motions(MotionsCommand::AddMotion { draft: motion(Some(number), title) }),
        );
    }
    let secret = motion(Some(4), &format!("{RESTRICTED} bổ nhiệm."));
    hall.does("m2", Command::Motions(MotionsCommand::AddMotion { draft: secret }));
    hall.does(
        "m2",
        Command::Motions(MotionsCommand::AddMotion {
            draft: motion(None, "Thông qua chương trình."),
        }),
    );
    if history.phase == Phase::Preparing {
        return hall;
    }
    hall.does("m2", Command::Preparation(PreparationCommand::Convene {}));
    if history.phase == Phase::Convened {
        return hall;
    }
    hall.arrive(1..=5);
    for who in ["g1", "s1"] {
        hall.does(who, Command::Attendance(AttendanceCommand::CheckIn { person: None }));
    }
    hall.does("m1", Command::Session(SessionCommand::OpenSession {}));
    let number = if history.lenient { 4 } else { 1 };
    hall.does("m1", Command::Agenda(AgendaCommand::StartItem { item: ItemId(number) }));
    match history.phase {
        Phase::Preparing | Phase::Convened | Phase::Sitting => {}
        Phase::Voting => {
            hall.opens(number);
        }
        Phase::Closed => finish(&mut hall, number),
    }
    hall
}

fn finish(hall: &mut Hall, number: u32) {
    let vote = hall.opens(number);
    let (yes, other) = (Choice::Yes, Choice::Other);
    for (who, choice) in [("m1", yes), ("m2", yes), ("m3", yes), ("m4", other)] {
        let mut command = hall.ballot(vote, choice);
        if let Command::Votes(VotesCommand::CastBallot { opinion, .. }) = &mut command
            && choice == Choice::Other
        {
            *opinion = secret(hall, Some(ItemId(number)), OPINION);
        }
        hall.does(who, command);
    }
    hall.closes(vote);
    let decided = Conclusion::Decided;
    hall.does(
        "m1",
        Command::Agenda(AgendaCommand::ConcludeItem { item: ItemId(number), conclusion: decided }),
    );
    for other in (1..=4).filter(|other| *other != number) {
        let conclusion = Conclusion::CarriedOver;
        hall.does(
            "m1",
            Command::Agenda(AgendaCommand::ConcludeItem { item: ItemId(other), conclusion }),
        );
    }
    hall.does("m1", Command::Session(SessionCommand::CloseSession {}));
    hall.does("m2", Command::Minutes(MinutesCommand::DraftMinutes {}));
}

/// The actor and the command of a raw step: mostly somebody who may, sometimes anybody.
pub fn step(hall: &Hall, (who, what, a, b): Raw) -> (Actor, Command) {
    let any = || match who % 12 {
        10 => Actor::System,
        11 => Actor::Organiser(PersonId::from("office")),
        n => Actor::Person(PersonId::from(PEOPLE[usize::from(n)])),
    };
    let desk = || Actor::Person(PersonId::from(if who.is_multiple_of(2) { "m1" } else { "m2" }));
    let topic: [u8; 8] = match hall.meeting.stage {
        Stage::Blank | Stage::Preparing => [2, 2, 2, 2, 2, 2, 1, 3],
        Stage::Convened => [2, 2, 2, 1, 1, 1, 1, 3],
        Stage::InSession { .. } | Stage::Recess { .. } => [0, 0, 0, 1, 1, 1, 2, 3],
        Stage::Closed { .. } => [3, 3, 3, 3, 3, 3, 1, 2],
    };
    let command = match topic[usize::from(what % 8)] {
        0 => voting(hall, what / 8, a, b),
        1 => session(hall, what / 8, a, b),
        2 => preparing(hall, what / 8, a, b),
        _ => afterwards(hall, what / 8, a, b),
    };
    let anybody = who >= 160;
    let actor = match &command {
        _ if anybody => any(),
        Command::Votes(VotesCommand::CastBallot { .. })
        | Command::Floor(FloorCommand::AskToSpeak { .. })
        | Command::Agenda(AgendaCommand::Object { .. })
        | Command::Attendance(
            AttendanceCommand::CheckIn { .. } | AttendanceCommand::CheckOut { .. },
        )
        | Command::Agenda(AgendaCommand::Recuse { .. })
        | Command::Session(SessionCommand::TakeChair {})
        | Command::Speech(
            SpeechCommand::EndRecording { .. } | SpeechCommand::StartRecording { .. },
        ) => Actor::Person(PersonId::from(PEOPLE[usize::from(who % 8)])),
        Command::Speech(
            SpeechCommand::StoreRecording { .. }
            | SpeechCommand::SoundFailed { .. }
            | SpeechCommand::SoundFlawed { .. }
            | SpeechCommand::Transcribed { .. }
            | SpeechCommand::TranscriptFinished { .. }
            | SpeechCommand::TranscriptUnavailable { .. },
        )
        | Command::Papers(
            PapersCommand::PaperOpened { .. }
            | PapersCommand::PageRendered { .. }
            | PapersCommand::PageFailed { .. }
            | PapersCommand::PaperRendered { .. }
            | PapersCommand::PaperFailed { .. },
        )
        | Command::Decisions(
            DecisionsCommand::InstrumentTypeset { .. } | DecisionsCommand::InstrumentFailed { .. },
        ) => Actor::System,
        Command::Decisions(DecisionsCommand::Sign { .. }) => Actor::Person(PersonId::from("m1")),
        Command::Decisions(
            DecisionsCommand::PrepareDecision { .. } | DecisionsCommand::ReviseDecision { .. },
        ) => Actor::Person(PersonId::from("m2")),
        Command::Preparation(_)
        | Command::Participants(_)
        | Command::Agenda(_)
        | Command::Motions(_)
        | Command::Papers(_)
        | Command::Attendance(_)
        | Command::Session(_)
        | Command::Floor(_)
        | Command::Votes(_)
        | Command::Speech(_)
        | Command::Minutes(_)
        | Command::Decisions(_) => desk(),
    };
    (actor, command)
}
