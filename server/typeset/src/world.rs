//! The closed world that the template is compiled in: two files in memory, embedded fonts.
//! Never here: a file system, a network, packages, a clock.

use std::sync::LazyLock;

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Label, Selector, Smart, Value};
use typst::introspection::MetadataElem;
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::{LazyHash, PicoStr};
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::check::{self, Care};
use crate::layout::{Layout, SIGNATURE_HEIGHT_MM, SIGNATURE_WIDTH_MM};
use crate::{Rendered, SignatureArea, TypesetError, fonts};

/// PDF points per millimetre.
const POINTS_PER_MM: f64 = 72.0 / 25.4;
/// How many compilations an unused cached result survives.
const CACHE_AGE: usize = 4;

static LIBRARY: LazyLock<LazyHash<Library>> =
    LazyLock::new(|| LazyHash::new(Library::builder().build()));
static TEMPLATE: LazyLock<Source> =
    LazyLock::new(|| Source::new(id("/sheet.typ"), include_str!("sheet.typ").to_owned()));

/// Sets a layout as PDF/A-2b.
///
/// What the check lets through can be set. Should a font fail with what it says it has, the document
/// is set in its own font alone: a character must never keep one from being set.
pub(crate) fn render(layout: &Layout, created: i64) -> Result<Rendered, TypesetError> {
    let value = serde_json::to_value(layout)
        .map_err(|error| TypesetError::Typst(format!("layout: {error}")))?;
    let care = if layout.first_form { Care::AsBefore } else { Care::AllFonts };
    let rendered = match set(value.clone(), care, created) {
        Err(TypesetError::Typst(_)) => set(value, Care::OwnFont, created),
        set => set,
    };
    typst::comemo::evict(CACHE_AGE);
    rendered
}

fn set(mut value: serde_json::Value, care: Care, created: i64) -> Result<Rendered, TypesetError> {
    check::texts(&mut value, care)?;
    let world = SheetWorld { data: Bytes::from_string(value.to_string()) };
    let compiled = typst::compile::<PagedDocument>(&world).output;
    let document = compiled.map_err(|errors| TypesetError::Typst(sentence(&errors)))?;
    let options = PdfOptions {
        // Typst hashes it: the same sheet has the same document identifier.
        ident: Smart::Custom(identity(value)),
        creator: Smart::Custom(Some("i-Cabinet".into())),
        timestamp: timestamp(created),
        standards: PdfStandards::new(&[PdfStandard::A_2b])
            .map_err(|error| TypesetError::Typst(error.message().to_string()))?,
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(&document, &options)
        .map_err(|errors| TypesetError::Typst(sentence(&errors)))?;
    Ok(Rendered {
        pdf,
        pages: u32::try_from(document.pages().len()).unwrap_or(u32::MAX),
        signature_areas: signature_areas(&document)?,
    })
}

/// What the document's identifier is made from: the layout. One in the first form is without the fields
/// that layouts had not then, or it would be another document.
fn identity(mut layout: serde_json::Value) -> String {
    if layout["first_form"] == true
        && let Some(fields) = layout.as_object_mut()
    {
        fields.remove("first_form");
        let blocks = fields.get_mut("blocks").and_then(serde_json::Value::as_array_mut);
        for block in blocks.into_iter().flatten().filter_map(serde_json::Value::as_object_mut) {
            block.remove("below");
        }
    }
    layout.to_string()
}

/// Where the template left room for signatures.
fn signature_areas(document: &PagedDocument) -> Result<Vec<SignatureArea>, TypesetError> {
    let label = Label::new(PicoStr::intern("signature-area"))
        .ok_or_else(|| TypesetError::Typst("an empty label".into()))?;
    let introspector = document.introspector();
    let mut areas = Vec::new();
    for mark in introspector.elements().query(&Selector::Label(label)) {
        let found = mark
            .to_packed::<MetadataElem>()
            .zip(mark.location().and_then(|location| introspector.position(location)));
        let Some((metadata, position)) = found else {
            return Err(TypesetError::Typst("a signature area has no place".into()));
        };
        let Value::Str(key) = &metadata.value else {
            return Err(TypesetError::Typst("a signature area has no key".into()));
        };
        let page = position.page.get() - 1;
        let Some(height) = document.pages().get(page).map(|page| page.frame.height()) else {
            return Err(TypesetError::Typst("a signature area has no page".into()));
        };
        let left = position.point.x.to_pt();
        let top = height.to_pt() - position.point.y.to_pt();
        areas.push(SignatureArea {
            key: key.to_string(),
            page: u32::try_from(page).unwrap_or(u32::MAX),
            rect: [
                left,
                top - SIGNATURE_HEIGHT_MM * POINTS_PER_MM,
                left + SIGNATURE_WIDTH_MM * POINTS_PER_MM,
                top,
            ]
            .map(|points| points as f32),
        });
    }
    Ok(areas)
}

/// UTC calendar time of a moment; none beyond the years a PDF can name.
fn timestamp(unix_seconds: i64) -> Option<Timestamp> {
    let days = unix_seconds.div_euclid(86_400);
    let second = unix_seconds.rem_euclid(86_400);
    // Days since 1 March of year 0, in eras of 400 years (Howard Hinnant's civil_from_days).
    let shifted = days.checked_add(719_468)?;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let datetime = Datetime::from_ymd_hms(
        i32::try_from(year).ok().filter(|year| (1..=9999).contains(year))?,
        u8::try_from(month).ok()?,
        u8::try_from(day).ok()?,
        u8::try_from(second / 3_600).ok()?,
        u8::try_from(second / 60 % 60).ok()?,
        u8::try_from(second % 60).ok()?,
    )?;
    Some(Timestamp::new_utc(datetime))
}

fn sentence(errors: &[SourceDiagnostic]) -> String {
    let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    messages.join("; ")
}

fn id(path: &str) -> FileId {
    // Both paths are constants of this file and are valid.
    let path = VirtualPath::new(path).expect("a constant path");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// The template and one sheet.
struct SheetWorld {
    data: Bytes,
}

impl World for SheetWorld {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        fonts::book()
    }

    fn main(&self) -> FileId {
        TEMPLATE.id()
    }

    fn source(&self, wanted: FileId) -> FileResult<Source> {
        if wanted == TEMPLATE.id() { Ok(TEMPLATE.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, wanted: FileId) -> FileResult<Bytes> {
        if wanted == id("/sheet.json") {
            Ok(self.data.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        fonts::all().get(index).cloned()
    }

    /// There is no clock: dates are in the sheet.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_world_holds_its_two_files_and_no_clock() {
        let world = SheetWorld { data: Bytes::from_string("{}".to_owned()) };
        assert!(world.file(id("/sheet.json")).is_ok());
        assert!(world.file(id("/etc/passwd")).is_err());
        assert!(world.source(id("/other.typ")).is_err());
        assert!(world.today(None).is_none());
    }

    #[test]
    fn moments_become_calendar_times() {
        let expected = Datetime::from_ymd_hms(2026, 11, 26, 1, 5, 9).map(Timestamp::new_utc);
        assert_eq!(format!("{:?}", timestamp(1_795_655_109)), format!("{expected:?}"));
        let leap = Datetime::from_ymd_hms(2028, 2, 29, 23, 59, 59).map(Timestamp::new_utc);
        assert_eq!(format!("{:?}", timestamp(1_835_481_599)), format!("{leap:?}"));
        assert!(timestamp(i64::MAX).is_none());
        assert!(timestamp(i64::MIN).is_none());
    }
}
