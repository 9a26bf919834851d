//! Papers: what is shown, in which order, and every reason for not taking one.

use std::path::{Path, PathBuf};
use std::process::Command;

use icabinet_engines::digest;
use icabinet_engines::pages::{Event, Page, PaperLimits, Refusal, Request, Word};
use icabinet_engines::worker::{EngineFailure, Worker};
use tempfile::TempDir;

use crate::pdf::{PageOf, pdf, pdf_with};
use crate::picture::{grey_png, pgm, png_about, png_bytes, squares};
use crate::{exe, fixture};

/// A folder for one test, and what the worker says about a paper.
struct Desk {
    folder: TempDir,
    limits: PaperLimits,
}

impl Desk {
    fn new() -> Self {
        Desk { folder: tempfile::tempdir().expect("a folder"), limits: PaperLimits::default() }
    }

    async fn render(&self, paper: &[u8]) -> Vec<Event> {
        let file = self.folder.path().join("paper.pdf");
        std::fs::write(&file, paper).expect("written");
        let mut request = Request::new(file, self.folder.path());
        request.limits = self.limits;
        self.ask(&request).await.expect("the worker ends well")
    }

    async fn ask(&self, request: &Request) -> Result<Vec<Event>, EngineFailure> {
        let mut events = Vec::new();
        Worker::pages(exe()).run(request, |event| events.push(event)).await?;
        Ok(events)
    }

    async fn refusal(&self, paper: &[u8]) -> (Refusal, Option<u32>) {
        let events = self.render(paper).await;
        match events.as_slice() {
            [.., Event::Refused { code, page }] => (*code, *page),
            other => panic!("not refused: {other:?}"),
        }
    }

    fn words(&self, page: &Page) -> Vec<Word> {
        serde_json::from_slice(&std::fs::read(self.file(&page.words.file)).expect("there"))
            .expect("words")
    }

