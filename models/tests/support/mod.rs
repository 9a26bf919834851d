//! A meeting driven by commands, and the log it wrote. Never here: a rule, an expectation.

use icabinet_models::agenda::{ItemDraft, ItemKind, Level};
use icabinet_models::ids::{ItemId, MeetingId, MotionId, PersonId, Text, Time, VoteId};
use icabinet_models::meeting::{
    AgendaCommand, AttendanceCommand, MotionsCommand, Particulars, PreparationCommand,
    SessionCommand, Stage, VotesCommand,
};
use icabinet_models::motions::MotionDraft;
use icabinet_models::participants::{Courtesy, Office, Participant, Standing};
use icabinet_models::profile::Profile;
use icabinet_models::record::{RECORD_VERSION, Record, Salt};
use icabinet_models::rule::Choice;
use icabinet_models::votes::{BallotKind, Outcome, text_digest};
use icabinet_models::{Actor, Command, Context, Decided, Entry, Event, Meeting, Refusal};

/// 2026-11-26T08:00:00+07:00.
pub const START: Time = Time(1_795_654_800_000);

/// A meeting with its log and a clock that only the tests move.
#[derive(Clone, Debug)]
pub struct Hall {
    pub meeting: Meeting,
    pub log: Vec<Entry>,
    pub now: Time,
}

pub fn person(id: &str) -> Actor {
    Actor::Person(PersonId::from(id))
}

pub fn member(id: &str, weight: u32) -> Participant {
    Participant {
        person: PersonId::from(id),
        name: format!("Tên {id}"),
        courtesy: Some(Courtesy::Mr),
        position: Text::vi("Ủy viên"),
        unit: Text::vi("Văn phòng"),
        standing: Standing::Member { weight },
        office: None,
        seat: None,
        venue: None,
    }
}

pub fn guest(id: &str) -> Participant {
    Participant { standing: Standing::Guest, ..member(id, 0) }
}

pub fn substitute(id: &str, principal: &str) -> Participant {
    Participant {
        standing: Standing::Substitute { principal: PersonId::from(principal) },
        ..member(id, 0)
    }
}

pub fn with(office: Office, participant: Participant) -> Participant {
    Participant { office: Some(office), ..participant }
}

pub fn item(title: &str, level: Level) -> ItemDraft {
    ItemDraft {
        title: Text::vi(title),
        kind: ItemKind::Regular,
        presenter: None,
        unit: Text::default(),
        minutes_planned: 5,
        level,
    }
}

pub fn motion(item: Option<u32>, text: &str) -> MotionDraft {
    MotionDraft {
        item: item.map(ItemId),
        text: Text::vi(text),
        ballot: BallotKind::Open,
        rule: None,
        amends: None,
    }
}

impl Hall {
    pub fn blank() -> Self {
        Self { meeting: Meeting::blank(MeetingId::from("log")), log: Vec::new(), now: START }
    }

    /// A meeting in preparation: `m1` presides, `m2` keeps the record, `count` members in all.
    pub fn preparing(profile: Profile, count: u32) -> Self {
        let mut people: Vec<Participant> =
            (1..=count).map(|n| member(&format!("m{n}"), 1)).collect();
        people[0].office = Some(Office::Chair);
        people[1].office = Some(Office::Secretary);
        Self::preparing_with(profile, people)
    }

    pub fn preparing_with(profile: Profile, people: Vec<Participant>) -> Self {
        let mut hall = Self::blank();
        let particulars = Particulars {
            title: Text::vi("Phiên họp"),
            body: Text::vi("Ủy ban"),
            place: Text::vi("Phòng họp số 2"),
            scheduled: START,
            ..Particulars::default()
        };
        let command = Command::Preparation(PreparationCommand::CreateMeeting {
            particulars,
            profile,
            people,
        });
        hall.run(Actor::Organiser(PersonId::from("office")), &command).expect("created");
        hall
    }

    /// One public item with one motion, convened.
    pub fn convened(profile: Profile, count: u32) -> Self {
        let mut hall = Self::preparing(profile, count);
        hall.does(
            "m2",
            Command::Agenda(AgendaCommand::AddItem { draft: item("Nội dung A", Level::Public) }),
        );
        hall.does(
            "m2",
            Command::Motions(MotionsCommand::AddMotion { draft: motion(Some(1), "Thông qua A.") }),
        );
        hall.does("m2", Command::Preparation(PreparationCommand::Convene {}));
        hall
    }

