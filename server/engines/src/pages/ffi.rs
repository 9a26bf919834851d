//! PDFium's C functions, as far as they are used, and the library they come from. The only file of the
//! workspace that names PDFium's symbols.
//!
//! Source of the signatures: PDFium's public headers (fpdfview.h, fpdf_text.h, fpdf_javascript.h), build 8149.
//! PDFium is single-threaded: [`Pdfium`] is neither `Send` nor `Sync`, and a process loads it once.
#![expect(unsafe_code, reason = "PDFium is a C library; every call into it is in this file")]

use std::ffi::{CString, c_char, c_double, c_int, c_uint, c_ulong, c_void};
use std::marker::PhantomData;
use std::path::Path;

use libloading::Library;

type Handle = *mut c_void;

/// A rectangle in page coordinates (points, origin at the bottom left).
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct PageRect {
    pub left: f32,
    pub top: f32,
    pub right: f32,
    pub bottom: f32,
}

#[repr(C)]
#[derive(Default)]
struct SizeF {
    width: f32,
    height: f32,
}

/// `FPDFBitmap_BGRx`: four bytes a pixel, the last unused.
const FORMAT_BGRX: c_int = 3;
/// `FPDF_ANNOT`: paint annotations too (stamps and form fields are part of what was signed or filled in).
const PAINT_ANNOTATIONS: c_int = 0x01;
/// `FPDF_RENDER_LIMITEDIMAGECACHE`: bounds what decoded images may hold.
const LIMITED_IMAGE_CACHE: c_int = 0x200;
/// `FPDF_ERR_PASSWORD` and `FPDF_ERR_SECURITY`.
const ERROR_PASSWORD: c_ulong = 4;
const ERROR_SECURITY: c_ulong = 5;
/// Resolution at which positions are asked for: PDFium answers in whole device units.
const GRID: c_int = 1 << 20;

macro_rules! functions {
    ($($name:ident: fn($($argument:ty),*) $(-> $answer:ty)?;)*) => {
        #[expect(non_snake_case, reason = "the library's own names")]
        struct Functions { $($name: unsafe extern "C" fn($($argument),*) $(-> $answer)?,)* }

        impl Functions {
            fn find(library: &Library) -> Result<Self, libloading::Error> {
                // SAFETY: the names and signatures are those of PDFium's headers.
                unsafe { Ok(Functions { $($name: *library.get(concat!(stringify!($name), "\0").as_bytes())?,)* }) }
            }
        }
    };
}

functions! {
    FPDF_InitLibrary: fn();
    FPDF_GetLastError: fn() -> c_ulong;
    FPDF_LoadDocument: fn(*const c_char, *const c_char) -> Handle;
    FPDF_CloseDocument: fn(Handle);
    FPDF_GetPageCount: fn(Handle) -> c_int;
    FPDF_GetPageSizeByIndexF: fn(Handle, c_int, *mut SizeF) -> c_int;
    FPDFDoc_GetJavaScriptActionCount: fn(Handle) -> c_int;
    FPDF_LoadPage: fn(Handle, c_int) -> Handle;
    FPDF_ClosePage: fn(Handle);
    FPDF_PageToDevice: fn(Handle, c_int, c_int, c_int, c_int, c_int, c_double, c_double, *mut c_int, *mut c_int) -> c_int;
    FPDFBitmap_CreateEx: fn(c_int, c_int, c_int, *mut c_void, c_int) -> Handle;
    FPDFBitmap_Destroy: fn(Handle);
    FPDF_RenderPageBitmap: fn(Handle, Handle, c_int, c_int, c_int, c_int, c_int, c_int);
    FPDFText_LoadPage: fn(Handle) -> Handle;
    FPDFText_ClosePage: fn(Handle);
    FPDFText_CountChars: fn(Handle) -> c_int;
    FPDFText_GetUnicode: fn(Handle, c_int) -> c_uint;
    FPDFText_GetLooseCharBox: fn(Handle, c_int, *mut PageRect) -> c_int;
}

/// The loaded library.
pub(super) struct Pdfium {
    functions: Functions,
    /// Unloading is pointless in a process that ends, but the functions need the library.
    _library: Library,
    _single_thread: PhantomData<*const ()>,
}

/// Why PDFium would not open a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OpenError {
    Encrypted,
    Damaged,
}

impl Pdfium {
    /// Loads the library from `path` and starts it.
    pub(super) fn load(path: &Path) -> Result<Self, libloading::Error> {
        // SAFETY: the file is the operator's PDFium; its initialisers are those of a plain C++ library.
        let library = unsafe { Library::new(path)? };
        let functions = Functions::find(&library)?;
        // SAFETY: called once, before anything else.
        unsafe { (functions.FPDF_InitLibrary)() };
        Ok(Pdfium { functions, _library: library, _single_thread: PhantomData })
    }

    /// Opens a file without a password.
    pub(super) fn open(&self, path: &Path) -> Result<Document<'_>, OpenError> {
        let name = CString::new(path.as_os_str().as_encoded_bytes()).map_err(|_| OpenError::Damaged)?;
        // SAFETY: a NUL-terminated path and no password; PDFium copies what it keeps.
        let handle = unsafe { (self.functions.FPDF_LoadDocument)(name.as_ptr(), std::ptr::null()) };
        if !handle.is_null() {
            return Ok(Document { pdfium: self, handle });
        }
        // SAFETY: no arguments.
        match unsafe { (self.functions.FPDF_GetLastError)() } {
            ERROR_PASSWORD | ERROR_SECURITY => Err(OpenError::Encrypted),
            _ => Err(OpenError::Damaged),
        }
    }
}

