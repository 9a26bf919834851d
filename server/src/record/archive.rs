//! A record's ZIP under verification: files, papers, recordings, signatures, each against the log.
//! Never here: what a record means (`judge`).

use super::judge::{Judge, Signed, other_version};
use super::log::LogReader;
use super::report::{CheckName, Findings, Report, Verdict};
use super::signatures::{self, SetAgain};
use super::verify::{LARGEST, VerifyError, certificates};
use super::{
    FORMAT, HASHES, MANIFEST, Manifest, RECORDS, REVOCATIONS, ROOT, VERSION, certificate_path,
    document_path, sound_path,
};
use icabinet_models::ids::{Digest, Text};
use icabinet_signing::Trust;
use sha2::Digest as _;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use zip::ZipArchive;

/// Bytes of a WAV file before its samples, as `sound` writes it.
const WAV_HEADER: usize = 44;

/// A record that is being verified.
pub(super) struct Archive {
    zip: ZipArchive<File>,
    manifest: Manifest,
    /// SHA-256 and size of what is really there.
    found: BTreeMap<String, (Digest, u64)>,
    report: Report,
}

impl Archive {
    pub(super) fn open(file: File) -> Result<Self, VerifyError> {
        let container = container(&file)?;
        let mut zip = ZipArchive::new(file).map_err(|_| VerifyError::Neither)?;
        let manifest = bytes_of(&mut zip, MANIFEST).ok_or(VerifyError::Neither)?;
        let manifest: Manifest =
            serde_json::from_slice(&manifest).map_err(|_| VerifyError::Neither)?;
        if manifest.format != FORMAT || manifest.version != VERSION {
            return Err(VerifyError::Neither);
        }
        let title = &manifest.title;
        let english = if title.en.is_empty() { &title.vi } else { &title.en };
        let subject = Text::both(
            format!("hồ sơ “{}” ({})", title.vi, manifest.meeting),
            format!("record of “{english}” ({})", manifest.meeting),
        );
        let mut report = Report { subject, ..Report::default() };
        let mut findings = Findings::default();
        findings.unless(
            container && zip.offset() == 0,
            "có dữ liệu nằm ngoài tệp ZIP",
            "there are bytes outside of the ZIP",
        );
        findings.conclude(&mut report, CheckName::Container, Text::both("nguyên vẹn", "whole"));
        Ok(Self { zip, manifest, found: BTreeMap::new(), report })
    }

    pub(super) fn verify(mut self, roots: &[Vec<u8>]) -> Result<Report, VerifyError> {
        self.files();
        let judge = self.log();
        let named: BTreeSet<String> = judge.named.clone();
        self.blobs(&named);
        self.recordings(&judge);
        self.signatures(judge, roots);
        self.report.checks.sort_by_key(|check| check.name);
        Ok(self.report)
    }

