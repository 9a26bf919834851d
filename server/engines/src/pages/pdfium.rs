//! PDFium through `pdfium-render`: opening a paper, painting a page into our own pixels, its characters with their
//! places. The only file of the workspace that names PDFium or `pdfium-render`; limits, encodings and words are not
//! its business.
//!
//! PDFium is single-threaded and so is everything here: without `pdfium-render`'s feature `thread_safe` its types are
//! neither `Send` nor `Sync`. A process loads the library once.

use std::fs::File;
use std::path::Path;

use pdfium_render::prelude::{
    PdfBitmap, PdfBitmapFormat, PdfColor, PdfDocument, PdfForm, PdfFormType, PdfPage, PdfPageIndex,
    PdfPoints, PdfRect, PdfRenderConfig, Pdfium, PdfiumError, PdfiumInternalError,
    PdfiumLibraryBindingsAccessor, Pixels,
};

/// Bytes of a pixel in [`Page::paint`]: blue, green, red, and one without meaning.
pub(super) const PIXEL: usize = 4;

/// Resolution at which places are asked for: PDFium answers in whole device units.
const GRID: Pixels = 1 << 20;

/// A rectangle in page coordinates (points, origin at the bottom left).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct PageRect {
    pub left: f32,
    pub top: f32,
    pub right: f32,
    pub bottom: f32,
}

impl From<PdfRect> for PageRect {
    fn from(rect: PdfRect) -> Self {
        PageRect {
            left: rect.left().value,
            top: rect.top().value,
            right: rect.right().value,
            bottom: rect.bottom().value,
        }
    }
}

/// Why PDFium would not open a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OpenError {
    /// It wants a password, or a security handler that PDFium does not have.
    Encrypted,
    /// Anything else: the file is no PDF that PDFium can put together.
    Damaged,
}

/// The loaded library.
pub(crate) struct Engine {
    pdfium: Pdfium,
}

impl Engine {
    /// Loads the library from `path` and starts it.
    ///
    /// # Errors
    /// A sentence for the operator: the file is no library, lacks one of PDFium's functions, or was loaded before.
    pub(super) fn load(path: &Path) -> Result<Self, String> {
        let bindings = Pdfium::bind_to_library(path).map_err(|error| match error {
            PdfiumError::LoadLibraryError(why) => why.to_string(),
            other => format!("{other:?}"),
        })?;
        Ok(Engine { pdfium: Pdfium::new(bindings) })
    }

    /// Opens a document without a password. PDFium reads of the file what it needs, when it needs it.
    pub(super) fn open(&self, file: File) -> Result<Document<'_>, OpenError> {
        let document =
            self.pdfium.load_pdf_from_reader(file, None).map_err(|error| match error {
                PdfiumError::PdfiumLibraryInternalError(
                    PdfiumInternalError::PasswordError | PdfiumInternalError::SecurityError,
                ) => OpenError::Encrypted,
                _ => OpenError::Damaged,
            })?;
        Ok(Document { document })
    }
}

/// An open document.
pub(super) struct Document<'a> {
    document: PdfDocument<'a>,
}

