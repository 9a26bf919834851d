//! Puts the keys of compact JSON into the order of RFC 8785 (by UTF-16 code units), on the text
//! itself: a record that names every delegate is sorted in a tenth of the time that a tree of
//! values takes. Only for what `serde_json` has just written; never here: reading strangers' JSON.

use std::cmp::Ordering;

/// The same JSON with the keys of each object sorted. `text` is compact and well formed.
pub(super) fn keys(text: &[u8]) -> Vec<u8> {
    let mut writer = Writer { text, at: 0, out: Vec::with_capacity(text.len()), spare: Vec::new() };
    writer.value();
    writer.out
}

/// One member of an object: where it begins and ends in the output, and how long its key is there,
/// quotes included.
struct Member {
    start: usize,
    key: usize,
    end: usize,
}

struct Writer<'t> {
    text: &'t [u8],
    at: usize,
    out: Vec<u8>,
    /// Holds an object's members while they change places.
    spare: Vec<u8>,
}

impl Writer<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Copies bytes as they are.
    fn copy(&mut self, count: usize) {
        let end = (self.at + count).min(self.text.len());
        self.out.extend_from_slice(&self.text[self.at..end]);
        self.at = end;
    }

    fn value(&mut self) {
        match self.peek() {
            Some(b'{') => self.object(),
            Some(b'[') => self.array(),
            Some(b'"') => self.string(),
            _ => {
                let rest = &self.text[self.at..];
                let plain = rest.iter().take_while(|byte| !b",]}".contains(byte)).count();
                self.copy(plain);
            }
        }
    }

    /// Copies a string with its quotes.
    fn string(&mut self) {
        let mut end = self.at + 1;
        while let Some(byte) = self.text.get(end) {
            match byte {
                b'"' => break,
                b'\\' => end += 2,
                _ => end += 1,
            }
        }
        self.copy(end + 1 - self.at);
    }

    fn array(&mut self) {
        self.copy(1);
        while let Some(byte) = self.peek() {
            match byte {
                b']' => return self.copy(1),
                b',' => self.copy(1),
                _ => self.value(),
            }
        }
    }

    fn object(&mut self) {
        self.copy(1);
        let first = self.out.len();
        let mut members: Vec<Member> = Vec::new();
        let mut in_order = true;
        while let Some(byte) = self.peek() {
            match byte {
                b'}' => break,
                b',' => self.copy(1),
                _ => {
                    let start = self.out.len();
                    self.string();
                    let key = self.out.len() - start;
                    self.copy(1);
                    self.value();
                    let member = Member { start, key, end: self.out.len() };
                    in_order &= members.last().is_none_or(|last| {
                        order(self.key(last), self.key(&member)) == Ordering::Less
                    });
                    members.push(member);
                }
            }
        }
        if !in_order {
            self.sort(first, members);
        }
        self.copy(1);
    }

    fn key(&self, member: &Member) -> &[u8] {
        &self.out[member.start..member.start + member.key]
    }

    fn sort(&mut self, first: usize, mut members: Vec<Member>) {
        members.sort_by(|a, b| order(self.key(a), self.key(b)));
        self.spare.clear();
        for member in &members {
            if !self.spare.is_empty() {
                self.spare.push(b',');
            }
            self.spare.extend_from_slice(&self.out[member.start..member.end]);
        }
        self.out.truncate(first);
        self.out.extend_from_slice(&self.spare);
    }
}

/// How two keys stand as they are written: by their UTF-16 code units.
fn order(a: &[u8], b: &[u8]) -> Ordering {
    // Of bytes and code units the order differs only beyond ASCII, and an escape stands for another
    // character. The closing quote is no part of the key: a shorter one comes first.
    let plain = |key: &[u8]| key.iter().all(|byte| byte.is_ascii() && *byte != b'\\');
    if plain(a) && plain(b) {
        return inner(a).cmp(inner(b));
    }
    let text = |key: &[u8]| serde_json::from_slice::<String>(key).unwrap_or_default();
    text(a).encode_utf16().cmp(text(b).encode_utf16())
}

fn inner(key: &[u8]) -> &[u8] {
    key.get(1..key.len().saturating_sub(1)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::keys;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[test]
    fn keys_are_sorted_and_nothing_is_spaced() {
        let text = br#"{"b":[1,{"z":null,"a":"\u0111\n"},{}],"a":true,"aa":-1,"B":[]}"#;
        let sorted = br#"{"B":[],"a":true,"aa":-1,"b":[1,{"a":"\u0111\n","z":null},{}]}"#;
        assert_eq!(String::from_utf8(keys(text)), String::from_utf8(sorted.to_vec()));
    }

    #[test]
    fn the_example_of_the_rfc_is_sorted_by_code_units() {
        // RFC 8785, 3.2.3.
        let text = r#"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#;
        let sorted = keys(text.as_bytes());
        let numbers: Vec<u8> = sorted.windows(2).filter(|w| w[0] == b':').map(|w| w[1]).collect();
        assert_eq!(String::from_utf8_lossy(&numbers), "2467153");
    }

    /// Written through a tree whose maps are sorted: the plain way, and the slow one.
    fn through_a_tree(value: &Value) -> String {
        match value {
            Value::Object(map) => {
                let mut keys: Vec<&String> = map.keys().collect();
                keys.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
                let member =
                    |key: &&String| format!("{}:{}", json!(key), through_a_tree(&map[*key]));
                format!("{{{}}}", keys.iter().map(member).collect::<Vec<_>>().join(","))
            }
            Value::Array(list) => {
                let items: Vec<String> = list.iter().map(through_a_tree).collect();
                format!("[{}]", items.join(","))
            }
            value @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
                value.to_string()
            }
        }
    }

    /// Members in the order they are drawn, as text: a map of `serde_json` would sort them.
    fn any_json() -> impl Strategy<Value = String> {
        let word = || {
            prop::collection::vec(
                prop::sample::select(vec![
                    "a", "Z", "đ", "\"", "\\", "\n", "😀", "\u{fb33}", "}", ",", ":",
                ]),
                0..4,
            )
            .prop_map(|parts| parts.concat())
        };
        let leaf = prop_oneof![
            Just("null".to_owned()),
            any::<bool>().prop_map(|value| value.to_string()),
            any::<i64>().prop_map(|value| value.to_string()),
            word().prop_map(|text| json!(text).to_string()),
        ];
        leaf.prop_recursive(4, 40, 6, move |inner| {
            let members = prop::collection::vec((word(), inner.clone()), 0..6);
            prop_oneof![
                prop::collection::vec(inner, 0..6)
                    .prop_map(|items| format!("[{}]", items.join(","))),
                members.prop_map(|mut members| {
                    let mut known = std::collections::BTreeSet::new();
                    members.retain(|(key, _)| known.insert(key.clone()));
                    let member = |(key, value): (String, String)| format!("{}:{value}", json!(key));
                    let members: Vec<String> = members.into_iter().map(member).collect();
                    format!("{{{}}}", members.join(","))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn sorting_the_text_is_sorting_the_tree(text in any_json()) {
            let tree: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(String::from_utf8(keys(text.as_bytes())).unwrap(), through_a_tree(&tree));
        }
    }
}
