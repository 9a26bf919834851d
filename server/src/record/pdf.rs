//! Verifying a lone signed PDF, which has no record beside it: what it proves today, and what only
//! the record could prove. Never here: the mathematics of signatures (`icabinet-signing`).

use super::archive::too_much_memory;
use super::files::DOCUMENT;
use super::report::{CheckName, Findings, Report, Verdict, moment};
use super::roots::{Roots, VerifyError};
use super::signatures::told;
use icabinet_models::ids::{Text, Time};
use icabinet_signing::{Finding, verify};
use icabinet_signing::{Listed, Trust};
use std::fs::File;
use std::io::Read as _;

/// How far a signer's clock may be ahead, in seconds.
const AHEAD: i64 = 300;

/// A lone signed PDF: valid at this moment, or why not.
pub(super) fn verify(file: File, roots: &Roots<'_>, now: Time) -> Result<Report, VerifyError> {
    let mut report = Report {
        subject: Text::both("văn bản đã ký (PDF)", "a signed document (PDF)"),
        ..Report::default()
    };
    let mut bytes = Vec::new();
    file.take(DOCUMENT + 1).read_to_end(&mut bytes)?;
    if roots.skim || bytes.len() as u64 > DOCUMENT {
        let detail = if roots.skim {
            too_much_memory()
        } else {
            let most = DOCUMENT >> 20;
            Text::both(format!("tệp lớn hơn {most} MiB"), format!("larger than {most} MiB"))
        };
        report.add(CheckName::Signatures, Verdict::NotChecked, detail);
        return Ok(report);
    }
    let now = now.0.div_euclid(1000);
    let trust = Trust { roots: roots.given, revocation_lists: &[] };
    // From the last signature, which covers the whole file, to the one before it.
    let mut length = bytes.len();
    loop {
        let found = verify::pdf(&bytes[..length], &trust, now);
        signature(&bytes[..length], roots, &found, now, &mut report);
        if found.awaits && length == bytes.len() {
            report.note(Text::both(
                "còn chỗ chờ chữ ký của người chủ trì",
                "a place waits for the chair's signature",
            ));
        }
        match found.earlier {
            Some(earlier) => length = earlier.length,
            None => break,
        }
    }
    Ok(report)
}

/// One signature of a file that ends with it.
fn signature(
    bytes: &[u8],
    roots: &Roots<'_>,
    found: &verify::Report,
    now: i64,
    report: &mut Report,
) {
    let trust = Trust { roots: roots.given, revocation_lists: &[] };
    let mut findings = Findings::default();
    for finding in &found.findings {
        // Without a root nothing can lead to it; that is said by itself, and so is the time.
        let apart = roots.given.is_empty() && *finding == Finding::WrongCa;
        if !apart && *finding != Finding::Expired {
            let said = told(*finding);
            findings.add(said.vi, said.en);
        }
    }
    let is_signed = findings.is_empty();
    let fingerprint = found.fingerprint.clone().unwrap_or_default();
    findings.conclude(
        report,
        CheckName::Signatures,
        Text::both(
            format!("phủ toàn bộ tệp lúc ký, không bị sửa; dấu vân tay {fingerprint}"),
            format!("covers the whole file as it was signed, unchanged; fingerprint {fingerprint}"),
        ),
    );
    let Some(signer) = &found.signer else { return };
    if roots.given.is_empty() {
        report.add(
            CheckName::Trust,
            Verdict::Failed,
            Text::both(
                "chưa biết người ký có đúng là người ghi trong chứng thư: hãy thêm --trust root.pem",
                "who signed can't be told without a root certificate: add --trust root.pem",
            ),
        );
    } else {
        let office = [signer.title.as_str(), signer.organisation.as_str()];
        let office: Vec<&str> = office.into_iter().filter(|part| !part.is_empty()).collect();
        let who = format!("{} ({})", signer.common_name, office.join(", "));
        report.note(Text::both(format!("chứng thư của {who}"), format!("certificate of {who}")));
    }
    revocation(bytes, roots, found, now, report);
    // Without a chain to a root there is no certificate whose time would count.
    if is_signed && !roots.given.is_empty() {
        time(bytes, &trust, found, now, report);
    }
}

