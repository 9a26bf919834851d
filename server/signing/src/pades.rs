//! Making a PAdES signature in two steps: `prepare` appends everything but the signature,
//! `assemble` puts it in. Between them the device signs, elsewhere. Never here: a private key.
//!
//! ETSI EN 319 142-1, sub-filter `ETSI.CAdES.detached`. The signature certifies the document
//! (DocMDP, level 2): a reader refuses annotations and other changes, a later seal is still
//! possible.

use ed25519_dalek::Signature;
use icabinet_models::canonical::cades::{
    byte_range_digest, fingerprint_short, parse_byte_range, signed_attributes,
};
use lopdf::{Dictionary, Document, Object, ObjectId, StringFormat, dictionary};
use sha2::{Digest, Sha256};

use crate::certificate::{date_time, identity_of, parse, public_key};
use crate::incremental::{Update, write_object};
use crate::{SigningError, appearance, cms, inspect};

/// Room for the signature in bytes: two or three certificates of some 600 bytes, attributes and
/// a generous rest.
const ROOM: usize = 8 * 1024;
/// The byte range's three unknown numbers are written over this: three times ten digits.
const RANGE_PLACEHOLDER: &[u8] = &[b' '; 32];
/// The name of the one signature field.
pub(crate) const FIELD_NAME: &str = "signature";

/// Who signs where, and what is seen of it.
#[derive(Debug, Clone, PartialEq)]
pub struct SignRequest<'a> {
    /// The page, counted from 0.
    pub page: u32,
    /// Left, bottom, right, top in PDF points; the typesetter reports it.
    pub rect: [f32; 4],
    /// The signer's full name, for the signature's `/Name`.
    pub name: &'a str,
    /// Why it is signed ("Ban hành Quyết định số 15/QĐ-UBND").
    pub reason: &'a str,
    /// The claimed time, seconds since 1970.
    pub signed_at: i64,
    /// Local time's distance from UTC in minutes, -1439 to 1439; Vietnam is 420.
    pub utc_offset_minutes: i16,
    /// The lines of the visible signature, at most 8.
    pub lines: &'a [String],
}

/// A file that waits for its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The whole file; the signature's digits are zeros.
    pub pdf: Vec<u8>,
    /// The covered stretches: start, length, start, length.
    pub byte_range: [u64; 4],
    /// SHA-512 over the covered stretches.
    pub digest: [u8; 64],
    /// Its short form for tablet and room screen.
    pub fingerprint: String,
}

/// Appends the signature field, its visible form and the room for the signature.
///
/// # Errors
/// [`SigningError::Unsafe`] for documents that must not be signed (see
/// [`crate::inspect_before_signing`]), [`SigningError::Place`], [`SigningError::Character`],
/// [`SigningError::Time`], [`SigningError::Malformed`].
pub fn prepare(pdf: &[u8], request: &SignRequest<'_>) -> Result<Prepared, SigningError> {
    let document = inspect::load(pdf)?;
    inspect::before_signing(&document)?;
    let page = page(&document, request)?;
    let catalog_id = document
        .trailer
        .get(b"Root")
        .and_then(Object::as_reference)
        .map_err(|_| SigningError::Malformed("no catalog"))?;
    let mut update = Update::new(pdf, &document);

    let [left, bottom, right, top] = request.rect;
    let form = appearance::write(&mut update, request.lines, right - left, top - bottom)?;
    let signature = update.reserve();
    let widget = update.reserve();
    update.put(widget, &widget_object(request, page, signature, form));
    update.put(page, &with_annotation(&document, page, widget)?);
    update.put(catalog_id, &with_signature_form(&document, widget, signature)?);
    let (dictionary, range_at, contents_at) = signature_dictionary(request)?;
    let start = update.put_raw(signature, &dictionary);
    let mut identifier = [0_u8; 16];
    let digest = Sha256::new().chain_update(pdf).chain_update(&dictionary).finalize();
    identifier.copy_from_slice(&digest[..16]);
    let mut bytes = update.finish(&identifier)?;

    let gap_start = start + contents_at;
    let gap_end = gap_start + 2 * ROOM + 2;
    let numbers = format!("{gap_start} {gap_end} {}", bytes.len() - gap_end);
    // The update refused files whose offsets have more than ten digits.
    bytes[start + range_at..][..numbers.len()].copy_from_slice(numbers.as_bytes());
    let range = parse_byte_range(&bytes)?;
    let digest = byte_range_digest(&bytes, &range)?;
    Ok(Prepared {
        byte_range: range.numbers(),
        fingerprint: fingerprint_short(&digest),
        digest,
        pdf: bytes,
    })
}

