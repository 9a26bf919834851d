//! Bad frames: a clear answer, nothing lost, nobody thrown out who needn't be.

use icabinet_models::Command;
use icabinet_models::ids::CommandId;
use icabinet_models::meeting::AttendanceCommand;
use icabinet_models::wire::{Answer, Rejection, ServerFrame};
use icabinet_tests::{On, TestServer, Watch};

on_both! {
    frames_that_are_none_are_rejected_and_the_socket_stays
    an_oversized_frame_closes_its_own_socket_only
    a_position_of_another_log_asks_for_a_snapshot
    what_was_missed_comes_in_order_and_without_gaps
    the_screens_view_can_be_asked_for
}

async fn rejection(watch: &mut Watch) -> Rejection {
    loop {
        let frame = watch.next().await.expect("the socket stays open");
        if let ServerFrame::Rejected { code } = frame {
            return code;
        }
    }
}

async fn frames_that_are_none_are_rejected_and_the_socket_stays(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, meeting) = hall.convened().await;
    drop(secretary);
    let mut watch = hall.seat("an").await.at(&meeting).watches().await;
    let frames = [
        "",
        "không phải JSON",
        "{}",
        "[]",
        "null",
        "{\"command\":{}}",
        "{\"command\":{\"id\":\"x\",\"command\":{\"no_such_command\":{}}}}",
        "{\"command\":{\"id\":\"x\",\"command\":{\"check_in\":{\"person\":null}},\"actor\":\"chair\"}}",
        "{\"command\":{\"id\":\"x\",\"command\":{\"check_in\":{\"person\":null,\"role\":\"chair\"}}}}",
        "{\"command\":{\"id\":\"x\",\"command\":{\"sign\":{\"instrument\":\"minutes\",\"document\":\"0\",\"fingerprint\":\"0\",\"certificate\":\"0\"}}}}",
        "{\"hello\":{}}",
    ];
    for frame in frames {
        watch.send_text(frame.to_owned()).await;
        assert_eq!(rejection(&mut watch).await, Rejection::Malformed, "{frame}");
    }
    let nested = "[".repeat(20_000);
    watch.send_text(nested).await;
    assert_eq!(rejection(&mut watch).await, Rejection::Malformed, "deep nesting");
    let bad = CommandId::from("khoảng trắng".to_owned());
    watch.send(&bad, Command::Attendance(AttendanceCommand::CheckIn { person: None })).await;
    assert_eq!(rejection(&mut watch).await, Rejection::BadIdentifier);
    let id = CommandId::from("still-alive".to_owned());
    watch.send(&id, Command::Attendance(AttendanceCommand::CheckIn { person: None })).await;
    assert!(matches!(watch.answer(&id).await, Answer::Accepted { .. }));
}

async fn an_oversized_frame_closes_its_own_socket_only(on: On) {
    let hall = TestServer::open(on).await;
    let (_, meeting) = hall.convened().await;
    let mut neighbour = hall.seat("binh").await.at(&meeting).watches().await;
    let mut watch = hall.seat("an").await.at(&meeting).watches().await;
    watch.send_text("x".repeat(200_000)).await;
    while watch.next().await.is_some() {}
    let id = CommandId::from("neighbour".to_owned());
    neighbour.send(&id, Command::Attendance(AttendanceCommand::CheckIn { person: None })).await;
    assert!(matches!(neighbour.answer(&id).await, Answer::Accepted { .. }));
}

async fn a_position_of_another_log_asks_for_a_snapshot(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, _) = hall.convened().await;
    let mut watch = secretary.connects("?after=3&epoch=of-another-database").await;
    loop {
        match watch.next().await {
            Some(ServerFrame::SnapshotNeeded { position }) => {
                assert_eq!(position, secretary.snapshot().await.position);
                break;
            }
            Some(ServerFrame::Hello { .. }) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(watch.next().await.is_none(), "closed after it");
}

async fn what_was_missed_comes_in_order_and_without_gaps(on: On) {
    let hall = TestServer::open(on).await;
    let (secretary, meeting) = hall.convened().await;
    let guest = hall.seat("guest").await.at(&meeting);
    let mut from_nothing = guest.connects("").await;
    let snapshot = guest.snapshot().await;
    from_nothing.until(|m| m.stage == snapshot.meeting.stage).await;
    assert_eq!(from_nothing.view.agenda, snapshot.meeting.agenda);
    let mut last = 0;
    for text in &from_nothing.frames {
        if let Ok(ServerFrame::Events { after, to, entries }) = serde_json::from_str(text) {
            assert_eq!(after, last, "each frame names the one before");
            assert!(entries.windows(2).all(|pair| pair[0].position < pair[1].position));
            assert!(entries.iter().all(|entry| after < entry.position && entry.position <= to));
            last = to;
        }
    }
    secretary.does(Command::Attendance(AttendanceCommand::CheckIn { person: None })).await;
    from_nothing.until(|m| m.is_present(&"secretary".into())).await;
}

async fn the_screens_view_can_be_asked_for(on: On) {
    let hall = TestServer::open(on).await;
    let (chair, _) = hall.in_session().await;
    let mut watch = chair.connects("?view=projector").await;
    match watch.next().await {
        Some(ServerFrame::Hello { class, person, .. }) => {
            assert_eq!(class, icabinet_models::visibility::ViewerClass::Projector);
            assert_eq!(person, None);
        }
        other => panic!("{other:?}"),
    }
}
