//! Speech: words, times, and what must not be there. All of it on synthetic voices, with the synthetic model.

use std::path::{Path, PathBuf};

use icabinet_engines::audio;
use icabinet_engines::speech::{Event, Language, Request, Segment, SpeechRefusal};
use icabinet_engines::worker::{EngineFailure, Worker};
use serde::Deserialize;
use tempfile::TempDir;
use whisper_rs::{FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters};

use crate::{asset, exe};

const MODEL: &str = "ggml-icabinet-demo-synthetic-vi-en.bin";

/// What was said, as the recordings' own files tell.
#[derive(Deserialize)]
struct Truth {
    segments: Vec<Said>,
}

#[derive(Deserialize)]
struct Said {
    start: f64,
    end: f64,
    text: String,
}

/// A folder with a recording in it.
struct Desk {
    folder: TempDir,
    pcm: PathBuf,
}

impl Desk {
    fn with(recording: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let pcm = folder.path().join("pcm");
        audio::import(&asset(recording), &pcm, 600, &mut |_| Ok(())).expect("it is taken");
        Desk { folder, pcm }
    }

    fn request(&self, language: Language) -> Request {
        Request {
            model: asset(MODEL),
            confirmed: vec![],
            pcm: self.pcm.clone(),
            from_sample: 0,
            language,
            threads: 1,
            prompt: None,
            is_final: true,
        }
    }
}

async fn ask(request: &Request) -> Result<Vec<Event>, EngineFailure> {
    let mut events = Vec::new();
    Worker::speech(exe()).run(request, |event| events.push(event)).await?;
    Ok(events)
}

async fn transcribe(request: &Request) -> (Vec<Segment>, u64, Option<String>) {
    let mut segments = Vec::new();
    let mut end = None;
    for event in ask(request).await.expect("the worker ends well") {
        match event {
            Event::Segment(segment) => segments.push(segment),
            Event::Done { to_sample, language } => end = Some((to_sample, language)),
            Event::Ready { model, synthetic } => {
                assert_eq!((model.as_str(), synthetic), ("synthetic-vi-en", true))
            }
            Event::Progress { .. } => {}
            Event::Refused { code } => panic!("refused: {code:?}"),
        }
    }
    let (to, language) = end.expect("it ends with done");
    (segments, to, language)
}

