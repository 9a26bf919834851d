//! The views of the classes, made and encoded once each and used until that class is shown something
//! new: an entry that a class is not shown changes nothing in its view (the secrecy square).
//! Never here: what only one person may know.

use icabinet_models::Meeting;
use icabinet_models::visibility::{self, ViewerClass};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A class's view at a position, and the same as JSON.
#[derive(Clone, Debug)]
pub struct Encoded {
    pub position: u64,
    pub view: Arc<Meeting>,
    pub meeting: Arc<RawValue>,
}

/// The latest encoded view of each class.
#[derive(Debug, Default)]
pub(super) struct Views {
    kept: BTreeMap<ViewerClass, Encoded>,
}

impl Views {
    /// The view of `class`, which was last shown something at `shown`.
    pub(super) fn of(&mut self, m: &Meeting, class: ViewerClass, shown: u64) -> Encoded {
        if let Some(kept) = self.kept.get(&class).filter(|kept| kept.position >= shown) {
            return kept.clone();
        }
        let view = visibility::redact_state(m, class);
        let json =
            serde_json::value::to_raw_value(&view).unwrap_or_else(|_| RawValue::NULL.to_owned());
        let encoded =
            Encoded { position: m.position, view: Arc::new(view), meeting: Arc::from(json) };
        self.kept.insert(class, encoded.clone());
        encoded
    }

    /// Forgets everything: the state was read anew.
    pub(super) fn clear(&mut self) {
        self.kept.clear();
    }
}
