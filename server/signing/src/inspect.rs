//! What a document may not hold when a person signs it: anything that isn't seen, that acts, or
//! that comes from elsewhere. Never here: signatures and their mathematics.

use core::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lopdf::{Dictionary, Document, LoadOptions, Object};

use crate::SigningError;

/// Largest file that is read, in bytes: documents of a thousand pages are a tenth of it.
pub const LARGEST: usize = 64 << 20;
/// How far a stream of objects may inflate, in bytes; ours stay below a mebibyte.
const LARGEST_STREAM: usize = 4 << 20;

/// What was found in a document that must not be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unsafe {
    /// JavaScript.
    Script,
    /// Something that happens by itself or on a click: launch, submit, import, play, …
    Action,
    /// Content or a target outside of the file.
    ExternalReference,
    /// A file attached inside.
    Attachment,
    /// A form field other than the signature.
    Form,
    /// An annotation other than the signature.
    Annotation,
    /// Optional content: layers that can be shown or hidden.
    HiddenLayer,
    /// Text in a font that the reader's device would choose.
    FontNotEmbedded,
    /// Encrypted, so that other people may see other things.
    Encrypted,
    /// Earlier revisions with contents of their own.
    EarlierRevision,
}

impl Unsafe {
    /// The code for screens and reports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Action => "action",
            Self::ExternalReference => "external_reference",
            Self::Attachment => "attachment",
            Self::Form => "form",
            Self::Annotation => "annotation",
            Self::HiddenLayer => "hidden_layer",
            Self::FontNotEmbedded => "font_not_embedded",
            Self::Encrypted => "encrypted",
            Self::EarlierRevision => "earlier_revision",
        }
    }
}

impl fmt::Display for Unsafe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Script => "a script",
            Self::Action => "an action",
            Self::ExternalReference => "a reference to something outside of the file",
            Self::Attachment => "an attached file",
            Self::Form => "a form field",
            Self::Annotation => "an annotation",
            Self::HiddenLayer => "a layer that can be hidden",
            Self::FontNotEmbedded => "a font that is not embedded",
            Self::Encrypted => "encryption",
            Self::EarlierRevision => "an earlier revision",
        })
    }
}

/// Refuses a document that is not what it seems, before anyone is asked to sign it.
///
/// # Errors
/// [`SigningError::Malformed`] for files that can't be read without guessing,
/// [`SigningError::Unsafe`] naming the first thing found.
pub fn inspect_before_signing(pdf: &[u8]) -> Result<(), SigningError> {
    before_signing(&load(pdf)?)
}

/// Reads a PDF, strictly: a file that needs repair could be read in two ways.
pub(crate) fn load(pdf: &[u8]) -> Result<Document, SigningError> {
    if pdf.len() > LARGEST {
        return Err(SigningError::Malformed("too large"));
    }
    // The parser is not ours and the bytes are anyone's: a panic in it must cost this file only.
    let options = LoadOptions::with_max_decompressed_size(LARGEST_STREAM);
    let document = catch_unwind(AssertUnwindSafe(|| Document::load_mem_with_options(pdf, options)))
        .ok()
        .and_then(Result::ok)
        .ok_or(SigningError::Malformed("not a readable PDF"))?;
    if document.xref_recovery.is_some() || document.xref_section_count == 0 {
        return Err(SigningError::Malformed("its cross-references need repair"));
    }
    Ok(document)
}

pub(crate) fn before_signing(document: &Document) -> Result<(), SigningError> {
    let mut found = content(document);
    if document.xref_section_count != 1 {
        found.push(Unsafe::EarlierRevision);
    }
    for object in document.objects.values() {
        let Some(dictionary) = dictionary(object) else {
            continue;
        };
        if dictionary.has(b"Annots") || dictionary.has_type(b"Annot") {
            found.push(Unsafe::Annotation);
        }
        if dictionary.has(b"AcroForm") || dictionary.has(b"FT") {
            found.push(Unsafe::Form);
        }
    }
    found.sort_unstable();
    match found.first() {
        Some(first) => Err(SigningError::Unsafe(*first)),
        None => Ok(()),
    }
}