fn joined(segments: &[Segment]) -> String {
    segments.iter().map(|segment| segment.text.as_str()).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn the_chain_makes_no_more_word_errors_than_the_engine_alone() {
    for (recording, language) in [("meeting_vi", Language::Vi), ("meeting_en", Language::En)] {
        let desk = Desk::with(&format!("{recording}.wav"));
        let truth: Truth = serde_json::from_slice(
            &std::fs::read(asset(&format!("{recording}.json"))).expect("there"),
        )
        .expect("the truth");
        let said = words(
            &truth.segments.iter().map(|said| said.text.as_str()).collect::<Vec<_>>().join(" "),
        );
        let alone = errors(&said, &words(&engine_alone(&desk.pcm, language)));
        let (segments, to, found) = transcribe(&desk.request(language)).await;
        let chain = errors(&said, &words(&joined(&segments)));
        println!(
            "{recording}: {} words, errors of the engine alone {alone}, of the chain {chain}",
            said.len()
        );
        assert!(chain <= alone, "{recording}: {chain} errors, the engine alone has {alone}");
        assert_eq!(found.as_deref(), Some(language.code()));
        assert_eq!(to * 2, std::fs::metadata(&desk.pcm).expect("there").len());
        assert_times(recording, &segments, &truth.segments);
    }
}

/// Segments are the sentences, where they were said.
fn assert_times(recording: &str, segments: &[Segment], truth: &[Said]) {
    assert_eq!(segments.len(), truth.len(), "{recording}: a segment a sentence");
    let mut before = 0;
    for (segment, said) in segments.iter().zip(truth) {
        let (start, end) = (segment.start_ms as f64 / 1000.0, segment.end_ms as f64 / 1000.0);
        assert!(
            (start - said.start).abs() < 0.25 && (end - said.end).abs() < 0.25,
            "{recording}: {segment:?}"
        );
        assert!(
            segment.start_ms >= before && segment.struck.is_none() && segment.confidence > 0.5,
            "{segment:?}"
        );
        assert_eq!(
            segment.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "),
            segment.text
        );
        let mut at = segment.start_ms;
        for word in &segment.words {
            assert!(
                word.start_ms >= at
                    && word.end_ms >= word.start_ms
                    && word.end_ms <= segment.end_ms,
                "{segment:?}"
            );
            assert!((0.0..=1.0).contains(&word.p));
            at = word.end_ms;
        }
        before = segment.end_ms;
    }
}

#[tokio::test]
async fn nothing_is_written_over_silence_and_noise() {
    for recording in ["silence.wav", "noise.wav"] {
        let desk = Desk::with(recording);
        let (segments, _, _) = transcribe(&desk.request(Language::Vi)).await;
        let shown: Vec<_> = segments.iter().filter(|segment| segment.struck.is_none()).collect();
        assert!(shown.is_empty(), "{recording}: {shown:?}");
    }
}

#[tokio::test]
async fn the_language_can_be_found_out() {
    for (recording, expected) in [("vi_00.wav", "vi"), ("en_00.wav", "en")] {
        let desk = Desk::with(recording);
        let (segments, _, language) = transcribe(&desk.request(Language::Auto)).await;
        assert_eq!((language.as_deref(), segments.len()), (Some(expected), 1), "{recording}");
    }
}

/// A recording that still grows: what may go on is left, and the next request loses and doubles nothing.
#[tokio::test]
async fn a_growing_recording_is_taken_up_where_it_was_left() {
    let desk = Desk::with("meeting_en.wav");
    let all = std::fs::read(&desk.pcm).expect("there");
    let truth: Truth =
        serde_json::from_slice(&std::fs::read(asset("meeting_en.json")).expect("there"))
            .expect("the truth");
    // Cut in the middle of the fifth sentence.
    let fifth = &truth.segments[4];
    let cut = ((fifth.start + fifth.end) / 2.0 * 16_000.0) as usize * 2;
    std::fs::write(&desk.pcm, &all[..cut]).expect("written");
    let (first, to, _) =
        transcribe(&Request { is_final: false, ..desk.request(Language::En) }).await;
    assert_eq!(first.len(), 4, "{first:?}");
    assert!(
        to as f64 / 16_000.0 <= fifth.start && to as f64 / 16_000.0 > truth.segments[3].end,
        "{to}"
    );
    std::fs::write(&desk.pcm, &all[..all.len() / 3]).expect("written");
    let (second, _, _) =
        transcribe(&Request { from_sample: to, ..desk.request(Language::En) }).await;
    assert!((second[0].start_ms as f64 / 1000.0 - fifth.start).abs() < 0.25, "{:?}", second[0]);
    assert_eq!(words(&second[0].text), words(&fifth.text));
}

#[tokio::test]
async fn a_recording_without_samples_is_no_failure() {
    let desk = Desk::with("silence.wav");
    std::fs::write(&desk.pcm, []).expect("written");
    assert_eq!(transcribe(&desk.request(Language::Vi)).await, (vec![], 0, None));
}

#[tokio::test]
async fn only_models_that_are_known_or_confirmed_are_loaded() {
    let desk = Desk::with("silence.wav");
    let mut bytes = std::fs::read(asset(MODEL)).expect("there");
    bytes.push(0);
    let other = desk.folder.path().join("other.bin");
    std::fs::write(&other, &bytes).expect("written");
    let sum = icabinet_engines::digest::of_bytes(&bytes);
    let mut request = Request { model: other.clone(), ..desk.request(Language::Vi) };
    assert_eq!(
        ask(&request).await.expect("it ends well"),
        [Event::Refused { code: SpeechRefusal::UnknownModel }]
    );
    request.confirmed = vec![sum.clone()];
    let events = ask(&request).await.expect("it ends well");
    assert_eq!(events.first(), Some(&Event::Ready { model: sum, synthetic: false }));
    // Even a confirmed file that is no model ends in a refusal or a dead worker, never in text.
    std::fs::write(&other, b"no model").expect("written");
    request.confirmed = vec![icabinet_engines::digest::of_bytes(b"no model")];
    assert_eq!(
        ask(&request).await.expect("it ends well"),
        [Event::Refused { code: SpeechRefusal::ModelUnusable }]
    );
    request.model = "/nowhere/model.bin".into();
    assert!(matches!(ask(&request).await, Err(EngineFailure::NotInstalled { .. })));
}

#[tokio::test]
async fn a_prompt_does_no_harm() {
    let desk = Desk::with("en_00.wav");
    let plain = transcribe(&desk.request(Language::En)).await.0;
    let prompt = Some("the budget\0 the committee".to_owned());
    let prompted = transcribe(&Request { prompt, ..desk.request(Language::En) }).await.0;
    assert_eq!(prompted.len(), plain.len());
}

/// whisper.cpp through whisper-rs on the whole recording, as the model's README says.
fn engine_alone(pcm: &Path, language: Language) -> String {
    whisper_rs::install_logging_hooks();
    let context =
        WhisperContext::new_with_params(asset(MODEL), WhisperContextParameters::default())
            .expect("the model");
    let mut state = context.create_state().expect("a state");
    let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
    params.set_language(Some(language.code()));
    params.set_n_threads(1);
    params.set_no_context(true);
    params.set_n_max_text_ctx(0);
    params.set_print_progress(false);
    let bytes = std::fs::read(pcm).expect("there");
    let samples: Vec<f32> = bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|pair| f32::from(i16::from_le_bytes(*pair)) / 32768.0)
        .collect();
    state.full(params, &samples).expect("it listens");
    state
        .as_iter()
        .map(|segment| segment.to_str_lossy().expect("text").into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// NFC is the model's own; case and punctuation do not count.
fn words(text: &str) -> Vec<String> {
    let spaced: String =
        text.chars().filter(|letter| letter.is_alphanumeric() || letter.is_whitespace()).collect();
    spaced.split_whitespace().map(str::to_lowercase).collect()
}

/// Words to change, add or take out (Levenshtein's distance).
fn errors(said: &[String], written: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=written.len()).collect();
    for (index, word) in said.iter().enumerate() {
        let mut corner = row[0];
        row[0] = index + 1;
        for (column, other) in written.iter().enumerate() {
            let changed = corner + usize::from(word != other);
            corner = row[column + 1];
            row[column + 1] = changed.min(row[column] + 1).min(corner + 1);
        }
    }
    row[written.len()]
}
