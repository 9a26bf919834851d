//! A tablet refuses at once only what the server would refuse too, now and later, seeing everything.

use crate::world::{World, any_actor, any_command, id, viewer};
use icabinet_models::ids::{Digest, VoteId};
use icabinet_models::meeting::{
    Actor, AttendanceCommand, Command, Context, FloorCommand, Refusal, VotesCommand,
};
use icabinet_models::profile::Profile;
use icabinet_models::rule::Choice;
use icabinet_models::visibility::ViewerClass;
use icabinet_sync::{Outbox, Replica};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn a_refusal_at_once_is_a_refusal_for_ever(
        history in prop::collection::vec((any_actor(), any_command()), 1..50),
        asked in prop::collection::vec(any_command(), 1..12),
        class in prop::sample::select(vec![ViewerClass::Staff, ViewerClass::Member, ViewerClass::Guest]),
    ) {
        let mut world = World::in_session(Profile::vn_peoples_committee());
        for (actor, command) in &history {
            let _judged = world.act(actor.clone(), command);
        }
        let who = viewer(class).unwrap_or_else(|| unreachable!("all of these are people"));
        // The view lags behind by any number of entries.
        for position in (14..=world.head()).step_by(3) {
            let snapshot = world.snapshot(class, Some(&who), position);
            for command in &asked {
                let mut replica = Replica::from_snapshot(snapshot.clone(), Outbox::default());
                let Err(refusal) = replica.submit(world.now, id(1), command) else { continue };
                let context = Context { actor: Actor::Person(who.clone()), now: world.now };
                prop_assert!(
                    world.state().decide(&context, command).is_err(),
                    "{:?} at {} of {}: refused {:?} as {:?}, the server takes it",
                    class, position, world.head(), command, refusal
                );
            }
        }
    }
}

fn voting() -> (World, Replica) {
    let mut world = World::in_session(Profile::vn_peoples_committee());
    let open = Command::Votes(VotesCommand::OpenVote {
        motion: icabinet_models::ids::MotionId(1),
        seconds: Some(5),
    });
    world.must(Actor::Person("chair".into()), &open);
    let who = "m2".into();
    let replica = Replica::from_snapshot(
        world.snapshot(ViewerClass::Member, Some(&who), world.head()),
        Outbox::default(),
    );
    (world, replica)
}

#[test]
fn what_is_certain_is_refused_at_once() {
    let (world, mut replica) = voting();
    let other_text = Command::Votes(VotesCommand::CastBallot {
        vote: VoteId(1),
        choice: Choice::Yes,
        opinion: String::new(),
        text_digest: Digest::ZERO,
    });
    for (command, refusal) in [
        (world.ballot(1, Choice::Other, "  "), Refusal::OpinionMissing),
        (other_text, Refusal::OtherText),
    ] {
        assert_eq!(replica.submit(world.now, id(1), &command), Err(refusal));
    }
    assert!(replica.outbox().is_empty());
}

#[test]
fn a_deadline_is_the_servers_to_judge() {
    let (world, mut replica) = voting();
    let late = world.now.plus_ms(3_600_000);
    let ballot = world.ballot(1, Choice::Yes, "");
    assert!(replica.submit(late, id(1), &ballot).is_ok(), "this device's clock may be wrong");
}

#[test]
fn presence_is_the_servers_to_judge() {
    let (mut world, mut replica) = voting();
    world.must(
        Actor::Person("m2".into()),
        &Command::Attendance(AttendanceCommand::CheckOut { person: None, reason: String::new() }),
    );
    replica
        .on_frame(world.events(ViewerClass::Member, replica.position(), world.head()), world.now);
    let check_in = replica.submit(
        world.now,
        id(1),
        &Command::Attendance(AttendanceCommand::CheckIn { person: None }),
    );
    assert_eq!(check_in, Ok(id(1)));
    let ask = Command::Floor(FloorCommand::AskToSpeak {
        kind: icabinet_models::floor::RequestKind::Speak,
    });
    assert_eq!(
        replica.submit(world.now, id(2), &ask),
        Ok(id(2)),
        "the check-in goes out before it"
    );
}
