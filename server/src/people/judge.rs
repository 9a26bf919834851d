//! People of rows: what each row says, and what is wrong in it. Never here: what columns are called,
//! who a row is (`who`).

use super::cells;
use super::who::{Around, Known, Said};
use super::{FaultCode, Meaning, whole};
use icabinet_engines::lists::{Cell, Kind, Row as Cells};
use icabinet_models::Meeting;
use icabinet_models::ids::PersonId;
use icabinet_models::lists::{Becomes, Fault, Preview, Row};
use icabinet_models::participants::{Office, Part, Standing};
use icabinet_models::text::folded;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A row without a cell at its end was cut off where hardly any row, one in so many, has nothing
/// there; else a spreadsheet left out blanks. Fewer rows than that say nothing.
const RARELY_BLANK: usize = 10;

/// What a row says, by meaning.
type Written = BTreeMap<Meaning, Cell>;

/// What the rows are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// A text with headings: cells are counted.
    Text,
    /// A workbook, or a text without headings.
    Sheet { from_1904: bool },
}

/// Judges the rows under the headings into the preview.
pub(super) fn rows(
    rows: &[Cells],
    meanings: &[Option<Meaning>],
    kind: Of,
    part: Part,
    around: &Around,
    preview: &mut Preview,
) {
    let mut judge = Judge::new(rows, meanings, kind, part, around);
    for row in rows {
        judge.row(row);
    }
    let Judge { passed, taken, errors, .. } = judge;
    let new = taken.iter().filter(|row| row.becomes == Becomes::New).count();
    preview.count = u32::try_from(new).unwrap_or(u32::MAX);
    if taken.is_empty() && errors.is_empty() {
        preview.errors.push(whole(FaultCode::NoRows));
    }
    if let Some((first, count)) = passed {
        let fault = Fault { row: Some(first), notice: true, ..whole(FaultCode::NobodyInRow) };
        preview.errors.push(Fault { value: count.to_string(), ..fault });
    }
    preview.rows = taken;
    preview.errors.extend(errors);
}

/// What is being judged, and what earlier rows said.
struct Judge<'a> {
    meanings: &'a [Option<Meaning>],
    around: &'a Around,
    /// The part of who has none in the list.
    part: Part,
    /// For each column of a text, whether hardly any row leaves it blank.
    filled: Option<Vec<bool>>,
    from_1904: bool,
    /// The list writes a courtesy before its names.
    addressed: bool,
    units: BTreeSet<String>,
    known: Known<'a>,
    codes: BTreeMap<String, u32>,
    emails: BTreeMap<String, u32>,
    names: HashMap<String, u32>,
    chair: Option<u32>,
    taken: Vec<Row>,
    errors: Vec<Fault>,
    /// The first row that says nothing of anybody, and how many there are.
    passed: Option<(u32, usize)>,
}

impl<'a> Judge<'a> {
    fn new(
        rows: &[Cells],
        meanings: &'a [Option<Meaning>],
        kind: Of,
        part: Part,
        around: &'a Around,
    ) -> Self {
        let texts = |wanted: Meaning| -> Vec<String> {
            let at = meanings.iter().position(|meaning| *meaning == Some(wanted));
            let cells = rows.iter().filter_map(|row| row.cells.get(at?));
            cells.map(|cell| cells::clean(&cell.text)).collect()
        };
        let names = texts(Meaning::Name);
        Self {
            meanings,
            around,
            part,
            filled: (kind == Of::Text).then(|| filled(rows, meanings.len())),
            from_1904: kind == Of::Sheet { from_1904: true },
            addressed: !meanings.contains(&Some(Meaning::Courtesy))
                && cells::usually_addressed(names.iter().map(String::as_str)),
            units: around.units.iter().map(|unit| folded(unit)).collect(),
            known: Known::new(around, texts(Meaning::Code).into_iter().collect()),
            codes: BTreeMap::new(),
            emails: BTreeMap::new(),
            names: HashMap::new(),
            chair: None,
            taken: Vec::new(),
            errors: Vec::new(),
            passed: None,
        }
    }

