//! Tablets between two nodes that share a log. Each node has read it as far as it has; lines break,
//! and what was on its way is lost; people change nodes in the middle of a vote. What was drawn is
//! printed when a law breaks.

use crate::frames::check;
use crate::world::{
    EPOCH, PEOPLE, World, any_actor, any_command, any_profile, id, on_the_wire, person,
};
use icabinet_models::ids::{CommandId, MotionId, PersonId, VoteId};
use icabinet_models::meeting::{Actor, Command, Event, SessionCommand, VotesCommand, VotesEvent};
use icabinet_models::profile::Profile;
use icabinet_models::rule::Choice;
use icabinet_models::visibility;
use icabinet_models::wire::{Answer, ClientFrame, Mine, ServerFrame};
use icabinet_sync::{Change, Outbox, Replica};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Rounds after which everything that waits has been answered, once nothing breaks any more.
const ENOUGH: usize = 8;

#[derive(Clone, Debug)]
enum Step {
    /// A tablet's person wants something.
    Tap {
        tablet: usize,
        command: Command,
    },
    /// A tablet's person votes in the vote that he sees open.
    Vote {
        tablet: usize,
        choice: Choice,
    },
    /// Something happens in the room, decided by a node that nobody here sits at.
    Elsewhere {
        actor: Actor,
        command: Command,
    },
    /// A node reads the log a little further, and shows it.
    Learn {
        node: usize,
        by: u64,
    },
    /// What is on a line arrives: up to so many frames each way.
    Arrive {
        tablet: usize,
        up: usize,
        down: usize,
    },
    Cut {
        tablet: usize,
    },
    Connect {
        tablet: usize,
        node: usize,
    },
}

fn any_step() -> impl Strategy<Value = Step> {
    let tablet = 0..PEOPLE.len();
    let choice = prop::sample::select(vec![Choice::Yes, Choice::No]);
    prop_oneof![
        3 => (tablet.clone(), any_command()).prop_map(|(tablet, command)| Step::Tap { tablet, command }),
        3 => (tablet.clone(), choice).prop_map(|(tablet, choice)| Step::Vote { tablet, choice }),
        3 => (any_actor(), any_command()).prop_map(|(actor, command)| Step::Elsewhere { actor, command }),
        3 => (0..2_usize, 1..6_u64).prop_map(|(node, by)| Step::Learn { node, by }),
        6 => (tablet.clone(), 0..3_usize, 0..4_usize).prop_map(|(tablet, up, down)| Step::Arrive { tablet, up, down }),
        1 => tablet.clone().prop_map(|tablet| Step::Cut { tablet }),
        3 => (tablet, 0..2_usize).prop_map(|(tablet, node)| Step::Connect { tablet, node }),
    ]
}

/// A connection to a node, and what is on its way.
#[derive(Debug)]
struct Line {
    node: usize,
    /// How far what was put on it goes.
    told: u64,
    up: VecDeque<ClientFrame>,
    down: VecDeque<ServerFrame>,
}

#[derive(Debug)]
struct Tablet {
    who: PersonId,
    replica: Replica,
    line: Option<Line>,
    needs_snapshot: bool,
    asked: BTreeSet<CommandId>,
    answered: BTreeMap<CommandId, Answer>,
    receipts: BTreeSet<VoteId>,
}

#[derive(Debug)]
struct Net {
    world: World,
    /// How far each node has read.
    heads: [u64; 2],
    tablets: Vec<Tablet>,
    asked: u64,
}