/// Everything unsafe that is no annotation and no form: those depend on whether the file is
/// signed already. Sorted, each once.
pub(crate) fn content(document: &Document) -> Vec<Unsafe> {
    let mut found = Vec::new();
    if document.trailer.has(b"Encrypt") || document.encryption_state.is_some() {
        found.push(Unsafe::Encrypted);
    }
    for object in document.objects.values() {
        if let Object::Stream(stream) = object
            && (stream.dict.has(b"F") || stream.dict.has(b"FFilter"))
        {
            found.push(Unsafe::ExternalReference);
        }
        walk(document, object, &mut found);
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Looks at a direct object and all that is written inside it. References are not followed:
/// every indirect object is visited by itself. The parser bounds the depth.
fn walk(document: &Document, object: &Object, found: &mut Vec<Unsafe>) {
    if let Some(dictionary) = dictionary(object) {
        dictionary_content(document, dictionary, found);
        for (_, value) in dictionary.iter() {
            walk(document, value, found);
        }
    } else if let Object::Array(values) = object {
        for value in values {
            walk(document, value, found);
        }
    }
}

fn dictionary_content(document: &Document, dictionary: &Dictionary, found: &mut Vec<Unsafe>) {
    for (key, _) in dictionary.iter() {
        match key.as_slice() {
            b"JS" | b"JavaScript" => found.push(Unsafe::Script),
            b"AA" | b"OpenAction" | b"RichMediaContent" | b"Launch" => found.push(Unsafe::Action),
            b"OCProperties" | b"OCGs" | b"OC" | b"OCMD" => found.push(Unsafe::HiddenLayer),
            b"EmbeddedFiles" | b"EF" | b"AF" => found.push(Unsafe::Attachment),
            b"XFA" => found.push(Unsafe::Form),
            b"Ref" if dictionary.has_type(b"XObject") => found.push(Unsafe::ExternalReference),
            _ => {}
        }
    }
    match name(dictionary, b"S") {
        Some(b"JavaScript") => found.push(Unsafe::Script),
        Some(b"URI" | b"GoToR" | b"GoToE" | b"Thread") => found.push(Unsafe::ExternalReference),
        Some(
            b"Launch" | b"SubmitForm" | b"ImportData" | b"ResetForm" | b"Hide" | b"Named"
            | b"Sound" | b"Movie" | b"Rendition" | b"Trans" | b"GoTo3DView" | b"RichMediaExecute"
            | b"SetOCGState",
        ) => found.push(Unsafe::Action),
        _ => {}
    }
    match name(dictionary, b"Type") {
        Some(b"OCG" | b"OCMD") => found.push(Unsafe::HiddenLayer),
        Some(b"Filespec" | b"F") => found.push(Unsafe::ExternalReference),
        Some(b"EmbeddedFile") => found.push(Unsafe::Attachment),
        Some(b"Font") if !is_embedded(document, dictionary) => {
            found.push(Unsafe::FontNotEmbedded);
        }
        _ => {}
    }
}

/// Composite and Type 3 fonts carry their glyphs elsewhere; all others need a font file.
fn is_embedded(document: &Document, font: &Dictionary) -> bool {
    if matches!(name(font, b"Subtype"), Some(b"Type0" | b"Type3")) {
        return true;
    }
    let descriptor = font
        .get(b"FontDescriptor")
        .and_then(|value| document.dereference(value))
        .and_then(|(_, value)| value.as_dict());
    descriptor.is_ok_and(|descriptor| {
        [&b"FontFile"[..], b"FontFile2", b"FontFile3"].iter().any(|key| descriptor.has(key))
    })
}

pub(crate) fn dictionary(object: &Object) -> Option<&Dictionary> {
    match object {
        Object::Dictionary(dictionary) => Some(dictionary),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}

pub(crate) fn name<'a>(dictionary: &'a Dictionary, key: &[u8]) -> Option<&'a [u8]> {
    dictionary.get(key).and_then(Object::as_name).ok()
}
