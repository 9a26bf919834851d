//! Tests of `notifier.rs` and `ring.rs` on ordinary threads; `tests/tests/loom` walks through all orders in
//! which threads may meet there.

use super::ring::Feed;
use super::{Framed, Notifier, Read, Signal};
use futures_util::FutureExt as _;
use icabinet_models::Event;
use icabinet_models::ids::{Time, VoteId};
use icabinet_models::meeting::{PreparationEvent, VotesEvent};
use icabinet_models::visibility::ViewEntry;
use icabinet_models::wire::ServerFrame;
use std::sync::Arc;

fn entry(position: u64) -> ViewEntry {
    ViewEntry { position, at: Time(7), event: Event::from(PreparationEvent::Convened {}).into() }
}

fn events(after: u64, to: u64, entries: &[u64]) -> ServerFrame {
    ServerFrame::Events { after, to, entries: entries.iter().copied().map(entry).collect() }
}

fn frames(read: &Read) -> Vec<ServerFrame> {
    read.frames.iter().map(|frame| serde_json::from_str(frame.text()).unwrap()).collect()
}

/// Two frames: 1, 2 and 5 of the first six entries, 8 of the next two.
fn two_frames() -> Feed {
    let mut feed = Feed::default();
    feed.push(&[entry(1), entry(2), entry(5)], 6);
    feed.push(&[entry(8)], 8);
    feed
}

#[test]
fn a_frame_is_what_the_model_makes_of_it() {
    let mut reader = two_frames().reader(None).unwrap();
    let read = reader.next(9).unwrap();
    assert_eq!(frames(&read), [events(0, 6, &[1, 2, 5]), events(6, 8, &[8])]);
    let model = serde_json::to_string(&events(0, 6, &[1, 2, 5])).unwrap();
    assert_eq!(read.frames[0].text(), model);
}