impl Document<'_> {
    /// How many pages the document says it has.
    pub(super) fn pages(&self) -> u32 {
        u32::try_from(self.document.pages().len()).unwrap_or(0)
    }

    /// Width and height of a page in points, turned as it is shown; `None` for a page that is not there.
    pub(super) fn page_size(&self, index: u32) -> Option<(f32, f32)> {
        let size = self.document.pages().page_size(PdfPageIndex::try_from(index).ok()?).ok()?;
        Some((size.width().value, size.height().value))
    }

    /// How many scripts the document names. They never run: this library is used without a script engine.
    #[expect(unsafe_code, reason = "pdfium-render has no safe name for this function")]
    pub(super) fn scripts(&self) -> u32 {
        let bindings = self.document.bindings();
        let handle = bindings.get_handle_from_document(&self.document);
        // SAFETY: the handle is that of a document that stays open during the call, which only reads it.
        let count = unsafe { bindings.FPDFDoc_GetJavaScriptActionCount(handle) };
        u32::try_from(count).unwrap_or(0)
    }

    /// Whether this is a form for Adobe's programs alone (XFA): its real pages are made by a program when it is opened,
    /// and the only page in the file says that one is to wait. Forms whose pages are in the file too are not.
    pub(super) fn asks_to_wait(&self) -> bool {
        let form = self.document.form().map(PdfForm::form_type);
        match form {
            Some(PdfFormType::XfaFull) => true,
            // Some programs leave the mark for that out.
            Some(PdfFormType::XfaForeground) if self.pages() == 1 => {
                let mut text = String::new();
                if let Some(page) = self.page(0) {
                    page.characters(|letter, _| text.push(letter));
                }
                text.trim_start().to_lowercase().starts_with("please wait")
            }
            Some(PdfFormType::XfaForeground | PdfFormType::Acrobat | PdfFormType::None) | None => {
                false
            }
        }
    }

    /// Loads one page; `None` when it cannot be read.
    pub(super) fn page(&self, index: u32) -> Option<Page<'_>> {
        let page = self.document.pages().get(PdfPageIndex::try_from(index).ok()?).ok()?;
        // PDFium gives the text of form fields coloured fringes, except on pixels with opacity, which cost a little
        // more to paint.
        let format = if self.document.form().is_some() {
            PdfBitmapFormat::BGRA
        } else {
            PdfBitmapFormat::BGRx
        };
        Some(Page { page, format, grid: PdfRenderConfig::new().set_fixed_size(GRID, GRID) })
    }
}

/// A loaded page.
pub(super) struct Page<'a> {
    page: PdfPage<'a>,
    format: PdfBitmapFormat,
    grid: PdfRenderConfig,
}

impl Page<'_> {
    /// Paints the page on white into `pixels` ([`PIXEL`] bytes each, rows without gaps), annotations and form fields
    /// too: stamps, signatures and what was filled in are part of the paper. `false` when PDFium refuses the bitmap.
    pub(super) fn paint(&self, pixels: &mut [u8], width: u32, height: u32) -> bool {
        let (Ok(across), Ok(down)) = (Pixels::try_from(width), Pixels::try_from(height)) else {
            return false;
        };
        let Ok(mut bitmap) = PdfBitmap::from_bytes(across, down, self.format, pixels) else {
            return false;
        };
        // The limited cache bounds what decoded images may hold. PDFium's ground for fields that wait to be filled in
        // is an editor's, so it gets no opacity: a signed paper must look like itself.
        let config = PdfRenderConfig::new()
            .set_fixed_size(across, down)
            .set_reverse_byte_order(false)
            .limit_render_image_cache_size(true)
            .highlight_all_form_fields(PdfColor::new(255, 255, 255, 0));
        self.page.render_into_bitmap_with_config(&mut bitmap, &config).is_ok()
    }

    /// A place of the page (points) as shares of its width and height, origin at the top left, turned as shown.
    pub(super) fn place(&self, x: f32, y: f32) -> (f64, f64) {
        let found = self.page.points_to_pixels(PdfPoints::new(x), PdfPoints::new(y), &self.grid);
        let (across, down) = found.unwrap_or((0, 0));
        (f64::from(across) / f64::from(GRID), f64::from(down) / f64::from(GRID))
    }

    /// Calls `each` with every character of the page, in reading order, and its box where it has one.
    pub(super) fn characters(&self, mut each: impl FnMut(char, Option<PageRect>)) {
        let Ok(text) = self.page.text() else { return };
        for character in text.chars().iter() {
            let Some(letter) = character.unicode_char() else {
                continue;
            };
            each(letter, character.loose_bounds().ok().map(PageRect::from));
        }
    }
}
