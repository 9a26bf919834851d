//! The demo's content, read from `server/demo/session.json` and the papers beside it.

use super::Simulated;
use crate::store::Account;
use icabinet_models::Command;
use icabinet_models::agenda::{ItemDraft, ItemKind, Level};
use icabinet_models::ids::{Digest, ItemId, MotionId, PersonId, Text, Time};
use icabinet_models::meeting::{AgendaCommand, MotionsCommand, Particulars, PreparationCommand};
use icabinet_models::motions::MotionDraft;
use icabinet_models::papers::PaperDraft;
use icabinet_models::participants::{Courtesy, Office, Participant, Standing};
use icabinet_models::profile::Profile;
use icabinet_models::rule::Choice;
use icabinet_models::votes::BallotKind;
use serde::Deserialize;
use std::collections::BTreeMap;

static SESSION: &str = include_str!("../../demo/session.json");
static PAPERS: [(&str, &str); 3] = [
    ("P1", include_str!("../../demo/papers/to-trinh-86.md")),
    ("P2", include_str!("../../demo/papers/bao-cao-214.md")),
    ("P3", include_str!("../../demo/papers/du-thao-quyet-dinh.md")),
];

#[derive(Deserialize)]
struct File {
    body: BodyRow,
    session: SessionRow,
    place: PlaceRow,
    units: Vec<UnitRow>,
    members: Vec<PersonRow>,
    guests: Vec<PersonRow>,
    papers: Vec<PaperRow>,
    opening: Opening,
    agenda: Vec<ItemRow>,
    motions: Vec<MotionRow>,
    votes: Vec<VoteRow>,
}

#[derive(Deserialize)]
struct BodyRow {
    name: Text,
}
#[derive(Deserialize)]
struct SessionRow {
    title: Text,
    planned_minutes: u32,
}
#[derive(Deserialize)]
struct PlaceRow {
    name: Text,
    room: RoomRow,
}
#[derive(Deserialize)]
struct RoomRow {
    name: Text,
}
#[derive(Deserialize)]
struct UnitRow {
    id: String,
    name: Text,
}
#[derive(Deserialize)]
struct PersonRow {
    id: String,
    name: String,
    role: String,
    unit: String,
    position: Text,
    seat: Option<String>,
    substitute_for: Option<String>,
}
#[derive(Deserialize)]
struct PaperRow {
    id: String,
    number: Option<String>,
    title: Text,
    level: Level,
}
#[derive(Deserialize)]
struct Opening {
    motions: Vec<String>,
}
#[derive(Deserialize)]
struct ItemRow {
    kind: String,
    title: Text,
    presenter: String,
    unit: String,
    minutes_planned: u32,
    papers: Vec<String>,
    motions: Vec<String>,
    urgency: Option<Urgency>,
}
#[derive(Deserialize)]
struct Urgency {
    proposer: String,
    reason: Text,
}
#[derive(Deserialize)]
struct MotionRow {
    id: String,
    text: Text,
}
#[derive(Deserialize)]
struct VoteRow {
    motion: String,
    kind: String,
    ballots: serde_json::Value,
    #[serde(default)]
    other_texts: BTreeMap<String, String>,
    amends: Option<String>,
}

/// How a simulated member votes on a motion.
pub(super) type Ballots = BTreeMap<MotionId, BTreeMap<PersonId, (Choice, String)>>;

/// A paper of the demo.
#[derive(Debug)]
pub(super) struct Paper {
    pub markdown: &'static str,
    item: Option<ItemId>,
    title: Text,
    number: String,
    level: Level,
    file_name: String,
}

impl Paper {
    pub(super) fn draft(&self, blob: Digest, bytes: u64) -> PaperDraft {
        PaperDraft {
            item: self.item,
            title: self.title.clone(),
            number: self.number.clone(),
            level: self.level,
            file_name: self.file_name.clone(),
            blob,
            bytes,
        }
    }
}

/// The content, ready to be played.
#[derive(Debug)]
pub(super) struct Content {
    pub accounts: Vec<Account>,
    pub secretary: PersonId,
    pub papers: Vec<Paper>,
    pub ballots: Ballots,
    particulars: Particulars,
    people: Vec<Participant>,
    items: Vec<ItemDraft>,
    motions: Vec<MotionDraft>,
}

