//! Two signatures on one document: the first leaves a place, the last fills it, and nothing else
//! happens between them.

use ed25519_dalek::SigningKey;
use icabinet_models::canonical::cades::parse_byte_range;
use icabinet_signing::Finding;
use icabinet_signing::pades::usual_lines;
use icabinet_signing::{DeviceSubject, Place, SignRequest, assemble, prepare, prepare_last};

use crate::office::{DECISION, NOW, Office, RECT, SERIAL, request, with_revision};

const DAY: i64 = 24 * 60 * 60;
/// The first signature's place, to the left of the last one's.
const FIRST_RECT: [f32; 4] = [65.0, 72.54, 246.0, 140.57];

/// The secretary, with a certificate of the same authority.
pub(crate) fn secretary(now: i64) -> Office {
    let office = Office::at(1, now);
    let key = SigningKey::from_bytes(&[77; 32]);
    let subject = DeviceSubject {
        common_name: "Lương Thị Uyển",
        organisation: "Ủy ban nhân dân phường Hồ Sen",
        title: "Thư ký",
        revocations_at: None,
    };
    let public = key.verifying_key().to_bytes();
    let certificate =
        office.authority.certify(&public, &subject, SERIAL + 1, now - DAY, now + 60 * DAY);
    Office { key, certificate: certificate.expect("a certificate"), ..office }
}

/// Signed by the secretary, with a place for the chair.
pub(crate) fn first(secretary: &Office, pdf: &[u8]) -> Vec<u8> {
    let lines = usual_lines(&secretary.certificate, secretary.now, 420).expect("lines");
    let later = Place { page: 0, rect: RECT, name: "Đoàn Hữu Thạch" };
    let request = SignRequest {
        rect: FIRST_RECT,
        name: "Lương Thị Uyển",
        signed_at: secretary.now,
        later: Some(later),
        ..request(&lines)
    };
    let prepared = prepare(pdf, &request).expect("prepared").pdf;
    let signature = secretary.sign_on_tablet(&prepared);
    assemble(&prepared, &secretary.chain(), &signature).expect("assembled")
}

/// Signed by the chair after that.
pub(crate) fn last(chair: &Office, signed: &[u8]) -> Vec<u8> {
    let lines = chair.lines();
    let request = SignRequest { signed_at: chair.now, ..request(&lines) };
    let prepared = prepare_last(signed, &request).expect("prepared").pdf;
    let signature = chair.sign_on_tablet(&prepared);
    assemble(&prepared, &chair.chain(), &signature).expect("assembled")
}

fn both() -> (Office, Vec<u8>, Vec<u8>) {
    let chair = Office::new(1);
    let first = first(&secretary(NOW), DECISION);
    let both = last(&chair, &first);
    (chair, first, both)
}

#[test]
fn both_are_valid_and_the_first_stays_as_it_was() {
    let (office, first, both) = both();
    assert!(first.starts_with(DECISION) && both.starts_with(&first));
    let half = office.verify(&first);
    assert!(half.is_valid() && half.awaits && half.earlier.is_none(), "{half:?}");
    let whole = office.verify(&both);
    assert!(whole.is_valid() && !whole.awaits, "{whole:?}");
    assert_eq!(whole.signer.expect("the chair").common_name, "Đoàn Hữu Thạch");
    let earlier = whole.earlier.expect("the secretary");
    assert_eq!((earlier.length, &earlier.report), (first.len(), &half));
    assert_eq!(half.signer.expect("the secretary").common_name, "Lương Thị Uyển");
}

#[test]
fn nothing_can_be_signed_after_the_last() {
    let (office, first, both) = both();
    let lines = office.lines();
    assert!(prepare_last(&both, &request(&lines)).is_err());
    assert!(prepare(&both, &request(&lines)).is_err());
    assert!(prepare(&first, &request(&lines)).is_err());
    // Nor after one that left no place.
    assert!(prepare_last(&office.signed(DECISION), &request(&lines)).is_err());
    assert!(prepare_last(DECISION, &request(&lines)).is_err());
}

#[test]
fn a_flipped_bit_is_refused_wherever_it_is_in_both() {
    let (office, first, both) = both();
    let contents = parse_byte_range(&first).expect("range").contents_digits();
    let own = parse_byte_range(&both).expect("range").contents_digits();
    let used = (contents.start..contents.start + 3200).step_by(61);
    let used_too = (own.start..own.start + 3200).step_by(61);
    let update = (first.len()..own.start).step_by(61).chain((own.end..both.len()).step_by(3));
    for position in (0..both.len()).step_by(151).chain(used).chain(used_too).chain(update) {
        let mut mutant = both.clone();
        mutant[position] ^= 1;
        assert!(!office.verify(&mutant).is_valid(), "byte {position} went unnoticed");
    }
}

/// Whoever signs last could change more in the same update than the place: it is found, although
/// the last signature covers it.
#[test]
fn nothing_but_the_last_place_may_change_between_them() {
    let office = Office::new(1);
    let half = first(&secretary(NOW), DECISION);
    let numbers = |of: &str| {
        let text = String::from_utf8_lossy(&half).into_owned();
        let at = text.rfind(of).expect("it is written");
        let start = text[..at].rfind(" 0 obj").expect("an object");
        let digits = text[..start].rsplit('\n').next().expect("a number");
        digits.parse::<u32>().expect("a number")
    };
    // The page, with a note over it; the first one's place, emptied; something new.
    let changes = [
        (numbers("/Annots"), "<< /Type /Page /Annots [] >>"),
        (numbers("/DocMDP"), "<< /Type /Catalog >>"),
        (4_000, "<< /Type /Annot /Subtype /FreeText /Rect [0 0 500 800] /Contents (changed) >>"),
    ];
    for (number, object) in changes {
        let changed = with_revision(&half, number, object);
        let lines = office.lines();
        // A tool that doesn't ask would sign it; ours refuses, or the verifier does.
        let Ok(prepared) = prepare_last(&changed, &request(&lines)) else { continue };
        let signature = office.sign_on_tablet(&prepared.pdf);
        let signed = assemble(&prepared.pdf, &office.chain(), &signature).expect("assembled");
        assert!(!office.verify(&signed).is_valid(), "{object}");
    }
    for tail in [&b"\n"[..], b"% more\n"] {
        let padded = [&half[..], tail].concat();
        let lines = office.lines();
        let Ok(prepared) = prepare_last(&padded, &request(&lines)) else { continue };
        let signature = office.sign_on_tablet(&prepared.pdf);
        let signed = assemble(&prepared.pdf, &office.chain(), &signature).expect("assembled");
        // Bytes that mean nothing change nothing; what each signed still stands there.
        let report = office.verify(&signed);
        assert!(report.earlier.is_none_or(|earlier| earlier.length == half.len()));
    }
}

#[test]
fn each_certificate_is_judged() {
    let stranger = Office::new(40);
    let (office, half, _) = both();
    let forged = last(&stranger, &half);
    assert_eq!(office.verify(&forged).findings, [Finding::WrongCa]);
    let chair = Office::new(1);
    let foreign_first = first(&stranger, DECISION);
    let report = office.verify(&last(&chair, &foreign_first));
    assert_eq!(report.findings, []);
    assert!(!report.is_valid());
    assert_eq!(report.earlier.expect("the first").report.findings, [Finding::WrongCa]);
}
