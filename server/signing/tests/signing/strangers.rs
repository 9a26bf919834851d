//! The same files before verifiers that nobody here wrote: pyHanko and OpenSSL.
//!
//! `scripts/lib/pyhanko.sh` installs it and sets `PYHANKO`. With `ICABINET_STRANGERS=1` its
//! absence is a failure; without, the test says that it was left out.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use icabinet_signing::{Revoked, Seal};

use crate::office::{DECISION, Office, REVOCATIONS_AT, SERIAL};

/// The program, if it is to be asked.
fn pyhanko() -> Option<PathBuf> {
    let asked = std::env::var_os("ICABINET_STRANGERS").is_some_and(|value| value == "1");
    if !asked {
        eprintln!("left out: pyHanko is asked with ICABINET_STRANGERS=1");
        return None;
    }
    let cache = std::env::var_os("ICABINET_CACHE").map(PathBuf::from);
    let program = std::env::var_os("PYHANKO")
        .map(PathBuf::from)
        .or_else(|| Some(cache?.join("pyhanko/bin/pyhanko")))
        .expect("ICABINET_STRANGERS=1 needs PYHANKO or ICABINET_CACHE");
    assert!(
        program.exists(),
        "ICABINET_STRANGERS=1, but there is no {}: run setup_pyhanko of scripts/lib/pyhanko.sh",
        program.display()
    );
    Some(program)
}

