//! Whatever the road does to frames, the view is the server's state masked, at the position it says.

use crate::world::{
    EPOCH, World, any_actor, any_command, any_profile, of_the_class, person, viewer,
};
use icabinet_models::ids::{Time, VoteId};
use icabinet_models::meeting::{Actor, Command, SessionCommand, VotesCommand};
use icabinet_models::profile::Profile;
use icabinet_models::rule::Choice;
use icabinet_models::visibility::{self, ViewerClass};
use icabinet_models::wire::ServerFrame;
use icabinet_sync::{Change, Outbox, Replica, Turnout};
use proptest::prelude::*;
use proptest::sample::Index;

/// What the road does to the frame that comes next.
#[derive(Clone, Copy, Debug)]
enum Road {
    Deliver,
    Drop,
    Twice,
    /// Held back until after the next one.
    Late,
    /// One of the frames before comes again.
    Ghost(Index),
}

fn any_road() -> impl Strategy<Value = Road> {
    prop_oneof![
        4 => Just(Road::Deliver),
        1 => Just(Road::Drop),
        1 => Just(Road::Twice),
        1 => Just(Road::Late),
        1 => any::<Index>().prop_map(Road::Ghost),
    ]
}

fn history() -> impl Strategy<Value = Vec<(Actor, Command)>> {
    prop::collection::vec((any_actor(), any_command()), 1..60)
}

fn lived(profile: Profile, history: &[(Actor, Command)]) -> World {
    let mut world = World::in_session(profile);
    for (actor, command) in history {
        // Most are refused, as in life; what matters is what got into the log.
        let _judged = world.act(actor.clone(), command);
    }
    world
}

pub(crate) fn check(replica: &Replica, world: &World) {
    let (mut view, mut expected) =
        (replica.meeting().clone(), world.masked(replica.class(), replica.position()));
    if replica.mine().own.is_some() {
        // One's own rows are of another moment than the view.
        view = of_the_class(&view, replica.person());
        expected = of_the_class(&expected, replica.person());
    }
    assert_eq!(view, expected, "{:?} at {}", replica.class(), replica.position());
}

/// Caught up, a view says of its own viewer what the whole state says.
fn check_own(replica: &Replica, world: &World) {
    let mut expected = world.masked(replica.class(), replica.position());
    if let Some(own) =
        replica.person().and_then(|who| visibility::personal_rows(world.state(), who))
    {
        own.lay_over(&mut expected);
        let is_open = |id: &VoteId| expected.votes.get(id).is_some_and(|vote| vote.is_open());
        for (id, vote) in &replica.meeting().votes {
            if !is_open(id) {
                continue;
            }
            assert_eq!(vote.terms.entitled, expected.votes[id].terms.entitled);
        }
        for vote in expected.votes.values_mut() {
            vote.terms.entitled.clear();
        }
    }
    let mut view = replica.meeting().clone();
    if replica.mine().own.is_some() {
        for vote in view.votes.values_mut() {
            vote.terms.entitled.clear();
        }
    }
    assert_eq!(view, expected);
}

/// Connects again as the protocol says, from wherever the replica is.
fn reconnect(replica: &mut Replica, world: &World) {
    let who = replica.person().cloned();
    let changes = replica.on_frame(world.hello(replica.class(), who.as_ref(), EPOCH), world.now);
    assert!(changes.contains(&Change::Greeted), "{changes:?}");
    replica.on_frame(world.events(replica.class(), replica.position(), world.head()), world.now);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_road_leads_to_the_masked_state(
        profile in any_profile(),
        history in history(),
        cuts in prop::collection::vec(1_u64..6, 1..40),
        road in prop::collection::vec(any_road(), 40),
        class in prop::sample::select(ViewerClass::ALL.to_vec()),
    ) {
        let world = lived(profile, &history);
        let start = 14.min(world.head());
        let who = viewer(class);
        let mut replica = Replica::from_snapshot(world.snapshot(class, who.as_ref(), start), Outbox::default());
        check(&replica, &world);

        let mut frames = Vec::new();
        let mut at = start;
        for cut in cuts {
            let to = (at + cut).min(world.head());
            if to > at {
                frames.push(world.events(class, at, to));
            }
            at = to;
        }
        let mut late: Option<ServerFrame> = None;
        let mut arrived: Vec<ServerFrame> = Vec::new();
        for (frame, what) in frames.iter().zip(road.iter().cycle()) {
            match what {
                Road::Deliver => arrived.push(frame.clone()),
                Road::Drop => {}
                Road::Twice => arrived.extend([frame.clone(), frame.clone()]),
                Road::Late => {
                    arrived.extend(late.replace(frame.clone()));
                    continue;
                }
                Road::Ghost(which) => arrived.extend([frame.clone(), which.get(&frames).clone()]),
            }
            arrived.extend(late.take());
        }
        arrived.extend(late);
        for frame in arrived {
            let before = replica.position();
            let changes = replica.on_frame(frame.clone(), world.now);
            check(&replica, &world);
            let ServerFrame::Events { after, to, .. } = frame else { continue };
            prop_assert_eq!(changes == vec![Change::Reconnect], to > before && after > before);
            prop_assert!(to > before || changes.is_empty(), "what is known already changes nothing");
            if changes == vec![Change::Reconnect] {
                reconnect(&mut replica, &world);
                check(&replica, &world);
            }
        }
        reconnect(&mut replica, &world);
        prop_assert_eq!(replica.position(), world.head());
        check(&replica, &world);
        replica.on_frame(ServerFrame::Mine { mine: world.mine_of(who.as_ref()) }, world.now);
        check_own(&replica, &world);
    }

    #[test]
    fn a_snapshot_at_any_moment_is_the_same_view(history in history(), at in any::<Index>()) {
        let world = lived(Profile::board(), &history);
        for class in ViewerClass::ALL {
            let who = viewer(class);
            let position = 1 + at.index(usize::try_from(world.head()).unwrap_or(1)) as u64;
            let early = world.snapshot(class, who.as_ref(), position);
            let mut replica = Replica::from_snapshot(early, Outbox::default());
            replica.on_frame(world.events(class, position, world.head()), world.now);
            let mut fresh = replica.clone();
            fresh.take_snapshot(world.snapshot(class, who.as_ref(), world.head()));
            prop_assert_eq!(replica.meeting(), fresh.meeting());
            prop_assert_eq!(replica.position(), fresh.position());
        }
    }
}

