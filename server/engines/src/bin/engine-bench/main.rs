//! Measures the engines beside what they are compared with, in one run, as ratios. Prints JSON.
//!
//! `engine-bench pages PDF [RUNS]`: our worker and `pdftoppm` on the same file, on one core, one after the other.
//! `engine-bench words MODEL LANGUAGE JSON...`: word errors of both on recordings whose words are known.
//! `engine-bench speech MODEL WAV LANGUAGE [RUNS] [THREADS]`: our worker and whisper.cpp through whisper-rs alone.

mod words;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use icabinet_engines::worker::Worker;
use icabinet_engines::{audio, pages, speech};
use serde_json::{Value, json};
use whisper_rs::{FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let answer = match arguments.as_slice() {
        ["worker", kind] => return icabinet_engines::kinds::main(kind),
        ["alone", model, pcm, language, threads] => {
            alone(model, Path::new(pcm), language, threads).map(|()| Value::Null)
        }
        ["pages", pdf] => bench_pages(Path::new(pdf), 5),
        ["pages", pdf, runs] => {
            runs.parse().map_err(Into::into).and_then(|runs| bench_pages(Path::new(pdf), runs))
        }
        ["speech", model, wav, language, rest @ ..] => {
            bench_speech(model, Path::new(wav), language, rest)
        }
        ["words", model, language, told @ ..] => words::bench(model, language, told),
        _ => Err("usage: engine-bench pages PDF [RUNS] | speech MODEL WAV vi|en [RUNS] [THREADS] | words MODEL vi|en JSON...".into()),
    };
    match answer {
        Ok(Value::Null) => ExitCode::SUCCESS,
        Ok(value) => {
            println!("{value:#}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Wall and processor seconds of one run; those of children that ended in between.
#[derive(Clone, Copy)]
struct Cost {
    wall: f64,
    cpu: f64,
}

fn measured<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<(Cost, T)> {
    let (began, before) = (Instant::now(), children_cpu()?);
    let made = work()?;
    Ok((Cost { wall: began.elapsed().as_secs_f64(), cpu: children_cpu()? - before }, made))
}

/// Processor seconds of ended children: fields 16 and 17 of /proc/self/stat, in hundredths (proc(5), USER_HZ).
fn children_cpu() -> Outcome<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> =
        stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks =
        |index: usize| -> Outcome<f64> { Ok(fields.get(index).ok_or("short stat")?.parse()?) };
    Ok((ticks(13)? + ticks(14)?) / 100.0)
}

fn bench_pages(pdf: &Path, runs: usize) -> Outcome<Value> {
    one_core()?;
    let folder = Folder::new()?;
    let (mut ours, mut theirs, mut grey_png) = (Vec::new(), Vec::new(), Vec::new());
    let (mut count, mut first_page, mut bytes) = (0_u32, f64::MAX, 0_u64);
    for run in 0..runs {
        let (cost, told) = measured(|| render(pdf, &folder.0))?;
        ours.push(cost);
        (count, bytes, first_page) = (told.0, told.1, first_page.min(told.2));
        theirs.push(measured(|| pdftoppm(pdf, &folder.0, &["-gray"]))?.0);
        // Compressing costs pdftoppm many times what painting does: a few pages, once, are enough.
        if run == 0 {
            grey_png.push(measured(|| pdftoppm(pdf, &folder.0, &["-gray", "-png", "-l", "5"]))?.0);
        }
    }
    let rates =
        |costs: &[Cost], pages: u32| [wall, cpu].map(|of| f64::from(pages) / best(costs, of));
    let told = |[wall, cpu]: [f64; 2]| json!({ "pages_per_second": round(wall), "pages_per_cpu_second": round(cpu) });
    let (ours, theirs, grey_png) =
        (rates(&ours, count), rates(&theirs, count), rates(&grey_png, count.min(5)));
    Ok(json!({
        "pages": count,
        "runs": runs,
        "picture_bytes_a_page": bytes / u64::from(count.max(1)),
        "first_page_seconds": round(first_page),
        "ours": told(ours),
        "pdftoppm_gray": told(theirs),
        "pdftoppm_gray_png": told(grey_png),
        "ratio_to_gray": round(ours[0] / theirs[0]),
        "ratio_to_gray_cpu": round(ours[1] / theirs[1]),
        "ratio_to_gray_png": round(ours[0] / grey_png[0]),
        "note": "pdftoppm -gray writes raw pixels; ours writes PNG or JPEG, a thumbnail and the words",
    }))
}

/// Pages, bytes of their pictures, seconds until the first.
fn render(pdf: &Path, out: &Path) -> Outcome<(u32, u64, f64)> {
    let began = Instant::now();
    let (mut count, mut bytes, mut first) = (0, 0, f64::MAX);
    block_on(Worker::pages(std::env::current_exe()?).run(
        &pages::Request::new(pdf, out),
        |event| match event {
            pages::Event::Page(page) => {
                first = first.min(began.elapsed().as_secs_f64());
                count += 1;
                bytes += page.picture.bytes;
            }
            pages::Event::Refused { code, .. } => eprintln!("refused: {code:?}"),
            pages::Event::PageFailed { index, code } => eprintln!("page {index}: {code:?}"),
            pages::Event::Opened { .. } | pages::Event::Done => {}
        },
    ))??;
    Ok((count, bytes, first))
}

fn pdftoppm(pdf: &Path, out: &Path, options: &[&str]) -> Outcome<()> {
    let width = pages::WIDTH.to_string();
    let mut command = Command::new("pdftoppm");
    command
        .args(options)
        .args(["-scale-to-x", &width, "-scale-to-y", "-1"])
        .arg(pdf)
        .arg(out.join("theirs"));
    if command.status()?.success() { Ok(()) } else { Err("pdftoppm failed".into()) }
}

fn bench_speech(model: &str, wav: &Path, language: &str, rest: &[&str]) -> Outcome<Value> {
    let runs: usize = rest.first().map_or(Ok(3), |runs| runs.parse())?;
    let threads: u8 = rest.get(1).map_or(Ok(1), |threads| threads.parse())?;
    let folder = Folder::new()?;
    let pcm = folder.0.join("pcm");
    let sound = audio::import(wav, &pcm, 24 * 3600, &mut |_| Ok(()))
        .map_err(|error| format!("{error:?}"))?;
    let request = speech::Request {
        model: model.into(),
        confirmed: vec![],
        pcm: pcm.clone(),
        from_sample: 0,
        language: spoken(language)?,
        threads,
        prompt: None,
        is_final: true,
    };
    let (mut ours, mut theirs, mut segments) = (Vec::new(), Vec::new(), 0);
    for _ in 0..runs {
        let (cost, found) = measured(|| transcribe(&request))?;
        ours.push(cost);
        segments = found;
        let arguments: Vec<OsString> = [
            "alone".into(),
            model.into(),
            pcm.clone().into(),
            language.into(),
            threads.to_string().into(),
        ]
        .into();
        theirs.push(measured(|| run_self(&arguments))?.0);
    }
    Ok(json!({
        "sound_seconds": round(sound.seconds),
        "runs": runs,
        "threads": threads,
        "segments": segments,
        "ours_seconds": round(best(&ours, wall)),
        "alone_seconds": round(best(&theirs, wall)),
        "ours_cpu_seconds": round(best(&ours, cpu)),
        "alone_cpu_seconds": round(best(&theirs, cpu)),
        "ratio": round(best(&ours, wall) / best(&theirs, wall)),
        "ratio_cpu": round(best(&ours, cpu) / best(&theirs, cpu)),
    }))
}

fn spoken(language: &str) -> Outcome<speech::Language> {
    match language {
        "vi" => Ok(speech::Language::Vi),
        "en" => Ok(speech::Language::En),
        _ => Err("the language is vi or en".into()),
    }
}

fn transcribe(request: &speech::Request) -> Outcome<usize> {
    let mut segments = 0;
    block_on(Worker::speech(std::env::current_exe()?).run(request, |event| {
        segments += usize::from(matches!(event, speech::Event::Segment(_)));
    }))??;
    Ok(segments)
}

fn run_self(arguments: &[OsString]) -> Outcome<()> {
    let status =
        Command::new(std::env::current_exe()?).args(arguments).stdout(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err("the engine alone failed".into()) }
}

/// The engine without us: the whole recording in one call.
fn alone(model: &str, pcm: &Path, language: &str, threads: &str) -> Outcome<()> {
    whisper_rs::install_logging_hooks();
    let context = WhisperContext::new_with_params(model, WhisperContextParameters::default())?;
    let mut state = context.create_state()?;
    let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
    params.set_language(Some(language));
    params.set_n_threads(threads.parse()?);
    params.set_no_context(true);
    params.set_n_max_text_ctx(0);
    params.set_print_progress(false);
    let bytes = std::fs::read(pcm)?;
    let samples: Vec<f32> = bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|pair| f32::from(i16::from_le_bytes(*pair)) / 32768.0)
        .collect();
    state.full(params, &samples)?;
    for segment in state.as_iter() {
        println!("{}", segment.to_str_lossy()?);
    }
    Ok(())
}

/// Pins this process, and so its children, to one core.
fn one_core() -> Outcome<()> {
    let mut one = rustix::thread::CpuSet::new();
    let allowed = rustix::thread::sched_getaffinity(None)?;
    let last = (0..rustix::thread::CpuSet::MAX_CPU)
        .rev()
        .find(|core| allowed.is_set(*core))
        .ok_or("no core")?;
    one.set(last);
    Ok(rustix::thread::sched_setaffinity(None, &one)?)
}

fn block_on<T>(work: impl Future<Output = T>) -> std::io::Result<T> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work))
}

fn wall(cost: &Cost) -> f64 {
    cost.wall
}

fn cpu(cost: &Cost) -> f64 {
    cost.cpu
}

/// The least of all runs: what the machine's other work did not lengthen.
fn best(costs: &[Cost], of: fn(&Cost) -> f64) -> f64 {
    costs.iter().map(of).fold(f64::MAX, f64::min).max(0.001)
}

fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// A folder that goes when the measuring is done.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Outcome<Self> {
        let path = std::env::temp_dir().join(format!("engine-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}
