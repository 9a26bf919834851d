//! A record taken apart, changed and put together again, as far as a forger could go.

use icabinet::trust::Trust;
use icabinet_models::canonical;
use icabinet_models::ids::{Digest, Time};
use icabinet_models::record::{RECORD_VERSION, Withheld, chain, chain_digest};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The files of a record by path.
#[derive(Clone)]
pub struct Record(pub BTreeMap<String, Vec<u8>>);

impl Record {
    pub fn read(zip: &[u8]) -> Self {
        let mut archive = ZipArchive::new(Cursor::new(zip)).unwrap();
        let mut files = BTreeMap::new();
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            files.insert(file.name().to_owned(), bytes);
        }
        Self(files)
    }

    pub fn zip(&self) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (path, bytes) in &self.0 {
            zip.start_file(path, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    pub fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(self.0["log/records.jsonl"].clone()).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    pub fn set_lines(&mut self, lines: &[String]) {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        self.0.insert("log/records.jsonl".to_owned(), text.into_bytes());
    }

    /// Index of the first record of a kind.
    pub fn find(&self, event: &str) -> usize {
        let lines = self.lines();
        lines.iter().position(|line| line.contains(&format!("\"event\":{{\"{event}\""))).unwrap()
    }

    /// Changes the event of a record and writes the record in its canonical form.
    pub fn edit(&mut self, index: usize, change: impl FnOnce(&mut Value)) {
        self.edit_record(index, |record| change(&mut record["event"]));
    }

    /// Changes a record and writes it in its canonical form.
    pub fn edit_record(&mut self, index: usize, change: impl FnOnce(&mut Value)) {
        let mut lines = self.lines();
        let mut record: Value = serde_json::from_str(&lines[index]).unwrap();
        change(&mut record);
        lines[index] = String::from_utf8(canonical::bytes(&record)).unwrap();
        self.set_lines(&lines);
    }

    /// Puts in the place of a record what stands for one that is not shown.
    pub fn withhold(&mut self, index: usize) {
        let mut lines = self.lines();
        let withheld = Digest::of(lines[index].as_bytes());
        lines[index] = json!({"position": index + 1, "withheld": withheld}).to_string();
        self.set_lines(&lines);
    }

    /// Gives a file other bytes, and everywhere its digest stands the new one.
    pub fn replace(&mut self, path: &str, bytes: Vec<u8>) {
        let old = Digest::of(&self.0[path]).hex();
        let new = Digest::of(&bytes).hex();
        self.0.remove(path);
        self.0.insert(path.replace(&old, &new), bytes);
        let lines: Vec<String> = self.lines().iter().map(|l| l.replace(&old, &new)).collect();
        self.set_lines(&lines);
    }

    /// Writes the manifest's list of files anew.
    pub fn relist(&mut self) -> &mut Self {
        let mut manifest: Value = serde_json::from_slice(&self.0["manifest.json"]).unwrap();
        let apart = ["manifest.json", "manifest.sig"];
        let files = self.0.iter().filter(|(path, _)| !apart.contains(&path.as_str()));
        let entry = |(path, bytes): (&String, &Vec<u8>)| json!({"path": path, "bytes": bytes.len(), "sha256": Digest::of(bytes)});
        manifest["files"] = files.map(entry).collect();
        self.0.insert("manifest.json".to_owned(), serde_json::to_vec(&manifest).unwrap());
        self
    }

    /// Seals the list again, as whoever holds the server's authority can; a record without a seal
    /// stays without one.
    pub fn seal(&mut self, trust: &Trust) -> &mut Self {
        if !self.0.contains_key("trust/seal.der") || !self.0.contains_key("manifest.sig") {
            return self;
        }
        let mut manifest: Value = serde_json::from_slice(&self.0["manifest.json"]).unwrap();
        let seal = trust.seal(Time(manifest["created"].as_i64().unwrap())).unwrap();
        let certificate = seal.certificate().to_vec();
        for file in manifest["files"].as_array_mut().unwrap() {
            if file["path"] == "trust/seal.der" {
                file["sha256"] = json!(Digest::of(&certificate));
                file["bytes"] = json!(certificate.len());
            }
        }
        let manifest = serde_json::to_vec(&manifest).unwrap();
        self.0.insert("trust/seal.der".to_owned(), certificate);
        self.0.insert("manifest.sig".to_owned(), seal.put(&manifest).to_vec());
        self.0.insert("manifest.json".to_owned(), manifest);
        self
    }

    /// Changes the manifest.
    pub fn manifest(&mut self, change: impl FnOnce(&mut Value)) -> &mut Self {
        let mut manifest: Value = serde_json::from_slice(&self.0["manifest.json"]).unwrap();
        change(&mut manifest);
        self.0.insert("manifest.json".to_owned(), serde_json::to_vec(&manifest).unwrap());
        self
    }

    /// Computes the chain anew, with head and list: the most that whoever holds a server can do.
    pub fn rechain(&mut self) -> &mut Self {
        let mut hash = Digest::ZERO;
        let mut hashes = String::new();
        let lines = self.lines();
        for line in &lines {
            hash = match serde_json::from_str::<Withheld>(line) {
                Ok(withheld) => chain_digest(&hash, &withheld.withheld),
                Err(_) => chain(&hash, RECORD_VERSION, line.as_bytes()),
            };
            hashes.push_str(&hash.hex());
            hashes.push('\n');
        }
        self.0.insert("log/hashes.txt".to_owned(), hashes.into_bytes());
        let mut manifest: Value = serde_json::from_slice(&self.0["manifest.json"]).unwrap();
        manifest["head"] = json!(hash);
        manifest["position"] = json!(lines.len());
        self.0.insert("manifest.json".to_owned(), serde_json::to_vec(&manifest).unwrap());
        self.relist()
    }
}
