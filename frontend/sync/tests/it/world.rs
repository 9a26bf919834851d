//! A small meeting with everything that differs from class to class, and a server reduced to its
//! log: it judges with the models, keeps every state, and cuts frames as `docs/protocol.md` says.

use icabinet_models::agenda::{Conclusion, ItemDraft, ItemKind, Level};
use icabinet_models::floor::RequestKind;
use icabinet_models::ids::{
    CommandId, Digest, ItemId, MotionId, PaperId, PersonId, RequestId, Text, Time, VoteId,
};
use icabinet_models::meeting::{
    Actor, AgendaCommand, AttendanceCommand, Command, Context, Entry, Event, FloorCommand, Meeting,
    MinutesCommand, MotionsCommand, PapersCommand, ParticipantsCommand, Particulars,
    PreparationCommand, Refusal, SessionCommand, VotesCommand,
};
use icabinet_models::motions::MotionDraft;
use icabinet_models::papers::{Page, PaperDraft};
use icabinet_models::participants::{Office, Participant, Standing};
use icabinet_models::profile::{Profile, RosterMode};
use icabinet_models::rule::Choice;
use icabinet_models::visibility::{self, ViewerClass};
use icabinet_models::votes::{Ballot, BallotKind, text_digest};
use icabinet_models::wire::{
    Answer, ClientFrame, Mine, OwnBallot, PROTOCOL, ServerFrame, Snapshot,
};
use icabinet_sync::Kept;
use proptest::prelude::*;
use std::collections::BTreeMap;

pub(crate) const EPOCH: &str = "e1";
pub(crate) const PEOPLE: [&str; 6] = ["chair", "secretary", "m1", "m2", "m3", "guest"];

/// A member of the meeting.
pub(crate) fn person(name: &str) -> PersonId {
    PersonId::from(name)
}

/// A command's identifier from a number.
pub(crate) fn id(number: u64) -> CommandId {
    CommandId::from(format!("c{number}"))
}

fn participant(name: &str) -> Participant {
    let standing = if name == "guest" { Standing::Guest } else { Standing::Member { weight: 1 } };
    let office = match name {
        "chair" => Some(Office::Chair),
        "secretary" => Some(Office::Secretary),
        _ => None,
    };
    Participant {
        person: person(name),
        name: name.to_owned(),
        courtesy: None,
        position: Text::vi("chức"),
        unit: Text::vi("đơn vị"),
        standing,
        office,
        seat: None,
        venue: None,
    }
}

/// The rules of a meeting in which everyone knows everyone, and of one in which people are counted.
pub(crate) fn any_profile() -> impl Strategy<Value = Profile> {
    let committee = Profile::vn_peoples_committee;
    prop_oneof![Just(committee()), Just(Profile { roll: RosterMode::Counted, ..committee() })]
}

/// A view without what its viewer knows of himself alone.
pub(crate) fn of_the_class(view: &Meeting, who: Option<&PersonId>) -> Meeting {
    let mut view = view.clone();
    let Some(who) = who else { return view };
    view.people.remove(who);
    view.stays.remove(who);
    view.absences.remove(who);
    view.floor.requests.retain(|_, request| request.person != *who);
    for item in view.items.values_mut() {
        item.recusals.remove(who);
    }
    for vote in view.votes.values_mut() {
        vote.terms.entitled.remove(who);
    }
    view
}

/// The server: its log, the state after every entry, and the answers it gave.
#[derive(Clone, Debug)]
pub(crate) struct World {
    /// The state at each position, from 0.
    pub(crate) states: Vec<Meeting>,
    pub(crate) log: Vec<Entry>,
    answers: BTreeMap<(PersonId, CommandId), Answer>,
    mine: BTreeMap<PersonId, Mine>,
    pub(crate) now: Time,
}

