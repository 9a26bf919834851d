//! Signed PDFs against the trusted roots and against what the log tells of them.
//! Never here: the mathematics of signatures (`icabinet-signing`).

use super::judge::Signed;
use super::report::Findings;
use crate::instruments::{self, Sheet};
use icabinet_models::canonical::cades::{byte_range_digest, parse_byte_range};
use icabinet_models::decisions::Place;
use icabinet_models::ids::{Digest, Text};
use icabinet_models::text::same;
use icabinet_signing::Trust;
use icabinet_signing::{Finding, verify};
use std::io;

/// Most that is set again, in bytes of its text: some thousand pages.
const SHEET: usize = 8 << 20;

/// What a finding of the verifier says.
pub(super) fn told(finding: Finding) -> Text {
    let (vi, en) = match finding {
        Finding::NotSigned => ("không có chữ ký", "there is no signature"),
        Finding::Malformed => ("chữ ký hoặc tệp sai dạng", "signature or file are malformed"),
        Finding::ChangedBytes => ("nội dung bị sửa sau khi ký", "bytes were changed after signing"),
        Finding::AppendedBytes => {
            ("có phần nối thêm sau chữ ký", "bytes were appended after signing")
        }
        Finding::WrongCa => (
            "chứng thư của người ký không do nơi được tin cậy cấp",
            "the signer's certificate doesn't lead to a trusted root",
        ),
        Finding::Expired => {
            ("chứng thư không còn hạn khi ký", "a certificate wasn't valid at that time")
        }
        Finding::Revoked => {
            ("chứng thư đã bị thu hồi khi ký", "a certificate was revoked at that time")
        }
        Finding::UnsafeContent(what) => {
            return Text::both(
                format!("tệp chứa thứ không được ký ({})", what.code()),
                format!("it holds what must not be signed ({what})"),
            );
        }
    };
    Text::both(vi, en)
}

/// Checks one signature of the log. Returns who signed, for the report.
pub(super) fn check(
    signed: &Signed,
    pdf: &[u8],
    trust: &Trust<'_>,
    findings: &mut Findings,
) -> Option<String> {
    let name = &signed.name;
    let report = verify::pdf(pdf, trust, signed.at.0.div_euclid(1000));
    // The signature before it was judged at its own time; here it only has to stand there whole.
    let earlier = report.earlier.as_ref().map(|earlier| &earlier.report.findings);
    let earlier = earlier.into_iter().flatten();
    let earlier = earlier.filter(|found| !matches!(found, Finding::Expired | Finding::Revoked));
    for finding in report.findings.iter().chain(earlier) {
        let said = told(*finding);
        findings.add(format!("{name}: {}", said.vi), format!("{name}: {}", said.en));
    }
    findings.unless(
        report.earlier.is_some() == signed.before.is_some()
            && report.awaits == (signed.place == Place::Secretary),
        format!("{name}: các chỗ ký trên tệp khác với nhật ký"),
        format!("{name}: its places for signatures aren't as the log says"),
    );
    let signer = report.signer?;
    findings.unless(
        signer.sha256 == signed.certificate.0,
        format!("{name}: ký bằng chứng thư khác với nhật ký"),
        format!("{name}: signed with another certificate than the log's"),
    );
    // Certificates hold 64 characters of a name.
    let expected: String = signed.signer.chars().take(64).collect();
    findings.unless(
        same(&signer.common_name, &expected),
        format!("{name}: chứng thư của {}, nhật ký ghi {expected}", signer.common_name),
        format!("{name}: the certificate is of {}, the log says {expected}", signer.common_name),
    );
    findings.unless(
        fingerprint(pdf) == Some(signed.fingerprint),
        format!("{name}: dấu vân tay khác với nhật ký"),
        format!("{name}: another fingerprint than the log's"),
    );
    Some(format!("{name}: {}, {}", signer.common_name, report.fingerprint.unwrap_or_default()))
}

/// The first 32 bytes of the SHA-512 that the signature covers, as the log writes it.
fn fingerprint(pdf: &[u8]) -> Option<Digest> {
    let digest = byte_range_digest(pdf, &parse_byte_range(pdf).ok()?).ok()?;
    let mut first = [0; 32];
    first.copy_from_slice(&digest[..32]);
    Some(Digest(first))
}

/// Whether the signed file begins with the very document, of `size` bytes, that was set: a
/// signature is an incremental update, so all of it still stands there.
pub(super) fn begins_with(pdf: &[u8], typeset: &Digest, size: u64) -> bool {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    pdf.get(..size).is_some_and(|start| Digest::of(start) == *typeset)
}

/// What comes out when the document is set again from the log.
pub(super) enum SetAgain {
    Same,
    Other,
    /// It couldn't be set here.
    Failed(String),
}

/// Takes as many bytes as it was made with, and fails beyond.
struct Counted(usize);

impl io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Sets the document again from the log and compares it with what was signed.
pub(super) fn set_again(signed: &Signed) -> SetAgain {
    let (Some(sheet), Some(typeset)) = (&signed.sheet, &signed.typeset) else {
        return SetAgain::Other;
    };
    let text = match sheet {
        Sheet::Decision(sheet) => serde_json::to_writer(Counted(SHEET), sheet),
        Sheet::Minutes(sheet) => serde_json::to_writer(Counted(SHEET), sheet),
    };
    if text.is_err() {
        return SetAgain::Failed("too long".to_owned());
    }
    match instruments::set(sheet) {
        Ok(rendered) if Digest::of(&rendered.pdf) == *typeset => SetAgain::Same,
        Ok(_) => SetAgain::Other,
        Err(error) => SetAgain::Failed(error.to_string()),
    }
}
