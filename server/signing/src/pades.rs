//! Making a PAdES signature in two steps: `prepare` appends everything but the signature,
//! `assemble` puts it in. Between them the device signs, elsewhere. Never here: a private key.
//!
//! ETSI EN 319 142-1, sub-filter `ETSI.CAdES.detached`. The first signature certifies the document
//! (DocMDP, level 2) and makes the places of those that come later: a reader refuses annotations
//! and other changes, and a later signature fills its place in an update of its own.

use ed25519_dalek::Signature;
use icabinet_models::canonical::cades::{
    byte_range_digest, fingerprint_short, parse_byte_range, signed_attributes,
};
use lopdf::{Dictionary, Document, Object, ObjectId, StringFormat, dictionary};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

use crate::certificate::{date_time, identity_of, parse, public_key};
use crate::incremental::{Update, write_object};
use crate::{SigningError, appearance, cms, inspect};

/// Room for the signature in bytes: two or three certificates of some 600 bytes, attributes and
/// a generous rest.
const ROOM: usize = 8 * 1024;
/// The byte range's three unknown numbers are written over this: three times ten digits.
const RANGE_PLACEHOLDER: &[u8] = &[b' '; 32];
/// The name of the field of the signature that completes a document.
pub(crate) const FIELD_NAME: &str = "signature";
/// The name of the field of one that comes before it.
pub(crate) const FIRST_FIELD_NAME: &str = "countersignature";

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
    /// What the signature is given for, beyond what the file says (which meeting, which document, which
    /// key): it enters the file's identifier, so that two decisions of the same text, prepared in the same
    /// second, are two files.
    pub matter: &'a [u8],
    /// Where the signature goes that completes the document, when this one comes before it.
    pub later: Option<Place<'a>>,
}

/// A place for a signature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place<'a> {
    /// The page, counted from 0.
    pub page: u32,
    /// Left, bottom, right, top in PDF points.
    pub rect: [f32; 4],
    /// Who is to sign there.
    pub name: &'a str,
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
    let place = Place { page: request.page, rect: request.rect, name: request.name };
    let page = page(&document, &place, request.lines)?;
    let catalog_id = document
        .trailer
        .get(b"Root")
        .and_then(Object::as_reference)
        .map_err(|_| SigningError::Malformed("no catalog"))?;
    let mut update = Update::new(pdf, &document);
    let form = write_form(&mut update, request, appearance::FIRST)?;
    let signature = update.reserve();
    let widget = update.reserve();
    let name = if request.later.is_some() { FIRST_FIELD_NAME } else { FIELD_NAME };
    update.put(widget, &widget_object(&place, name, page, Some(signature), form));
    let mut fields = vec![(page, widget)];
    if let Some(later) = &request.later {
        let page = self::page(&document, later, &[])?;
        let [left, bottom, right, top] = later.rect;
        // Without lines: the place is seen and empty.
        let form = appearance::empty(&mut update, right - left, top - bottom);
        let widget = update.reserve();
        update.put(widget, &widget_object(later, FIELD_NAME, page, None, form));
        fields.push((page, widget));
    }
    for page in fields.iter().map(|(page, _)| *page).collect::<BTreeSet<_>>() {
        update.put(page, &with_annotations(&document, page, &fields)?);
    }
    update.put(catalog_id, &with_signature_form(&document, &fields, signature)?);
    finish(update, pdf, request, signature, true)
}

/// Appends a signature in the place that the first one left for it, which stays as it is.
///
/// `signed` has been verified by the caller.
///
/// # Errors
/// As [`prepare`]; [`SigningError::Malformed`] for a file without such a place.
pub fn prepare_last(signed: &[u8], request: &SignRequest<'_>) -> Result<Prepared, SigningError> {
    let document = inspect::load(signed)?;
    if let Some(found) = inspect::content(&document).first() {
        return Err(SigningError::Unsafe(*found));
    }
    let fields = fields(&document).ok_or(SigningError::Malformed("no place for a signature"))?;
    let [_, Field { id, value: None, widget, .. }] = fields.as_slice() else {
        return Err(SigningError::Malformed("no place for a signature"));
    };
    let mut update = Update::new(signed, &document);
    let form = write_form(&mut update, request, appearance::LAST)?;
    let signature = update.reserve();
    let mut filled = (*widget).clone();
    filled.set("V", signature);
    filled.set("AP", dictionary! { "N" => form });
    update.put(*id, &Object::Dictionary(filled));
    finish(update, signed, request, signature, false)
}

/// A signature field of a document.
pub(crate) struct Field<'a> {
    pub(crate) id: ObjectId,
    pub(crate) name: String,
    pub(crate) widget: &'a Dictionary,
    /// Its signature, if it is filled.
    pub(crate) value: Option<&'a Dictionary>,
}

