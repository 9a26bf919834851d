//! A record's ZIP under verification: files, papers, recordings, signatures, each against the log.
//! Never here: what a record means (`judge`).

use super::files::{self, DOCUMENT, Entry, Files, LARGE, SMALL};
use super::judge::{Judge, Signed, other_version};
use super::log::LogReader;
use super::reading::read_log;
use super::report::{CheckName, Findings, Report, Verdict, plain};
use super::roots::{Roots, VerifyError, certificates};
use super::sealed::{Log, Sealed};
use super::signatures::{self, SetAgain};
use super::{
    FIRST_VERSION, FORMAT, HASHES, MANIFEST, Manifest, RECORDS, ROOT, SIGNATURE, VERSION,
    certificate_path, document_path, sound_path,
};
use icabinet_models::ids::{Digest, Text};
use icabinet_signing::Trust;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read};

/// Bytes of a WAV file before its samples, as `sound` writes it.
const WAV_HEADER: usize = 44;
/// Most signatures that are checked of one record.
const MOST_SIGNED: usize = 4_096;

/// A record that is being verified.
pub(super) struct Archive {
    files: Files,
    manifest: Manifest,
    sealed: Sealed,
    /// SHA-256 and size of what is listed and really there.
    found: BTreeMap<String, (Digest, u64)>,
    report: Report,
}

impl Archive {
    pub(super) fn open(file: File) -> Result<Self, VerifyError> {
        let mut files = Files::open(file)?.ok_or(VerifyError::Neither)?;
        let bytes = files.bytes(MANIFEST, LARGE).ok_or(VerifyError::Neither)?;
        let manifest: Manifest =
            serde_json::from_slice(&bytes).map_err(|_| VerifyError::Neither)?;
        if manifest.format != FORMAT || !(FIRST_VERSION..=VERSION).contains(&manifest.version) {
            return Err(VerifyError::Neither);
        }
        let sealed = Sealed::take(&mut files, bytes);
        let title = &manifest.title;
        let english = if title.en.is_empty() { &title.vi } else { &title.en };
        let subject = Text::both(
            format!("hồ sơ “{}” ({})", title.vi, manifest.meeting),
            format!("record of “{english}” ({})", manifest.meeting),
        );
        let mut report = Report { subject, ..Report::default() };
        let mut findings = Findings::default();
        findings.unless(
            files.is_whole,
            "có dữ liệu nằm ngoài tệp ZIP",
            "there are bytes outside of the ZIP",
        );
        findings.conclude(&mut report, CheckName::Container, Text::both("nguyên vẹn", "whole"));
        Ok(Self { files, manifest, sealed, found: BTreeMap::new(), report })
    }

    pub(super) fn verify(mut self, roots: &Roots<'_>) -> Result<Report, VerifyError> {
        self.files();
        if let Some((judge, log)) = self.log(roots.memory) {
            let named: BTreeSet<String> = judge.named.clone();
            self.blobs(&named);
            self.recordings(&judge);
            self.signatures(judge, log, roots);
        }
        self.report.checks.sort_by_key(|check| check.name);
        Ok(self.report)
    }

    /// Every file against the manifest, and the manifest against the files. What isn't listed is
    /// named and not opened.
    fn files(&mut self) {
        let mut findings = Findings::default();
        let listed: BTreeMap<String, (Digest, u64)> = self
            .manifest
            .files
            .iter()
            .map(|file| (file.path.clone(), (file.sha256, file.bytes)))
            .collect();
        let mut seen = BTreeSet::new();
        for index in 0..self.files.count() {
            let path = match self.files.entry(index) {
                None => {
                    findings
                        .add(format!("tệp thứ {index} hỏng"), format!("file {index} is damaged"));
                    continue;
                }
                Some(Entry::Folder) => continue,
                Some(Entry::File(path)) => path,
            };
            if path == MANIFEST || path == SIGNATURE {
                continue;
            }
            match listed.get(&path) {
                None => findings.add(
                    format!("{}: không có trong danh mục", plain(&path)),
                    format!("{}: isn't listed", plain(&path)),
                ),
                Some(expected) => self.file(&path, expected, &mut findings),
            }
            seen.insert(path);
        }
        for path in listed.keys().filter(|path| !seen.contains(*path)) {
            let path = plain(path);
            findings.add(format!("{path}: thiếu"), format!("{path}: missing"));
        }
        let count = self.found.len();
        findings.conclude(
            &mut self.report,
            CheckName::Files,
            Text::both(
                format!("{count} tệp đúng như danh mục"),
                format!("{count} files as listed"),
            ),
        );
    }

