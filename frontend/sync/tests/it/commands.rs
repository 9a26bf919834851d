//! A command from the tap to the answer, on connections that break.

use crate::world::{EPOCH, World, id, on_the_wire, person};
use icabinet_models::ids::{MotionId, Time, VoteId};
use icabinet_models::meeting::{
    Actor, AttendanceCommand, Command, FloorCommand, Refusal, VotesCommand, VotesEvent,
};
use icabinet_models::profile::Profile;
use icabinet_models::rule::Choice;
use icabinet_models::visibility::ViewerClass;
use icabinet_models::wire::{Answer, ClientFrame, Rejection, ServerFrame};
use icabinet_sync::{BallotStanding, Change, Outbox, Replica, Stage};

/// A vote is open, and `m2` looks at it.
fn voting(profile: Profile) -> (World, Replica) {
    let mut world = World::in_session(profile);
    world.must(
        Actor::Person(person("chair")),
        &Command::Votes(VotesCommand::OpenVote { motion: MotionId(1), seconds: None }),
    );
    let who = person("m2");
    let snapshot = world.snapshot(ViewerClass::Member, Some(&who), world.head());
    (world, Replica::from_snapshot(snapshot, Outbox::default()))
}

fn frames_of(replica: &mut Replica, now: Time) -> Vec<ClientFrame> {
    replica.outbox_mut().send(now).iter().map(on_the_wire).collect()
}

fn deliver(world: &mut World, frame: &ClientFrame) -> ServerFrame {
    let ClientFrame::Command { id, command } = frame;
    world.receive(&person("m2"), id, command)
}

fn ballots_in_log(world: &World) -> usize {
    use icabinet_models::meeting::Event;
    world
        .log
        .iter()
        .filter(|entry| matches!(entry.event, Event::Votes(VotesEvent::BallotCast { .. })))
        .count()
}

#[test]
fn a_ballot_sent_a_hundred_times_is_one_ballot() {
    let (mut world, mut replica) = voting(Profile::vn_peoples_committee());
    let ballot = world.ballot(1, Choice::Yes, "");
    let mut now = world.now;
    let first = replica.submit(now, id(0), &ballot);
    assert_eq!(first, Ok(id(0)));
    let mut answers = Vec::new();
    for again in 1..=100 {
        // The finger, too, taps again and again.
        assert_eq!(replica.submit(now, id(again), &ballot), Ok(id(0)));
        let sent = frames_of(&mut replica, now);
        assert_eq!(sent.len(), 1, "attempt {again}");
        answers.push(deliver(&mut world, &sent[0]));
        replica.outbox_mut().disconnected();
        now = now.plus_ms(100);
    }
    assert_eq!(ballots_in_log(&world), 1);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "one answer for all");
    assert!(
        matches!(replica.ballot(VoteId(1)), BallotStanding::Unsent(pending) if pending.attempts == 100)
    );
    let mut settled = 0;
    for answer in answers {
        settled += replica
            .on_frame(answer, now)
            .iter()
            .filter(|change| matches!(change, Change::Settled(_)))
            .count();
    }
    assert_eq!(settled, 1, "told once");
    let BallotStanding::Recorded(own) = replica.ballot(VoteId(1)) else { panic!("no receipt") };
    assert_eq!((own.ballot.choice, own.code), (Choice::Yes, format!("CODE {}", world.head())));
    let again = replica.submit(now, id(200), &world.ballot(1, Choice::No, ""));
    assert!(matches!(again, Err(Refusal::AlreadyVoted { .. })), "{again:?}");
}

#[test]
fn a_killed_tab_loses_no_ballot() {
    let (mut world, mut replica) = voting(Profile::vn_peoples_committee());
    let ballot = world.ballot(1, Choice::Other, "nên để sau");
    assert!(replica.submit(world.now, id(7), &ballot).is_ok());
    // It was sent, and arrived; the tab died before the answer came.
    let sent = frames_of(&mut replica, world.now);
    deliver(&mut world, &sent[0]);
    let stored = serde_json::to_string(replica.outbox()).unwrap_or_default();
    drop(replica);

    let outbox: Outbox = serde_json::from_str(&stored).unwrap_or_default();
    let who = person("m2");
    let mut replica = Replica::from_snapshot(
        world.snapshot(ViewerClass::Member, Some(&who), world.head()),
        outbox,
    );
    assert!(matches!(replica.ballot(VoteId(1)), BallotStanding::Unsent(_)));
    replica.on_frame(world.hello(ViewerClass::Member, Some(&who), EPOCH), world.now);
    let sent = frames_of(&mut replica, world.now);
    assert_eq!(sent.len(), 1);
    let answer = deliver(&mut world, &sent[0]);
    replica.on_frame(answer, world.now);
    let BallotStanding::Recorded(own) = replica.ballot(VoteId(1)) else { panic!("no receipt") };
    assert_eq!(own.ballot.opinion, "nên để sau");
    assert_eq!(ballots_in_log(&world), 1);
    assert!(replica.outbox().pending().is_empty());
}

