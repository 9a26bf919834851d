//! What leaves the server while a vote runs says nothing of who chose what (law 10, R12, R21).
//!
//! Two laws. Two histories that differ in nothing but the choices look the same to everybody, but for
//! digests. And whoever knows everything but the salts of the ballots can't find a choice from those.

use super::generator::{Phase, begin, config, histories, step};
use crate::support::{Hall, START};
use icabinet_models::canonical;
use icabinet_models::ids::{Digest, MeetingId, PersonId, VoteId};
use icabinet_models::meeting::{VotesCommand, VotesEvent};
use icabinet_models::record::{RECORD_VERSION, Record, Salt, Withheld, chain};
use icabinet_models::rule::Choice;
use icabinet_models::visibility::{self, ViewerClass};
use icabinet_models::votes::VoteState;
use icabinet_models::{Actor, Command, Context, Entry, Event, Meeting};
use proptest::prelude::*;

/// Everybody for whom something is made.
const EVERYONE: [ViewerClass; 5] = [
    ViewerClass::Staff,
    ViewerClass::Member,
    ViewerClass::Guest,
    ViewerClass::Projector,
    ViewerClass::Reader,
];

/// The same ballot for another choice; everything else as it is.
fn turned(command: &Command, by: u8) -> Command {
    let mut command = command.clone();
    if let Command::Votes(VotesCommand::CastBallot { choice, opinion, .. }) = &mut command {
        let all = [Choice::Yes, Choice::No, Choice::Abstain, Choice::Other];
        let at = all.iter().position(|one| one == choice).unwrap_or(0);
        *choice = all[(at + usize::from(by)) % all.len()];
        *opinion =
            if *choice == Choice::Other { "Ý kiến khác.".to_owned() } else { String::new() };
    }
    command
}

/// What a class is shown of an entry, holds afterwards, is told in counts; and what each person may know
/// beside.
fn seen_by(hall: &Hall, before: &Meeting, from: usize, class: ViewerClass) -> Vec<String> {
    let mut state = before.clone();
    let mut all = Vec::new();
    for entry in &hall.log[from..] {
        let shown = visibility::redact_event(&state, entry, class);
        all.push(serde_json::to_string(&shown).expect("an entry"));
        state.apply(entry);
    }
    all.push(
        serde_json::to_string(&visibility::redact_state(&hall.meeting, class)).expect("a view"),
    );
    all.push(format!("{:?}", visibility::turnout(&hall.meeting, class)));
    for person in hall.meeting.people.keys() {
        all.push(
            serde_json::to_string(&visibility::personal_rows(&hall.meeting, person))
                .expect("own rows"),
        );
    }
    all
}

/// The lines of an exported record; digests of what is withheld are left out.
fn exported(hall: &Hall) -> Vec<String> {
    let line =
        |entry: &Entry| match visibility::is_withheld_from_record(&hall.meeting, &entry.event) {
            true => format!("{} withheld", entry.position),
            false => serde_json::to_string(entry).expect("an entry"),
        };
    hall.log.iter().map(line).collect()
}

/// Whether every ballot that was cast is one that nobody may know: of an open or a voided vote.
fn all_are_hidden(m: &Meeting) -> bool {
    !m.votes.values().any(|vote| matches!(vote.state, VoteState::Closed { .. }))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn who_chose_what_changes_nothing_that_leaves(history in histories(60), by in 1u8..4) {
        let history = super::generator::History { phase: Phase::Voting, ..history };
        let (mut one, mut other) = (begin(&history), begin(&history));
        let mut ballots = 0;
        for raw in &history.steps {
            let (actor, command) = step(&one, *raw);
            if matches!(command, Command::Votes(VotesCommand::CloseVote { .. })) {
                continue;
            }
            let twin = turned(&command, by);
            // The refusals that anybody would get now.
            for person in one.meeting.people.keys() {
                let context = Context { actor: Actor::Person(person.clone()), now: one.now };
                if !matches!(command, Command::Votes(VotesCommand::CastBallot { .. })) {
                    let told = one.meeting.decide(&context, &command).map(|decided| decided.effects);
                    let same = other.meeting.decide(&context, &command).map(|decided| decided.effects);
                    prop_assert_eq!(told, same, "{} {:?}", person, command);
                }
            }
            let (before, from) = (one.meeting.clone(), one.log.len());
            let (there, same_from) = (other.meeting.clone(), other.log.len());
            let Ok(decided) = one.run(actor.clone(), &command) else { continue };
            let turned = other.run(actor, &twin);
            prop_assert_eq!(
                turned.map(|decided| decided.events.len()), Ok(decided.events.len()), "{:?}", twin
            );
            ballots += usize::from(matches!(command, Command::Votes(VotesCommand::CastBallot { .. })));
            prop_assert!(all_are_hidden(&one.meeting));
            for class in EVERYONE {
                prop_assert_eq!(
                    seen_by(&one, &before, from, class),
                    seen_by(&other, &there, same_from, class),
                    "{:?} after {:?}", class, command
                );
            }
            if one.meeting.open_vote().is_none() {
                prop_assert_eq!(exported(&one), exported(&other));
            }
        }
        prop_assert!(ballots <= history.steps.len());
    }

    #[test]
    fn no_digest_gives_a_ballot_away(
        choices in prop::collection::vec(0u8..4, 3),
        salts in prop::collection::vec(any::<[u8; 16]>(), 40),
    ) {
        let written = Written::with(&choices, |at| Some(Salt::new(salts[at % salts.len()])));
        prop_assert_eq!(written.found_out(), Vec::<(PersonId, Choice)>::new());
    }
}