fn ask(program: &Path, folder: &Path, trust: &str, file: &str) -> (bool, String) {
    let Output { status, stdout, stderr } = Command::new(program)
        .current_dir(folder)
        .args(["sign", "validate", "--pretty-print", "--trust", trust])
        .args(["--trust-replace", "--no-revocation-check", file])
        .output()
        .expect("pyHanko starts");
    let text = [stdout, stderr].concat();
    (status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
#[expect(clippy::disallowed_methods, reason = "pyHanko looks at today's clock")]
fn pyhanko_accepts_what_is_signed_and_refuses_what_is_changed() {
    let Some(program) = pyhanko() else { return };
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("strangers");
    std::fs::create_dir_all(&folder).expect("a folder");
    // Certificates that hold now.
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("after 1970")
        .as_secs();
    let office = Office::at(1, i64::try_from(now).expect("a time"));
    let stranger = Office::at(40, i64::try_from(now).expect("a time"));
    let signed = office.signed(DECISION);
    let mut changed = signed.clone();
    changed[DECISION.len() / 2] ^= 0x10;
    for (name, bytes) in [("signed.pdf", &signed), ("changed.pdf", &changed)] {
        std::fs::write(folder.join(name), bytes).expect("written");
    }
    for (name, office) in [("ca.pem", &office), ("foreign.pem", &stranger)] {
        let pem = office.authority.root_pem().expect("PEM");
        std::fs::write(folder.join(name), pem).expect("written");
    }

    let (good, text) = ask(&program, &folder, "ca.pem", "signed.pdf");
    assert!(good, "{text}");
    assert!(text.contains("The signature is judged VALID"), "{text}");
    assert!(text.contains("UNTOUCHED") || text.contains("covers the entire file"), "{text}");
    assert!(text.contains("Đoàn Hữu Thạch"), "{text}");

    for (trust, file) in [("ca.pem", "changed.pdf"), ("foreign.pem", "signed.pdf")] {
        let (good, text) = ask(&program, &folder, trust, file);
        assert!(!good, "{trust} {file}: {text}");
        assert!(!text.contains("judged VALID"), "{trust} {file}: {text}");
    }
}

/// What pyHanko's own library says of a signature when it must know about revocation, with a list.
const HARD: &str = r#"
import sys
from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
root = x509.Certificate.load(pem.unarmor(open("ca.pem", "rb").read())[2])
context = ValidationContext(trust_roots=[root], crls=[open(sys.argv[1], "rb").read()],
                            allow_fetching=False, revocation_mode="hard-fail")
signature = PdfFileReader(open("signed.pdf", "rb")).embedded_signatures[0]
status = validate_pdf_signature(signature, context)
print(status.summary(), status.revoked)
sys.exit(0 if status.bottom_line else 1)
"#;

#[test]
#[expect(clippy::disallowed_methods, reason = "strangers look at today's clock")]
fn strangers_read_seals_and_lists_of_revoked_certificates() {
    let Some(pyhanko) = pyhanko() else { return };
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("strangers-lists");
    std::fs::create_dir_all(&folder).expect("a folder");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = i64::try_from(now.expect("after 1970").as_secs()).expect("a time");
    let office = Office::at(1, now);
    let put = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).expect("written");
    put("ca.pem", office.authority.root_pem().expect("PEM").as_bytes());
    put("issuing.der", &office.authority.issuing_der().expect("issuing"));
    put("signer.der", &office.certificate);
    put("signed.pdf", &office.signed(DECISION));
    let list = |revoked: &[Revoked]| {
        office.authority.revocation_list(revoked, 7, now - 60, now + 86_400).expect("a list")
    };
    put("none.crl", &list(&[]));
    put("revoked.crl", &list(&[Revoked { serial: SERIAL, at: now - 30 }]));
    let seal =
        Seal::new(&office.authority, "Phường Hồ Sen", &[9; 32], 77, now - 5).expect("a seal");
    put("seal.der", seal.certificate());
    put("manifest.json", b"{}");
    put("manifest.sig", &seal.put(b"{}"));

    let runs = |program: &str, words: &str| {
        let mut command = Command::new(program);
        let out = command.current_dir(&folder).args(words.split(' ')).output().expect("it starts");
        (
            out.status.success(),
            String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned(),
        )
    };
    let openssl = |words: &str, fits: bool| {
        let (good, said) = runs("openssl", words);
        assert_eq!(good, fits, "openssl {words}: {said}");
        said
    };
    for name in ["issuing", "signer", "seal"] {
        openssl(&format!("x509 -inform DER -in {name}.der -out {name}.pem"), true);
    }
    for (list, revoked) in [("none", false), ("revoked", true)] {
        let said = openssl(
            &format!("crl -inform DER -in {list}.crl -CAfile issuing.pem -out {list}.pem"),
            true,
        );
        assert!(said.contains("verify OK"), "{said}");
        let words = format!(
            "verify -crl_check -CRLfile {list}.pem -CAfile ca.pem -untrusted issuing.pem signer.pem"
        );
        let said = openssl(&words, !revoked);
        assert_eq!(said.contains("certificate revoked"), revoked, "{said}");
    }
    let said = openssl("x509 -in signer.pem -noout -ext crlDistributionPoints", true);
    assert!(said.contains(REVOCATIONS_AT), "{said}");
    openssl("verify -CAfile ca.pem -untrusted issuing.pem seal.pem", true);
    openssl("x509 -in seal.pem -pubkey -noout -out seal.pub", true);
    let words = "pkeyutl -verify -pubin -inkey seal.pub -rawin -sigfile manifest.sig -in";
    openssl(&format!("{words} manifest.json"), true);
    put("other.json", b"{ }");
    openssl(&format!("{words} other.json"), false);

    put("hard.py", HARD.as_bytes());
    let python = pyhanko.with_file_name("python");
    let python = python.to_str().expect("a path");
    let (good, said) = runs(python, "hard.py none.crl");
    assert!(good, "{said}");
    let (good, said) = runs(python, "hard.py revoked.crl");
    assert!(!good && said.contains("REVOKED"), "{said}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "pyHanko looks at today's clock")]
fn pyhanko_accepts_both_of_two_signatures() {
    let Some(program) = pyhanko() else { return };
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("strangers-two");
    std::fs::create_dir_all(&folder).expect("a folder");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = i64::try_from(now.expect("after 1970").as_secs()).expect("a time");
    let office = Office::at(1, now);
    let half = crate::two::first(&crate::two::secretary(now), DECISION);
    let both = crate::two::last(&office, &half);
    std::fs::write(folder.join("half.pdf"), &half).expect("written");
    std::fs::write(folder.join("both.pdf"), &both).expect("written");
    let pem = office.authority.root_pem().expect("PEM");
    std::fs::write(folder.join("ca.pem"), pem).expect("written");
    for (file, count) in [("half.pdf", 1), ("both.pdf", 2)] {
        let (good, text) = ask(&program, &folder, "ca.pem", file);
        assert!(good, "{text}");
        assert_eq!(text.matches("The signature is judged VALID").count(), count, "{text}");
        assert!(text.contains("Lương Thị Uyển"), "{text}");
    }
}