/// The office's program gives commands that the room's can't read, and so does a newer one.
#[test]
fn what_another_program_kept_is_kept_and_sent_beside_the_ballot() {
    let (world, mut replica) = voting(Profile::vn_peoples_committee());
    assert_eq!(replica.submit(world.now, id(1), &world.ballot(1, Choice::No, "")), Ok(id(1)));
    let mut stored = serde_json::to_value(replica.outbox()).expect("an outbox");
    let mut other = stored["pending"][0].clone();
    other["id"] = "of-another-program".into();
    other["command"] = serde_json::json!({"draw": {"paper": 1, "lines": [[0, 1], [2, 3]]}});
    let told = other["command"].clone();
    stored["pending"].as_array_mut().expect("a list").insert(0, other);
    let kept: Outbox = icabinet_sync::tree::from_json(&stored.to_string()).expect("understood");
    let who = person("m2");
    let snapshot = world.snapshot(ViewerClass::Member, Some(&who), world.head());
    let mut replica = Replica::from_snapshot(snapshot, kept);
    assert!(matches!(replica.ballot(VoteId(1)), BallotStanding::Unsent(_)), "it is still there");
    let sent = replica.outbox_mut().send(world.now);
    let sent: Vec<serde_json::Value> =
        sent.iter().map(|frame| serde_json::to_value(frame).expect("a frame")).collect();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0]["command"]["command"], told);
    assert!(sent[1]["command"]["command"].get("cast_ballot").is_some());
    let again = serde_json::to_value(replica.outbox()).expect("an outbox");
    assert_eq!(again["pending"][0]["command"], told, "and stays until it is answered");
}

#[test]
fn a_ballot_after_the_close_is_not_counted_and_says_so() {
    let (mut world, mut replica) = voting(Profile::vn_peoples_committee());
    assert!(replica.submit(world.now, id(1), &world.ballot(1, Choice::Yes, "")).is_ok());
    let sent = frames_of(&mut replica, world.now);
    replica.outbox_mut().disconnected();
    world.must(
        Actor::Person(person("chair")),
        &Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) }),
    );
    let closed = world.now;
    let answer = deliver(&mut world, &sent[0]);
    let arrived = closed.plus_ms(6_000);
    replica.on_frame(answer, arrived);
    let BallotStanding::NotCounted(refused) = replica.ballot(VoteId(1)) else {
        panic!("it counts?")
    };
    assert_eq!(refused.choice, Choice::Yes);
    assert_eq!(refused.refusal, Refusal::VoteClosedAt { at: closed });
    assert_eq!(refused.at, arrived);
    // It is still known after the tab was closed.
    let stored = serde_json::to_string(replica.outbox()).unwrap_or_default();
    let outbox: Outbox = serde_json::from_str(&stored).unwrap_or_default();
    assert_eq!(outbox.not_counted(VoteId(1)), Some(&refused));
}

#[test]
fn a_changed_ballot_that_comes_too_late_leaves_the_first() {
    let mut profile = Profile::board();
    profile.may_change_ballot = true;
    let (mut world, mut replica) = voting(profile);
    assert!(replica.submit(world.now, id(1), &world.ballot(1, Choice::Yes, "")).is_ok());
    let sent = frames_of(&mut replica, world.now);
    let answer = deliver(&mut world, &sent[0]);
    replica.on_frame(answer, world.now);
    assert!(replica.submit(world.now, id(2), &world.ballot(1, Choice::No, "")).is_ok());
    let sent = frames_of(&mut replica, world.now);
    world.must(
        Actor::Person(person("chair")),
        &Command::Votes(VotesCommand::CloseVote { vote: VoteId(1) }),
    );
    let answer = deliver(&mut world, &sent[0]);
    replica.on_frame(answer, world.now);
    let BallotStanding::Recorded(own) = replica.ballot(VoteId(1)) else {
        panic!("the first is gone")
    };
    assert_eq!(own.ballot.choice, Choice::Yes);
}