impl World {
    /// A meeting that is convened: three items of three levels, a motion in each, everybody there.
    pub(crate) fn convened(profile: Profile) -> Self {
        let mut world = Self {
            states: vec![Meeting::blank("meeting".into())],
            log: Vec::new(),
            answers: BTreeMap::new(),
            mine: BTreeMap::new(),
            now: Time(1_000_000),
        };
        let particulars = Particulars {
            title: Text::both("Phiên họp", "Session"),
            body: Text::vi("Ủy ban"),
            place: Text::vi("Phòng họp"),
            minutes_planned: 60,
            ..Particulars::default()
        };
        let people = PEOPLE.iter().map(|name| participant(name)).collect();
        let organiser = Actor::Organiser(person("secretary"));
        world.must(
            organiser,
            &Command::Preparation(PreparationCommand::CreateMeeting {
                particulars,
                profile,
                people,
            }),
        );
        for (kind, level) in [
            (ItemKind::Regular, Level::Internal),
            (ItemKind::Consent, Level::Internal),
            (ItemKind::Regular, Level::Restricted),
        ] {
            let draft = ItemDraft {
                title: Text::vi("Mục"),
                kind,
                presenter: Some(person("m1")),
                unit: Text::default(),
                minutes_planned: 10,
                level,
            };
            world.must(
                Actor::Person(person("secretary")),
                &Command::Agenda(AgendaCommand::AddItem { draft }),
            );
        }
        for item in 1..=3 {
            let draft = MotionDraft {
                item: Some(ItemId(item)),
                text: Text::vi(format!("Thông qua {item}")),
                ballot: BallotKind::Open,
                rule: None,
                amends: None,
            };
            world.must(
                Actor::Person(person("secretary")),
                &Command::Motions(MotionsCommand::AddMotion { draft }),
            );
        }
        world.must(
            Actor::Person(person("secretary")),
            &Command::Preparation(PreparationCommand::Convene {}),
        );
        world
    }

    /// The same with the session open, everybody present and the first item begun.
    pub(crate) fn in_session(profile: Profile) -> Self {
        let mut world = Self::convened(profile);
        for name in PEOPLE {
            world.must(
                Actor::Person(person(name)),
                &Command::Attendance(AttendanceCommand::CheckIn { person: None }),
            );
        }
        world.must(
            Actor::Person(person("chair")),
            &Command::Session(SessionCommand::OpenSession {}),
        );
        world.must(
            Actor::Person(person("chair")),
            &Command::Agenda(AgendaCommand::StartItem { item: ItemId(1) }),
        );
        world
    }

    pub(crate) fn head(&self) -> u64 {
        self.log.len() as u64
    }

    pub(crate) fn state(&self) -> &Meeting {
        self.states.last().unwrap_or_else(|| unreachable!("the state before the log is there"))
    }

    /// Judges and appends; a second passes.
    pub(crate) fn act(&mut self, actor: Actor, command: &Command) -> Result<Answer, Refusal> {
        self.now = self.now.plus_ms(1_000);
        let context = Context { actor: actor.clone(), now: self.now };
        let decided = self.state().decide(&context, command)?;
        for event in decided.events {
            self.append(event);
        }
        let code = format!("CODE {}", self.head());
        if let (
            Command::Votes(VotesCommand::CastBallot { vote, choice, opinion, .. }),
            Some(person),
        ) = (command, actor.person())
        {
            let ballot = Ballot {
                choice: *choice,
                opinion: opinion.clone(),
                at: self.now,
                position: self.head(),
            };
            let own = OwnBallot { ballot, code: code.clone() };
            self.mine.entry(person.clone()).or_default().ballots.insert(*vote, own);
        }
        Ok(Answer::Accepted { position: self.head(), at: self.now, code })
    }

    pub(crate) fn must(&mut self, actor: Actor, command: &Command) {
        if let Err(refusal) = self.act(actor, command) {
            panic!("{command:?} was refused: {refusal:?}");
        }
    }

    fn append(&mut self, event: Event) {
        let entry = Entry { position: self.head() + 1, at: self.now, event };
        let mut next = self.state().clone();
        next.apply(&entry);
        self.states.push(next);
        self.log.push(entry);
    }

    /// Takes a command frame: once judged, the answer to `(person, id)` stays.
    pub(crate) fn receive(
        &mut self,
        from: &PersonId,
        id: &CommandId,
        command: &Command,
    ) -> ServerFrame {
        let key = (from.clone(), id.clone());
        let answer = match self.answers.get(&key) {
            Some(answer) => answer.clone(),
            None => {
                let judged = self.act(Actor::Person(from.clone()), command);
                let answer = judged.unwrap_or_else(|refusal| Answer::Refused { refusal });
                self.answers.insert(key, answer.clone());
                answer
            }
        };
        ServerFrame::Answer { id: id.clone(), answer }
    }

