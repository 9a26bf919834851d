//! What lists and public pages ask of the read model. Each question names the asker, and the columns say
//! who may know of a row. Never here: a question about a log.

use crate::published::{self, Published};
use crate::store::{Store, StoreError, on};
use icabinet_models::ids::{MeetingId, PersonId, Time};
use icabinet_models::wire::MeetingSummary;
use serde::Deserialize;

/// A place in a list of meetings, after which the next page begins: what comes first (0: something waits
/// there for the asker, 1: not over yet, 2: over), when it is planned, which it is. As text
/// `2.1795654800000.ID`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub rank: u8,
    pub scheduled: Time,
    pub meeting: MeetingId,
}

/// The rank of a meeting where nothing tells them apart.
const ALIKE: u8 = 2;

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.rank, self.scheduled.0, self.meeting)
    }
}

impl std::str::FromStr for Cursor {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().ok_or(());
        let rank = match part()? {
            "0" => 0,
            "1" => 1,
            "2" => 2,
            _ => return Err(()),
        };
        let scheduled = Time(part()?.parse().map_err(drop)?);
        let meeting = MeetingId::from(part()?);
        if !meeting.is_well_formed() {
            return Err(());
        }
        Ok(Self { rank, scheduled, meeting })
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    pub rows: Vec<T>,
    /// Where the next page begins; none after the last.
    pub next: Option<Cursor>,
}

/// What kind of work was left in a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfinished {
    /// Sound waits for a model.
    Model,
    /// A document could not be set.
    Document,
    /// The open vote closes by itself.
    Vote,
}

/// Meeting, rank, scheduled, particulars, stage, class, waits.
type Row = (String, i32, i64, String, String, String, String);

impl Store {
    /// The meetings that a person may know of: where something waits for them first, then those that are
    /// not over, each by their time, the latest first. `only` for whom an invitation shows one alone.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn meetings_of(
        &self,
        person: &PersonId,
        only: Option<&MeetingId>,
        after: Option<&Cursor>,
        most: usize,
    ) -> Result<Listed<MeetingSummary>, StoreError> {
        let rows: Vec<Row> = on!(self, pool => {
            sqlx::query_as(
                "SELECT meeting, rank, scheduled, particulars, stage, class, waits FROM (
                    SELECT m.meeting, m.scheduled, m.particulars, m.stage, p.class, p.waits,
                        CASE WHEN p.waits <> '[]' THEN 0 WHEN m.closed THEN 2 ELSE 1 END AS rank
                    FROM participations AS p JOIN meetings AS m ON m.meeting = p.meeting
                    WHERE p.person = $1 AND (m.convened OR p.class = 'staff')
                        AND ($2 IS NULL OR m.meeting = $2)) AS known
                 WHERE $3 IS NULL OR rank > $4 OR (rank = $4
                    AND (scheduled < $3 OR (scheduled = $3 AND meeting > $5)))
                 ORDER BY rank, scheduled DESC, meeting LIMIT $6",
            )
            .bind(person.as_str())
            .bind(only.map(MeetingId::as_str))
            .bind(after.map(|after| after.scheduled.0))
            .bind(after.map_or(0, |after| i32::from(after.rank)))
            .bind(after.map_or("", |after| after.meeting.as_str()))
            .bind(one_more(most))
            .fetch_all(pool)
            .await?
        });
        page(rows, most, |row| {
            let (meeting, rank, scheduled, particulars, stage, class, waits) = row;
            let id = MeetingId::from(meeting);
            let rank = u8::try_from(rank).unwrap_or(ALIKE);
            let cursor = Cursor { rank, scheduled: Time(scheduled), meeting: id.clone() };
            let summary = MeetingSummary {
                id,
                particulars: read(&particulars)?,
                stage: read(&stage)?,
                class: read(&format!("\"{class}\""))?,
                waits: read(&waits)?,
            };
            Ok((cursor, summary))
        })
    }

    /// Meetings of which something is public, the latest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn publications(
        &self,
        after: Option<&Cursor>,
        most: usize,
    ) -> Result<Listed<published::Line>, StoreError> {
        let rows: Vec<(String, i64, String)> = on!(self, pool => {
            sqlx::query_as(
                "SELECT meeting, scheduled, line FROM publications
                 WHERE $1 IS NULL OR scheduled < $1 OR (scheduled = $1 AND meeting > $2)
                 ORDER BY scheduled DESC, meeting LIMIT $3",
            )
            .bind(after.map(|after| after.scheduled.0))
            .bind(after.map_or("", |after| after.meeting.as_str()))
            .bind(one_more(most))
            .fetch_all(pool)
            .await?
        });
        page(rows, most, |(meeting, scheduled, line)| {
            let meeting = MeetingId::from(meeting);
            let cursor = Cursor { rank: ALIKE, scheduled: Time(scheduled), meeting };
            Ok((cursor, read(&line)?))
        })
    }

    /// What is public of a meeting; `None` also for one that isn't there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn published(
        &self,
        meeting: &MeetingId,
    ) -> Result<Option<Published>, StoreError> {
        let pages: Option<String> = on!(self, pool => {
            sqlx::query_scalar("SELECT pages FROM publications WHERE meeting = $1")
                .bind(meeting.as_str())
                .fetch_optional(pool)
                .await?
        });
        pages.map(|pages| read(&pages)).transpose()
    }

    /// Meetings in which some work was left.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn unfinished(&self, what: Unfinished) -> Result<Vec<MeetingId>, StoreError> {
        let sql = match what {
            Unfinished::Model => "SELECT meeting FROM meetings WHERE awaits_model",
            Unfinished::Document => "SELECT meeting FROM meetings WHERE unset_document",
            Unfinished::Vote => "SELECT meeting FROM meetings WHERE vote_closes IS NOT NULL",
        };
        let rows: Vec<String> = on!(self, pool => sqlx::query_scalar(sql).fetch_all(pool).await?);
        Ok(rows.into_iter().map(MeetingId::from).collect())
    }
}

/// One row beyond a page says that there is another.
fn one_more(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX).saturating_add(1)
}

fn page<R, T>(
    rows: Vec<R>,
    most: usize,
    mut read: impl FnMut(R) -> Result<(Cursor, T), StoreError>,
) -> Result<Listed<T>, StoreError> {
    let more = rows.len() > most;
    let mut page = Listed { rows: Vec::with_capacity(rows.len().min(most)), next: None };
    for row in rows.into_iter().take(most) {
        let (cursor, row) = read(row)?;
        page.rows.push(row);
        page.next = more.then_some(cursor);
    }
    Ok(page)
}

fn read<'t, T: Deserialize<'t>>(text: &'t str) -> Result<T, StoreError> {
    serde_json::from_str(text)
        .map_err(|error| StoreError::Unreadable(format!("a row of the read model: {error}")))
}
