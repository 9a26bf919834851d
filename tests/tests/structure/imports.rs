//! Imports between files. Read as text: what a file doesn't name, it can't use.

use crate::workspace::sources;
use std::collections::{BTreeMap, BTreeSet};

/// Files whose text names a word, by their path.
fn naming(folder: &str, word: &str) -> Vec<String> {
    let files = sources(folder).into_iter().filter(|(_, text)| text.contains(word));
    files.map(|(name, _)| name).collect()
}

#[test]
fn each_engine_is_named_by_one_file() {
    assert_eq!(naming("server/engines/src", "pdfium_render::"), ["pages/pdfium.rs"]);
    // The bench compares the engine with itself, without the worker around it.
    let whisper = ["bin/engine-bench/main.rs", "speech/engine.rs"];
    assert_eq!(naming("server/engines/src", "whisper_rs::"), whisper);
    assert_eq!(naming("server/engines/src", "calamine::"), ["lists/workbook.rs"]);
    for folder in ["server/src", "server/signing/src", "server/typeset/src", "models/src"] {
        for engine in ["pdfium_render", "whisper_rs", "calamine::"] {
            assert_eq!(naming(folder, engine), Vec::<String>::new(), "{folder}");
        }
    }
}

#[test]
fn one_file_reads_the_servers_clock() {
    assert_eq!(naming("server/src", "SystemTime::now"), ["clock.rs"]);
    for word in ["SystemTime", "Instant::now", "std::time", "std::fs", "std::net", "HashMap"] {
        assert_eq!(naming("models/src", word), Vec::<String>::new(), "{word}");
    }
}

/// The meeting's socket, and the one of sound, which votes never queue behind.
const SOCKETS: [&str; 2] = ["sync/recorder/wire.rs", "sync/socket.rs"];

#[test]
fn sockets_are_opened_in_sync_alone() {
    assert_eq!(naming("frontend/src", "WebSocket"), SOCKETS);
    assert_eq!(naming("frontend/sync/src", "WebSocket"), Vec::<String>::new());
}

/// Ways to be called back by the browser, some time later. Whoever asks for one may be gone by then.
const CALLBACKS: [&str; 12] = [
    "spawn_local",
    "set_timeout",
    "set_interval",
    "request_animation_frame",
    "request_idle_callback",
    "queue_microtask",
    "window_event_listener",
    "add_event_listener",
    "Closure",
    "Observer::new",
    "leptos::task",
    "gloo",
];

#[test]
fn what_the_browser_calls_back_goes_through_one_file() {
    for word in CALLBACKS {
        let other = naming("frontend/src", word).into_iter().filter(|name| name != "callbacks.rs");
        assert_eq!(other.collect::<Vec<_>>(), Vec::<String>::new(), "{word}");
    }
    let text = sources("frontend/src").into_iter().find(|(name, _)| name == "callbacks.rs");
    let text = text.expect("the file").1;
    for ends in ["frame.cancel()", "timer.clear()", "self.0.clear()", "listener.remove()"] {
        assert!(text.contains(ends), "nothing says {ends}");
    }
}

/// Crates whose modules need each other in one direction only.
const ONE_WAY: [&str; 8] = [
    "models/src",
    "server/src",
    "server/signing/src",
    "server/engines/src",
    "server/typeset/src",
    "frontend/sync/src",
    "frontend/presenter/src",
    "tests/load/src",
];

#[test]
fn no_module_needs_one_that_needs_it() {
    for folder in ONE_WAY {
        let needs = needs(folder);
        assert!(needs.len() > 2, "{folder}: {needs:?}");
        for module in needs.keys() {
            let way = way_back(&needs, module);
            assert_eq!(way, None, "{folder}");
        }
    }
}

/// Which modules right under a crate's root each of them names.
fn needs(folder: &str) -> BTreeMap<String, BTreeSet<String>> {
    let files = sources(folder);
    let own: BTreeSet<&str> = files.iter().map(|(name, _)| module(name)).collect();
    let root = files.iter().find(|(name, _)| name == "lib.rs");
    let homes = root.map(|(_, text)| homes(text)).unwrap_or_default();
    let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, text) in files.iter().filter(|(name, _)| !is_aside(name)) {
        let code = without_tests(text);
        let heads = code.match_indices("crate::").flat_map(|(at, way)| {
            let rest = &code[at + way.len()..];
            match rest.strip_prefix('{') {
                Some(list) => heads(list),
                None => word(rest).into_iter().collect(),
            }
        });
        let all = heads.map(|head| homes.get(head).map_or(head, String::as_str));
        let other = all.filter(|head| own.contains(head) && *head != module(name));
        needs.entry(module(name).to_owned()).or_default().extend(other.map(str::to_owned));
    }
    needs
}

/// Roots name everything, and so do tests.
fn is_aside(file: &str) -> bool {
    ["lib.rs", "main.rs"].contains(&file) || file.starts_with("bin/") || file.ends_with("tests.rs")
}

/// A file's code up to its tests, without comments.
fn without_tests(text: &str) -> String {
    let code = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or(text);
    code.lines().filter_map(|line| line.split("//").next()).collect::<Vec<_>>().join("\n")
}

