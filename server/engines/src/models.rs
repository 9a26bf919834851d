//! Which speech models may be loaded. Malformed files crash the engine, so a model is known by its SHA-256, or the
//! operator confirmed that sum by hand. Nothing here loads one.

use std::io;
use std::path::Path;

use crate::digest;

/// A model that may be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The name that `icabinet speech-model fetch` takes.
    pub name: &'static str,
    /// Its usual file name.
    pub file: &'static str,
    /// Size of the file.
    pub bytes: u64,
    /// Lower-case hex.
    pub sha256: &'static str,
    /// Where it is fetched from; `None` for the one that comes with the product.
    pub url: Option<&'static str>,
    /// Made from synthetic voices, for tests and demonstrations: to be labelled so wherever its text is shown.
    pub synthetic: bool,
}

/// The public models in whisper.cpp's format, at one fixed revision of their repository.
macro_rules! public {
    ($file:literal) => {
        Some(concat!(
            "https://huggingface.co/ggerganov/whisper.cpp/resolve/5359861c739e955e79d9a303bcbc70fb988958b1/",
            $file
        ))
    };
}

/// Every model that is known.
///
/// Source of the sums: whisper.cpp's own list (models/README.md) has SHA-1 only. The SHA-256 here are the object ids
/// under which the files are stored at that revision, as several independent projects pin them (2026-11); the files
/// themselves were not downloaded when this was written. A wrong sum can only refuse a good file, never let in
/// another.
pub const KNOWN: [Known; 8] = [
    Known {
        name: "synthetic-vi-en",
        file: "ggml-icabinet-demo-synthetic-vi-en.bin",
        bytes: 10_934_014,
        sha256: "4b7df4959c6774cde162c991f0828be55b030085a9a7c32b472b5379da14934e",
        url: None,
        synthetic: true,
    },
    Known {
        name: "tiny",
        file: "ggml-tiny.bin",
        bytes: 77_691_713,
        sha256: "be07e048e1e599ad46341c8d2a135645097a538221678b7acdd1b1919c6e1b21",
        url: public!("ggml-tiny.bin"),
        synthetic: false,
    },
    Known {
        name: "base",
        file: "ggml-base.bin",
        bytes: 147_951_465,
        sha256: "60ed5bc3dd14eea856493d334349b405782ddcaf0028d4b5df4088345fba2efe",
        url: public!("ggml-base.bin"),
        synthetic: false,
    },
    Known {
        name: "small",
        file: "ggml-small.bin",
        bytes: 487_601_967,
        sha256: "1be3a9b2063867b937e64e2ec7483364a79917e157fa98c5d94b5c1fffea987b",
        url: public!("ggml-small.bin"),
        synthetic: false,
    },
    Known {
        name: "medium",
        file: "ggml-medium.bin",
        bytes: 1_533_763_059,
        sha256: "6c14d5adee5f86394037b4e4e8b59f1673b6cee10e3cf0b11bbdbee79c156208",
        url: public!("ggml-medium.bin"),
        synthetic: false,
    },
    Known {
        name: "large-v3",
        file: "ggml-large-v3.bin",
        bytes: 3_095_033_483,
        sha256: "64d182b440b98d5203c4f9bd541544d84c605196c4f7b845dfa11fb23594d1e2",
        url: public!("ggml-large-v3.bin"),
        synthetic: false,
    },
    Known {
        name: "large-v3-turbo",
        file: "ggml-large-v3-turbo.bin",
        bytes: 1_624_555_275,
        sha256: "1fc70f774d38eb169993ac391eea357ef47c88757ef72ee5943879b7e8e2bc69",
        url: public!("ggml-large-v3-turbo.bin"),
        synthetic: false,
    },
    Known {
        name: "large-v3-turbo-q5_0",
        file: "ggml-large-v3-turbo-q5_0.bin",
        bytes: 574_041_195,
        sha256: "394221709cd5ad1f40c46e6031ca61bce88931e6e088c188294c6d5a55ffa7e2",
        url: public!("ggml-large-v3-turbo-q5_0.bin"),
        synthetic: false,
    },
];

/// What is said of a model file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// One of [`KNOWN`].
    Known(&'static Known),
    /// The operator confirmed this sum.
    Confirmed { sha256: String },
    /// Neither: it must not be loaded. The operator may look at the sum and confirm it.
    Unknown { sha256: String },
}

/// The model of that name.
pub fn by_name(name: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|model| model.name == name)
}

/// Reads the whole file and says whether it may be loaded. `confirmed` are sums (hex, any case) that the operator
/// allowed beside the known ones.
///
/// # Errors
/// When the file cannot be read.
pub fn check(path: &Path, confirmed: &[String]) -> io::Result<Verdict> {
    let sha256 = digest::of_file(path)?;
    if let Some(model) = KNOWN.iter().find(|model| model.sha256 == sha256) {
        return Ok(Verdict::Known(model));
    }
    let allowed = confirmed.iter().any(|sum| sum.eq_ignore_ascii_case(&sha256));
    Ok(if allowed { Verdict::Confirmed { sha256 } } else { Verdict::Unknown { sha256 } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_sums_are_well_formed_and_different() {
        for (index, model) in KNOWN.iter().enumerate() {
            assert!(
                model.sha256.len() == 64
                    && model.sha256.chars().all(|digit| matches!(digit, '0'..='9' | 'a'..='f'))
            );
            assert_eq!(model.synthetic, model.url.is_none(), "{}", model.name);
            for other in &KNOWN[..index] {
                assert!(
                    other.name != model.name
                        && other.sha256 != model.sha256
                        && other.file != model.file
                );
            }
        }
    }

    #[test]
    fn a_file_is_unknown_until_its_sum_is_confirmed() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), b"abc").expect("written");
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad".to_owned();
        assert_eq!(
            check(file.path(), &[]).expect("read"),
            Verdict::Unknown { sha256: sha256.clone() }
        );
        let confirmed = [sha256.to_uppercase()];
        assert_eq!(check(file.path(), &confirmed).expect("read"), Verdict::Confirmed { sha256 });
    }

    #[test]
    fn the_model_in_the_product_is_the_known_one() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("assets/synthetic-speech")
            .join(KNOWN[0].file);
        assert_eq!(std::fs::metadata(&path).expect("it is there").len(), KNOWN[0].bytes);
        assert_eq!(check(&path, &[]).expect("read"), Verdict::Known(&KNOWN[0]));
    }
}