    /// Every file against the manifest, and the manifest against the files.
    fn files(&mut self) {
        let mut findings = Findings::default();
        for index in 0..self.zip.len() {
            let Ok(mut file) = self.zip.by_index(index) else {
                findings.add(format!("tệp thứ {index} hỏng"), format!("file {index} is damaged"));
                continue;
            };
            let path = file.name().to_owned();
            let hashed = sha256(&mut file);
            drop(file);
            match hashed {
                Ok(hashed) if path != MANIFEST => {
                    self.found.insert(path, hashed);
                }
                Ok(_) => {}
                Err(_) => findings.add(format!("{path}: hỏng"), format!("{path}: damaged")),
            }
        }
        let listed: BTreeMap<&str, (Digest, u64)> = self
            .manifest
            .files
            .iter()
            .map(|file| (file.path.as_str(), (file.sha256, file.bytes)))
            .collect();
        for (path, found) in &self.found {
            match listed.get(path.as_str()) {
                None => findings.add(
                    format!("{path}: không có trong danh mục"),
                    format!("{path}: isn't listed"),
                ),
                Some(expected) if expected != found => {
                    findings.add(
                        format!("{path}: khác với danh mục"),
                        format!("{path}: not as listed"),
                    );
                }
                Some(_) => {}
            }
        }
        for path in listed.keys().filter(|path| !self.found.contains_key(**path)) {
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

    /// The log: chain, records, head; and what each record means.
    fn log(&mut self) -> Judge {
        let records = bytes_of(&mut self.zip, RECORDS).unwrap_or_default();
        let hashes = bytes_of(&mut self.zip, HASHES).unwrap_or_default();
        let hashes: Vec<Option<Digest>> =
            String::from_utf8_lossy(&hashes).lines().map(Digest::from_hex).collect();
        let mut reader = LogReader::new(self.manifest.meeting.clone());
        let mut lines: Vec<&[u8]> = records.split(|byte| *byte == b'\n').collect();
        // Each line ends in a line feed, so nothing stands after the last one.
        let ended = lines.pop().is_some_and(<[u8]>::is_empty) && !lines.is_empty();
        reader.records.unless(ended, "nhật ký trống hoặc bị cắt", "the log is empty or cut off");
        for (index, line) in lines.iter().enumerate() {
            reader.line(index, line, hashes.get(index).copied().flatten());
        }
        reader.chain.unless(
            hashes.len() == lines.len(),
            format!("{} bản ghi nhưng {} mã băm", lines.len(), hashes.len()),
            format!("{} records but {} hashes", lines.len(), hashes.len()),
        );
        let (count, head) = (lines.len() as u64, reader.previous);
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
        judge
    }

    /// What the log names is there, and what is named by its content has that content.
    fn blobs(&mut self, named: &BTreeSet<String>) {
        let mut findings = Findings::default();
        for (path, (digest, _)) in &self.found {
            let stem = path.strip_prefix("blobs/").or(path.strip_prefix("certificates/"));
            let Some(stem) = stem.map(|name| name.split('.').next().unwrap_or_default()) else {
                continue;
            };
            findings.unless(
                Digest::from_hex(stem) == Some(*digest),
                format!("{path}: nội dung khác tên"),
                format!("{path}: its content isn't what its name says"),
            );
            findings.unless(
                named.contains(path),
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
            let samples = self.zip.by_name(&path).map(samples);
            match samples {
                Ok(Ok(found)) => findings.unless(
                    found == *expected,
                    format!("{path}: khác với nhật ký"),
                    format!("{path}: not what the log says"),
                ),
                Ok(Err(_)) => findings.add(format!("{path}: hỏng"), format!("{path}: damaged")),
                Err(_) if self.manifest.missing.contains(&path) => {
                    findings.add(
                        format!("{path}: máy chủ đã mất"),
                        format!("{path}: lost by the server"),
                    );
                }
                Err(_) => absent += 1,
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

    fn signatures(&mut self, judge: Judge, given: &[Vec<u8>]) {
        let inside =
            bytes_of(&mut self.zip, ROOT).map(|pem| certificates(&pem)).unwrap_or_default();
        let list = bytes_of(&mut self.zip, REVOCATIONS);
        let revocation_lists: Vec<Vec<u8>> = list.into_iter().collect();
        let roots = if given.is_empty() { &inside } else { given };
        self.trust(&inside, given);
        let mut judge = judge;
        let signed = std::mem::take(&mut judge.signed);
        let software = self.manifest.software.clone();
        let mut documents = judge.conclude(&software, &mut self.report);
        let trust = Trust { roots, revocation_lists: &revocation_lists };
        let mut findings = Findings::default();
        for one in &signed {
            self.document(one, &trust, &mut findings, &mut documents);
        }
        let count = signed.len();
        let good =
            Text::both(format!("{count} chữ ký hợp lệ"), format!("valid signatures: {count}"));
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
        let Some(pdf) = bytes_of(&mut self.zip, &document_path(&one.document)) else {
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

/// Whether the file ends with the ZIP's end record, without a comment after it.
fn container(file: &File) -> io::Result<bool> {
    let mut file = file;
    let length = file.metadata()?.len();
    let mut end = [0; 22];
    if length < end.len() as u64 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-22))?;
    file.read_exact(&mut end)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(end.starts_with(b"PK\x05\x06") && end.ends_with(&[0, 0]))
}

/// All bytes of a file in the ZIP; `None` if it isn't there, is damaged or too large.
fn bytes_of(zip: &mut ZipArchive<File>, path: &str) -> Option<Vec<u8>> {
    let file = zip.by_name(path).ok()?;
    if file.size() > LARGEST {
        return None;
    }
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn sha256(file: &mut impl Read) -> io::Result<(Digest, u64)> {
    let mut hash = sha2::Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut size = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((Digest(hash.finalize().into()), size));
        }
        hash.update(&buffer[..read]);
        size += read as u64;
    }
}

/// How many samples a WAV holds and their SHA-256.
fn samples(mut file: impl Read) -> io::Result<(u64, Digest)> {
    let mut header = [0; WAV_HEADER];
    file.read_exact(&mut header)?;
    if !header.starts_with(b"RIFF") || &header[8..12] != b"WAVE" {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let (digest, bytes) = sha256(&mut file)?;
    Ok((bytes / 2, digest))
}