/// Puts a device's signature into a prepared file.
///
/// `chain` holds the signer's certificate first, then those up to the root, which may be left
/// out. The attributes are rebuilt from the file's bytes and the signature is checked against
/// them before anything is written.
///
/// # Errors
/// [`SigningError::SignatureInvalid`] for a signature over anything else, and
/// [`SigningError::ByteRange`], [`SigningError::Certificate`], [`SigningError::Room`].
pub fn assemble(
    prepared_pdf: &[u8],
    chain: &[Vec<u8>],
    signature: &[u8; 64],
) -> Result<Vec<u8>, SigningError> {
    let signer_der = chain.first().ok_or(SigningError::Certificate("no signer's certificate"))?;
    let signer = parse(signer_der)?;
    let key = public_key(&signer.tbs_certificate.subject_public_key_info)?;
    let range = parse_byte_range(prepared_pdf)?;
    let digest = byte_range_digest(prepared_pdf, &range)?;
    let attributes = signed_attributes(&digest, signer_der);
    key.verify_strict(&attributes, &Signature::from_bytes(signature))
        .map_err(|_| SigningError::SignatureInvalid)?;
    let container = cms::build(&attributes, signature, chain)?;
    let digits = range.contents_digits();
    let room = digits.len() / 2;
    if container.len() > room {
        return Err(SigningError::Room { needed: container.len(), room });
    }
    let mut pdf = prepared_pdf.to_vec();
    let hex = crate::certificate::hex(&container);
    pdf[digits.start..digits.start + hex.len()].copy_from_slice(hex.as_bytes());
    Ok(pdf)
}

/// The lines of an ordinary visible signature: who, when, and which certificate.
///
/// # Errors
/// [`SigningError::Certificate`], [`SigningError::Time`].
pub fn usual_lines(
    signer_der: &[u8],
    signed_at: i64,
    utc_offset_minutes: i16,
) -> Result<Vec<String>, SigningError> {
    let signer = identity_of(&parse(signer_der)?, signer_der)?;
    let local = date_time(signed_at.saturating_add(60 * i64::from(utc_offset_minutes)))?;
    let mut digest = [0_u8; 64];
    digest[..32].copy_from_slice(&signer.sha256);
    Ok(vec![
        format!("Ký bởi: {}", signer.common_name),
        format!(
            "Thời gian ký: {:02}/{:02}/{} {:02}:{:02}:{:02} {}",
            local.day(),
            local.month(),
            local.year(),
            local.hour(),
            local.minutes(),
            local.seconds(),
            offset(utc_offset_minutes, ":", ""),
        ),
        format!("Chứng thư: {}", fingerprint_short(&digest)),
    ])
}

fn page(document: &Document, request: &SignRequest<'_>) -> Result<ObjectId, SigningError> {
    let page = document.page_iter().nth(request.page as usize).ok_or(SigningError::Place)?;
    let [left, bottom, right, top] = request.rect;
    let media_box = inherited(document, page, b"MediaBox").ok_or(SigningError::Place)?;
    let edges: Vec<f32> = media_box.iter().filter_map(|edge| edge.as_float().ok()).collect();
    let fits = match edges.as_slice() {
        // Written so that NaN fits nowhere.
        [x0, y0, x1, y1] => left >= *x0 && bottom >= *y0 && right <= *x1 && top <= *y1,
        _ => false,
    };
    let has_room = right - left >= 40.0 && top - bottom >= 20.0;
    if fits && has_room && request.lines.len() <= 8 { Ok(page) } else { Err(SigningError::Place) }
}

/// A page attribute that may stand higher in the page tree.
fn inherited<'a>(document: &'a Document, page: ObjectId, key: &[u8]) -> Option<&'a Vec<Object>> {
    let mut node = document.get_dictionary(page).ok()?;
    // A page tree deeper than this is not one of ours.
    for _ in 0..32 {
        if let Ok(value) = node.get(key) {
            return document.dereference(value).ok()?.1.as_array().ok();
        }
        let parent = node.get(b"Parent").and_then(Object::as_reference).ok()?;
        node = document.get_dictionary(parent).ok()?;
    }
    None
}