#[test]
fn a_ballot_from_another_device_is_fetched() {
    let (mut world, mut replica) = voting(Profile::vn_peoples_committee());
    let ballot = world.ballot(1, Choice::No, "");
    world.must(Actor::Person(person("m2")), &ballot);
    assert!(replica.submit(world.now, id(1), &world.ballot(1, Choice::Yes, "")).is_ok());
    let sent = frames_of(&mut replica, world.now);
    let answer = deliver(&mut world, &sent[0]);
    let changes = replica.on_frame(answer, world.now);
    assert!(changes.contains(&Change::Reconnect), "{changes:?}");
    replica.on_frame(world.hello(ViewerClass::Member, Some(&person("m2")), EPOCH), world.now);
    let standing = replica.ballot(VoteId(1));
    let BallotStanding::Elsewhere { own, refused: Some(refused) } = standing else {
        panic!("{standing:?}")
    };
    assert_eq!((own.ballot.choice, refused.choice), (Choice::No, Choice::Yes));
    let (at, position) = (own.ballot.at, own.ballot.position);
    assert_eq!(refused.refusal, Refusal::AlreadyVoted { at, position }, "it says when");
}

#[test]
fn another_device_hears_of_the_ballot_before_it_offers_one() {
    let (mut world, mut replica) = voting(Profile::vn_peoples_committee());
    let ballot = world.ballot(1, Choice::No, "");
    world.must(Actor::Person(person("m2")), &ballot);
    let mine = world.snapshot(ViewerClass::Member, Some(&person("m2")), world.head()).mine;
    assert_eq!(replica.on_frame(ServerFrame::Mine { mine }, world.now), [Change::Mine]);
    let standing = replica.ballot(VoteId(1));
    assert!(matches!(standing, BallotStanding::Elsewhere { refused: None, .. }), "{standing:?}");
    let other = replica.submit(world.now, id(1), &world.ballot(1, Choice::Yes, ""));
    assert!(matches!(other, Err(Refusal::AlreadyVoted { .. })), "{other:?}");
}

#[test]
fn the_device_that_cast_the_ballot_knows_it_for_its_own_after_a_reload() {
    let (mut world, mut replica) = voting(Profile::vn_peoples_committee());
    assert!(replica.submit(world.now, id(1), &world.ballot(1, Choice::Yes, "")).is_ok());
    let sent = frames_of(&mut replica, world.now);
    let answer = deliver(&mut world, &sent[0]);
    replica.on_frame(answer, world.now);
    let stored = serde_json::to_string(replica.outbox()).unwrap_or_default();
    let outbox: Outbox = serde_json::from_str(&stored).unwrap_or_default();
    let who = person("m2");
    let snapshot = || world.snapshot(ViewerClass::Member, Some(&who), world.head());
    let again = Replica::from_snapshot(snapshot(), outbox);
    assert!(matches!(again.ballot(VoteId(1)), BallotStanding::Recorded(_)));
    let elsewhere = Replica::from_snapshot(snapshot(), Outbox::default());
    assert!(matches!(elsewhere.ballot(VoteId(1)), BallotStanding::Elsewhere { .. }));
    // What an older page kept doesn't say.
    let older = r#"{"pending":[],"not_counted":{}}"#;
    assert_eq!(serde_json::from_str::<Outbox>(older).ok(), Some(Outbox::default()));
}

#[test]
fn sending_becomes_unsent_when_no_answer_comes() {
    let (world, mut replica) = voting(Profile::vn_peoples_committee());
    let start = world.now;
    assert!(replica.submit(start, id(1), &world.ballot(1, Choice::Yes, "")).is_ok());
    assert!(matches!(replica.ballot(VoteId(1)), BallotStanding::Unsent(_)), "nothing was sent yet");
    assert_eq!(frames_of(&mut replica, start).len(), 1);
    assert!(matches!(replica.ballot(VoteId(1)), BallotStanding::Sending(_)));
    assert!(frames_of(&mut replica, start).is_empty(), "it is on its way");
    assert!(!replica.outbox_mut().overdue(start.plus_ms(4_999)));
    assert!(replica.outbox_mut().overdue(start.plus_ms(5_000)));
    assert!(matches!(replica.ballot(VoteId(1)), BallotStanding::Unsent(_)));
    assert_eq!(frames_of(&mut replica, start.plus_ms(5_000)).len(), 1);
    let again = replica.ballot(VoteId(1));
    assert!(matches!(again, BallotStanding::Unsent(pending) if pending.attempts == 2));
}

