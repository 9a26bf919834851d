//! The pages worker's work: check, open, then paint page by page, the first one first. Runs in the child.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use super::pdfium::{Document, Engine, OpenError, PIXEL};
use super::picture::{Encoded, Painted};
use super::{Artefact, Event, Page, PaperLimits, Refusal, Request, library, words};
use crate::digest;
use crate::worker::{Emitter, PlainName, Trouble};

/// How far into a file the `%PDF-` mark may stand (ISO 32000-1, annex H.3.4.1).
const MARK_WITHIN: usize = 1024;

/// Answers one request.
pub(crate) fn work(
    request: Request,
    engine: Result<Engine, Trouble>,
    events: &mut Emitter,
) -> Result<(), Trouble> {
    if let Err(code) = look_at_bytes(&request.pdf, &request.limits)? {
        return Ok(events.send(&Event::Refused { code, page: None })?);
    }
    let engine = engine?;
    let (document, pages) = match open(&engine, File::open(&request.pdf)?, &request) {
        Ok(opened) => opened,
        Err(code) => return Ok(events.send(&Event::Refused { code, page: None })?),
    };
    events.send(&Event::Opened { pages, scripts: document.scripts() })?;
    let mut pixels = Vec::new();
    // One page that can't be shown costs itself; where none can, the paper can't.
    let (mut shown, mut first_fault) = (request.from > 0, None);
    for index in request.from..pages {
        match render(&document, index, &request, &mut pixels)? {
            Ok(page) => {
                shown = true;
                events.send(&Event::Page(Box::new(page)))?;
            }
            Err(code) => {
                first_fault.get_or_insert((code, index));
                events.send(&Event::PageFailed { index, code })?;
            }
        }
    }
    match first_fault {
        Some((code, page)) if !shown => {
            Ok(events.send(&Event::Refused { code, page: Some(page) })?)
        }
        _ => Ok(events.send(&Event::Done)?),
    }
}

/// Finds and loads PDFium's library.
pub(crate) fn load() -> Result<Engine, Trouble> {
    let path = library::find()
        .ok_or_else(|| Trouble::NotInstalled("PDFium's library was not found".into()))?;
    Engine::load(&path)
        .map_err(|error| Trouble::NotInstalled(format!("PDFium's library does not load: {error}")))
}

/// What can be said without PDFium: the size and the mark at the start.
fn look_at_bytes(path: &Path, limits: &PaperLimits) -> io::Result<Result<(), Refusal>> {
    let bytes = fs::metadata(path)?.len();
    if bytes == 0 {
        return Ok(Err(Refusal::Empty));
    }
    if bytes > limits.max_bytes {
        return Ok(Err(Refusal::TooLarge));
    }
    let mut start = Vec::with_capacity(MARK_WITHIN);
    File::open(path)?.take(MARK_WITHIN as u64).read_to_end(&mut start)?;
    let marked = start.windows(5).any(|piece| piece == b"%PDF-");
    Ok(if marked { Ok(()) } else { Err(Refusal::NotAPdf) })
}

/// Opens the document. Returns how many pages are to be shown.
fn open<'a>(
    engine: &'a Engine,
    file: File,
    request: &Request,
) -> Result<(Document<'a>, u32), Refusal> {
    let document = engine.open(file).map_err(|error| match error {
        OpenError::Encrypted => Refusal::Encrypted,
        OpenError::Damaged => Refusal::Damaged,
    })?;
    let (said, most) = (document.pages(), request.limits.max_pages);
    if said == 0 {
        return Err(Refusal::Empty);
    }
    if document.asks_to_wait() {
        return Err(Refusal::XfaForm);
    }
    if said <= most {
        return Ok((document, said));
    }
    if document.page_size(most).is_some() {
        return Err(Refusal::TooManyPages);
    }
    // More are promised than there can be: those that are there, and one for all that aren't.
    let last = (0..most).rev().find(|index| document.page_size(*index).is_some());
    let pages = last.map_or(1, |last| (last + 2).min(most));
    Ok((document, pages))
}

/// The pixels of a page's picture at the asked width.
fn picture_size((across, down): (f32, f32), request: &Request) -> Result<(u32, u32), Refusal> {
    if !(across.is_finite() && down.is_finite() && across > 0.0 && down > 0.0) {
        return Err(Refusal::PageDamaged);
    }
    if across.max(down) > request.limits.max_page_points {
        return Err(Refusal::PageTooLarge);
    }
    let height = (f64::from(request.width) * f64::from(down) / f64::from(across)).round().max(1.0);
    if height * f64::from(request.width) > request.limits.max_pixels as f64 {
        return Err(Refusal::PageTooLarge);
    }
    Ok((request.width, height as u32))
}

/// Paints one page and writes its files. The outer error is the disk's, the inner one the paper's.
fn render(
    document: &Document<'_>,
    index: u32,
    request: &Request,
    pixels: &mut Vec<u8>,
) -> io::Result<Result<Page, Refusal>> {
    let size = document
        .page_size(index)
        .ok_or(Refusal::PageDamaged)
        .and_then(|size| picture_size(size, request));
    let (width, height) = match size {
        Ok(size) => size,
        Err(code) => return Ok(Err(code)),
    };
    let Some(page) = document.page(index) else {
        return Ok(Err(Refusal::PageDamaged));
    };
    pixels.resize(width as usize * height as usize * PIXEL, 0);
    if !page.paint(pixels, width, height) {
        return Ok(Err(Refusal::PageDamaged));
    }
    let painted = Painted::new(pixels, width, height);
    let (picture, thumb) = (painted.picture()?, painted.thumbnail(request.thumb)?);
    let (found, text) = words::read(&page);
    let listed =
        Encoded { bytes: serde_json::to_vec(&found)?, media: "application/json", ending: "json" };
    Ok(Ok(Page {
        index,
        width,
        height,
        picture: write(&request.out, &format!("page-{index}"), &picture)?,
        thumb: write(&request.out, &format!("thumb-{index}"), &thumb)?,
        words: write(&request.out, &format!("words-{index}"), &listed)?,
        word_count: found.len().try_into().unwrap_or(u32::MAX),
        text,
    }))
}

fn write(out: &Path, stem: &str, encoded: &Encoded) -> io::Result<Artefact> {
    let file =
        PlainName::try_from(format!("{stem}.{}", encoded.ending)).map_err(io::Error::other)?;
    fs::write(out.join(&file), &encoded.bytes)?;
    Ok(Artefact {
        file,
        media: encoded.media.to_owned(),
        sha256: digest::of_bytes(&encoded.bytes),
        bytes: encoded.bytes.len() as u64,
    })
}