fn member() -> (World, Replica) {
    let world = World::in_session(Profile::vn_peoples_committee());
    let who = person("m2");
    let snapshot = world.snapshot(ViewerClass::Member, Some(&who), world.head());
    (world, Replica::from_snapshot(snapshot, Outbox::default()))
}

#[test]
fn another_epoch_voids_the_view() {
    let (world, mut replica) = member();
    let who = person("m2");
    let changes = replica.on_frame(world.hello(ViewerClass::Member, Some(&who), "e2"), world.now);
    assert_eq!(changes, [Change::ServerTime(world.now), Change::TakeSnapshot]);
}

#[test]
fn another_class_voids_the_view() {
    let (world, mut replica) = member();
    let who = person("m2");
    let changes = replica.on_frame(world.hello(ViewerClass::Staff, Some(&who), EPOCH), world.now);
    assert!(changes.contains(&Change::TakeSnapshot), "{changes:?}");
}

#[test]
fn a_log_shorter_than_the_view_voids_it() {
    let (world, _) = member();
    let who = person("m2");
    let mut behind = World::convened(Profile::vn_peoples_committee());
    behind.now = world.now;
    let mut replica = Replica::from_snapshot(
        world.snapshot(ViewerClass::Member, Some(&who), world.head()),
        Outbox::default(),
    );
    let changes = replica.on_frame(behind.hello(ViewerClass::Member, Some(&who), EPOCH), world.now);
    assert!(changes.contains(&Change::TakeSnapshot), "{changes:?}");
}

#[test]
fn a_node_that_is_not_upgraded_yet_is_left_for_another() {
    let (world, mut replica) = member();
    let who = person("m2");
    let mut hello = world.hello(ViewerClass::Member, Some(&who), EPOCH);
    if let ServerFrame::Hello { protocol, .. } = &mut hello {
        *protocol -= 1;
    }
    let (view, position) = (replica.meeting().clone(), replica.position());
    assert_eq!(replica.on_frame(hello, world.now), [Change::Reconnect]);
    assert_eq!((replica.meeting(), replica.position()), (&view, position), "nothing is given up");
}

#[test]
fn a_frame_that_overlaps_is_folded_once() {
    let (mut world, mut replica) = member();
    let from = replica.position();
    world.must(Actor::Person(person("chair")), &Command::Session(SessionCommand::CallRecess {}));
    replica.on_frame(world.events(ViewerClass::Member, from, world.head()), world.now);
    world.must(Actor::Person(person("chair")), &Command::Session(SessionCommand::Resume {}));
    let changes =
        replica.on_frame(world.events(ViewerClass::Member, from, world.head()), world.now);
    let [Change::Advanced { entries }] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!(entries.len(), 1);
    check(&replica, &world);
}

#[test]
fn ballots_of_others_move_the_position_and_nothing_else() {
    let (mut world, mut replica) = member();
    world.must(
        Actor::Person(person("chair")),
        &Command::Votes(VotesCommand::OpenVote {
            motion: icabinet_models::ids::MotionId(1),
            seconds: None,
        }),
    );
    replica
        .on_frame(world.events(ViewerClass::Member, replica.position(), world.head()), world.now);
    let before = replica.clone();
    let ballot = world.ballot(1, Choice::Yes, "");
    world.must(Actor::Person(person("m1")), &ballot);
    let changes = replica
        .on_frame(world.events(ViewerClass::Member, replica.position(), world.head()), world.now);
    assert_eq!(changes, [Change::Advanced { entries: Vec::new() }]);
    assert_eq!(replica.meeting().votes, before.meeting().votes);
    check(&replica, &world);
}

#[test]
fn a_turnout_never_falls() {
    let (world, mut replica) = member();
    for (cast, changed) in [(2, true), (1, false), (2, false), (5, true)] {
        let frame = ServerFrame::Turnout { vote: VoteId(1), cast, entitled: 5 };
        assert_eq!(!replica.on_frame(frame, world.now).is_empty(), changed, "{cast}");
    }
    assert_eq!(replica.turnout(), Some(Turnout { vote: VoteId(1), cast: 5, entitled: 5 }));
    replica.on_frame(ServerFrame::Turnout { vote: VoteId(2), cast: 0, entitled: 5 }, Time(0));
    assert_eq!(replica.turnout(), Some(Turnout { vote: VoteId(2), cast: 0, entitled: 5 }));
}
