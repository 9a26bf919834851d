//! Word errors of the whole chain beside those of the engine alone, on recordings whose words are
//! known. Words are compared in NFC, in lower case and without punctuation.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use icabinet_engines::worker::Worker;
use icabinet_engines::{audio, speech};
use serde::Deserialize;
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization as _;

use super::{Folder, Outcome, block_on, round};

/// A recording as its JSON tells: its file beside the JSON, and what is said in it.
#[derive(Deserialize)]
struct Recording {
    file: PathBuf,
    segments: Vec<Said>,
}

#[derive(Deserialize)]
struct Said {
    text: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Recordings {
    One(Recording),
    Several(Vec<Recording>),
}

/// Errors in all recordings that the files of JSON tell of.
pub(super) fn bench(model: &str, language: &str, told: &[&str]) -> Outcome<Value> {
    let folder = Folder::new()?;
    let (mut words, mut ours, mut alone, mut recordings) = (0, 0, 0, 0);
    for json in told {
        let beside = Path::new(json).parent().unwrap_or(Path::new("."));
        let list = match serde_json::from_slice(&std::fs::read(json)?)? {
            Recordings::One(one) => vec![one],
            Recordings::Several(several) => several,
        };
        for recording in list {
            let said = plain(recording.segments.iter().map(|said| said.text.as_str()));
            let pcm = folder.0.join("pcm");
            audio::import(&beside.join(&recording.file), &pcm, 24 * 3600, &mut |_| Ok(()))
                .map_err(|error| format!("{}: {error:?}", recording.file.display()))?;
            words += said.len();
            ours += errors(&said, &chain(model, language, &pcm)?);
            alone += errors(&said, &engine(model, language, &pcm)?);
            recordings += 1;
        }
    }
    let rate = |errors: usize| round(errors as f64 / words.max(1) as f64);
    Ok(json!({
        "recordings": recordings,
        "words": words,
        "ours_errors": ours,
        "alone_errors": alone,
        "ours_rate": rate(ours),
        "alone_rate": rate(alone),
        "note": "synthetic voices: not comparable with figures of people's speech",
    }))
}

/// What the chain lets stand.
fn chain(model: &str, language: &str, pcm: &Path) -> Outcome<Vec<String>> {
    let request = speech::Request {
        model: model.into(),
        confirmed: vec![],
        pcm: pcm.to_owned(),
        from_sample: 0,
        language: super::spoken(language)?,
        threads: 1,
        prompt: None,
        is_final: true,
    };
    let mut heard = Vec::new();
    block_on(Worker::speech(std::env::current_exe()?).run(&request, |event| {
        if let speech::Event::Segment(segment) = event
            && segment.struck.is_none()
        {
            heard.push(segment.text);
        }
    }))??;
    Ok(plain(heard.iter().map(String::as_str)))
}

/// What the engine writes without us.
fn engine(model: &str, language: &str, pcm: &Path) -> Outcome<Vec<String>> {
    let arguments: [OsString; 5] =
        ["alone".into(), model.into(), pcm.into(), language.into(), "1".into()];
    let output = Command::new(std::env::current_exe()?).args(arguments).output()?;
    if !output.status.success() {
        return Err("the engine alone failed".into());
    }
    Ok(plain(String::from_utf8_lossy(&output.stdout).lines()))
}

fn plain<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut words = Vec::new();
    for text in texts {
        let text = text.nfc().collect::<String>().to_lowercase();
        let kept = text.split(|letter: char| !letter.is_alphanumeric());
        words.extend(kept.filter(|word| !word.is_empty()).map(str::to_owned));
    }
    words
}

/// Words to change, add or leave out to come from one to the other (Levenshtein).
fn errors(said: &[String], heard: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=heard.len()).collect();
    for (index, word) in said.iter().enumerate() {
        let mut before = row[0];
        row[0] = index + 1;
        for (column, other) in heard.iter().enumerate() {
            let changed = before + usize::from(word != other);
            before = row[column + 1];
            row[column + 1] = changed.min(before + 1).min(row[column] + 1);
        }
    }
    row[heard.len()]
}