    fn row(&mut self, row: &Cells) {
        let written = self.written(row);
        if written.values().all(|cell| cell.text.is_empty() || cell.kind == Kind::Merged) {
            let (_, count) = self.passed.get_or_insert((row.number, 0));
            *count += 1;
            return;
        }
        let before = self.errors.len();
        let at = At { row: row.number, written: &written };
        if let Some(count) = self.miscounted(row) {
            self.fault(at, FaultCode::WrongColumnCount, None, &count.to_string());
        } else {
            self.check_kinds(at);
            self.check_cells(at);
            self.check_part(at);
        }
        if self.errors[before..].iter().all(|fault| fault.notice) {
            self.take(at);
        }
    }

    /// What the row says, each text as it is kept.
    fn written(&self, row: &Cells) -> Written {
        let cell = |(meaning, cell): (&Option<Meaning>, &Cell)| {
            Some(((*meaning)?, Cell { text: cells::clean(&cell.text), kind: cell.kind }))
        };
        let mut written: Written = self.meanings.iter().zip(&row.cells).filter_map(cell).collect();
        let number = written.get_mut(&Meaning::Since);
        let number = number.filter(|cell| matches!(cell.kind, Kind::Number | Kind::Unsure));
        if let Some(cell) = number
            && let Some(text) = cells::day_of_number(&cell.text, self.from_1904)
        {
            *cell = Cell { text, kind: Kind::Day };
        }
        // A name over two columns is one.
        let family = written.remove(&Meaning::FamilyName).filter(|cell| !cell.text.is_empty());
        if let Some(family) = family.filter(|cell| cell.kind != Kind::Merged) {
            let name = written.entry(Meaning::Name).or_default();
            name.text = cells::clean(&format!("{} {}", family.text, name.text));
        }
        // What is one person's own is not another's because cells are merged.
        for meaning in [Meaning::Name, Meaning::Code, Meaning::Email, Meaning::Seat] {
            if let Some(cell) = written.get_mut(&meaning).filter(|cell| cell.kind == Kind::Merged) {
                cell.text.clear();
            }
        }
        written
    }

    /// The number of a text's cells, where it is not that of the headings: something stands behind
    /// them, or something is missing that nearly all the others have.
    fn miscounted(&self, row: &Cells) -> Option<usize> {
        let filled = self.filled.as_ref()?;
        let beyond = row.cells.get(filled.len()..).unwrap_or_default();
        let more = beyond.iter().any(|cell| !cell.text.trim().is_empty());
        let cut = filled.iter().skip(row.cells.len()).any(|filled| *filled);
        (more || cut).then_some(row.cells.len())
    }

    fn fault(
        &mut self,
        at: At,
        code: FaultCode,
        meaning: Option<Meaning>,
        value: &str,
    ) -> &mut Fault {
        let column = meaning.and_then(|at| self.meanings.iter().position(|one| *one == Some(at)));
        let name = Some(at.text(Meaning::Name)).filter(|name| !name.is_empty());
        let fault = Fault {
            row: Some(at.row),
            cell: column.map(|column| format!("{}{}", letters(column), at.row)),
            value: value.to_owned(),
            about: name.unwrap_or(at.text(Meaning::Code)).to_owned(),
            ..whole(code)
        };
        let index = self.errors.len();
        self.errors.push(fault);
        &mut self.errors[index]
    }

    /// What stands in the cells is of the kind that belongs there.
    fn check_kinds(&mut self, at: At) {
        for (meaning, cell) in at.written {
            if let Some(code) = of_wrong_kind(*meaning, cell.kind) {
                self.fault(at, code, Some(*meaning), &cell.text);
            }
        }
    }