    /// In session with the first `present` members there and item 1 open.
    pub fn sitting(profile: Profile, count: u32, present: u32) -> Self {
        let mut hall = Self::convened(profile, count);
        hall.arrive(1..=present);
        hall.does("m1", Command::Session(SessionCommand::OpenSession {}));
        hall.does("m1", Command::Agenda(AgendaCommand::StartItem { item: ItemId(1) }));
        hall
    }

    pub fn arrive(&mut self, members: impl IntoIterator<Item = u32>) {
        for n in members {
            self.does(
                &format!("m{n}"),
                Command::Attendance(AttendanceCommand::CheckIn { person: None }),
            );
        }
    }

    pub fn leave(&mut self, members: impl IntoIterator<Item = u32>) {
        for n in members {
            let command = Command::Attendance(AttendanceCommand::CheckOut {
                person: None,
                reason: "việc gấp".to_owned(),
            });
            self.does(&format!("m{n}"), command);
        }
    }

    /// Judges without doing.
    pub fn judge(&self, actor: Actor, command: &Command) -> Result<Decided, Refusal> {
        self.meeting.decide(&Context { actor, now: self.now }, command)
    }

    /// Decides and applies; the clock moves on by a second.
    pub fn run(&mut self, actor: Actor, command: &Command) -> Result<Decided, Refusal> {
        let decided = self.judge(actor, command)?;
        for event in &decided.events {
            self.append(event.clone());
        }
        self.now = self.now.plus_ms(1000);
        Ok(decided)
    }

    pub fn append(&mut self, event: Event) {
        let entry = Entry { position: self.meeting.position + 1, at: self.now, event };
        self.meeting.apply(&entry);
        self.log.push(entry);
    }

    /// Does what must not be refused.
    #[track_caller]
    pub fn does(&mut self, who: &str, command: Command) -> Vec<Event> {
        match self.run(person(who), &command) {
            Ok(decided) => decided.events,
            Err(refusal) => panic!("{who}: {command:?} was refused: {refusal:?}"),
        }
    }

    #[track_caller]
    pub fn system(&mut self, command: Command) -> Vec<Event> {
        self.run(Actor::System, &command).expect("the system's command").events
    }

    /// The refusal of what must be refused.
    #[track_caller]
    pub fn refuses(&self, who: &str, command: Command) -> Refusal {
        match self.judge(person(who), &command) {
            Ok(decided) => panic!("{who}: {command:?} was taken: {decided:?}"),
            Err(refusal) => refusal,
        }
    }

    /// Opens a vote on `motion` and gives its number.
    #[track_caller]
    pub fn opens(&mut self, motion: u32) -> VoteId {
        self.does(
            "m1",
            Command::Votes(VotesCommand::OpenVote { motion: MotionId(motion), seconds: None }),
        );
        self.meeting.open_vote().expect("an open vote").0
    }

    pub fn ballot(&self, vote: VoteId, choice: Choice) -> Command {
        let text = self.meeting.votes.get(&vote).map(|vote| vote.terms.text.clone());
        let opinion = if choice == Choice::Other { "Ý kiến của tôi." } else { "" };
        Command::Votes(VotesCommand::CastBallot {
            vote,
            choice,
            opinion: opinion.to_owned(),
            text_digest: text_digest(&text.unwrap_or_default()),
        })
    }

    #[track_caller]
    pub fn casts(&mut self, who: &str, vote: VoteId, choice: Choice) {
        let command = self.ballot(vote, choice);
        self.does(who, command);
    }

    #[track_caller]
    pub fn closes(&mut self, vote: VoteId) -> Outcome {
        self.does("m1", Command::Votes(VotesCommand::CloseVote { vote }));
        self.outcome(vote)
    }

    #[track_caller]
    pub fn outcome(&self, vote: VoteId) -> Outcome {
        self.meeting.votes[&vote].outcome().expect("a closed vote").clone()
    }

    pub fn is_closed(&self) -> bool {
        matches!(self.meeting.stage, Stage::Closed { .. })
    }
}

/// An entry as a room writes it.
pub fn record(meeting: &MeetingId, actor: Actor, entry: &Entry) -> Record {
    Record {
        v: RECORD_VERSION,
        meeting: meeting.clone(),
        position: entry.position,
        at: entry.at,
        actor,
        event: entry.event.clone(),
        salt: Some(Salt::new([7; Salt::LENGTH])),
    }
}