#[test]
fn a_text_stands_under_the_header_of_its_length() {
    // RFC 6455, 5.2: final, text, unmasked; the length in one byte, in two after 126, in eight after 127.
    for (length, header) in [
        (0, vec![0x81, 0]),
        (125, vec![0x81, 125]),
        (126, vec![0x81, 126, 0, 126]),
        (65_535, vec![0x81, 126, 0xff, 0xff]),
        (65_536, vec![0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
    ] {
        let text = "x".repeat(length);
        let framed = Framed::new(&text);
        assert_eq!(framed.bytes(), [&header, text.as_bytes()].concat(), "{length}");
        assert_eq!(framed.text(), text);
    }
}

#[test]
fn a_view_in_the_middle_of_a_frame_gets_the_rest_of_it() {
    for (view, first) in [
        (1, events(1, 6, &[2, 5])),
        (2, events(2, 6, &[5])),
        (4, events(4, 6, &[5])),
        (5, events(5, 6, &[])),
        (6, events(6, 8, &[8])),
        (7, events(6, 8, &[8])),
    ] {
        let mut reader = two_frames().reader(Some(view)).unwrap();
        assert_eq!(frames(&reader.next(9).unwrap()).first(), Some(&first), "{view}");
    }
}

#[test]
fn long_frames_are_taken_a_few_at_a_time() {
    let long = |position| {
        let reason = "dài".repeat(5_000);
        let event = Event::Votes(VotesEvent::VoteVoided { vote: VoteId(1), reason });
        ViewEntry { position, at: Time(7), event: event.into() }
    };
    let mut feed = Feed::default();
    (1..=5).for_each(|position| feed.push(&[long(position)], position));
    let mut reader = feed.reader(None).unwrap();
    let mut taken = Vec::new();
    loop {
        let read = reader.next(64).unwrap();
        taken.push(read.frames.len());
        if !read.more {
            break;
        }
    }
    assert_eq!(taken, [2, 2, 1]);
}

#[test]
fn a_view_past_the_last_frame_gets_the_next_one_as_everybody_does() {
    let mut feed = two_frames();
    let mut reader = feed.reader(Some(9)).unwrap();
    assert_eq!(frames(&reader.next(9).unwrap()), []);
    feed.push(&[entry(11)], 12);
    assert_eq!(frames(&reader.next(9).unwrap()), [events(8, 12, &[11])]);
    feed.push(&[entry(13)], 13);
    assert_eq!(frames(&reader.next(9).unwrap()), [events(12, 13, &[13])]);
}

#[test]
fn thousands_are_rung_for_a_count_by_parts_and_for_a_frame_at_once() {
    let mut feed = Feed::default();
    let notifiers: Vec<Arc<Notifier>> = (0..1_200).map(|_| Arc::default()).collect();
    notifiers.iter().for_each(|notifier| feed.listen(notifier));
    let heard = || {
        let heard = |notifier: &&Arc<Notifier>| notifier.rung().now_or_never().is_some();
        notifiers.iter().filter(heard).count()
    };
    assert_eq!(heard(), 1_200, "each is rung when it comes");
    feed.tell("turnout", Framed::new("1"));
    assert_eq!(heard(), 500);
    feed.step();
    assert_eq!((heard(), feed.has_unrung()), (500, true));
    feed.step();
    assert_eq!((heard(), feed.has_unrung()), (200, false));

    // A count that says the same is none; a frame takes the count along.
    feed.tell("turnout", Framed::new("1"));
    assert_eq!((heard(), feed.has_unrung()), (0, false));
    feed.tell("turnout", Framed::new("2"));
    feed.push(&[entry(1)], 1);
    assert_eq!((heard(), feed.has_unrung()), (1_200, false));
    let read = feed.reader(None).unwrap().next(9).unwrap();
    assert_eq!(read.frames.last().unwrap().text(), "2");
}

#[test]
fn who_went_while_others_are_rung_for_a_count_leaves_nobody_out() {
    let mut feed = Feed::default();
    let mut notifiers: Vec<Arc<Notifier>> = (0..1_200).map(|_| Arc::default()).collect();
    notifiers.iter().for_each(|notifier| feed.listen(notifier));
    assert!(notifiers.iter().all(|notifier| notifier.rung().now_or_never().is_some()));
    feed.tell("turnout", Framed::new("1"));
    // The last ones have heard it; of the others some go, and something else rings at all.
    notifiers.drain(..300);
    feed.ring(Signal::Roles);
    while feed.has_unrung() {
        feed.step();
    }
    let frames =
        |notifier: &&Arc<Notifier>| notifier.rung().now_or_never().unwrap().has(Signal::Frames);
    assert_eq!(notifiers.iter().filter(frames).count(), 900);
}

#[tokio::test]
async fn what_rang_before_anybody_waited_is_heard_once() {
    let notifier = Notifier::default();
    notifier.ring(Signal::Frames);
    notifier.ring(Signal::Ended);
    let rung = notifier.rung().await;
    assert!(rung.has(Signal::Frames) && rung.has(Signal::Ended) && !rung.has(Signal::Roles));
    let waiting = std::pin::pin!(notifier.rung());
    assert!(waiting.now_or_never().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_ring_is_lost_between_two_threads() {
    const TIMES: usize = 50_000;
    let (notifier, back) = (Arc::new(Notifier::default()), Arc::new(Notifier::default()));
    let (theirs, answers) = (Arc::clone(&notifier), Arc::clone(&back));
    let other = tokio::spawn(async move {
        for _ in 0..TIMES {
            theirs.rung().await;
            answers.ring(Signal::Word);
        }
    });
    for _ in 0..TIMES {
        notifier.ring(Signal::Frames);
        back.rung().await;
    }
    other.await.unwrap();
}

#[test]
fn the_latest_word_is_the_only_one() {
    let notifier = Notifier::default();
    notifier.tell(Framed::new("one"));
    notifier.tell(Framed::new("two"));
    assert_eq!(notifier.word().map(|word| word.text().to_owned()), Some("two".to_owned()));
    assert_eq!(notifier.word(), None);
}