    /// What `class` is shown of the entries after `after` up to `to`.
    pub(crate) fn events(&self, class: ViewerClass, after: u64, to: u64) -> ServerFrame {
        let entries = (after..to)
            .filter_map(|place| {
                let place = usize::try_from(place).unwrap_or(usize::MAX);
                visibility::redact_event(&self.states[place], &self.log[place], class)
            })
            .collect();
        ServerFrame::Events { after, to, entries }
    }

    /// The whole state at `position` as `class` may know it.
    pub(crate) fn masked(&self, class: ViewerClass, position: u64) -> Meeting {
        visibility::redact_state(
            &self.states[usize::try_from(position).unwrap_or(usize::MAX)],
            class,
        )
    }

    pub(crate) fn hello(
        &self,
        class: ViewerClass,
        who: Option<&PersonId>,
        epoch: &str,
    ) -> ServerFrame {
        ServerFrame::Hello {
            protocol: PROTOCOL,
            meeting: "meeting".into(),
            epoch: epoch.to_owned(),
            class,
            person: who.cloned(),
            position: self.head(),
            server_time: self.now,
            mine: self.mine_of(who),
        }
    }

    pub(crate) fn snapshot(
        &self,
        class: ViewerClass,
        who: Option<&PersonId>,
        position: u64,
    ) -> Snapshot {
        Snapshot {
            protocol: PROTOCOL,
            epoch: EPOCH.to_owned(),
            class,
            person: who.cloned(),
            position,
            server_time: self.now,
            meeting: self.masked(class, position),
            mine: self.mine_of(who),
        }
    }

    pub(crate) fn mine_of(&self, who: Option<&PersonId>) -> Mine {
        let Some(who) = who else { return Mine::default() };
        let mine = self.mine.get(who).cloned().unwrap_or_default();
        Mine { own: visibility::personal_rows(self.state(), who), ..mine }
    }

    /// A ballot on the text that is voted on.
    pub(crate) fn ballot(&self, vote: u32, choice: Choice, opinion: &str) -> Command {
        let text = format!("Thông qua {}", self.motion_of(vote));
        Command::Votes(VotesCommand::CastBallot {
            vote: VoteId(vote),
            choice,
            opinion: opinion.to_owned(),
            text_digest: text_digest(&Text::vi(text)),
        })
    }

    fn motion_of(&self, vote: u32) -> u32 {
        self.state().votes.get(&VoteId(vote)).map_or(1, |vote| vote.motion.0)
    }
}