    fn file(&mut self, path: &str, expected: &(Digest, u64), findings: &mut Findings) {
        let said = plain(path);
        match self.files.hash(path, expected.1) {
            Some(Ok(found)) => {
                findings.unless(
                    found == *expected,
                    format!("{said}: khác với danh mục"),
                    format!("{said}: not as listed"),
                );
                self.found.insert(path.to_owned(), found);
            }
            Some(Err(_)) => findings.add(format!("{said}: hỏng"), format!("{said}: damaged")),
            None => findings.add(
                format!("{said}: không mở, tệp ZIP bung ra quá lớn"),
                format!("{said}: not opened, the ZIP unpacks to too much"),
            ),
        }
    }

    /// The log: chain, records, head; and what each record means. `None` where it needs more
    /// memory than there may be used.
    fn log(&mut self, limit: Option<u64>) -> Option<(Judge, Log)> {
        let mut reader = LogReader::new(self.manifest.meeting.clone());
        let read = self.files.lines_of_two((RECORDS, HASHES), |records, hashes| {
            read_log(&mut reader, records, hashes, limit)
        });
        let Some((count, head)) = read else {
            let detail = Text::both(
                "nhật ký cần nhiều bộ nhớ hơn mức cho phép (xem --memory)",
                "the log needs more memory than is allowed (see --memory)",
            );
            self.report.add(CheckName::Records, Verdict::NotChecked, detail);
            return None;
        };
        let log = Log { last: reader.last, version: reader.newest };
        let mut findings = Findings::default();
        findings.unless(
            (count, head) == (self.manifest.position, self.manifest.head),
            "nhật ký không kết thúc ở chỗ hồ sơ ghi",
            "the log doesn't end where the manifest says",
        );
        let LogReader { judge, records, chain, .. } = reader;
        let report = &mut self.report;
        chain.conclude(
            report,
            CheckName::Chain,
            Text::both(
                format!("{count} bản ghi nối liền nhau"),
                format!("{count} records, unbroken"),
            ),
        );
        records.conclude(
            report,
            CheckName::Records,
            Text::both("đúng dạng, đúng thứ tự", "in their one form, in order"),
        );
        findings.conclude(
            report,
            CheckName::Head,
            Text::both(format!("bản ghi {count}"), format!("record {count}")),
        );
        let code = head.short(4);
        report.note(Text::both(
            format!("mã của bản ghi cuối: {code}; người giữ máy chủ viết lại được cả nhật ký, nên hãy so mã này và mã biên lai (log/hashes.txt) với mã đã ghi lại tại phiên họp"),
            format!("code of the last record: {code}; whoever holds the server could rewrite a log whole, so compare this and the receipts (log/hashes.txt) with what was noted in the meeting"),
        ));
        Some((judge, log))
    }

    /// What the log names is there, and what is named by its content has that content.
    fn blobs(&mut self, named: &BTreeSet<String>) {
        let mut findings = Findings::default();
        for (path, (digest, _)) in &self.found {
            let stem = path.strip_prefix("blobs/").or(path.strip_prefix("certificates/"));
            let Some(stem) = stem.map(|name| name.split('.').next().unwrap_or_default()) else {
                continue;
            };
            let path = plain(path);
            findings.unless(
                Digest::from_hex(stem) == Some(*digest),
                format!("{path}: nội dung khác tên"),
                format!("{path}: its content isn't what its name says"),
            );
            findings.unless(
                named.contains(path.as_str()),
                format!("{path}: nhật ký không nhắc tới"),
                format!("{path}: the log doesn't name it"),
            );
        }
        let needed = named.iter().filter(|path| !path.starts_with("sound/"));
        let mut without_sound = 0usize;
        for path in needed.filter(|path| !self.found.contains_key(*path)) {
            if path.ends_with(".pdf") || path.ends_with(".der") {
                findings.add(format!("{path}: thiếu"), format!("{path}: missing"));
            } else {
                without_sound += 1;
            }
        }
        let count = named.len() - without_sound;
        findings.conclude(
            &mut self.report,
            CheckName::Blobs,
            Text::both(
                format!("{count} tệp mà nhật ký nhắc tới, đúng nội dung"),
                format!("{count} files that the log names, unchanged"),
            ),
        );
    }