/// All fields of a document, if they are what is made here: one, or the first and the last.
pub(crate) fn fields(document: &Document) -> Option<Vec<Field<'_>>> {
    let follow = |value| Some(document.dereference(value).ok()?.1);
    let catalog = document.catalog().ok()?;
    let form = follow(catalog.get(b"AcroForm").ok()?)?.as_dict().ok()?;
    let list = follow(form.get(b"Fields").ok()?)?.as_array().ok()?;
    let fields: Option<Vec<Field<'_>>> = list
        .iter()
        .map(|field| {
            let id = field.as_reference().ok()?;
            let widget = document.get_dictionary(id).ok()?;
            let name = lopdf::decode_text_string(widget.get(b"T").ok()?).ok()?;
            let value = match widget.get(b"V") {
                Ok(value) => Some(follow(value)?.as_dict().ok()?),
                Err(_) => None,
            };
            let is_ours = inspect::name(widget, b"FT") == Some(b"Sig") && !widget.has(b"Kids");
            is_ours.then_some(Field { id, name, widget, value })
        })
        .collect();
    let fields = fields?;
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let expected: &[&str] = match fields.len() {
        1 => &[FIELD_NAME],
        _ => &[FIRST_FIELD_NAME, FIELD_NAME],
    };
    (names == expected).then_some(fields)
}

fn write_form(
    update: &mut Update<'_>,
    request: &SignRequest<'_>,
    font: &str,
) -> Result<ObjectId, SigningError> {
    let [left, bottom, right, top] = request.rect;
    appearance::write(update, request.lines, right - left, top - bottom, font)
}

/// Writes the signature with room for its container, and the end of the file.
fn finish(
    mut update: Update<'_>,
    before: &[u8],
    request: &SignRequest<'_>,
    signature: ObjectId,
    certifies: bool,
) -> Result<Prepared, SigningError> {
    let (dictionary, range_at, contents_at) = signature_dictionary(request, certifies)?;
    let start = update.put_raw(signature, &dictionary);
    let mut identifier = [0_u8; 16];
    let digest = Sha256::new().chain_update(before).chain_update(&dictionary);
    let digest = digest.chain_update(request.matter).finalize();
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

fn page(
    document: &Document,
    place: &Place<'_>,
    lines: &[String],
) -> Result<ObjectId, SigningError> {
    let page = document.page_iter().nth(place.page as usize).ok_or(SigningError::Place)?;
    let [left, bottom, right, top] = place.rect;
    let media_box = inherited(document, page, b"MediaBox").ok_or(SigningError::Place)?;
    let edges: Vec<f32> = media_box.iter().filter_map(|edge| edge.as_float().ok()).collect();
    let fits = match edges.as_slice() {
        // Written so that NaN fits nowhere.
        [x0, y0, x1, y1] => left >= *x0 && bottom >= *y0 && right <= *x1 && top <= *y1,
        _ => false,
    };
    let has_room = right - left >= 40.0 && top - bottom >= 20.0;
    if fits && has_room && lines.len() <= 8 { Ok(page) } else { Err(SigningError::Place) }
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
    place: &Place<'_>,
    name: &str,
    page: ObjectId,
    signature: Option<ObjectId>,
    form: ObjectId,
) -> Object {
    let rect = place.rect.iter().map(|edge| Object::Real(*edge)).collect();
    let mut widget = dictionary! {
        "Type" => "Annot",
        "Subtype" => "Widget",
        "FT" => "Sig",
        "T" => text(name),
        "TU" => text(place.name),
        // Print and locked.
        "F" => 132,
        "Rect" => Object::Array(rect),
        "P" => page,
    };
    if let Some(signature) = signature {
        widget.set("V", signature);
    }
    widget.set("AP", dictionary! { "N" => form });
    Object::Dictionary(widget)
}

fn with_annotations(
    document: &Document,
    page: ObjectId,
    fields: &[(ObjectId, ObjectId)],
) -> Result<Object, SigningError> {
    let mut dictionary = document
        .get_dictionary(page)
        .map_err(|_| SigningError::Malformed("a page that is no dictionary"))?
        .clone();
    // `inspect` has made sure that there were no annotations.
    let own = fields.iter().filter(|(on, _)| *on == page);
    let own: Vec<Object> = own.map(|(_, widget)| Object::Reference(*widget)).collect();
    dictionary.set("Annots", own);
    Ok(Object::Dictionary(dictionary))
}

fn with_signature_form(
    document: &Document,
    fields: &[(ObjectId, ObjectId)],
    signature: ObjectId,
) -> Result<Object, SigningError> {
    let mut catalog =
        document.catalog().map_err(|_| SigningError::Malformed("no catalog"))?.clone();
    let fields: Vec<Object> = fields.iter().map(|(_, field)| Object::Reference(*field)).collect();
    catalog.set(
        "AcroForm",
        dictionary! {
            "Fields" => fields,
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
    certifies: bool,
) -> Result<(Vec<u8>, usize, usize), SigningError> {
    let mut known: Dictionary = dictionary! {
        "Type" => "Sig",
        "Filter" => "Adobe.PPKLite",
        "SubFilter" => "ETSI.CAdES.detached",
        "Name" => text(request.name),
        "Reason" => text(request.reason),
        "M" => Object::String(pdf_date(request)?.into_bytes(), StringFormat::Literal),
    };
    if certifies {
        known.set(
            "Reference",
            vec![Object::Dictionary(dictionary! {
                "Type" => "SigRef",
                "TransformMethod" => "DocMDP",
                "TransformParams" => dictionary! {
                    "Type" => "TransformParams",
                    "P" => 2,
                    "V" => "1.2",
                },
            })],
        );
    }
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