impl Content {
    pub(super) fn load() -> Result<Self, serde_json::Error> {
        let file: File = serde_json::from_str(SESSION)?;
        let units: BTreeMap<&str, &Text> =
            file.units.iter().map(|unit| (unit.id.as_str(), &unit.name)).collect();
        let unit = |id: &str| units.get(id).map(|name| (*name).clone()).unwrap_or_default();
        let rows = || file.members.iter().chain(&file.guests);
        let people: Vec<Participant> =
            rows().map(|row| participant(row, unit(&row.unit))).collect();
        let accounts = rows().map(|row| account(row, unit(&row.unit))).collect();
        let (motions, numbers) = motions(&file);
        let items = file.agenda.iter().map(|row| item(row, unit(&row.unit))).collect();
        Ok(Self {
            accounts,
            secretary: PersonId::from("m04"),
            papers: papers(&file),
            ballots: ballots(&file, &numbers),
            particulars: Particulars {
                title: file.session.title,
                body: Text::both(
                    "Ủy ban nhân dân phường Hồ Sen",
                    "People's Committee of Ho Sen Ward",
                ),
                parent_body: Text::both("Thành phố Minh Giang", "Minh Giang City"),
                place: Text::both(
                    format!("{}, {}", file.place.room.name.vi, file.place.name.vi),
                    format!("{}, {}", file.place.room.name.en, file.place.name.en),
                ),
                locality: file.body.name.vi.split("phường ").nth(1).map_or_else(
                    || "Hồ Sen".to_owned(),
                    |rest| rest.split(',').next().unwrap_or(rest).to_owned(),
                ),
                scheduled: Time(0),
                minutes_planned: file.session.planned_minutes,
            },
            people,
            items,
            motions,
        })
    }

    /// The command that creates the meeting, to begin at the next quarter of an hour.
    pub(super) fn create(&self, now: Time) -> Command {
        const QUARTER: i64 = 15 * 60_000;
        let scheduled = Time((now.0 / QUARTER + 1) * QUARTER);
        Command::Preparation(PreparationCommand::CreateMeeting {
            particulars: Particulars { scheduled, ..self.particulars.clone() },
            profile: Profile::vn_peoples_committee(),
            people: self.people.clone(),
        })
    }

    /// Items and motions, in order.
    pub(super) fn preparation(&self) -> Vec<Command> {
        let items = self
            .items
            .iter()
            .map(|draft| Command::Agenda(AgendaCommand::AddItem { draft: draft.clone() }));
        let motions = self
            .motions
            .iter()
            .map(|draft| Command::Motions(MotionsCommand::AddMotion { draft: draft.clone() }));
        items.chain(motions).collect()
    }

    /// Members whom the server can play: everyone but the chair, the secretary and who is absent.
    pub(super) fn simulated(&self) -> Vec<Simulated> {
        const ABSENT: &str = "m06";
        let played = self.people.iter().filter(|p| {
            !matches!(p.office, Some(Office::Chair | Office::Secretary))
                && p.person.as_str() != ABSENT
        });
        played.zip(0..).map(|(p, turn)| Simulated { person: p.person.clone(), turn }).collect()
    }
}

fn person(id: &str) -> PersonId {
    PersonId::from(id.to_lowercase())
}

/// The invented people's names tell: "Thị" is a woman's middle name; one guest is English.
fn courtesy(name: &str) -> Courtesy {
    if name.contains(" Thị ") || name.starts_with("Clara ") { Courtesy::Ms } else { Courtesy::Mr }
}

fn participant(row: &PersonRow, unit: Text) -> Participant {
    let standing = match (row.role.as_str(), &row.substitute_for) {
        ("substitute", Some(principal)) => Standing::Substitute { principal: person(principal) },
        ("guest" | "substitute", _) => Standing::Guest,
        _ => Standing::Member { weight: 1 },
    };
    let office = match row.role.as_str() {
        "chair" => Some(Office::Chair),
        "vice_chair" => Some(Office::ViceChair),
        "secretary" => Some(Office::Secretary),
        _ => None,
    };
    Participant {
        person: person(&row.id),
        name: row.name.clone(),
        courtesy: Some(courtesy(&row.name)),
        position: row.position.clone(),
        unit,
        standing,
        office,
        seat: row.seat.clone(),
        venue: None,
    }
}

fn account(row: &PersonRow, unit: Text) -> Account {
    let given = row.name.split_whitespace().next_back().unwrap_or(&row.name);
    Account {
        person: person(&row.id),
        login: plain_letters(given),
        name: row.name.clone(),
        courtesy: Some(courtesy(&row.name)),
        position: row.position.clone(),
        unit,
        organiser: row.role == "secretary",
        administrator: row.role == "secretary",
    }
}

