//! Every change to a signed file is refused.

use ed25519_dalek::Signer as _;
use icabinet_models::canonical::cades::parse_byte_range;
use icabinet_signing::Finding;
use icabinet_signing::{
    Listed, Revoked, Seal, SignRequest, Trust, Unsafe, assemble, prepare, revocation_list, seal,
};
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
fn the_same_text_for_two_decisions_is_two_files() {
    let lines = Office::new(1).lines();
    let prepared =
        |matter| prepare(DECISION, &SignRequest { matter, ..request(&lines) }).expect("prepared");
    let (first, second) = (prepared(b"vote 1"), prepared(b"vote 2"));
    assert_ne!(first.pdf, second.pdf);
    assert_ne!(first.digest, second.digest);
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
    // Both carry one name and one serial number: which of them is taken for the signer's is open.
    assert!(office.verify(&padded).findings.contains(&Finding::WrongCa));
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
                revocations_at: None,
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
fn lists_say_who_is_revoked_since_when_and_only_of_their_own_authority() {
    let office = Office::new(1);
    let signed = office.signed(DECISION);
    let at = |lists: &[Vec<u8>]| office.verify_at(&signed, NOW, lists).listed;
    assert_eq!(at(&[]), Listed::default());
    let list = |at| office.revocation_list(&[Revoked { serial: SERIAL, at }]);
    let listed = at(&[list(NOW + 5), list(NOW + 3)]);
    assert_eq!(listed.revoked_at, Some(NOW + 3), "the first of several");
    assert_eq!(listed.list.map(|list| (list.this_update, list.revoked)), Some((NOW - DAY, 1)));
    // Another authority's list says nothing of this signer, not even with the same serial number.
    let foreign = Office::new(40).revocation_list(&[Revoked { serial: SERIAL, at: NOW }]);
    assert_eq!(at(&[foreign]).revoked_at, None);
    let mut forged = list(NOW);
    let last = forged.len() - 1;
    forged[last] ^= 1;
    assert_eq!(at(&[forged]), Listed::default());
}

#[test]
fn a_list_is_worth_nothing_unless_the_authority_signed_it() {
    let office = Office::new(1);
    let (roots, issuing) =
        ([office.authority.root_der().unwrap()], office.authority.issuing_der().unwrap());
    let trust = Trust { roots: &roots, revocation_lists: &[] };
    let list = office.revocation_list(&[]);
    let read = |list: &[u8], issuing: &[u8]| {
        revocation_list(list, issuing, &trust, NOW).map(|list| list.revoked)
    };
    assert_eq!(read(&list, &issuing), Ok(0));
    let foreign = Office::new(40);
    let table = [
        (
            "another authority's",
            foreign.revocation_list(&[]),
            foreign.authority.issuing_der().unwrap(),
            Finding::WrongCa,
        ),
        (
            "in the authority's name",
            foreign.revocation_list(&[]),
            issuing.clone(),
            Finding::ChangedBytes,
        ),
        ("cut", list[..list.len() - 1].to_vec(), issuing.clone(), Finding::Malformed),
        ("empty", Vec::new(), issuing.clone(), Finding::Malformed),
        ("a person's certificate", list.clone(), office.certificate.clone(), Finding::WrongCa),
    ];
    for (case, list, issuing, expected) in table {
        assert_eq!(read(&list, &issuing), Err(expected), "{case}");
    }
}

#[test]
fn a_seal_holds_for_its_statement_its_time_and_its_authority() {
    let office = Office::new(1);
    let roots = [office.authority.root_der().unwrap()];
    let issuing = office.authority.issuing_der().unwrap();
    let seal =
        |office: &Office| Seal::new(&office.authority, "Phường Hồ Sen", &[9; 32], 77, NOW).unwrap();
    let certificate = seal(&office).certificate().to_vec();
    let signature = seal(&office).put(b"statement");
    let trust = Trust { roots: &roots, revocation_lists: &[] };
    let check = |statement: &[u8], signature: &[u8], certificate: &[u8], at| {
        seal::findings(statement, signature, certificate, &issuing, &trust, at)
    };
    assert_eq!(check(b"statement", &signature, &certificate, NOW), []);
    assert_eq!(check(b"statement", &signature, &certificate, NOW + 3600), []);
    let foreign = seal(&Office::new(40)).certificate().to_vec();
    let person = office.key.sign(b"statement").to_bytes();
    let table = [
        (
            "another statement",
            check(b"statements", &signature, &certificate, NOW),
            Finding::ChangedBytes,
        ),
        ("cut", check(b"statement", &signature[..63], &certificate, NOW), Finding::ChangedBytes),
        ("earlier", check(b"statement", &signature, &certificate, NOW - 1), Finding::Expired),
        ("later", check(b"statement", &signature, &certificate, NOW + 3601), Finding::Expired),
        ("another authority", check(b"statement", &signature, &foreign, NOW), Finding::WrongCa),
        ("a person", check(b"statement", &person, &office.certificate, NOW), Finding::WrongCa),
        ("nothing", check(b"statement", &signature, b"", NOW), Finding::Malformed),
    ];
    for (case, found, expected) in table {
        assert_eq!(found, [expected], "{case}");
    }
}

#[test]
fn a_seal_signs_no_document() {
    let mut office = Office::new(1);
    office.certificate = Seal::new(&office.authority, "Phường Hồ Sen", &[9; 32], 77, NOW)
        .unwrap()
        .certificate()
        .to_vec();
    office.key = ed25519_dalek::SigningKey::from_bytes(&[9; 32]);
    assert_findings(&office.verify(&office.signed(DECISION)), &[Finding::WrongCa]);
}

#[test]
fn the_time_that_a_file_claims_is_read() {
    let office = Office::new(1);
    let mut report = office.verify(&office.signed(DECISION));
    assert_eq!(report.claimed_at(), Some(NOW));
    for (claim, read) in [
        ("D:19700101070001+07'00'", Some(1)),
        ("D:19700101000001-01'30'", Some(5401)),
        ("D:20261326084000+07'00'", None),
        ("D:20261126084000Z", None),
        ("D:2026", None),
        ("tối thứ Năm, ngày 26", None),
    ] {
        report.claimed_time = Some(claim.to_owned());
        assert_eq!(report.claimed_at(), read, "{claim}");
    }
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
