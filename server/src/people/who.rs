//! Who a row is: somebody of the organisation, somebody on the meeting's list already, somebody new
//! with a code of his own. Never here: what is wrong in a row.

use super::codes::Codes;
use crate::store::Account;
use icabinet_models::Meeting;
use icabinet_models::ids::{PersonId, Text};
use icabinet_models::meeting::Stage;
use icabinet_models::participants::{Courtesy, Part, Participant};
use icabinet_models::profile::RosterMode;
use icabinet_models::text::folded;
use std::collections::{BTreeSet, HashMap};

/// What a list is held against.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// Who is on the meeting's list.
    pub here: Vec<Participant>,
    /// Members and offices stay as they are; guests are added.
    pub convened: bool,
    /// People are counted by where they attend, which is their unit's place if nothing else is said;
    /// among thousands a name says little.
    pub by_venue: bool,
    /// Accounts of the organisation that the reader may know of.
    pub accounts: Vec<Account>,
    /// People with a password of their own, whom no code that is made may name.
    pub reserved: BTreeSet<String>,
    /// The units that may be named; empty takes any.
    pub units: Vec<String>,
}

impl Around {
    /// The meeting's side of it.
    pub fn of(meeting: &Meeting) -> Self {
        Self {
            here: meeting.people.values().cloned().collect(),
            convened: meeting.stage != Stage::Preparing,
            by_venue: meeting.profile.roll == RosterMode::Counted,
            ..Self::default()
        }
    }
}

/// Somebody as his row says.
pub(super) struct Said<'s> {
    pub(super) code: &'s str,
    pub(super) name: &'s str,
    /// The name as names are compared.
    pub(super) key: String,
    pub(super) courtesy: Option<Courtesy>,
    pub(super) position: &'s str,
    pub(super) unit: &'s str,
    pub(super) venue: &'s str,
    pub(super) seat: &'s str,
    /// `None` for who takes no part.
    pub(super) part: Option<Part>,
}

/// A row's person.
pub(super) struct Found<'a> {
    pub(super) participant: Participant,
    pub(super) account: Option<&'a Account>,
    pub(super) is_here: bool,
}

/// Everybody who is known, to find by code and by name; and who came of the list so far.
pub(super) struct Known<'a> {
    around: &'a Around,
    here: HashMap<&'a str, &'a Participant>,
    here_by_name: HashMap<String, Vec<&'a Participant>>,
    /// By code without case: accounts are kept in small letters.
    accounts: HashMap<String, &'a Account>,
    accounts_by_name: HashMap<String, Vec<&'a Account>>,
    /// Codes that the list itself gives, wherever.
    given: BTreeSet<String>,
    made: Codes,
    taken: BTreeSet<String>,
}

impl<'a> Known<'a> {
    pub(super) fn new(around: &'a Around, given: BTreeSet<String>) -> Self {
        let mut here_by_name: HashMap<String, Vec<&Participant>> = HashMap::new();
        for row in &around.here {
            here_by_name.entry(folded(&row.name)).or_default().push(row);
        }
        let mut accounts_by_name: HashMap<String, Vec<&Account>> = HashMap::new();
        for account in around.accounts.iter().filter(|_| !around.by_venue) {
            accounts_by_name.entry(folded(&account.name)).or_default().push(account);
        }
        let by_code = |account: &'a Account| (account.person.as_str().to_lowercase(), account);
        Self {
            around,
            here: around.here.iter().map(|row| (row.person.as_str(), row)).collect(),
            here_by_name,
            accounts: around.accounts.iter().map(by_code).collect(),
            accounts_by_name,
            given,
            made: Codes::default(),
            taken: BTreeSet::new(),
        }
    }

    /// Who it is.
    pub(super) fn find(&mut self, said: &Said) -> Found<'a> {
        let account = self.account(said);
        let here = self.here(said, account);
        let participant = match here {
            Some(here) => here.clone(),
            None => self.participant(said, account),
        };
        Found { participant, account, is_here: here.is_some() }
    }

    /// Takes somebody for a row; `false` if he was taken for an earlier one.
    pub(super) fn take(&mut self, person: &PersonId) -> bool {
        self.taken.insert(person.as_str().to_owned())
    }

    /// The account of this code or, without one, of this name. Two accounts of one name can't be told
    /// apart by a list: the row stands for itself then.
    fn account(&self, said: &Said) -> Option<&'a Account> {
        if let Some(account) = self.accounts.get(&said.code.to_lowercase()).copied() {
            return Some(account);
        }
        match self.accounts_by_name.get(&said.key).map(Vec::as_slice) {
            Some([account]) if !self.taken.contains(account.person.as_str()) => Some(*account),
            Some(_) | None => None,
        }
    }

    /// The row of the meeting's list that this person has already.
    fn here(&self, said: &Said, account: Option<&Account>) -> Option<&'a Participant> {
        let code = account.map_or(said.code, |account| account.person.as_str());
        if let Some(row) = self.here.get(code).copied() {
            return Some(row);
        }
        let namesakes = self.here_by_name.get(&said.key)?.iter().copied();
        let mut free = namesakes.filter(|row| !self.taken.contains(row.person.as_str()));
        if !self.around.by_venue {
            return free.next();
        }
        // Among thousands a name is one person's only with the same post in the same place.
        let venue = |row: &Participant| folded(row.venue.as_deref().unwrap_or_default());
        free.find(|row| {
            said.code.is_empty()
                && venue(row) == folded(said.venue)
                && folded(&row.position.vi) == folded(said.position)
        })
    }

    fn participant(&mut self, said: &Said, account: Option<&Account>) -> Participant {
        let (standing, office) = said.part.unwrap_or(Part::Guest).place();
        let person = match account {
            Some(account) => account.person.clone(),
            None if said.code.is_empty() => self.code(said.name),
            None => PersonId::from(said.code),
        };
        let either = |own: Option<&Text>, listed: &str| match own {
            Some(own) if !own.is_blank() => own.clone(),
            Some(_) | None => Text::vi(listed),
        };
        let written = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Participant {
            person,
            name: account.map_or(said.name, |account| account.name.as_str()).to_owned(),
            courtesy: account.and_then(|account| account.courtesy).or(said.courtesy),
            position: either(account.map(|account| &account.position), said.position),
            unit: either(account.map(|account| &account.unit), said.unit),
            standing,
            office,
            seat: written(said.seat),
            venue: written(said.venue),
        }
    }

    fn code(&mut self, name: &str) -> PersonId {
        let taken = |code: &str| {
            self.here.contains_key(code)
                || self.given.contains(code)
                || self.taken.contains(code)
                || self.around.reserved.contains(code)
        };
        PersonId::from(self.made.make(name, taken))
    }
}