    fn file(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn pages(events: &[Event]) -> Vec<&Page> {
    events
        .iter()
        .filter_map(|event| if let Event::Page(page) = event { Some(page.as_ref()) } else { None })
        .collect()
}

#[tokio::test]
async fn pages_come_in_order_with_pictures_thumbnails_and_words() {
    let desk = Desk::new();
    let events = desk
        .render(&pdf(&[
            PageOf::text(&["The first page", "has two lines"]),
            PageOf::text(&["The second"]),
        ]))
        .await;
    assert_eq!(events.first(), Some(&Event::Opened { pages: 2, scripts: 0 }));
    assert_eq!(events.last(), Some(&Event::Done));
    let pages = pages(&events);
    assert_eq!(pages.iter().map(|page| page.index).collect::<Vec<_>>(), [0, 1]);
    let first = pages[0];
    assert_eq!(first.text, "The first page\nhas two lines");
    assert_eq!((first.width, first.height, first.word_count), (1654, 2341, 6));
    for artefact in [&first.picture, &first.thumb, &first.words] {
        let bytes = std::fs::read(desk.file(&artefact.file)).expect("the file is there");
        assert_eq!(
            (artefact.bytes, artefact.sha256.as_str()),
            (bytes.len() as u64, digest::of_bytes(&bytes).as_str())
        );
    }
    assert_eq!(first.picture.media, "image/png");
    assert_eq!(
        png_about(&desk.file(&first.picture.file)),
        (1654, 2341, png::ColorType::Grayscale, png::BitDepth::Four)
    );
    assert_eq!(png_about(&desk.file(&first.thumb.file)).0, 200);
}

#[tokio::test]
async fn words_lie_where_the_page_shows_them() {
    let desk = Desk::new();
    let mut turned = PageOf::text(&["Corner"]);
    turned.extra = "/Rotate 90";
    let mut cropped = PageOf::text(&["Corner"]);
    cropped.extra = "/CropBox [0 421 595 842]";
    let events = desk.render(&pdf(&[PageOf::text(&["Corner word"]), turned, cropped])).await;
    let pages = pages(&events);
    // The first line's baseline is 82 points from the top and 72 from the left of 595 × 842.
    let upright = &desk.words(pages[0])[0];
    assert_eq!((upright.t.as_str(), upright.e.as_str()), ("Corner", " "));
    assert_near(upright.x, 72.0 / 595.0);
    assert_near(upright.y + upright.h, (82.0 + 3.0) / 842.0);
    assert!(
        upright.h > 0.010 && upright.h < 0.020 && upright.w > 0.05 && upright.w < 0.08,
        "{upright:?}"
    );
    // Turned clockwise: what was 72 from the left is 72 from the top, what was 82 from the top is 82 from the right.
    let turned = &desk.words(pages[1])[0];
    assert_near(turned.y, 72.0 / 595.0);
    assert_near(turned.x, 1.0 - 85.0 / 842.0);
    let cropped = &desk.words(pages[2])[0];
    assert_near(cropped.y + cropped.h, 85.0 / 421.0);
    assert_eq!((pages[1].width, pages[1].height), (1654, 1169));
}

#[tokio::test]
async fn letters_with_marks_are_composed() {
    // "e" and a combining circumflex and dot below by /ToUnicode would need a font of our own: the committed paper
    // has Vietnamese text set with decomposed characters.
    let desk = Desk::new();
    let events = desk.render(&std::fs::read(fixture("decomposed.pdf")).expect("the fixture")).await;
    assert_eq!(pages(&events)[0].text, "Việt Nam độc lập");
}

#[tokio::test]
async fn colours_are_kept_and_photographs_become_jpeg() {
    let desk = Desk::new();
    let red = PageOf::painting("1 0 0 rg 100 100 200 200 re f\n");
    // Noise of many colours: small squares all over the page.
    let mut seed = 7_u32;
    let mut noise = String::new();
    for row in 0..140 {
        for column in 0..100 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [red, green, blue, _] = seed.to_be_bytes().map(|byte| f32::from(byte) / 255.0);
            noise.push_str(&format!(
                "{red:.2} {green:.2} {blue:.2} rg {} {} 6 6 re f\n",
                column * 6,
                row * 6
            ));
        }
    }
    let mut photo = String::new();
    shade(&mut photo);
    let events = desk.render(&pdf(&[red, PageOf::painting(noise), PageOf::painting(photo)])).await;
    let pages = pages(&events);
    let (_, _, colour, _) = png_about(&desk.file(&pages[0].picture.file));
    assert_eq!((pages[0].picture.media.as_str(), colour), ("image/png", png::ColorType::Indexed));
    assert!(pages[0].picture.bytes < 30_000, "{}", pages[0].picture.bytes);
    assert_eq!(
        (pages[1].picture.media.as_str(), pages[1].thumb.media.as_str()),
        ("image/jpeg", "image/jpeg")
    );
    assert_eq!(pages[2].picture.media, "image/jpeg");
    let jpeg = std::fs::read(desk.file(&pages[2].picture.file)).expect("there");
    assert_eq!(jpeg[..3], [0xFF, 0xD8, 0xFF]);
}

/// Columns one pixel wide in ever other colours, as in a photograph: no two neighbours alike.
fn shade(content: &mut String) {
    for column in 0..1654 {
        let x = f64::from(column) * 595.0 / 1654.0;
        let level = f64::from(column % 97) / 97.0;
        let other = f64::from(column % 89) / 89.0;
        content.push_str(&format!("{level:.3} {other:.3} 0.5 rg {x:.3} 0 0.36 842 re f\n"));
    }
}

/// What was filled in is part of the paper; what an editor of forms shows (coloured grounds) is not.
#[tokio::test]
async fn forms_show_what_was_filled_in_and_no_editor() {
    let desk = Desk::new();
    let events = desk.render(&std::fs::read(fixture("form.pdf")).expect("the fixture")).await;
    let picture = desk.file(&pages(&events)[0].picture.file);
    let (width, _, colour, _) = png_about(&picture);
    assert_eq!(colour, png::ColorType::Grayscale, "no ground of any colour");
    // The first field lies between 72 and 300 points from the left, 122 and 142 from the top of 595 × 842.
    let (width, scale) = (width as usize, 1654.0 / 595.0);
    let pixels = grey_png(&picture);
    let field = (122..142).flat_map(|down| {
        let row = (f64::from(down) * scale) as usize * width;
        &pixels[row + (72.0 * scale) as usize..row + (300.0 * scale) as usize]
    });
    assert!(field.filter(|pixel| **pixel < 64).count() > 50, "its text is there");
}

#[tokio::test]
async fn scripts_are_counted_and_never_run() {
    let desk = Desk::new();
    let script =
        "/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (app.alert\\(1\\)) >>] >> >>";
    let events = desk.render(&pdf_with(&[PageOf::text(&["Hello"])], script)).await;
    assert_eq!(events[0], Event::Opened { pages: 1, scripts: 1 });
    assert_eq!(events.last(), Some(&Event::Done));
}

#[tokio::test]
async fn every_bad_paper_is_refused_by_its_own_name() {
    let desk = Desk::new();
    let good = pdf(&[PageOf::text(&["Hello"])]);
    let huge = PageOf { size: (28_346.0, 28_346.0), content: String::new(), extra: "" };
    let strip = PageOf { size: (2.0, 10_000.0), content: String::new(), extra: "" };
    let rows = [
        ("empty", Vec::new(), (Refusal::Empty, None)),
        ("a renamed picture", png_bytes(), (Refusal::NotAPdf, None)),
        ("text", b"Kinh gui Uy ban nhan dan".to_vec(), (Refusal::NotAPdf, None)),
        ("only a mark", b"%PDF-1.7\n".to_vec(), (Refusal::Damaged, None)),
        (
            "noise after the mark",
            [b"%PDF-1.7\n".to_vec(), noise(9000)].concat(),
            (Refusal::Damaged, None),
        ),
        ("the first third", good[..good.len() / 3].to_vec(), (Refusal::Damaged, None)),
        ("no pages", pdf(&[]), (Refusal::Empty, None)),
        ("10 × 10 m", pdf(&[huge]), (Refusal::PageTooLarge, Some(0))),
        ("a strip", pdf(&[strip]), (Refusal::PageTooLarge, Some(0))),
        (
            "encrypted",
            std::fs::read(fixture("encrypted.pdf")).expect("the fixture"),
            (Refusal::Encrypted, None),
        ),
    ];
    for (name, bytes, expected) in rows {
        assert_eq!(desk.refusal(&bytes).await, expected, "{name}");
    }
}

#[tokio::test]
async fn ten_thousand_pages_are_too_many_and_say_so_at_once() {
    let desk = Desk::new();
    let many: Vec<_> = (0..10_000).map(|_| PageOf::painting("")).collect();
    assert_eq!(desk.refusal(&pdf(&many)).await, (Refusal::TooManyPages, None));
    assert_eq!(
        std::fs::read_dir(desk.folder.path()).expect("listed").count(),
        1,
        "nothing was painted"
    );
}

#[tokio::test]
async fn limits_are_the_request_s() {
    let mut desk = Desk::new();
    let paper = pdf(&[PageOf::text(&["Hello"]), PageOf::text(&["again"])]);
    desk.limits.max_bytes = paper.len() as u64 - 1;
    assert_eq!(desk.refusal(&paper).await, (Refusal::TooLarge, None));
    desk.limits = PaperLimits { max_pages: 1, ..PaperLimits::default() };
    assert_eq!(desk.refusal(&paper).await, (Refusal::TooManyPages, None));
    // Where none can be shown the first one says why.
    desk.limits = PaperLimits { max_pixels: 1_000_000, ..PaperLimits::default() };
    assert_eq!(desk.refusal(&paper).await, (Refusal::PageTooLarge, Some(0)));
    desk.limits = PaperLimits { max_page_points: 841.0, ..PaperLimits::default() };
    assert_eq!(desk.refusal(&paper).await, (Refusal::PageTooLarge, Some(0)));
}

/// Which pages are shown, and why the others aren't.
fn leaves(events: &[Event]) -> Vec<Result<u32, Refusal>> {
    let leaf = |event: &Event| match event {
        Event::Page(page) => Some(Ok(page.index)),
        Event::PageFailed { code, .. } => Some(Err(*code)),
        Event::Opened { .. } | Event::Refused { .. } | Event::Done => None,
    };
    events.iter().filter_map(leaf).collect()
}

/// One page that can't be shown, of every kind, costs itself and nothing else.
#[tokio::test]
async fn the_good_pages_of_a_paper_are_shown_and_the_bad_ones_named() {
    use Refusal::{PageDamaged, PageTooLarge};
    let text = |word: &str| PageOf::text(&[word]);
    let sized = |size| PageOf { size, content: String::new(), extra: "" };
    let three = |middle: PageOf| pdf(&[text("one"), middle, text("three")]);
    // The second page's object is object 6.
    let changed = |from: &[u8], to: &[u8]| {
        let mut paper = three(text("two"));
        let at = find(&paper, from).expect("what is changed");
        paper[at..at + to.len()].copy_from_slice(to);
        paper
    };
    let rows = [
        ("10 × 10 m", three(sized((28_346.0, 28_346.0))), vec![Ok(0), Err(PageTooLarge), Ok(2)]),
        ("a strip", three(sized((2.0, 10_000.0))), vec![Ok(0), Err(PageTooLarge), Ok(2)]),
        ("the first", pdf(&[sized((28_346.0, 9.0)), text("two")]), vec![Err(PageTooLarge), Ok(1)]),
        (
            "a kid that is null",
            changed(b"4 0 R 6 0 R", b"4 0 R null "),
            vec![Ok(0), Err(PageDamaged), Ok(2)],
        ),
        (
            "a kid that isn't there",
            changed(b"4 0 R 6 0 R", b"4 0 R 0 0 R"),
            vec![Ok(0), Err(PageDamaged), Ok(2)],
        ),
        (
            "fewer than promised",
            changed(b"/Count 3", b"/Count 5"),
            vec![Ok(0), Ok(1), Ok(2), Err(PageDamaged), Err(PageDamaged)],
        ),
    ];
    for (name, paper, expected) in rows {
        let desk = Desk::new();
        let events = desk.render(&paper).await;
        assert_eq!(leaves(&events), expected, "{name}");
        assert_eq!(events.last(), Some(&Event::Done), "{name}");
    }
}

#[tokio::test]
async fn a_promise_of_a_million_pages_costs_one() {
    let desk = Desk::new();
    let mut paper = pdf(&[PageOf::text(&["one"]), PageOf::text(&["two"])]);
    let at = find(&paper, b"/Count 2 /Kids").expect("the count");
    paper.splice(at..at + 8, *b"/Count 1000000");
    let events = desk.render(&paper).await;
    assert_eq!(leaves(&events), [Ok(0), Ok(1), Err(Refusal::PageDamaged)]);
}

/// A page at which a worker ended is passed over by the next.
#[tokio::test]
async fn a_worker_begins_where_it_is_told_to() {
    let desk = Desk::new();
    let file = desk.file("paper.pdf");
    let huge = PageOf { size: (28_346.0, 28_346.0), content: String::new(), extra: "" };
    std::fs::write(&file, pdf(&[PageOf::text(&["one"]), PageOf::text(&["two"]), huge]))
        .expect("written");
    let mut request = Request::new(file, desk.folder.path());
    for (from, expected) in [
        (1, vec![Ok(1), Err(Refusal::PageTooLarge)]),
        (2, vec![Err(Refusal::PageTooLarge)]),
        (3, vec![]),
    ] {
        request.from = from;
        let events = desk.ask(&request).await.expect("the worker ends well");
        assert_eq!(leaves(&events), expected, "{from}");
        assert_eq!(events.last(), Some(&Event::Done), "{from}");
    }
}

/// A form that is made when Adobe's programs open it says so; one whose pages are in the file is a paper.
#[tokio::test]
async fn a_form_that_asks_to_wait_is_told_as_such() {
    let desk = Desk::new();
    let wait = || PageOf::text(&["Please wait... If this message is not eventually replaced"]);
    let full = "/NeedsRendering true /AcroForm << /Fields [] /XFA (<xdp/>) >>";
    let unmarked = "/AcroForm << /Fields [] /XFA [(template) (<xdp/>)] >>";
    let rows = [
        ("marked", pdf_with(&[wait()], full), true),
        ("marked, with other words", pdf_with(&[PageOf::text(&["Vui long doi"])], full), true),
        ("not marked", pdf_with(&[wait()], unmarked), true),
        ("with its pages", pdf_with(&[PageOf::text(&["Form 1"])], unmarked), false),
        ("no form at all", pdf(&[wait()]), false),
    ];
    for (name, paper, expected) in rows {
        let events = desk.render(&paper).await;
        let refused = events == [Event::Refused { code: Refusal::XfaForm, page: None }];
        assert_eq!(
            (refused, leaves(&events).is_empty()),
            (expected, expected),
            "{name}: {events:?}"
        );
    }
}

#[tokio::test]
async fn a_missing_library_is_told_as_such() {
    let desk = Desk::new();
    let file = desk.file("paper.pdf");
    std::fs::write(&file, pdf(&[PageOf::text(&["Hello"])])).expect("written");
    let mut worker = Worker::pages("/usr/bin/env");
    let exe = exe();
    worker.args = [
        "ICABINET_PDFIUM=/nowhere/libpdfium.so".into(),
        exe.into(),
        "worker".into(),
        "pages".into(),
    ]
    .into();
    let answer = worker.run(&Request::new(file, desk.folder.path()), |_: Event| ()).await;
    assert!(matches!(answer, Err(EngineFailure::NotInstalled { .. })), "{answer:?}");
}

#[tokio::test]
async fn a_paper_that_is_not_on_disk_is_the_disk_s_failure() {
    let desk = Desk::new();
    let answer = desk.ask(&Request::new(desk.file("nothing.pdf"), desk.folder.path())).await;
    assert!(matches!(answer, Err(EngineFailure::Io { .. })), "{answer:?}");
}

#[tokio::test]
async fn too_little_memory_ends_the_worker_and_nothing_else() {
    let desk = Desk::new();
    let file = desk.file("paper.pdf");
    let long = PageOf { size: (595.0, 7000.0), content: String::new(), extra: "" };
    std::fs::write(&file, pdf(&[long])).expect("written");
    let mut worker = Worker::pages(exe());
    worker.limits.address_space = 110 << 20;
    // The picture has 32 million pixels of four bytes.
    let answer = worker.run(&Request::new(file, desk.folder.path()), |_: Event| ()).await;
    assert!(matches!(answer, Err(EngineFailure::OutOfMemory { .. })), "{answer:?}");
}

/// The picture agrees with what another program paints of the same page.
#[tokio::test]
async fn another_program_paints_the_same() {
    let desk = Desk::new();
    let events = desk.render(&pdf(&[PageOf::text(&["The same page, painted twice"; 20])])).await;
    let ours = grey_png(&desk.file(&pages(&events)[0].picture.file));
    let theirs = Command::new("pdftoppm")
        .args([
            "-gray",
            "-r",
            "200",
            "-scale-to-x",
            "1654",
            "-scale-to-y",
            "2341",
            "-f",
            "1",
            "-l",
            "1",
        ])
        .arg(desk.file("paper.pdf"))
        .output()
        .expect("pdftoppm runs");
    let theirs = pgm(&theirs.stdout);
    assert_eq!(ours.len(), theirs.len());
    let darkness =
        |pixels: &[u8]| pixels.iter().map(|pixel| u64::from(255 - pixel)).sum::<u64>() as f64;
    let ratio = darkness(&ours) / darkness(&theirs);
    assert!((0.8..1.25).contains(&ratio), "as much ink: {ratio}");
    // Ink where the other has ink: compared in squares of 16 pixels, since fonts differ by a pixel.
    let (ours, theirs) = (squares(&ours), squares(&theirs));
    let differ =
        ours.iter().zip(&theirs).filter(|(one, other)| (**one > 40) != (**other > 40)).count();
    assert!(differ * 50 < ours.len(), "{differ} of {}", ours.len());
}

fn noise(bytes: usize) -> Vec<u8> {
    let mut seed = 3_u32;
    (0..bytes)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        })
        .collect()
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|piece| piece == what)
}

fn assert_near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 0.006, "{found} is not {expected}");
}