/// Where that lives which a crate's root names in passing: `votes` in `meeting` of
/// `pub use meeting::{votes, …}`.
fn homes(root: &str) -> BTreeMap<&str, String> {
    let mut homes = BTreeMap::new();
    for (at, start) in root.match_indices("pub use ") {
        let rest = &root[at + start.len()..];
        let Some((home, list)) = rest.split_once("::") else { continue };
        let names = match list.strip_prefix('{') {
            Some(list) => heads(list),
            None => word(list).into_iter().collect(),
        };
        homes.extend(names.into_iter().map(|name| (name, home.to_owned())));
    }
    homes
}

/// The way from a module back to itself, if there is one.
fn way_back(needs: &BTreeMap<String, BTreeSet<String>>, from: &str) -> Option<Vec<String>> {
    let mut ways = vec![vec![from.to_owned()]];
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop() {
        for next in needs.get(way.last()?).into_iter().flatten() {
            let longer: Vec<String> = way.iter().chain([next]).cloned().collect();
            if next == from {
                return Some(longer);
            }
            if seen.insert(next) {
                ways.push(longer);
            }
        }
    }
    None
}

#[test]
fn a_way_back_would_be_found() {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let needs = BTreeMap::from([
        ("a".to_owned(), set(&["b"])),
        ("b".to_owned(), set(&["c", "d"])),
        ("c".to_owned(), set(&["a"])),
        ("d".to_owned(), set(&[])),
    ]);
    let way = |from: &str| way_back(&needs, from).map(|way| way.join(" "));
    assert_eq!(way("a").as_deref(), Some("a b c a"));
    assert_eq!(way("d"), None);
    let text = "use crate::a;\n// crate::b\n#[cfg(test)]\nmod tests { use crate::c; }";
    assert_eq!(without_tests(text).trim(), "use crate::a;");
    let homes = homes("pub use meeting::{Actor, votes};\npub use ids::Text;");
    assert_eq!(homes.get("votes").map(String::as_str), Some("meeting"));
    assert_eq!(homes.get("Text").map(String::as_str), Some("ids"));
}

/// What features stand in: signing in, the line's state, the frame and fields of desk pages, people to
/// choose from in them, and both texts where two edited one.
const FRAME: [&str; 5] = ["among", "editing", "gate", "link", "office"];

/// Features that still borrow from another one: `(who, from whom)`. Nothing is added here; what
/// two of them need belongs into `ui`, `texts` or the frame.
const BORROWED: [(&str, &str); 5] = [
    ("chair", "floor"),
    ("decisions", "signing"),
    ("minutes", "prepare"),
    ("minutes", "signing"),
    ("signing", "keys"),
];

#[test]
fn features_do_not_import_each_other() {
    let files = sources("frontend/src/features");
    let modules: BTreeSet<&str> =
        files.iter().map(|(name, _)| module(name)).filter(|name| *name != "mod").collect();
    assert!(modules.len() > 10 && FRAME.iter().all(|name| modules.contains(name)));
    let mut unwanted = BTreeSet::new();
    for (name, text) in files.iter().filter(|(name, _)| name != "mod.rs") {
        let own = module(name);
        for other in imported(name, text).into_iter().filter(|other| modules.contains(other)) {
            let allowed =
                other == own || FRAME.contains(&other) || BORROWED.contains(&(own, other));
            if !allowed {
                unwanted.insert((own, other, name.as_str()));
            }
        }
    }
    assert!(unwanted.is_empty(), "{unwanted:?}");
}

/// `chair` for `chair/floor.rs` and for `chair.rs`.
fn module(file: &str) -> &str {
    file.split('/').next().unwrap_or(file).trim_end_matches(".rs")
}

/// What a file of `features` names of `features`: after `crate::features::`, or after as many
/// `super::` as lead there.
fn imported<'a>(file: &str, text: &'a str) -> BTreeSet<&'a str> {
    let depth = if file.contains('/') && !file.ends_with("mod.rs") { 2 } else { 1 };
    let up = "super::".repeat(depth);
    let mut found = BTreeSet::new();
    for (at, way) in text.match_indices("crate::features::").chain(text.match_indices(&up)) {
        let rest = &text[at + way.len()..];
        // Part of a longer way up, which leads elsewhere.
        if way == up && (text[..at].ends_with("super::") || rest.starts_with("super::")) {
            continue;
        }
        match rest.strip_prefix('{') {
            Some(list) => found.extend(heads(list)),
            None => found.extend(word(rest)),
        }
    }
    found
}

/// The first words of a list in braces: `a` and `b` of `{a, b::{c, d}}`.
fn heads(list: &str) -> Vec<&str> {
    let (mut depth, mut from, mut found) = (0, 0, Vec::new());
    for (at, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' if depth == 0 => {
                found.extend(word(list[from..at].trim_start()));
                from = at + 1;
            }
            '}' => {
                found.extend(word(list[from..at].trim_start()));
                break;
            }
            _ => {}
        }
    }
    found
}

fn word(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    Some(&text[..end]).filter(|word| !word.is_empty())
}

#[test]
fn imports_are_read_off_rightly() {
    let text = "use crate::features::{floor::{a, b}, keys, self};\nuse super::voting::Mark;\n\
        use super::super::gate;\nlet x = crate::features::papers::first();";
    let found: Vec<&str> = imported("chair.rs", text).into_iter().collect();
    assert_eq!(found, ["floor", "keys", "papers", "self", "voting"]);
    let found: Vec<&str> = imported("chair/floor.rs", text).into_iter().collect();
    assert_eq!(found, ["floor", "gate", "keys", "papers", "self"]);
}