    fn recordings(&mut self, judge: &Judge) {
        if judge.recordings.is_empty() {
            return;
        }
        let mut findings = Findings::default();
        let mut absent = 0usize;
        for (recording, expected) in &judge.recordings {
            let path = sound_path(*recording);
            // As much as the log says and one byte, which shows that there is more.
            let most = WAV_HEADER as u64 + expected.0.saturating_mul(2).saturating_add(1);
            let is_listed = self.found.contains_key(&path);
            let file = is_listed.then(|| self.files.reader(&path, most)).flatten();
            match file.map(samples) {
                Some(Ok(found)) => findings.unless(
                    found == *expected,
                    format!("{path}: khác với nhật ký"),
                    format!("{path}: not what the log says"),
                ),
                Some(Err(_)) => findings.add(format!("{path}: hỏng"), format!("{path}: damaged")),
                None if self.manifest.missing.contains(&path) => {
                    findings.add(
                        format!("{path}: máy chủ đã mất"),
                        format!("{path}: lost by the server"),
                    );
                }
                None => absent += 1,
            }
        }
        if findings.is_empty() && absent == judge.recordings.len() {
            let detail = Text::both("không kèm ghi âm", "recordings were left out");
            self.report.add(CheckName::Recordings, Verdict::NotChecked, detail);
            return;
        }
        findings.unless(
            absent == 0,
            format!("thiếu {absent} bản"),
            format!("{absent} are missing"),
        );
        let count = judge.recordings.len();
        findings.conclude(
            &mut self.report,
            CheckName::Recordings,
            Text::both(
                format!("{count} bản, từng mẫu âm đúng nhật ký"),
                format!("{count}, the log's own sample by sample"),
            ),
        );
    }

    fn signatures(&mut self, mut judge: Judge, log: Log, roots: &Roots<'_>) {
        let inside = self.files.bytes(ROOT, SMALL);
        let inside = inside.map(|pem| certificates(&pem)).unwrap_or_default();
        let trusted = if roots.given.is_empty() { &inside } else { roots.given };
        self.trust(&inside, roots.given);
        self.sealed.check(&self.manifest, log, trusted, &mut self.report);
        let mut revocation_lists = roots.revocation_lists.to_vec();
        revocation_lists.extend(self.sealed.revocations.clone());
        let signed = std::mem::take(&mut judge.signed);
        let software = self.manifest.software.clone();
        let mut documents = judge.conclude(&software, &mut self.report);
        if roots.skim && !signed.is_empty() {
            for name in [CheckName::Signatures, CheckName::Documents] {
                self.report.add(name, Verdict::NotChecked, too_much_memory());
            }
            return;
        }
        let trust = Trust { roots: trusted, revocation_lists: &revocation_lists };
        let mut findings = Findings::default();
        findings.unless(
            signed.len() <= MOST_SIGNED,
            format!("chỉ xét {MOST_SIGNED} chữ ký đầu"),
            format!("only the first {MOST_SIGNED} signatures were looked at"),
        );
        for one in signed.iter().take(MOST_SIGNED) {
            self.document(one, &trust, &mut findings, &mut documents);
        }
        let count = signed.len();
        let good = Text::both(
            format!("{count} chữ ký hợp lệ vào lúc ký ghi trong nhật ký"),
            format!("valid signatures, at the times of signing that the log gives: {count}"),
        );
        findings.conclude(&mut self.report, CheckName::Signatures, good);
        documents.conclude(
            &mut self.report,
            CheckName::Documents,
            Text::both(
                format!("{count} văn bản lập lại từ nhật ký, trùng từng byte với bản đã ký"),
                format!("documents set again from the log, byte for byte what was signed: {count}"),
            ),
        );
    }

