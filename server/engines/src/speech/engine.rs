//! whisper.cpp: one window of samples in, tokens with times out. The only file that names it.
//!
//! Traps of whisper-rs 0.16 and the whisper.cpp in it, all met here: parameters leak in their setters (built once,
//! cloned); text carried between windows drops sentences (`set_n_max_text_ctx(0)` unless there is a prompt); short
//! input reads out of bounds (padded to a second); the default language is English; a segment's start is wrong
//! unless taken from its own token (so: one segment a window, cut here at its timestamps); the abort callback is
//! unsound (never set; the parent kills the process instead).

use std::path::Path;

use whisper_rs::{
    FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, WhisperError,
    WhisperState, get_lang_str,
};

use super::{Language, Request};

/// The least that the engine is given (1 s).
const LEAST: usize = 16_000;
/// Samples of one step of the engine's timestamps (20 ms).
const STEP: usize = 320;

/// A loaded model with the settings of one request.
pub(super) struct Engine {
    state: WhisperState,
    params: FullParams<'static, 'static>,
    language: Language,
    first_timestamp: i32,
    end_of_text: i32,
}

/// One token of text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    /// Bytes of UTF-8, not always whole characters.
    pub bytes: Vec<u8>,
    /// Its probability.
    pub p: f32,
}

/// Text between two timestamps.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Phrase {
    /// In samples of the window.
    pub start: usize,
    /// In samples of the window; `None` when the engine did not say.
    pub end: Option<usize>,
    pub tokens: Vec<Token>,
}

impl Engine {
    /// Loads an allowed model.
    pub(super) fn load(request: &Request) -> Result<Self, WhisperError> {
        whisper_rs::install_logging_hooks();
        let context = load_context(&request.model)?;
        let state = context.create_state()?;
        Ok(Engine {
            state,
            params: settings(request),
            language: request.language,
            first_timestamp: context.token_beg(),
            end_of_text: context.token_eot(),
        })
    }

    /// Listens to one window. An automatic language is settled by the first.
    pub(super) fn hear(&mut self, samples: &mut Vec<f32>) -> Result<Vec<Phrase>, WhisperError> {
        let heard = samples.len();
        if samples.len() < LEAST {
            samples.resize(LEAST, 0.0);
        }
        self.state.full(self.params.clone(), samples)?;
        if self.language == Language::Auto
            && let Some(found) = get_lang_str(self.state.full_lang_id_from_state())
        {
            self.params.set_language(Some(found));
            self.language = if found == "vi" { Language::Vi } else { Language::En };
        }
        Ok(self.phrases(heard))
    }

    /// The language of what was heard, as the engine names it.
    pub(super) fn language(&self) -> Option<&'static str> {
        get_lang_str(self.state.full_lang_id_from_state())
    }

    /// Cuts the tokens at the engine's own timestamps.
    fn phrases(&self, heard: usize) -> Vec<Phrase> {
        let mut phrases = Vec::new();
        let mut open = Phrase::default();
        for segment in self.state.as_iter() {
            for index in 0..segment.n_tokens() {
                let Some(token) = segment.get_token(index) else {
                    continue;
                };
                let id = token.token_id();
                if id >= self.first_timestamp {
                    let at = ((id - self.first_timestamp) as usize * STEP).min(heard);
                    if open.tokens.is_empty() {
                        open.start = at;
                    } else {
                        open.end = Some(at);
                        phrases.push(std::mem::replace(
                            &mut open,
                            Phrase { start: at, ..Phrase::default() },
                        ));
                    }
                } else if id < self.end_of_text
                    && let Ok(bytes) = token.to_bytes()
                {
                    open.tokens.push(Token { bytes: bytes.to_vec(), p: token.token_probability() });
                }
            }
        }
        if !open.tokens.is_empty() {
            phrases.push(open);
        }
        phrases
    }
}

fn load_context(model: &Path) -> Result<WhisperContext, WhisperError> {
    let mut params = WhisperContextParameters::default();
    params.use_gpu(false);
    WhisperContext::new_with_params(model, params)
}

fn settings(request: &Request) -> FullParams<'static, 'static> {
    let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
    params.set_language(Some(request.language.code()));
    params.set_n_threads(i32::from(request.threads.max(1)));
    params.set_no_context(true);
    params.set_single_segment(true);
    params.set_temperature(0.0);
    params.set_temperature_inc(if request.is_final { 0.2 } else { 0.0 });
    params.set_entropy_thold(2.4);
    params.set_logprob_thold(-1.0);
    params.set_no_speech_thold(0.6);
    params.set_print_progress(false);
    params.set_print_realtime(false);
    params.set_print_special(false);
    params.set_print_timestamps(false);
    // A zero byte would panic in the binding, and says nothing to anybody.
    match request.prompt.as_deref().map(|prompt| prompt.replace('\0', " ")) {
        Some(prompt) if !prompt.trim().is_empty() => {
            params.set_initial_prompt(&prompt);
            params.set_n_max_text_ctx(224);
        }
        _ => params.set_n_max_text_ctx(0),
    }
    params
}
