//! The same files before a verifier that nobody here wrote: pyHanko.
//!
//! `scripts/lib/pyhanko.sh` installs it and sets `PYHANKO`. With `ICABINET_STRANGERS=1` its
//! absence is a failure; without, the test says that it was left out.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::office::{DECISION, Office};

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
