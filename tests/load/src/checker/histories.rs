//! What happened at each client, in the order it happened there, as the helpers wrote it down: a line
//! each, `CLIENT MARK TEXT`.

use icabinet_models::ids::PersonId;
use serde_json::Value;
use std::collections::BTreeMap;

/// One thing that happened at a client.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Moment {
    /// `@`: the snapshot that he took.
    Snapshot(Value),
    /// `>`: a frame that he sent.
    Sent(Value),
    /// `<`: a frame that he heard.
    Heard(Value),
}

/// One client's history.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Client {
    pub(crate) name: String,
    pub(crate) moments: Vec<Moment>,
}

impl Client {
    /// Who he is, as the server greeted him.
    pub(crate) fn person(&self) -> Option<PersonId> {
        let named = self.heard("hello").find_map(|hello| hello["person"].as_str());
        named.map(PersonId::from)
    }

    /// The frames of a kind that he heard.
    pub(crate) fn heard<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        self.moments.iter().filter_map(move |moment| match moment {
            Moment::Heard(frame) => frame.get(kind),
            Moment::Sent(_) | Moment::Snapshot(_) => None,
        })
    }
}

/// Reads a helper's history; `helper` tells its clients from those of others. The last line of a
/// helper that was ended may be cut off, and counts as not having happened.
pub(crate) fn read(helper: usize, text: &str) -> Vec<Client> {
    let mut clients: BTreeMap<usize, Client> = BTreeMap::new();
    for line in text.lines() {
        let mut parts = line.splitn(3, ' ');
        let (Some(client), Some(mark), Some(said)) = (parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let (Ok(client), Ok(said)) = (client.parse(), serde_json::from_str(said)) else { continue };
        let moment = match mark {
            "@" => Moment::Snapshot(said),
            ">" => Moment::Sent(said),
            _ => Moment::Heard(said),
        };
        let entry = clients.entry(client).or_default();
        entry.name = format!("{helper}/{client}");
        entry.moments.push(moment);
    }
    clients.into_values().collect()
}