#[test]
fn a_server_that_cannot_write_is_left_alone_for_a_second() {
    let (world, mut replica) = voting(Profile::vn_peoples_committee());
    let now = world.now;
    assert!(replica.submit(now, id(1), &world.ballot(1, Choice::Yes, "")).is_ok());
    assert_eq!(frames_of(&mut replica, now).len(), 1);
    replica.on_frame(ServerFrame::Answer { id: id(1), answer: Answer::Unavailable }, now);
    assert!(frames_of(&mut replica, now.plus_ms(999)).is_empty());
    assert_eq!(frames_of(&mut replica, now.plus_ms(1_000)).len(), 1);
}

#[test]
fn commands_leave_in_the_order_they_were_given() {
    let (world, mut replica) = voting(Profile::vn_peoples_committee());
    let commands = [
        Command::Attendance(AttendanceCommand::CheckOut { person: None, reason: String::new() }),
        Command::Attendance(AttendanceCommand::CheckIn { person: None }),
        world.ballot(1, Choice::Yes, ""),
    ];
    for (number, command) in (0..).zip(&commands) {
        assert_eq!(replica.submit(world.now, id(number), command), Ok(id(number)));
    }
    replica.outbox_mut().disconnected();
    let sent: Vec<Command> = frames_of(&mut replica, world.now)
        .into_iter()
        .map(|ClientFrame::Command { command, .. }| *command)
        .collect();
    assert_eq!(sent, commands);
}

#[test]
fn two_extensions_are_two() {
    let (world, mut replica) = voting(Profile::vn_peoples_committee());
    let extend = Command::Floor(FloorCommand::ExtendFloor { seconds: 60 });
    assert_eq!(replica.submit(world.now, id(1), &extend), Ok(id(1)));
    assert_eq!(replica.submit(world.now, id(2), &extend), Ok(id(2)));
    assert_eq!(replica.outbox().pending().len(), 2);
}

#[test]
fn what_the_server_does_not_understand_is_given_up_when_it_is_certain_what_it_was() {
    let (world, mut replica) = voting(Profile::vn_peoples_committee());
    let now = world.now;
    assert!(
        replica
            .submit(now, id(1), &Command::Attendance(AttendanceCommand::CheckIn { person: None }))
            .is_ok()
    );
    frames_of(&mut replica, now);
    let too_fast = replica.on_frame(ServerFrame::Rejected { code: Rejection::TooFast }, now);
    assert_eq!(too_fast, [Change::Rejected { code: Rejection::TooFast, command: None }]);
    let changes = replica.on_frame(ServerFrame::Rejected { code: Rejection::Malformed }, now);
    let [Change::Rejected { command: Some(given_up), .. }] = changes.as_slice() else {
        panic!("{changes:?}")
    };
    assert_eq!(given_up.id, id(1));
    assert!(replica.outbox().pending().is_empty());

    assert!(
        replica
            .submit(now, id(2), &Command::Attendance(AttendanceCommand::CheckIn { person: None }))
            .is_ok()
    );
    assert!(
        replica
            .submit(
                now,
                id(3),
                &Command::Attendance(AttendanceCommand::CheckOut {
                    person: None,
                    reason: String::new()
                })
            )
            .is_ok()
    );
    frames_of(&mut replica, now);
    replica.on_frame(ServerFrame::Rejected { code: Rejection::Malformed }, now);
    assert_eq!(replica.outbox().pending().len(), 2, "it could be either");
}

#[test]
fn a_stored_command_is_as_fresh_as_never_sent() {
    let (world, mut replica) = voting(Profile::vn_peoples_committee());
    assert!(replica.submit(world.now, id(1), &world.ballot(1, Choice::Yes, "")).is_ok());
    frames_of(&mut replica, world.now);
    let stored = serde_json::to_string(replica.outbox()).unwrap_or_default();
    let outbox: Outbox = serde_json::from_str(&stored).unwrap_or_default();
    assert!(matches!(outbox.pending()[0].stage, Stage::Unsent { from } if from <= world.now));
    assert_eq!(outbox.pending()[0].attempts, 1);
}

#[test]
fn the_rooms_screen_gives_no_commands() {
    let (world, _) = voting(Profile::vn_peoples_committee());
    let snapshot = world.snapshot(ViewerClass::Projector, None, world.head());
    let mut screen = Replica::from_snapshot(snapshot, Outbox::default());
    assert!(
        screen
            .submit(
                world.now,
                id(1),
                &Command::Attendance(AttendanceCommand::CheckIn { person: None })
            )
            .is_err()
    );
    assert!(screen.outbox().is_empty());
}
