//! What an organisation vouches for in a record: the seal on the list of its files and the list of
//! revoked certificates. Never here: signatures of people.

use super::files::{Files, SMALL};
use super::report::{CheckName, Findings, Report, Verdict, moment};
use super::signatures::told;
use super::{FIRST_VERSION, ISSUING, Manifest, REVOCATIONS, SEAL, SIGNATURE};
use icabinet_models::ids::{Text, Time};
use icabinet_signing::{Trust, revocation_list, seal};

/// Logs have had records of this version since lists of files are sealed: one that holds them
/// can't pass as older.
const SEALED_SINCE: u32 = 3;

/// The log as far as the seal speaks of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Log {
    /// When its last record was made.
    pub(super) last: Option<Time>,
    /// The newest version of its records.
    pub(super) version: u32,
}

/// What is sealed, and with what.
pub(super) struct Sealed {
    /// The list of files as it stands in the ZIP.
    pub(super) manifest: Vec<u8>,
    issuing: Vec<u8>,
    certificate: Option<Vec<u8>>,
    signature: Option<Vec<u8>>,
    /// The list of revoked certificates.
    pub(super) revocations: Option<Vec<u8>>,
}

impl Sealed {
    pub(super) fn take(files: &mut Files, manifest: Vec<u8>) -> Self {
        Self {
            manifest,
            issuing: files.bytes(ISSUING, SMALL).unwrap_or_default(),
            certificate: files.bytes(SEAL, SMALL),
            signature: files.bytes(SIGNATURE, SMALL),
            revocations: files.bytes(REVOCATIONS, SMALL),
        }
    }

    /// Checks seal and list against the roots.
    pub(super) fn check(
        &self,
        manifest: &Manifest,
        log: Log,
        roots: &[Vec<u8>],
        report: &mut Report,
    ) {
        self.seal(manifest, log, roots, report);
        self.revocations(manifest, log, roots, report);
    }

    fn seal(&self, manifest: &Manifest, log: Log, roots: &[Vec<u8>], report: &mut Report) {
        let mut findings = Findings::default();
        if manifest.version == FIRST_VERSION && log.version < SEALED_SINCE {
            let detail = Text::both(
                "hồ sơ lập theo mẫu cũ, danh mục chưa có dấu của cơ quan",
                "a record of the older form: its list of files isn't sealed",
            );
            report.add(CheckName::Seal, Verdict::NotChecked, detail);
            return;
        }
        findings.unless(
            manifest.version != FIRST_VERSION,
            "ghi là mẫu cũ, nhưng nhật ký là của mẫu mới",
            "it says that it is of the older form, but its log isn't",
        );
        let at = manifest.created.0.div_euclid(1000);
        match (&self.certificate, &self.signature) {
            (Some(certificate), Some(signature)) => {
                // Lists of revoked certificates are of no use here: the seal's key is gone.
                let trust = Trust { roots, revocation_lists: &[] };
                let (list, issuing) = (&self.manifest, &self.issuing);
                for found in seal::findings(list, signature, certificate, issuing, &trust, at) {
                    let said = told(found);
                    findings.add(said.vi, said.en);
                }
            }
            (_, None) => findings.add("danh mục không có dấu", "the list of files isn't sealed"),
            (None, Some(_)) => {
                findings.add("thiếu chứng thư của dấu", "the seal's certificate is missing");
            }
        }
        findings.unless(
            log.last.is_none_or(|last| last <= manifest.created),
            "đóng dấu trước khi nhật ký kết thúc",
            "sealed before the log ends",
        );
        let on = moment(at);
        findings.conclude(
            report,
            CheckName::Seal,
            Text::both(format!("cơ quan đóng dấu lúc {on}"), format!("sealed at {on}")),
        );
    }

    /// The list is there, is the authority's own, and is as new as the record: whoever was revoked
    /// before the last signature stands on it.
    fn revocations(&self, manifest: &Manifest, log: Log, roots: &[Vec<u8>], report: &mut Report) {
        let mut findings = Findings::default();
        let since = log.last.map_or(manifest.created, |last| last.max(manifest.created));
        let since = since.0.div_euclid(1000);
        findings.unless(
            manifest.files.iter().any(|file| file.path == REVOCATIONS),
            "danh mục không ghi danh sách thu hồi",
            "the list of files doesn't name it",
        );
        let trust = Trust { roots, revocation_lists: &[] };
        let list = self.revocations.as_ref();
        let read = list.map(|list| revocation_list(list, &self.issuing, &trust, since));
        let mut good = Text::default();
        match read {
            None => findings.add(
                "thiếu danh sách chứng thư bị thu hồi",
                "the list of revoked certificates is missing",
            ),
            Some(Err(found)) => {
                let said = told(found);
                findings.add(
                    format!("danh sách không dùng được: {}", said.vi),
                    format!("the list is worth nothing: {}", said.en),
                );
            }
            Some(Ok(list)) => {
                let on = moment(list.this_update);
                findings.unless(
                    list.this_update >= since,
                    format!("danh sách lập lúc {on}, cũ hơn hồ sơ"),
                    format!("the list of {on} is older than the record"),
                );
                let count = list.revoked;
                good = Text::both(
                    format!("danh sách lập lúc {on}, có {count} chứng thư bị thu hồi"),
                    format!("list of {on}, certificates on it: {count}"),
                );
            }
        }
        findings.conclude(report, CheckName::Revocation, good);
    }
}