/// A given name as a login: lower case, without marks.
fn plain_letters(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    let lower = name.to_lowercase().replace('đ', "d");
    lower.nfd().filter(char::is_ascii_alphanumeric).collect()
}

fn item(row: &ItemRow, unit: Text) -> ItemDraft {
    let kind = match (&row.urgency, row.kind.as_str()) {
        (Some(urgency), _) => {
            ItemKind::Urgent { proposer: person(&urgency.proposer), reason: urgency.reason.clone() }
        }
        (None, "consent") => ItemKind::Consent,
        (None, _) => ItemKind::Regular,
    };
    ItemDraft {
        title: row.title.clone(),
        kind,
        presenter: Some(person(&row.presenter)),
        unit,
        minutes_planned: row.minutes_planned,
        level: Level::Internal,
    }
}

fn numbered(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

/// Motions in the order of the agenda, and the number each gets.
fn motions(file: &File) -> (Vec<MotionDraft>, BTreeMap<String, MotionId>) {
    let opening = file.opening.motions.iter().map(|id| (None, id));
    let of_items = file.agenda.iter().enumerate().flat_map(|(index, row)| {
        row.motions.iter().map(move |id| (Some(ItemId(numbered(index))), id))
    });
    // What amends a motion is entered after it, so that it can name it.
    let mut order: Vec<(Option<ItemId>, &String, Option<&str>)> = opening
        .chain(of_items)
        .map(|(item, id)| (item, id, vote_on(file, id).and_then(|vote| vote.amends.as_deref())))
        .collect();
    order.sort_by_key(|(item, _, amends)| (*item, amends.is_some()));
    let numbers: BTreeMap<String, MotionId> = order
        .iter()
        .enumerate()
        .map(|(index, (_, id, _))| ((*id).clone(), MotionId(numbered(index))))
        .collect();
    let drafts = order.iter().map(|(item, id, amends)| {
        let text = file.motions.iter().find(|row| row.id == **id).map(|row| row.text.clone());
        let secret = vote_on(file, id).is_some_and(|vote| vote.kind == "secret");
        MotionDraft {
            item: *item,
            text: text.unwrap_or_default(),
            ballot: if secret { BallotKind::Secret } else { BallotKind::Open },
            rule: None,
            amends: amends.and_then(|amended| numbers.get(amended).copied()),
        }
    });
    (drafts.collect(), numbers)
}

fn vote_on<'f>(file: &'f File, motion: &str) -> Option<&'f VoteRow> {
    file.votes.iter().find(|vote| vote.motion == motion)
}

fn papers(file: &File) -> Vec<Paper> {
    let texts: BTreeMap<&str, &'static str> = PAPERS.into_iter().collect();
    let found = file.papers.iter().filter_map(|row| {
        let item = file.agenda.iter().position(|item| item.papers.contains(&row.id));
        Some(Paper {
            markdown: texts.get(row.id.as_str()).copied()?,
            item: item.map(|index| ItemId(numbered(index))),
            title: row.title.clone(),
            number: row.number.clone().unwrap_or_default(),
            level: row.level,
            file_name: format!("{}.pdf", row.id),
        })
    });
    found.collect()
}

fn ballots(file: &File, numbers: &BTreeMap<String, MotionId>) -> Ballots {
    let mut all = Ballots::new();
    for vote in file.votes.iter().filter(|vote| vote.kind == "open") {
        let Some(motion) = numbers.get(&vote.motion) else { continue };
        let named: BTreeMap<String, Choice> =
            serde_json::from_value(vote.ballots.clone()).unwrap_or_default();
        let ballots = named.into_iter().map(|(id, choice)| {
            let opinion = vote.other_texts.get(&id).cloned().unwrap_or_default();
            (person(&id), (choice, opinion))
        });
        all.insert(*motion, ballots.collect());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::{Content, plain_letters};

    #[test]
    fn the_content_fits_and_everyone_has_a_login_of_his_own() {
        let content = Content::load().unwrap();
        let logins: std::collections::BTreeSet<_> =
            content.accounts.iter().map(|account| account.login.as_str()).collect();
        assert_eq!(logins.len(), content.accounts.len());
        assert_eq!((content.items.len(), content.motions.len(), content.papers.len()), (6, 9, 3));
        assert!(content.motions.iter().any(|motion| motion.amends.is_some()));
    }

    #[test]
    fn logins_are_plain_letters() {
        assert_eq!(plain_letters("Thạch"), "thach");
        assert_eq!(plain_letters("Đạc"), "dac");
    }
}
