//! Every change to a signed file is refused.

use icabinet_models::canonical::cades::parse_byte_range;
use icabinet_signing::verify::Finding;
use icabinet_signing::{Revoked, Unsafe, assemble, prepare};
use proptest::prelude::*;

use crate::office::{
    DECISION, NOW, Office, SERIAL, assert_findings, old_pdf, request, with_revision,
};

const DAY: i64 = 24 * 60 * 60;

#[test]
fn a_signed_decision_is_valid_and_says_who_signed() {
    let office = Office::new(1);
    let report = office.verify(&office.signed(DECISION));
    assert_findings(&report, &[]);
    let signer = report.signer.expect("a signer");
    assert_eq!(signer.common_name, "Đoàn Hữu Thạch");
    assert_eq!(signer.title, "Chủ tịch");
    assert_eq!(signer.public_key, office.key.verifying_key().to_bytes());
    assert_eq!(report.claimed_time.as_deref(), Some("D:20261126084000+07'00'"));
    let prepared = office.prepare(DECISION);
    assert_eq!(report.fingerprint, Some(prepared.fingerprint));
}

#[test]
fn a_document_of_the_old_kind_can_be_signed() {
    let office = Office::new(1);
    let pdf = old_pdf("", "", &[]);
    assert_findings(&office.verify(&office.signed(&pdf)), &[]);
}

#[test]
fn signing_adds_and_never_changes() {
    let office = Office::new(1);
    assert!(office.signed(DECISION).starts_with(DECISION));
    assert_eq!(office.prepare(DECISION), office.prepare(DECISION));
}

#[test]
fn a_flipped_bit_is_refused_wherever_it_is() {
    let office = Office::new(1);
    let signed = office.signed(DECISION);
    let contents = parse_byte_range(&signed).expect("range").contents_digits();
    // Every 151st byte of the file, every byte of the container that is used and of the update's
    // end, where the structure is.
    let used = contents.start..contents.start + 3200;
    let tail = contents.end - 4..signed.len();
    let positions = (0..signed.len()).step_by(151).chain(used).chain(tail);
    for position in positions {
        for bit in [0, 5] {
            let mut mutant = signed.clone();
            mutant[position] ^= 1 << bit;
            assert!(
                !office.verify(&mutant).is_valid(),
                "byte {position}, bit {bit} went unnoticed"
            );
        }
    }
}

#[test]
fn a_changed_amount_is_a_changed_document() {
    let office = Office::new(1);
    let mut signed = office.signed(DECISION);
    signed[DECISION.len() / 2] ^= 0x10;
    let report = office.verify(&signed);
    assert!(report.findings.contains(&Finding::ChangedBytes), "{report:?}");
}

#[test]
fn appended_bytes_are_refused() {
    let office = Office::new(1);
    let signed = office.signed(DECISION);
    for tail in [&b"\n"[..], b"%", b"\0", b"1 0 obj\n<< >>\nendobj\n", &signed] {
        let mutant = [&signed[..], tail].concat();
        assert!(!office.verify(&mutant).is_valid(), "{} bytes", tail.len());
    }
    let report = office.verify(&[&signed[..], b"\n"].concat());
    assert_findings(&report, &[Finding::AppendedBytes]);
}

#[test]
fn a_truncated_file_is_refused() {
    let office = Office::new(1);
    let signed = office.signed(DECISION);
    for cut in [1, 2, 7, 100, signed.len() / 2] {
        let report = office.verify(&signed[..signed.len() - cut]);
        assert!(!report.is_valid(), "{cut} bytes less");
    }
    assert_findings(&office.verify(b""), &[Finding::NotSigned]);
    assert_findings(&office.verify(DECISION), &[Finding::NotSigned]);
}

#[test]
fn a_second_revision_is_refused() {
    let office = Office::new(1);
    let signed = office.signed(DECISION);
    // A note over the first page, as any editor would add it.
    let note = "<< /Type /Annot /Subtype /FreeText /Rect [0 0 500 800] /Contents (changed) >>";
    let revised = with_revision(&signed, 900, note);
    let report = office.verify(&revised);
    assert_findings(&report, &[Finding::AppendedBytes]);
}

#[test]
fn a_placeholder_is_not_a_signature() {
    let office = Office::new(1);
    let prepared = office.prepare(DECISION);
    assert_findings(&office.verify(&prepared.pdf), &[Finding::Malformed]);
}

#[test]
fn another_organisations_root_is_refused() {
    let office = Office::new(1);
    let stranger = Office::new(40);
    let signed = stranger.signed(DECISION);
    assert_findings(&office.verify(&signed), &[Finding::WrongCa]);
    assert_findings(&stranger.verify(&signed), &[]);
}

#[test]
fn a_forged_chain_is_refused() {
    let office = Office::new(1);
    let forger = Office::new(40);
    // The forger's own certificate with the real issuing certificate beside it.
    let prepared = forger.prepare(DECISION);
    let signature = forger.sign_on_tablet(&prepared.pdf);
    let chain = [forger.certificate.clone(), office.authority.issuing_der().expect("issuing")];
    let forged = assemble(&prepared.pdf, &chain, &signature).expect("assembled");
    assert_findings(&office.verify(&forged), &[Finding::WrongCa]);
    // An issuing authority is not a signer.
    let issuing = office.authority.issuing_der().expect("issuing");
    assert!(assemble(&prepared.pdf, &[issuing], &signature).is_err());
    // Nothing that the chain doesn't need may ride along.
    let surplus = [office.chain(), vec![forger.certificate.clone()]].concat();
    let prepared = office.prepare(DECISION);
    let signature = office.sign_on_tablet(&prepared.pdf);
    let padded = assemble(&prepared.pdf, &surplus, &signature).expect("assembled");
    assert_findings(&office.verify(&padded), &[Finding::WrongCa]);
}