impl Net {
    fn new(profile: Profile) -> Self {
        let mut world = World::in_session(profile);
        let open = Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None });
        world.must(Actor::Person(person("chair")), &open);
        let head = world.head();
        let tablets = PEOPLE.iter().map(|name| {
            let who = person(name);
            let class = visibility::class_of(world.state(), &who).expect("everyone attends");
            let snapshot = world.snapshot(class, Some(&who), head);
            Tablet {
                who,
                replica: Replica::from_snapshot(snapshot, Outbox::default()),
                line: None,
                needs_snapshot: false,
                asked: BTreeSet::new(),
                answered: BTreeMap::new(),
                receipts: BTreeSet::new(),
            }
        });
        Self { tablets: tablets.collect(), world, heads: [head; 2], asked: 0 }
    }

    /// What a node that has read so far knows of one person alone.
    fn mine_at(&self, who: &PersonId, head: u64) -> Mine {
        let mut mine = self.world.mine_of(Some(who));
        mine.ballots.retain(|_, own| own.ballot.position <= head);
        mine.own =
            visibility::personal_rows(&self.world.states[usize::try_from(head).unwrap()], who);
        mine
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Tap { tablet, command } => self.tap(tablet, command),
            Step::Vote { tablet, choice } => {
                let open = self.tablets[tablet].replica.meeting().open_vote();
                if let Some((vote, _)) = open {
                    let ballot = self.world.ballot(vote.0, choice, "");
                    self.tap(tablet, ballot);
                }
            }
            Step::Elsewhere { actor, command } => {
                // Most are refused, as in life.
                let _judged = self.world.act(actor, &command);
            }
            Step::Learn { node, by } => self.learn(node, by),
            Step::Arrive { tablet, up, down } => {
                for _ in 0..up {
                    self.arrive_up(tablet);
                }
                for _ in 0..down {
                    self.arrive_down(tablet);
                }
            }
            Step::Cut { tablet } => self.cut(tablet),
            Step::Connect { tablet, node } => self.connect(tablet, node),
        }
    }

    fn tap(&mut self, tablet: usize, command: Command) {
        // A chair that changes hands changes classes: another law's matter.
        if matches!(command, Command::Session(SessionCommand::HandOverChair { .. })) {
            return;
        }
        self.asked += 1;
        let (now, fresh) = (self.world.now, id(self.asked));
        let tablet = &mut self.tablets[tablet];
        if let Ok(given) = tablet.replica.submit(now, fresh, &command) {
            tablet.asked.insert(given);
        }
        tablet.flush(&self.world);
    }

    fn learn(&mut self, node: usize, by: u64) {
        self.heads[node] = (self.heads[node] + by).min(self.world.head());
        let head = self.heads[node];
        for tablet in &mut self.tablets {
            let class = tablet.replica.class();
            let Some(line) = tablet.line.as_mut().filter(|line| line.node == node) else {
                continue;
            };
            let frame = self.world.events(class, line.told, head);
            if matches!(&frame, ServerFrame::Events { entries, .. } if !entries.is_empty()) {
                line.down.push_back(frame);
                line.told = head;
            }
        }
    }

    fn arrive_up(&mut self, tablet: usize) {
        let one = &mut self.tablets[tablet];
        let Some(line) = one.line.as_mut() else { return };
        let Some(ClientFrame::Command { id, command }) = line.up.pop_front() else { return };
        // Deciding, a node holds the head row: it has read all there is.
        let (node, who) = (line.node, one.who.clone());
        let answer = self.world.receive(&who, &id, &command);
        self.learn(node, u64::MAX >> 1);
        if let Some(line) = self.tablets[tablet].line.as_mut() {
            line.down.push_back(answer);
        }
    }

    fn arrive_down(&mut self, tablet: usize) {
        let now = self.world.now;
        let tablet = &mut self.tablets[tablet];
        let Some(frame) = tablet.line.as_mut().and_then(|line| line.down.pop_front()) else {
            return;
        };
        for change in tablet.replica.on_frame(frame, now) {
            match change {
                Change::Greeted => tablet.flush(&self.world),
                Change::Settled(settled) => {
                    let command = settled.pending.command.read().expect("a command");
                    tablet.settle(settled.pending.id, settled.answer, &command);
                }
                Change::Reconnect => tablet.cut(),
                Change::TakeSnapshot => {
                    tablet.needs_snapshot = true;
                    tablet.cut();
                }
                Change::Rejected { .. } => panic!("{change:?}"),
                _ => {}
            }
        }
    }

    fn cut(&mut self, tablet: usize) {
        self.tablets[tablet].cut();
    }

    fn connect(&mut self, tablet: usize, node: usize) {
        self.tablets[tablet].cut();
        let at = self.tablets[tablet].replica.position();
        if at > self.heads[node] {
            // A view that has seen more: what it knows is committed, and the node reads it.
            self.learn(node, u64::MAX >> 1);
        }
        let head = self.heads[node];
        let (who, class) = (self.tablets[tablet].who.clone(), self.tablets[tablet].replica.class());
        let mine = self.mine_at(&who, head);
        if self.tablets[tablet].needs_snapshot {
            let mut snapshot = self.world.snapshot(class, Some(&who), head);
            snapshot.mine = mine.clone();
            self.tablets[tablet].replica.take_snapshot(snapshot);
            self.tablets[tablet].needs_snapshot = false;
        }
        let at = self.tablets[tablet].replica.position();
        let mut hello = self.world.hello(class, Some(&who), EPOCH);
        if let ServerFrame::Hello { position, mine: own, .. } = &mut hello {
            (*position, *own) = (head, mine);
        }
        let events = self.world.events(class, at, head);
        let down = VecDeque::from([hello, events]);
        self.tablets[tablet].line = Some(Line { node, told: head, up: VecDeque::new(), down });
    }

    /// What holds at every moment.
    fn hold(&self) {
        for tablet in &self.tablets {
            check(&tablet.replica, &self.world);
            for vote in &tablet.receipts {
                let is_open =
                    tablet.replica.meeting().votes.get(vote).is_some_and(|vote| vote.is_open());
                // A second one may be on its way, to be refused.
                assert!(
                    !is_open || tablet.replica.mine().ballots.contains_key(vote),
                    "{}: the receipt of {vote} is gone",
                    tablet.who
                );
            }
        }
    }

    /// Nothing breaks any more: everybody comes to the same place, and everything is answered once.
    fn heal(&mut self) {
        for round in 0..ENOUGH {
            for tablet in 0..self.tablets.len() {
                self.connect(tablet, round % 2);
                while self.tablets[tablet]
                    .line
                    .as_ref()
                    .is_some_and(|line| !line.up.is_empty() || !line.down.is_empty())
                {
                    self.arrive_down(tablet);
                    self.arrive_up(tablet);
                }
            }
            self.learn(0, u64::MAX >> 1);
            self.learn(1, u64::MAX >> 1);
        }
        for tablet in 0..self.tablets.len() {
            while self.tablets[tablet].line.as_ref().is_some_and(|line| !line.down.is_empty()) {
                self.arrive_down(tablet);
            }
        }
        self.hold();
        for tablet in &self.tablets {
            let class = tablet.replica.class();
            let after = tablet.replica.position();
            let left = self.world.events(class, after, self.world.head());
            assert!(
                matches!(&left, ServerFrame::Events { entries, .. } if entries.is_empty()),
                "{} is not in step: {left:?}",
                tablet.who
            );
            let unanswered: Vec<_> =
                tablet.asked.iter().filter(|id| !tablet.answered.contains_key(*id)).collect();
            assert!(unanswered.is_empty(), "{}: {unanswered:?}", tablet.who);
        }
        let mut cast = BTreeSet::new();
        for entry in &self.world.log {
            if let Event::Votes(VotesEvent::BallotCast { vote, person, .. }) = &entry.event {
                assert!(cast.insert((*vote, person.clone())), "{person} voted twice in {vote}");
            }
        }
    }
}