/// An open document; closed when dropped.
pub(super) struct Document<'a> {
    pdfium: &'a Pdfium,
    handle: Handle,
}

impl Document<'_> {
    /// How many pages the document says it has.
    pub(super) fn pages(&self) -> u32 {
        // SAFETY: the handle is open.
        let count = unsafe { (self.pdfium.functions.FPDF_GetPageCount)(self.handle) };
        u32::try_from(count).unwrap_or(0)
    }

    /// Width and height of a page in points, turned as it is shown; `None` for a page that is not there.
    pub(super) fn page_size(&self, index: u32) -> Option<(f32, f32)> {
        let mut size = SizeF::default();
        let index = c_int::try_from(index).ok()?;
        // SAFETY: the handle is open and `size` outlives the call.
        let found = unsafe { (self.pdfium.functions.FPDF_GetPageSizeByIndexF)(self.handle, index, &mut size) };
        (found != 0).then_some((size.width, size.height))
    }

    /// How many scripts the document names. They never run: this library is used without a script engine.
    pub(super) fn scripts(&self) -> u32 {
        // SAFETY: the handle is open.
        let count = unsafe { (self.pdfium.functions.FPDFDoc_GetJavaScriptActionCount)(self.handle) };
        u32::try_from(count).unwrap_or(0)
    }

    /// Loads one page; `None` when it cannot be read.
    pub(super) fn page(&self, index: u32) -> Option<Page<'_>> {
        let index = c_int::try_from(index).ok()?;
        // SAFETY: the handle is open.
        let handle = unsafe { (self.pdfium.functions.FPDF_LoadPage)(self.handle, index) };
        (!handle.is_null()).then_some(Page { pdfium: self.pdfium, handle, document: PhantomData })
    }
}

impl Drop for Document<'_> {
    fn drop(&mut self) {
        // SAFETY: the handle is open and not used again.
        unsafe { (self.pdfium.functions.FPDF_CloseDocument)(self.handle) };
    }
}

/// A loaded page; closed when dropped.
pub(super) struct Page<'a> {
    pdfium: &'a Pdfium,
    handle: Handle,
    document: PhantomData<&'a Document<'a>>,
}

impl Page<'_> {
    /// Paints the page on white into `pixels` (BGRx, four bytes a pixel, rows without gaps). `false` when PDFium
    /// refuses the bitmap.
    pub(super) fn paint(&self, pixels: &mut [u8], width: u32, height: u32) -> bool {
        let (Ok(across), Ok(down)) = (c_int::try_from(width), c_int::try_from(height)) else { return false };
        let Some(stride) = across.checked_mul(4) else { return false };
        if pixels.len() as u64 != u64::from(width) * 4 * u64::from(height) {
            return false;
        }
        pixels.fill(0xFF);
        let functions = &self.pdfium.functions;
        // SAFETY: `pixels` is `stride * down` bytes, as checked, and outlives the bitmap, which is destroyed here.
        unsafe {
            let bitmap = (functions.FPDFBitmap_CreateEx)(across, down, FORMAT_BGRX, pixels.as_mut_ptr().cast(), stride);
            if bitmap.is_null() {
                return false;
            }
            let flags = PAINT_ANNOTATIONS | LIMITED_IMAGE_CACHE;
            (functions.FPDF_RenderPageBitmap)(bitmap, self.handle, 0, 0, across, down, 0, flags);
            (functions.FPDFBitmap_Destroy)(bitmap);
        }
        true
    }

    /// A place of the page (points) as shares of its width and height, origin at the top left, turned as shown.
    pub(super) fn place(&self, x: f32, y: f32) -> (f64, f64) {
        let (mut across, mut down): (c_int, c_int) = (0, 0);
        // SAFETY: the page is loaded and both results outlive the call.
        unsafe {
            (self.pdfium.functions.FPDF_PageToDevice)(
                self.handle,
                0,
                0,
                GRID,
                GRID,
                0,
                c_double::from(x),
                c_double::from(y),
                &mut across,
                &mut down,
            );
        }
        (f64::from(across) / f64::from(GRID), f64::from(down) / f64::from(GRID))
    }

    /// Calls `each` with every character of the page, in reading order, and its box where it has one.
    pub(super) fn characters(&self, mut each: impl FnMut(char, Option<PageRect>)) {
        let functions = &self.pdfium.functions;
        // SAFETY: the page is loaded; the text page is closed below, after its last use.
        unsafe {
            let text = (functions.FPDFText_LoadPage)(self.handle);
            if text.is_null() {
                return;
            }
            for index in 0..(functions.FPDFText_CountChars)(text) {
                let Some(character) = char::from_u32((functions.FPDFText_GetUnicode)(text, index)) else { continue };
                let mut place = PageRect::default();
                let has_place = (functions.FPDFText_GetLooseCharBox)(text, index, &mut place) != 0;
                each(character, has_place.then_some(place));
            }
            (functions.FPDFText_ClosePage)(text);
        }
    }
}

impl Drop for Page<'_> {
    fn drop(&mut self) {
        // SAFETY: the handle is open and not used again.
        unsafe { (self.pdfium.functions.FPDF_ClosePage)(self.handle) };
    }
}