    fn check_cells(&mut self, at: At) {
        let code = at.text(Meaning::Code);
        if let Some(first) = remember(&mut self.codes, code, at.row) {
            self.fault(at, FaultCode::DuplicateCode, Some(Meaning::Code), code).first_row =
                Some(first);
        }
        let email = at.text(Meaning::Email);
        if let Some(first) = remember(&mut self.emails, email, at.row) {
            self.fault(at, FaultCode::DuplicateEmail, Some(Meaning::Email), email).first_row =
                Some(first);
        }
        if at.text(Meaning::Name).is_empty() {
            self.fault(at, FaultCode::MissingName, Some(Meaning::Name), "");
        }
        let units = std::mem::take(&mut self.units);
        type Check<'c> = (Meaning, FaultCode, &'c dyn Fn(&str) -> bool);
        let checks: [Check<'_>; 5] = [
            (Meaning::Code, FaultCode::BadCode, &|code| PersonId::from(code).is_well_formed()),
            (Meaning::Email, FaultCode::BadEmail, &cells::is_email),
            (Meaning::Unit, FaultCode::UnknownUnit, &|unit| {
                units.is_empty() || units.contains(&folded(unit))
            }),
            (Meaning::Since, FaultCode::BadDate, &|day| cells::day(day).is_some()),
            (Meaning::Courtesy, FaultCode::UnknownCourtesy, &|one| cells::courtesy(one).is_some()),
        ];
        for (meaning, code, is_good) in checks {
            let text = at.sound(meaning);
            if !text.is_empty() && !is_good(text) {
                // Somebody can be added without his courtesy.
                self.fault(at, code, Some(meaning), text).notice =
                    code == FaultCode::UnknownCourtesy;
            }
        }
        self.units = units;
    }

    fn check_part(&mut self, at: At) {
        let role = at.sound(Meaning::Role);
        let here = Some(Meaning::Role);
        let Some(part) = self.part_of(role) else {
            self.fault(at, FaultCode::UnknownRole, here, role);
            return;
        };
        if self.around.convened {
            let kept = |(standing, office)| {
                matches!(standing, Standing::Member { .. }) || Option::<Office>::is_some(&office)
            };
            if part.map(Part::place).is_some_and(kept) {
                self.fault(at, FaultCode::Convened, here, role);
            }
            return;
        }
        if part != Some(Part::Chair) {
            return;
        }
        let (name, code) = (folded(at.text(Meaning::Name)), at.text(Meaning::Code));
        let chair = self.around.here.iter().find(|row| row.office == Some(Office::Chair));
        let is_other =
            chair.is_some_and(|chair| folded(&chair.name) != name && chair.person.as_str() != code);
        if self.chair.is_some() || is_other {
            let first = self.chair;
            self.fault(at, FaultCode::SecondChair, here, role).first_row = first;
        } else {
            self.chair = Some(at.row);
        }
    }

    fn part_of(&self, role: &str) -> Option<Option<Part>> {
        if role.is_empty() { Some(Some(self.part)) } else { cells::part(role) }
    }

    /// Makes a person of a row without errors.
    fn take(&mut self, at: At) {
        let (before, name) = cells::addressed(at.text(Meaning::Name), self.addressed);
        let (unit, venue) = (at.text(Meaning::Unit), at.text(Meaning::Venue));
        let by_unit = self.around.by_venue && venue.is_empty();
        let said = Said {
            code: at.text(Meaning::Code),
            name,
            key: folded(name),
            courtesy: cells::courtesy(at.text(Meaning::Courtesy)).flatten().or(before),
            position: at.text(Meaning::Position),
            unit,
            venue: if by_unit { unit } else { venue },
            seat: at.text(Meaning::Seat),
            part: self.part_of(at.sound(Meaning::Role)).unwrap_or(Some(self.part)),
        };
        let found = self.known.find(&said);
        let first = self.names.get(&said.key).copied();
        if !found.is_here && Meeting::takes(&found.participant).is_err() {
            self.fault(at, FaultCode::NotTaken, Some(Meaning::Name), name);
            return;
        }
        if !self.known.take(&found.participant.person) {
            self.fault(at, FaultCode::SameName, Some(Meaning::Name), name).first_row = first;
            return;
        }
        let told_apart = self.around.by_venue && !said.code.is_empty();
        if first.is_some() && !told_apart {
            let fault = self.fault(at, FaultCode::SameName, Some(Meaning::Name), name);
            (fault.first_row, fault.notice) = (first, true);
        }
        if let Some(account) = found.account.filter(|one| folded(&one.name) != said.key) {
            let fault = self.fault(at, FaultCode::OtherName, Some(Meaning::Code), &account.name);
            fault.notice = true;
        }
        self.names.entry(said.key).or_insert(at.row);
        self.taken.push(Row {
            row: at.row,
            becomes: match (said.part, found.is_here) {
                (None, _) => Becomes::Apart,
                (_, true) => Becomes::Here,
                (_, false) => Becomes::New,
            },
            account: found.account.is_some(),
            participant: found.participant,
            email: at.text(Meaning::Email).to_owned(),
            since: cells::day(at.text(Meaning::Since)).unwrap_or_default(),
        });
    }
}

