//! What nobody is asked to sign.

use icabinet_signing::{SigningError, Unsafe, inspect_before_signing, prepare};

use crate::office::{DECISION, Office, RECT, old_pdf, request, with_revision};

fn refusal(pdf: &[u8]) -> Option<Unsafe> {
    match inspect_before_signing(pdf) {
        Ok(()) => None,
        Err(SigningError::Unsafe(found)) => Some(found),
        Err(other) => panic!("another refusal: {other}"),
    }
}

#[test]
fn a_clean_document_may_be_signed() {
    assert_eq!(refusal(DECISION), None);
    assert_eq!(refusal(&old_pdf("", "", &[])), None);
}

#[test]
fn what_is_not_what_it_seems_is_refused() {
    let table: [(&str, &str, &str, &[&str], Unsafe); 17] = [
        ("script", "/Names << /JavaScript << >> >>", "", &[], Unsafe::Script),
        ("script action", "", "", &["<< /S /JavaScript >>"], Unsafe::Script),
        ("open action", "/OpenAction 5 0 R", "", &["<< /S /GoTo >>"], Unsafe::Action),
        ("page action", "", "/AA << >>", &[], Unsafe::Action),
        ("launch", "", "", &["<< /S /Launch >>"], Unsafe::Action),
        ("submit", "", "", &["[<< /Next << /S /SubmitForm >> >>]"], Unsafe::Action),
        ("link out", "", "", &["<< /S /URI /URI (http://x) >>"], Unsafe::ExternalReference),
        ("other file", "", "", &["<< /S /GoToR >>"], Unsafe::ExternalReference),
        (
            "external stream",
            "",
            "",
            &["<< /Length 0 /F (x) >>\nstream\n\nendstream"],
            Unsafe::ExternalReference,
        ),
        ("attachment", "/Names << /EmbeddedFiles << >> >>", "", &[], Unsafe::Attachment),
        ("layers", "/OCProperties << /OCGs [] >>", "", &[], Unsafe::HiddenLayer),
        ("layer", "", "", &["<< /Type /OCG /Name (x) >>"], Unsafe::HiddenLayer),
        ("form", "/AcroForm << /Fields [] >>", "", &[], Unsafe::Form),
        ("field", "", "", &["<< /FT /Tx /T (amount) >>"], Unsafe::Form),
        ("note", "", "/Annots [5 0 R]", &["<< /Subtype /Text >>"], Unsafe::Annotation),
        (
            "standard font",
            "",
            "",
            &["<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>"],
            Unsafe::FontNotEmbedded,
        ),
        (
            "font by name",
            "",
            "",
            &[
                "<< /Type /Font /Subtype /CIDFontType2 /FontDescriptor << /Type /FontDescriptor >> >>",
            ],
            Unsafe::FontNotEmbedded,
        ),
    ];
    for (case, catalog, page, more, expected) in table {
        assert_eq!(refusal(&old_pdf(catalog, page, more)), Some(expected), "{case}");
    }
}

#[test]
fn an_earlier_revision_is_refused() {
    let second = with_revision(&old_pdf("", "", &[]), 5, "<< >>");
    assert_eq!(refusal(&second), Some(Unsafe::EarlierRevision));
}

#[test]
fn a_signed_file_is_not_signed_again() {
    let office = Office::new(1);
    assert!(refusal(&office.signed(DECISION)).is_some());
}

#[test]
fn a_file_that_needs_repair_is_refused() {
    let mut broken = old_pdf("", "", &[]);
    let at = broken.windows(9).rposition(|window| window == b"startxref").expect("startxref");
    broken[at + 10] = b'9';
    assert!(matches!(inspect_before_signing(&broken), Err(SigningError::Malformed(_))));
}

#[test]
fn no_letter_of_a_name_keeps_anybody_from_signing() {
    for name in ["😀", "漢", "Ho\u{302}\u{300}\u{200b}\0", "\u{e123}\n"] {
        let lines = [format!("Ký bởi: {name}")];
        assert!(prepare(DECISION, &request(&lines)).is_ok(), "{name:?}");
    }
}

#[test]
fn a_signature_needs_a_place() {
    let [left, bottom, right, top] = RECT;
    let table: [(u32, [f32; 4]); 6] = [
        (9, RECT),
        (0, [left, bottom, 9_000.0, top]),
        (0, [-1.0, bottom, right, top]),
        (0, [right, bottom, left, top]),
        (0, [left, bottom, left + 1.0, top]),
        (0, [f32::NAN, bottom, right, top]),
    ];
    for (page, rect) in table {
        let mut request = request(&[]);
        request.page = page;
        request.rect = rect;
        let refused = prepare(DECISION, &request).expect_err("refused");
        assert_eq!(refused.code(), "signing_place", "{page} {rect:?}");
    }
}
