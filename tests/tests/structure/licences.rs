//! Licences, bans and sources of everything in `Cargo.lock`, by the lists of `deny.toml`: what
//! `cargo deny check licenses bans sources` reads, without building
//! cargo-deny, which costs more than all of these tests.

use crate::workspace::{metadata, top};
use serde::Deserialize;
use spdx::expression::ExprNode;
use spdx::{Expression, LicenseReq, Licensee, ParseMode};

#[derive(Deserialize)]
struct Deny {
    licenses: Licences,
    bans: Bans,
    sources: Sources,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Banned>,
}

#[derive(Deserialize)]
struct Banned {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Sources {
    unknown_registry: String,
    unknown_git: String,
}

fn deny() -> Deny {
    toml::from_str(&std::fs::read_to_string(top().join("deny.toml")).unwrap()).unwrap()
}

fn allowed() -> Vec<Licensee> {
    deny().licenses.allow.iter().map(|name| Licensee::parse(name).expect("a licence")).collect()
}

fn may_be_linked(expression: &str, allowed: &[Licensee]) -> bool {
    let Ok(parsed) = Expression::parse_mode(expression, ParseMode::LAX) else { return false };
    parsed.evaluate(|wanted: &LicenseReq| allowed.iter().any(|one| one.satisfies(wanted)))
}

#[test]
fn every_licence_is_on_the_list() {
    let allowed = allowed();
    let mut unwanted = Vec::new();
    for package in &metadata().packages {
        let expression = package.license.as_deref().unwrap_or("none");
        if !may_be_linked(expression, &allowed) {
            unwanted.push(format!("{} {}: {expression}", package.name, package.version));
        }
    }
    assert!(unwanted.is_empty(), "{unwanted:#?}");
}

#[test]
fn every_licence_on_the_list_is_needed() {
    let parsed: Vec<Expression> = metadata()
        .packages
        .iter()
        .filter_map(|package| {
            Expression::parse_mode(package.license.as_deref()?, ParseMode::LAX).ok()
        })
        .collect();
    for one in allowed() {
        let used = parsed.iter().flat_map(Expression::iter).any(|node| match node {
            ExprNode::Req(wanted) => one.satisfies(&wanted.req),
            ExprNode::Op(_) => false,
        });
        assert!(used, "{one:?} is on the list for nobody");
    }
}

#[test]
fn what_a_licence_asks_is_understood() {
    let allowed = allowed();
    for (expression, expected) in [
        ("MIT/Apache-2.0", true),
        ("MIT OR GPL-3.0-only", true),
        ("MIT AND GPL-3.0-only", false),
        ("AGPL-3.0-or-later", false),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("none", false),
    ] {
        assert_eq!(may_be_linked(expression, &allowed), expected, "{expression}");
    }
}

#[test]
fn nothing_banned_is_in_the_lock_file() {
    for banned in deny().bans.deny {
        let found = metadata().packages.iter().find(|package| package.name == banned.name);
        assert!(found.is_none(), "{}: {}", banned.name, banned.reason);
    }
}

#[test]
fn everything_comes_from_the_one_registry() {
    let sources = deny().sources;
    assert_eq!((sources.unknown_registry.as_str(), sources.unknown_git.as_str()), ("deny", "deny"));
    for package in &metadata().packages {
        let known = "registry+https://github.com/rust-lang/crates.io-index";
        let source = package.source.as_deref().unwrap_or(known);
        assert_eq!(source, known, "{} {}", package.name, package.version);
    }
}