/// A row that is being judged.
#[derive(Clone, Copy)]
struct At<'w> {
    row: u32,
    written: &'w Written,
}

impl<'w> At<'w> {
    fn text(self, meaning: Meaning) -> &'w str {
        self.written.get(&meaning).map_or("", |cell| cell.text.as_str())
    }

    /// The text, unless it was found fault with for its kind.
    fn sound(self, meaning: Meaning) -> &'w str {
        let cell = self.written.get(&meaning);
        let sound = cell.filter(|cell| of_wrong_kind(meaning, cell.kind).is_none());
        sound.map_or("", |cell| cell.text.as_str())
    }
}

/// What is wrong with a cell that holds this kind of thing.
fn of_wrong_kind(meaning: Meaning, kind: Kind) -> Option<FaultCode> {
    match (meaning, kind) {
        (_, Kind::Text | Kind::Merged) => None,
        (_, Kind::Error) => Some(FaultCode::FormulaError),
        (Meaning::Since, Kind::Day) | (Meaning::Code, Kind::Number) => None,
        (Meaning::Since, _) => Some(FaultCode::BadDate),
        (Meaning::Code, Kind::Unsure) => Some(FaultCode::NumberAsCode),
        (Meaning::Code | Meaning::Name | Meaning::FamilyName, _) => Some(FaultCode::NotAText),
        (_, Kind::Day | Kind::Truth) => Some(FaultCode::NotAText),
        (_, Kind::Number | Kind::Unsure) => None,
    }
}

/// For each column, whether all but a few rows have something in it.
fn filled(rows: &[Cells], width: usize) -> Vec<bool> {
    let has = |row: &&Cells, column: usize| {
        row.cells.get(column).is_some_and(|cell| !cell.text.trim().is_empty())
    };
    let blank = |column: usize| rows.iter().filter(|row| !has(row, column)).count();
    (0..width).map(|column| blank(column) * RARELY_BLANK <= rows.len()).collect()
}

/// The row where `value` stood before, case aside; otherwise it is remembered for this one.
fn remember(known: &mut BTreeMap<String, u32>, value: &str, row: u32) -> Option<u32> {
    if value.is_empty() {
        return None;
    }
    let before = known.get(&value.to_lowercase()).copied();
    if before.is_none() {
        known.insert(value.to_lowercase(), row);
    }
    before
}

/// A column as spreadsheets name it.
fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        left -= 1;
        // Below 26: one letter.
        letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or_default()));
        left /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::letters;

    #[test]
    fn columns_are_named_as_spreadsheets_do() {
        for (column, name) in
            [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (702, "AAA")]
        {
            assert_eq!(letters(column), name);
        }
    }
}