/// Whether the signer's certificate was revoked, as far as the lists that were given know.
fn revocation(
    bytes: &[u8],
    roots: &Roots<'_>,
    found: &verify::Report,
    now: i64,
    report: &mut Report,
) {
    let name = CheckName::Revocation;
    if roots.revocation_lists.is_empty() {
        let detail = Text::both(
            "không có danh sách thu hồi: hãy lấy ở /public/revocations.crl của cơ quan và thêm --revocations",
            "no list of revoked certificates: get the organisation's /public/revocations.crl and add --revocations",
        );
        return report.add(name, Verdict::NotChecked, detail);
    }
    let trust = Trust { roots: roots.given, revocation_lists: roots.revocation_lists };
    let with = verify::pdf(bytes, &trust, now);
    let broken = |report: &verify::Report| report.findings.contains(&Finding::Malformed);
    if broken(&with) && !broken(found) {
        let detail = Text::both(
            "danh sách thu hồi không đúng chữ ký của nơi cấp chứng thư",
            "the list of revoked certificates isn't signed by the authority that it names",
        );
        return report.add(name, Verdict::Failed, detail);
    }
    let Listed { list, revoked_at } = with.listed;
    let (verdict, vi, en) = match (list, revoked_at) {
        (_, Some(at)) => {
            let on = moment(at);
            let before = found.claimed_at().is_some_and(|claimed| claimed < at);
            let (vi, en) = match before {
                true => (
                    "; tệp tự ghi là ký trước đó, nhưng chỉ hồ sơ phiên họp chứng minh được",
                    "; the file says that it was signed before, which only the record can prove",
                ),
                false => ("", ""),
            };
            let (vi, en) = (
                format!("chứng thư của người ký đã bị thu hồi từ {on}{vi}"),
                format!("the signer's certificate is revoked since {on}{en}"),
            );
            (Verdict::Failed, vi, en)
        }
        (None, None) => (
            Verdict::NotChecked,
            "danh sách không phải của nơi cấp chứng thư này".to_owned(),
            "the list isn't of the authority that certified the signer".to_owned(),
        ),
        (Some(list), None) => {
            let on = moment(list.this_update);
            if list.next_update.is_some_and(|next| next >= now) {
                let vi = format!("chưa bị thu hồi, theo danh sách lúc {on}");
                (Verdict::Passed, vi, format!("not revoked, by the list of {on}"))
            } else {
                let vi = format!("danh sách lúc {on} đã cũ, hãy lấy danh sách mới");
                (Verdict::NotChecked, vi, format!("the list of {on} is out of date, get a new one"))
            }
        }
    };
    report.add(name, verdict, Text::both(vi, en));
}

/// Whether the certificates are valid today; if not, whether they were when the file says that it
/// was signed, which it can't prove.
fn time(bytes: &[u8], trust: &Trust<'_>, found: &verify::Report, now: i64, report: &mut Report) {
    let until = found.signer.as_ref().map(|signer| moment(signer.not_after)).unwrap_or_default();
    let claimed = found.claimed_at();
    let on = claimed.map(moment).unwrap_or_default();
    let held = claimed.is_some_and(|claimed| {
        claimed <= now.saturating_add(AHEAD)
            && !verify::pdf(bytes, trust, claimed).findings.contains(&Finding::Expired)
    });
    let today = !found.findings.contains(&Finding::Expired);
    let (verdict, vi, en) = match (held, today) {
        (true, true) => (
            Verdict::Passed,
            format!("chứng thư còn hạn đến {until}"),
            format!("the certificate is valid until {until}"),
        ),
        (true, false) => (
            Verdict::NotChecked,
            format!(
                "chứng thư đã hết hạn ({until}); vào lúc tệp tự ghi là ký ({on}) chứng thư còn hạn; bằng chứng về thời điểm ký nằm trong hồ sơ phiên họp"
            ),
            format!(
                "the certificate has expired ({until}); at the time of signing that the file claims ({on}) it was valid; the proof of that time is in the record of the meeting"
            ),
        ),
        (false, _) => (
            Verdict::Failed,
            format!("chứng thư không có hiệu lực vào lúc tệp tự ghi là ký ({on})"),
            format!("no valid certificate at the time of signing that the file claims ({on})"),
        ),
    };
    report.add(CheckName::Time, verdict, Text::both(vi, en));
}
