//! Bringing a model: from a server that behaves, and from servers that do not.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};

use icabinet_engines::digest;
use icabinet_engines::fetch::{Expected, FetchError, fetch, import_file};
use tempfile::TempDir;

/// What a server does with one connection: the status line and headers, then the bytes it sends before it hangs up.
type Answer = fn(range: Option<u64>, body: &[u8]) -> (String, Vec<u8>);

/// A server on loopback that answers one connection after the other as it is told, and reports the ranges asked for.
fn serve(body: Vec<u8>, answers: Vec<Answer>) -> (String, Receiver<Option<u64>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/model.bin", listener.local_addr().expect("an address"));
    let (told, ranges) = channel();
    std::thread::spawn(move || {
        for answer in answers {
            let Ok((stream, _)) = listener.accept() else {
                return;
            };
            let range = asked(&stream);
            told.send(range).ok();
            let (head, bytes) = answer(range, &body);
            let mut stream = stream;
            stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&bytes)).ok();
        }
    });
    (url, ranges)
}

fn asked(stream: &TcpStream) -> Option<u64> {
    let mut range = None;
    for line in
        BufReader::new(stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty())
    {
        if let Some(said) = line.to_ascii_lowercase().strip_prefix("range: bytes=") {
            range = said.trim_end_matches('-').parse().ok();
        }
    }
    range
}

fn whole(_: Option<u64>, body: &[u8]) -> (String, Vec<u8>) {
    (
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len()),
        body.to_vec(),
    )
}

fn from_range(range: Option<u64>, body: &[u8]) -> (String, Vec<u8>) {
    let from = range.expect("a range was asked for") as usize;
    let head = format!(
        "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{}/{}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len() - 1,
        body.len(),
        body.len() - from
    );
    (head, body[from..].to_vec())
}

/// Promises everything and hangs up in the middle.
fn cut(range: Option<u64>, body: &[u8]) -> (String, Vec<u8>) {
    let (head, mut bytes) =
        if range.is_some() { from_range(range, body) } else { whole(range, body) };
    bytes.truncate(body.len() / 3);
    (head, bytes)
}

fn no_ranges(_: Option<u64>, body: &[u8]) -> (String, Vec<u8>) {
    whole(None, body)
}

fn not_found(_: Option<u64>, _: &[u8]) -> (String, Vec<u8>) {
    ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".into(), vec![])
}

fn hangs_up(_: Option<u64>, _: &[u8]) -> (String, Vec<u8>) {
    (String::new(), vec![])
}

struct Place {
    folder: TempDir,
    body: Vec<u8>,
}

impl Place {
    fn new() -> Self {
        let body =
            (0..900_000_u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        Place { folder: tempfile::tempdir().expect("a folder"), body }
    }

    fn dest(&self) -> PathBuf {
        self.folder.path().join("model.bin")
    }

    fn part(&self) -> PathBuf {
        self.folder.path().join("model.bin.part")
    }

    fn expected(&self) -> Expected {
        Expected { sha256: digest::of_bytes(&self.body), bytes: Some(self.body.len() as u64) }
    }

    /// The ranges asked for, and how it ended. Whatever happened, the name belongs to the right bytes only.
    async fn fetch(
        &self,
        answers: Vec<Answer>,
        expected: &Expected,
    ) -> (Vec<Option<u64>>, Result<(), FetchError>) {
        let (url, ranges) = serve(self.body.clone(), answers);
        let mut told = Vec::new();
        let answer =
            fetch(&url, &self.dest(), expected, |there, all| told.push((there, all))).await;
        assert!(told.iter().all(|(there, all)| Some(*there) <= *all), "{told:?}");
        match &answer {
            Ok(()) => {
                assert_eq!(std::fs::read(self.dest()).expect("there"), self.body);
                assert!(!self.part().exists());
            }
            Err(_) => assert!(!self.dest().exists()),
        }
        (ranges.try_iter().collect(), answer)
    }
}

#[tokio::test]
async fn a_whole_file_comes_and_gets_its_name() {
    let place = Place::new();
    let (ranges, answer) = place.fetch(vec![whole], &place.expected()).await;
    assert!(answer.is_ok(), "{answer:?}");
    assert_eq!(ranges, [None]);
}

#[tokio::test]
async fn a_transfer_that_breaks_off_goes_on_where_it_was() {
    let place = Place::new();
    let (ranges, answer) = place.fetch(vec![cut, cut, from_range], &place.expected()).await;
    assert!(answer.is_ok(), "{answer:?}");
    assert_eq!(ranges, [None, Some(300_000), Some(600_000)]);
}

#[tokio::test]
async fn a_later_call_goes_on_with_what_an_earlier_one_left() {
    let place = Place::new();
    let (_, answer) = place.fetch(vec![cut, hangs_up, hangs_up, hangs_up], &place.expected()).await;
    assert!(matches!(answer, Err(FetchError::Unreachable { .. })), "{answer:?}");
    assert_eq!(std::fs::metadata(place.part()).expect("kept").len(), 300_000);
    let (ranges, answer) = place.fetch(vec![from_range], &place.expected()).await;
    assert!(answer.is_ok(), "{answer:?}");
    assert_eq!(ranges, [Some(300_000)]);
}

#[tokio::test]
async fn a_server_without_ranges_is_asked_from_the_start() {
    let place = Place::new();
    std::fs::write(place.part(), &place.body[..1234]).expect("written");
    let (ranges, answer) = place.fetch(vec![no_ranges], &place.expected()).await;
    assert!(answer.is_ok(), "{answer:?}");
    assert_eq!(ranges, [Some(1234)]);
}

#[tokio::test]
async fn wrong_bytes_never_get_the_name() {
    let place = Place::new();
    let expected = Expected { sha256: "0".repeat(64), ..place.expected() };
    let (_, answer) = place.fetch(vec![whole], &expected).await;
    let Err(FetchError::WrongHash { found }) = answer else { panic!("{answer:?}") };
    assert_eq!(found, digest::of_bytes(&place.body));
    assert!(!place.part().exists(), "what is wrong is not gone on with");
}

#[tokio::test]
async fn a_longer_file_than_expected_is_not_swallowed() {
    let place = Place::new();
    let expected = Expected { bytes: Some(1000), ..place.expected() };
    let (_, answer) = place.fetch(vec![whole], &expected).await;
    assert!(matches!(answer, Err(FetchError::WrongSize { .. })), "{answer:?}");
}

#[tokio::test]
async fn an_error_of_the_server_is_told_at_once() {
    let place = Place::new();
    let (ranges, answer) = place.fetch(vec![not_found], &place.expected()).await;
    assert!(matches!(answer, Err(FetchError::Status { status: 404 })), "{answer:?}");
    assert_eq!(ranges.len(), 1);
}

#[tokio::test]
async fn a_file_from_disk_is_checked_as_well() {
    let place = Place::new();
    let source = place.folder.path().join("usb");
    std::fs::write(&source, &place.body).expect("written");
    let wrong = Expected { sha256: "0".repeat(64), ..place.expected() };
    let answer = import_file(&source, &place.dest(), &wrong, |_, _| ()).await;
    assert!(matches!(answer, Err(FetchError::WrongHash { .. })), "{answer:?}");
    assert!(!place.dest().exists() && !place.part().exists());
    import_file(&source, &place.dest(), &place.expected(), |_, _| ()).await.expect("it is taken");
    assert_eq!(std::fs::read(place.dest()).expect("there"), place.body);
}