#[test]
fn a_swapped_certificate_is_refused() {
    let office = Office::new(1);
    // The same key, certified again under another name: the signature names the first one.
    let other = office
        .authority
        .certify(
            office.key.verifying_key().as_bytes(),
            &icabinet_signing::DeviceSubject {
                common_name: "Lương Thị Uyển",
                organisation: "Ủy ban nhân dân phường Hồ Sen",
                title: "Phó Chủ tịch",
            },
            77,
            NOW - DAY,
            NOW + DAY,
        )
        .expect("a certificate");
    let prepared = office.prepare(DECISION);
    let signature = office.sign_on_tablet(&prepared.pdf);
    let chain = [other, office.authority.issuing_der().expect("issuing")];
    let refused = assemble(&prepared.pdf, &chain, &signature).expect_err("refused");
    assert_eq!(refused.code(), "signing_signature_invalid");
}

#[test]
fn a_signature_over_another_document_is_refused() {
    let office = Office::new(1);
    let shown = office.prepare(&old_pdf("", "", &[]));
    let signature = office.sign_on_tablet(&shown.pdf);
    let prepared = office.prepare(DECISION);
    let refused = assemble(&prepared.pdf, &office.chain(), &signature).expect_err("refused");
    assert_eq!(refused.code(), "signing_signature_invalid");
    // Grafted past `assemble`, it is still found out.
    let signed = office.signed(&old_pdf("", "", &[]));
    let digits = parse_byte_range(&signed).expect("range").contents_digits();
    let target = parse_byte_range(&prepared.pdf).expect("range").contents_digits();
    let mut grafted = prepared.pdf.clone();
    grafted[target].copy_from_slice(&signed[digits]);
    assert_findings(&office.verify(&grafted), &[Finding::ChangedBytes]);
}

#[test]
fn certificates_hold_in_their_time_only() {
    let office = Office::new(1);
    let signed = office.signed(DECISION);
    let table = [
        (NOW - 2 * DAY, vec![Finding::Expired]),
        (NOW - DAY, vec![]),
        (NOW + 60 * DAY, vec![]),
        (NOW + 60 * DAY + 1, vec![Finding::Expired]),
    ];
    for (at, expected) in table {
        assert_findings(&office.verify_at(&signed, at, &[]), &expected);
    }
}

#[test]
fn a_revoked_certificate_is_refused_from_its_revocation_on() {
    let office = Office::new(1);
    let signed = office.signed(DECISION);
    let lists = |serial, at| vec![office.revocation_list(&[Revoked { serial, at }])];
    let table = [
        (lists(SERIAL, NOW), vec![Finding::Revoked]),
        (lists(SERIAL, NOW - DAY), vec![Finding::Revoked]),
        (lists(SERIAL, NOW + 1), vec![]),
        (lists(SERIAL + 1, NOW), vec![]),
        (vec![office.revocation_list(&[])], vec![]),
    ];
    for (lists, expected) in table {
        assert_findings(&office.verify_at(&signed, NOW, &lists), &expected);
    }
    let mut forged = office.revocation_list(&[]);
    let last = forged.len() - 1;
    forged[last] ^= 1;
    let report = office.verify_at(&signed, NOW, &[forged]);
    assert_findings(&report, &[Finding::Malformed]);
}

#[test]
fn a_layer_put_in_before_signing_is_found_when_verifying() {
    // Made by a tool that doesn't ask: the check of `prepare` is passed by, the verifier's not.
    let office = Office::new(1);
    let clean = old_pdf("/OCPropertie5 << >>", "", &[]);
    let prepared = prepare(&clean, &request(&office.lines())).expect("prepared");
    let hidden = String::from_utf8_lossy(&clean).contains("/OCPropertie5");
    assert!(hidden);
    let mut tricked = prepared.pdf;
    while let Some(at) = tricked.windows(13).position(|window| window == b"/OCPropertie5") {
        tricked[at + 12] = b's';
    }
    let signature = office.sign_on_tablet(&tricked);
    let signed = assemble(&tricked, &office.chain(), &signature).expect("assembled");
    assert_findings(&office.verify(&signed), &[Finding::UnsafeContent(Unsafe::HiddenLayer)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever is cut out, put in or overwritten: refused, and never a panic.
    #[test]
    fn random_edits_are_refused(
        at in 0.0_f64..1.0,
        removed in 0_usize..40,
        added in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let office = Office::new(1);
        let signed = office.signed(DECISION);
        let start = (signed.len() as f64 * at) as usize;
        let end = (start + removed).min(signed.len());
        let mutant = [&signed[..start], &added, &signed[end..]].concat();
        prop_assume!(mutant != signed);
        prop_assert!(!office.verify(&mutant).is_valid());
    }

    /// Bytes that are no PDF at all.
    #[test]
    fn noise_is_refused(noise in proptest::collection::vec(any::<u8>(), 0..400)) {
        let office = Office::new(1);
        prop_assert!(!office.verify(&noise).is_valid());
        prop_assert!(prepare(&noise, &request(&[])).is_err());
    }
}