/// A log as the server writes it, with three ballots at its end.
struct Written {
    records: Vec<Record>,
    hashes: Vec<Digest>,
    vote: VoteId,
}

impl Written {
    fn with(choices: &[u8], salt: impl Fn(usize) -> Option<Salt>) -> Self {
        let v = if salt(0).is_some() { RECORD_VERSION } else { 2 };
        let mut hall =
            Hall::sitting(icabinet_models::profile::Profile::vn_peoples_committee(), 5, 5);
        let vote = hall.opens(1);
        for (number, choice) in choices.iter().enumerate() {
            let all = [Choice::Yes, Choice::No, Choice::Abstain, Choice::Other];
            hall.casts(&format!("m{}", number + 3), vote, all[usize::from(*choice)]);
        }
        let mut hash = Digest::ZERO;
        let (mut records, mut hashes) = (Vec::new(), Vec::new());
        for (at, entry) in hall.log.iter().enumerate() {
            let actor = match &entry.event {
                Event::Votes(VotesEvent::BallotCast { person, .. }) => {
                    Actor::Person(person.clone())
                }
                _ => Actor::System,
            };
            let (position, event) = (entry.position, entry.event.clone());
            let meeting = MeetingId::from("log");
            let record =
                Record { v, meeting, position, at: entry.at, actor, event, salt: salt(at) };
            hash = chain(&hash, v, &canonical::bytes(&record));
            records.push(record);
            hashes.push(hash);
        }
        Self { records, hashes, vote }
    }

    /// What leaves of a record that is not shown: its receipt, and later its digest and its hash.
    fn leaves(&self, at: usize) -> (String, Withheld, Digest) {
        let record = canonical::bytes(&self.records[at]);
        let withheld =
            Withheld { position: self.records[at].position, withheld: Digest::of(&record) };
        (self.hashes[at].short(2), withheld, self.hashes[at])
    }

    /// What somebody finds who knows everything but the ballots and their salts: all other records with
    /// theirs, every hash, when each ballot was cast and by whom; and who tries every choice, with every
    /// salt that they know.
    fn found_out(&self) -> Vec<(PersonId, Choice)> {
        let known: Vec<Option<Salt>> = self
            .records
            .iter()
            .filter(|record| !matches!(record.event, Event::Votes(VotesEvent::BallotCast { .. })))
            .map(|record| record.salt)
            .chain([None, Some(Salt::new([0; 16]))])
            .collect();
        let mut found = Vec::new();
        for (at, record) in self.records.iter().enumerate() {
            let Event::Votes(VotesEvent::BallotCast { person, .. }) = &record.event else {
                continue;
            };
            let (code, withheld, hash) = self.leaves(at);
            for choice in [Choice::Yes, Choice::No, Choice::Abstain, Choice::Other] {
                let opinion = if choice == Choice::Other { "Ý kiến của tôi." } else { "" };
                let (vote, person, opinion) = (self.vote, person.clone(), opinion.to_owned());
                let event = Event::Votes(VotesEvent::BallotCast {
                    vote,
                    person: person.clone(),
                    choice,
                    opinion,
                });
                let fits = |salt: &Option<Salt>| {
                    let guess = Record { event: event.clone(), salt: *salt, ..record.clone() };
                    let bytes = canonical::bytes(&guess);
                    let previous = at.checked_sub(1).map_or(Digest::ZERO, |at| self.hashes[at]);
                    let chained = chain(&previous, guess.v, &bytes);
                    Digest::of(&bytes) == withheld.withheld
                        || chained == hash
                        || chained.short(2) == code
                };
                if known.iter().any(fits) {
                    found.push((person, choice));
                }
            }
        }
        found
    }
}

/// The same hand on records of the version before finds every ballot: it would notice.
#[test]
fn without_salts_every_ballot_is_found_out() {
    let written = Written::with(&[1, 0, 3], |_| None);
    let expected: Vec<(PersonId, Choice)> =
        [("m3", Choice::No), ("m4", Choice::Yes), ("m5", Choice::Other)]
            .map(|(person, choice)| (PersonId::from(person), choice))
            .to_vec();
    assert_eq!(written.found_out(), expected);
    assert!(written.records.iter().all(|record| record.at >= START));
}

/// A salt that is the same for all, or that others may know, is none.
#[test]
fn a_salt_that_others_have_too_is_none() {
    let written = Written::with(&[2, 2, 0], |_| Some(Salt::new([7; 16])));
    assert_eq!(written.found_out().len(), 3);
}

#[test]
fn nothing_that_leaves_holds_a_salt() {
    let written = Written::with(&[0, 1, 2], |at| Some(Salt::new([at as u8 + 100; 16])));
    let mut state = Meeting::blank(MeetingId::from("log"));
    for record in &written.records {
        let salt = serde_json::to_string(&record.salt).expect("a salt");
        let (position, at, event) = (record.position, record.at, record.event.clone());
        let entry = Entry { position, at, event };
        for class in EVERYONE {
            let shown = serde_json::to_string(&visibility::redact_event(&state, &entry, class))
                .expect("an entry");
            assert!(!shown.contains(salt.trim_matches('"')), "{class:?} {shown}");
        }
        state.apply(&entry);
        assert!(record.is_salted_as_it_should());
    }
}