fn widget_object(
    request: &SignRequest<'_>,
    page: ObjectId,
    signature: ObjectId,
    form: ObjectId,
) -> Object {
    let rect = request.rect.iter().map(|edge| Object::Real(*edge)).collect();
    Object::Dictionary(dictionary! {
        "Type" => "Annot",
        "Subtype" => "Widget",
        "FT" => "Sig",
        "T" => text(FIELD_NAME),
        "TU" => text(request.name),
        // Print and locked.
        "F" => 132,
        "Rect" => Object::Array(rect),
        "P" => page,
        "V" => signature,
        "AP" => dictionary! { "N" => form },
    })
}

fn with_annotation(
    document: &Document,
    page: ObjectId,
    widget: ObjectId,
) -> Result<Object, SigningError> {
    let mut dictionary = document
        .get_dictionary(page)
        .map_err(|_| SigningError::Malformed("a page that is no dictionary"))?
        .clone();
    // `inspect` has made sure that there were no annotations.
    dictionary.set("Annots", vec![Object::Reference(widget)]);
    Ok(Object::Dictionary(dictionary))
}

fn with_signature_form(
    document: &Document,
    widget: ObjectId,
    signature: ObjectId,
) -> Result<Object, SigningError> {
    let mut catalog =
        document.catalog().map_err(|_| SigningError::Malformed("no catalog"))?.clone();
    catalog.set(
        "AcroForm",
        dictionary! {
            "Fields" => vec![Object::Reference(widget)],
            // Signatures exist; only append.
            "SigFlags" => 3,
        },
    );
    catalog.set("Perms", dictionary! { "DocMDP" => signature });
    Ok(Object::Dictionary(catalog))
}

/// The signature dictionary's encoding, and where in it the byte range's unknown numbers and
/// the contents begin.
fn signature_dictionary(
    request: &SignRequest<'_>,
) -> Result<(Vec<u8>, usize, usize), SigningError> {
    let known: Dictionary = dictionary! {
        "Type" => "Sig",
        "Filter" => "Adobe.PPKLite",
        "SubFilter" => "ETSI.CAdES.detached",
        "Name" => text(request.name),
        "Reason" => text(request.reason),
        "M" => Object::String(pdf_date(request)?.into_bytes(), StringFormat::Literal),
        "Reference" => vec![Object::Dictionary(dictionary! {
            "Type" => "SigRef",
            "TransformMethod" => "DocMDP",
            "TransformParams" => dictionary! {
                "Type" => "TransformParams",
                "P" => 2,
                "V" => "1.2",
            },
        })],
    };
    let mut bytes = Vec::new();
    write_object(&mut bytes, &Object::Dictionary(known));
    bytes.truncate(bytes.len() - 2);
    bytes.extend_from_slice(b"/ByteRange [0 ");
    let range_at = bytes.len();
    bytes.extend_from_slice(RANGE_PLACEHOLDER);
    bytes.extend_from_slice(b"]\n/Contents ");
    let contents_at = bytes.len();
    bytes.push(b'<');
    bytes.resize(bytes.len() + 2 * ROOM, b'0');
    bytes.extend_from_slice(b">\n>>");
    Ok((bytes, range_at, contents_at))
}

/// `D:20261126084000+07'00'` (ISO 32000-2 7.9.4).
fn pdf_date(request: &SignRequest<'_>) -> Result<String, SigningError> {
    if request.utc_offset_minutes.unsigned_abs() >= 24 * 60 {
        return Err(SigningError::Time);
    }
    let shift = 60 * i64::from(request.utc_offset_minutes);
    let local = date_time(request.signed_at.saturating_add(shift))?;
    Ok(format!(
        "D:{:04}{:02}{:02}{:02}{:02}{:02}{}",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minutes(),
        local.seconds(),
        offset(request.utc_offset_minutes, "'", "'"),
    ))
}

fn offset(minutes: i16, between: &str, after: &str) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.unsigned_abs();
    format!("{sign}{:02}{between}{:02}{after}", minutes / 60, minutes % 60)
}

/// A text string in UTF-16 with its mark.
fn text(text: &str) -> Object {
    let mut bytes = vec![0xfe, 0xff];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, StringFormat::Hexadecimal)
}