impl Tablet {
    /// Gives the connection what waits, once the server has greeted.
    fn flush(&mut self, world: &World) {
        let Some(line) = self.line.as_mut() else { return };
        let greeted = !line.down.iter().any(|frame| matches!(frame, ServerFrame::Hello { .. }));
        if greeted {
            let sent = self.replica.outbox_mut().send(world.now);
            line.up.extend(sent.iter().map(on_the_wire));
        }
    }

    fn cut(&mut self) {
        if self.line.take().is_some() {
            self.replica.outbox_mut().disconnected();
        }
    }

    fn settle(&mut self, id: CommandId, answer: Answer, command: &Command) {
        if let (Answer::Accepted { .. }, Command::Votes(VotesCommand::CastBallot { vote, .. })) =
            (&answer, command)
        {
            self.receipts.insert(*vote);
        }
        let before = self.answered.insert(id.clone(), answer);
        assert_eq!(before, None, "{id:?} was answered twice");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_breaks_everyone_ends_in_the_same_place(
        profile in any_profile(),
        steps in prop::collection::vec(any_step(), 1..160),
    ) {
        let mut net = Net::new(profile);
        for step in steps {
            // Who takes over the chair has another class: he is sent away for a snapshot of it.
            if matches!(&step, Step::Elsewhere { command: Command::Session(SessionCommand::HandOverChair { .. }), .. }) {
                continue;
            }
            net.step(step);
            net.hold();
        }
        net.heal();
    }
}