/// One of everything that people ask for, with numbers that sometimes fit.
pub(crate) fn any_command() -> impl Strategy<Value = Command> {
    let item = (1_u32..=3).prop_map(ItemId);
    let choice = prop_oneof![
        Just(Choice::Yes),
        Just(Choice::No),
        Just(Choice::Abstain),
        Just(Choice::Other)
    ];
    let kind = prop_oneof![
        Just(RequestKind::Speak),
        Just(RequestKind::PointOfOrder),
        Just(RequestKind::Question { to: person("m2") })
    ];
    let conclusion = prop_oneof![
        Just(Conclusion::Decided),
        Just(Conclusion::Deferred { until: "ngày mai".to_owned() }),
        Just(Conclusion::Withdrawn)
    ];
    prop_oneof![
        Just(Command::Attendance(AttendanceCommand::CheckIn { person: None })),
        Just(Command::Attendance(AttendanceCommand::CheckOut {
            person: None,
            reason: "bận".to_owned()
        })),
        Just(Command::Attendance(AttendanceCommand::RecordAbsence {
            person: person("m3"),
            reason: "ốm".to_owned()
        })),
        Just(Command::Session(SessionCommand::OpenSession {})),
        Just(Command::Session(SessionCommand::CallRecess {})),
        Just(Command::Session(SessionCommand::Resume {})),
        Just(Command::Session(SessionCommand::CloseSession {})),
        Just(Command::Session(SessionCommand::HandOverChair { to: person("m1") })),
        item.clone().prop_map(|item| Command::Agenda(AgendaCommand::StartItem { item })),
        (item.clone(), conclusion).prop_map(|(item, conclusion)| Command::Agenda(
            AgendaCommand::ConcludeItem { item, conclusion }
        )),
        item.clone().prop_map(|item| Command::Agenda(AgendaCommand::Object { item })),
        item.clone().prop_map(|item| Command::Agenda(AgendaCommand::AdoptWithoutDebate { item })),
        (item.clone(), prop_oneof![Just(""), Just("liên quan")]).prop_map(|(item, reason)| {
            Command::Agenda(AgendaCommand::Recuse { item, person: None, reason: reason.to_owned() })
        }),
        kind.prop_map(|kind| Command::Floor(FloorCommand::AskToSpeak { kind })),
        (1_u32..4)
            .prop_map(|n| Command::Floor(FloorCommand::WithdrawRequest { request: RequestId(n) })),
        (1_u32..4).prop_map(|n| Command::Floor(FloorCommand::GrantFloor {
            request: RequestId(n),
            seconds: Some(60)
        })),
        Just(Command::Floor(FloorCommand::PauseFloor {})),
        Just(Command::Floor(FloorCommand::ResumeFloor {})),
        Just(Command::Floor(FloorCommand::EndFloor {})),
        (1_u32..4, prop_oneof![Just(None), Just(Some(5))]).prop_map(|(n, seconds)| Command::Votes(
            VotesCommand::OpenVote { motion: MotionId(n), seconds }
        )),
        (1_u32..4, choice, prop_oneof![Just(""), Just("nên để sau")], 1_u32..4).prop_map(
            |(vote, choice, opinion, text)| Command::Votes(VotesCommand::CastBallot {
                vote: VoteId(vote),
                choice,
                opinion: opinion.to_owned(),
                text_digest: text_digest(&Text::vi(format!("Thông qua {text}"))),
            })
        ),
        (1_u32..4).prop_map(|vote| Command::Votes(VotesCommand::CloseVote { vote: VoteId(vote) })),
        (1_u32..4).prop_map(|vote| Command::Votes(VotesCommand::VoidVote {
            vote: VoteId(vote),
            reason: "hỏng".to_owned()
        })),
        (item, 1_u32..4).prop_map(|(item, bytes)| Command::Papers(PapersCommand::AddPaper {
            draft: PaperDraft {
                item: Some(item),
                title: Text::vi("Tờ trình"),
                number: String::new(),
                level: Level::Internal,
                file_name: "a.pdf".to_owned(),
                blob: Digest::of(&[1]),
                bytes: u64::from(bytes),
            }
        })),
        (1_u32..3).prop_map(|paper| Command::Papers(PapersCommand::PaperOpened {
            paper: PaperId(paper),
            pages: 2
        })),
        (1_u32..3).prop_map(|paper| Command::Papers(PapersCommand::PageRendered {
            paper: PaperId(paper),
            index: 0,
            page: Page {
                width: 10,
                height: 14,
                picture: Digest::of(&[2]),
                media: "image/png".to_owned(),
                thumbnail: Digest::of(&[3]),
                words: Digest::of(&[4]),
            }
        })),
        Just(Command::Participants(ParticipantsCommand::AddParticipant {
            participant: participant("guest")
        })),
        (0_u32..5).prop_map(|to| Command::Agenda(AgendaCommand::MoveItem { item: ItemId(1), to })),
        Just(Command::Minutes(MinutesCommand::DraftMinutes {})),
        Just(Command::Minutes(MinutesCommand::ApproveMinutes {})),
        Just(Command::Minutes(MinutesCommand::ReopenMinutes {})),
    ]
}

/// Who acts: people, and now and then a job.
pub(crate) fn any_actor() -> impl Strategy<Value = Actor> {
    prop_oneof![
        3 => Just(Actor::Person(person("chair"))),
        2 => Just(Actor::Person(person("secretary"))),
        3 => (0..PEOPLE.len()).prop_map(|place| Actor::Person(person(PEOPLE[place]))),
        1 => Just(Actor::System),
    ]
}

/// A person of each class.
pub(crate) fn viewer(class: ViewerClass) -> Option<PersonId> {
    match class {
        ViewerClass::Staff => Some(person("chair")),
        ViewerClass::Member => Some(person("m2")),
        ViewerClass::Guest => Some(person("guest")),
        ViewerClass::Projector | ViewerClass::Reader => None,
    }
}

/// A frame as a server reads it.
pub(crate) fn on_the_wire(frame: &ClientFrame<Kept>) -> ClientFrame {
    let text = serde_json::to_string(frame).expect("a frame");
    serde_json::from_str(&text).expect("a frame of the protocol")
}
