//! placeholder
use super::Sentence;
use crate::meeting::Meeting;
pub fn draft(_m: &Meeting) -> Vec<Sentence> { Vec::new() }