    /// One signed document: its signature, and that it says what the log says.
    fn document(
        &mut self,
        one: &Signed,
        trust: &Trust<'_>,
        signatures: &mut Findings,
        documents: &mut Findings,
    ) {
        let (name, position) = (&one.name, one.position);
        signatures.unless(
            self.found.contains_key(&certificate_path(&one.certificate)),
            format!("{name}: thiếu chứng thư"),
            format!("{name}: the certificate is missing"),
        );
        let Some(pdf) = self.files.bytes(&document_path(&one.document), DOCUMENT) else {
            signatures.add(format!("{name}: thiếu tệp"), format!("{name}: the file is missing"));
            return;
        };
        if let Some(line) = signatures::check(one, &pdf, trust, signatures) {
            self.report.note(Text::both(
                format!("{line} (bản ghi {position})"),
                format!("{line} (record {position})"),
            ));
        }
        let begins = one.typeset.is_some_and(|typeset| {
            let size = self.found.get(&document_path(&typeset)).map(|found| found.1);
            size.is_some_and(|size| signatures::begins_with(&pdf, &typeset, size))
        });
        let begins = begins
            && one.before.is_none_or(|before| {
                let before = self.files.bytes(&document_path(&before), DOCUMENT);
                before.is_some_and(|before| pdf.starts_with(&before))
            });
        documents.unless(
            begins,
            format!("{name}: bản ký không phải bản đã lập"),
            format!("{name}: what was signed isn't what was set"),
        );
        match signatures::set_again(one) {
            SetAgain::Same => {}
            SetAgain::Other => {
                let hint = other_version(&self.manifest.software);
                documents.add(
                    format!("{name}: bản ký không nói đúng nhật ký{}", hint.vi),
                    format!("{name}: what was signed doesn't say what the log says{}", hint.en),
                );
            }
            SetAgain::Failed(error) => documents.add(
                format!("{name}: không lập lại được từ nhật ký ({error})"),
                format!("{name}: can't be set again from the log ({error})"),
            ),
        }
    }

    /// Says which root was believed; the one inside proves nothing about who made the record.
    fn trust(&mut self, inside: &[Vec<u8>], given: &[Vec<u8>]) {
        let colons = |der: &Vec<u8>| {
            let hex = Digest::of(der).hex().to_uppercase();
            let pairs: Vec<&str> = (0..32).map(|i| &hex[i * 2..i * 2 + 2]).collect();
            pairs.join(":")
        };
        if given.is_empty() {
            let print = inside.first().map(colons).unwrap_or_default();
            self.report.add(
                CheckName::Trust,
                Verdict::NotChecked,
                Text::both(
                    format!("dùng chứng thư gốc nằm trong chính hồ sơ: chỉ cho biết hồ sơ nhất quán với chính nó, chưa chứng minh ai ký. Hãy so SHA-256 {print} với cơ quan, hoặc thêm --trust"),
                    format!("used the root inside the record itself: this shows that the record agrees with itself, not who signed. Compare SHA-256 {print} with the organisation, or add --trust"),
                ),
            );
            return;
        }
        let same = inside.iter().any(|der| given.contains(der));
        let mut findings = Findings::default();
        findings.unless(
            same,
            "chứng thư gốc trong hồ sơ không phải chứng thư được tin cậy",
            "the root inside the record isn't the trusted one",
        );
        findings.conclude(
            &mut self.report,
            CheckName::Trust,
            Text::both("là chứng thư đã chỉ định", "the one that was given"),
        );
    }
}

/// Why a check that needs much memory wasn't made.
pub(super) fn too_much_memory() -> Text {
    Text::both(
        "cần nhiều bộ nhớ hơn mức cho phép (xem --memory)",
        "needs more memory than is allowed (see --memory)",
    )
}

/// How many samples a WAV holds and their SHA-256.
fn samples(mut file: impl Read) -> io::Result<(u64, Digest)> {
    let mut header = [0; WAV_HEADER];
    file.read_exact(&mut header)?;
    if !header.starts_with(b"RIFF") || &header[8..12] != b"WAVE" {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let (digest, bytes) = files::sha256(&mut file)?;
    Ok((bytes / 2, digest))
}
