//! Pages of a paper, of which some can't be shown, and sound from which something is missing.

use crate::support::Hall;
use icabinet_models::agenda::Level;
use icabinet_models::ids::{Digest, PaperId, RecordingId, Text};
use icabinet_models::meeting::{Act, PapersCommand, SpeechCommand, SpeechEvent};
use icabinet_models::papers::{Page, PaperDraft, PaperFault, PaperState};
use icabinet_models::profile::Profile;
use icabinet_models::speech::{Flaws, Language};
use icabinet_models::{Command, Event, Refusal};

const PAPER: PaperId = PaperId(1);

fn with_paper(pages: u32) -> Hall {
    let mut hall = Hall::sitting(Profile::board(), 5, 5);
    let draft = PaperDraft {
        item: None,
        title: Text::vi("Tờ trình"),
        number: String::new(),
        level: Level::Internal,
        file_name: "a.pdf".to_owned(),
        blob: Digest::of(b"a"),
        bytes: 1,
    };
    hall.does("m2", Command::Papers(PapersCommand::AddPaper { draft }));
    hall.system(Command::Papers(PapersCommand::PaperOpened { paper: PAPER, pages }));
    hall
}

fn page(index: u32) -> Command {
    let digest = Digest::of(&[0]);
    let page = Page {
        width: index + 1,
        height: 1,
        picture: digest,
        media: "image/png".to_owned(),
        thumbnail: digest,
        words: digest,
    };
    Command::Papers(PapersCommand::PageRendered { paper: PAPER, index, page })
}

fn fails(page: u32) -> Command {
    Command::Papers(PapersCommand::PageFailed {
        paper: PAPER,
        page,
        fault: PaperFault::PageTooLarge,
    })
}

/// The width of each page, or none in the place of one that can't be shown.
fn widths(hall: &Hall) -> Vec<Option<u32>> {
    let paper = &hall.meeting.papers[&PAPER];
    paper.leaves().map(|leaf| leaf.ok().map(|page| page.width)).collect()
}

#[test]
fn pages_that_cant_be_shown_keep_their_places() {
    let mut hall = with_paper(4);
    for command in [fails(0), page(1), fails(2)] {
        assert_eq!(hall.system(command).len(), 1);
    }
    assert!(
        hall.system(Command::Papers(PapersCommand::PaperRendered { paper: PAPER })).is_empty(),
        "one is to come"
    );
    assert_eq!(hall.meeting.papers[&PAPER].page_count(), Some(4));
    // Jobs that run twice tell everything again, and nothing out of its order is taken.
    for command in [fails(0), page(0), page(2), fails(1), page(4), fails(9)] {
        assert!(hall.system(command.clone()).is_empty(), "{command:?}");
    }
    hall.system(page(3));
    hall.system(Command::Papers(PapersCommand::PaperRendered { paper: PAPER }));
    assert_eq!(widths(&hall), [None, Some(2), None, Some(4)]);
    let PaperState::Ready { missing, .. } = &hall.meeting.papers[&PAPER].state else {
        panic!("not ready")
    };
    assert_eq!(missing.keys().copied().collect::<Vec<_>>(), [0, 2]);
    assert!(hall.system(fails(4)).is_empty(), "there are four");
}

#[test]
fn what_was_done_before_a_paper_failed_stays_where_it_was() {
    let mut hall = with_paper(4);
    for command in [page(0), fails(1), page(2)] {
        hall.system(command);
    }
    let fault = PaperFault::WorkerFailed;
    hall.system(Command::Papers(PapersCommand::PaperFailed { paper: PAPER, fault, page: Some(3) }));
    assert_eq!(widths(&hall), [Some(1), None, Some(3)]);
}

#[test]
fn a_state_of_before_has_no_missing_pages() {
    let before = r#"{"ready":{"pages":[]}}"#;
    let state: PaperState = serde_json::from_str(before).expect("it reads");
    assert_eq!(serde_json::to_string(&state).expect("it writes"), before);
}

#[test]
fn what_is_missing_from_a_sound_is_told_once_and_by_the_system() {
    let mut hall = Hall::sitting(Profile::board(), 5, 5);
    hall.does(
        "m2",
        Command::Speech(SpeechCommand::ImportRecording {
            file_name: "a.wav".to_owned(),
            blob: Digest::of(b"wav"),
            started: None,
            language: Language::Vi,
        }),
    );
    let recording = RecordingId(1);
    let flaws = Flaws { cut_at_ms: Some(2770), damaged: false, silent: false };
    let told = Command::Speech(SpeechCommand::SoundFlawed { recording, flaws });
    assert_eq!(hall.refuses("m2", told.clone()), Refusal::NotAllowed { act: Act::Report });
    assert_eq!(
        hall.system(told.clone()),
        [Event::Speech(SpeechEvent::SoundFlawed { recording, flaws })]
    );
    assert!(hall.system(told).is_empty(), "a job that ran twice");
    hall.system(Command::Speech(SpeechCommand::StoreRecording {
        recording,
        samples: 1,
        digest: Digest::ZERO,
    }));
    assert_eq!(hall.meeting.recordings[&recording].flaws, flaws);
    let late = Command::Speech(SpeechCommand::SoundFlawed { recording, flaws: Flaws::default() });
    assert!(hall.system(late).is_empty(), "what is stored is stored");
}
