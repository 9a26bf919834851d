//! Rows of the read model, written in the transaction that appends. Never here: what they say.

use super::VERSION;
use super::rows::{Changes, Line, Participation, Publication};
use super::touched::Touched;
use crate::store::log::{Batch, Logged, Tx, columns, within};
use crate::store::{Store, StoreError, json, on};
use icabinet_models::Meeting;
use icabinet_models::ids::{MeetingId, PersonId};

impl Batch {
    /// Writes rows in the place of those that are there.
    pub(in crate::store) async fn write(&mut self, changes: &Changes) -> Result<(), StoreError> {
        if let Some(line) = &changes.line {
            self.write_line(line).await?;
        }
        if changes.everybody {
            let meeting = self.meeting.clone();
            within!(self, tx => {
                sqlx::query("DELETE FROM participations WHERE meeting = $1")
                    .bind(meeting.as_str())
                    .execute(&mut **tx)
                    .await?;
            });
        }
        for person in &changes.gone {
            self.delete_participation(person).await?;
        }
        self.write_participations(&changes.participations).await?;
        match &changes.publication {
            Some(publication) => self.write_publication(publication.as_ref()).await,
            None => Ok(()),
        }
    }

    async fn write_line(&mut self, line: &Line) -> Result<(), StoreError> {
        let meeting = self.meeting.clone();
        within!(self, tx => {
            sqlx::query(
                "INSERT INTO meetings (meeting, scheduled, convened, closed, particulars, stage,
                    vote_closes, awaits_model, unset_document)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                 ON CONFLICT (meeting) DO UPDATE SET scheduled = excluded.scheduled,
                    convened = excluded.convened, closed = excluded.closed,
                    particulars = excluded.particulars, stage = excluded.stage,
                    vote_closes = excluded.vote_closes, awaits_model = excluded.awaits_model,
                    unset_document = excluded.unset_document",
            )
            .bind(meeting.as_str())
            .bind(line.scheduled.0)
            .bind(line.convened)
            .bind(line.closed)
            .bind(&line.particulars)
            .bind(&line.stage)
            .bind(line.vote_closes.map(|at| at.0))
            .bind(line.awaits_model)
            .bind(line.unset_document)
            .execute(&mut **tx)
            .await?;
        });
        Ok(())
    }

    async fn delete_participation(&mut self, person: &PersonId) -> Result<(), StoreError> {
        let meeting = self.meeting.clone();
        within!(self, tx => {
            sqlx::query("DELETE FROM participations WHERE meeting = $1 AND person = $2")
                .bind(meeting.as_str())
                .bind(person.as_str())
                .execute(&mut **tx)
                .await?;
        });
        Ok(())
    }

    async fn write_participations(&mut self, rows: &[Participation]) -> Result<(), StoreError> {
        if rows.is_empty() {
            return Ok(());
        }
        let meeting = self.meeting.as_str();
        let cells =
            rows.iter().map(|row| [row.person.as_str(), row.class.as_str(), row.waits.as_str()]);
        match &mut self.tx {
            Tx::Sqlite(tx, _) => {
                // `WHERE TRUE` tells the upsert's ON from a join's.
                sqlx::query(
                    "INSERT INTO participations (person, meeting, class, waits)
                     SELECT value ->> 0, $1, value ->> 1, value ->> 2 FROM json_each($2) WHERE TRUE
                     ON CONFLICT (person, meeting) DO UPDATE SET class = excluded.class,
                        waits = excluded.waits",
                )
                .bind(meeting)
                .bind(json(&cells.collect::<Vec<_>>())?)
                .execute(&mut **tx)
                .await?;
            }
            Tx::Postgres(tx) => {
                let [people, classes, waits] = columns(cells);
                sqlx::query(
                    "INSERT INTO participations (person, meeting, class, waits)
                     SELECT person, $1, class, waits
                     FROM UNNEST($2::text[], $3::text[], $4::text[]) AS new (person, class, waits)
                     ON CONFLICT (person, meeting) DO UPDATE SET class = excluded.class,
                        waits = excluded.waits",
                )
                .bind(meeting)
                .bind(people)
                .bind(classes)
                .bind(waits)
                .execute(&mut **tx)
                .await?;
            }
        }
        Ok(())
    }

    async fn write_publication(&mut self, found: Option<&Publication>) -> Result<(), StoreError> {
        let meeting = self.meeting.clone();
        within!(self, tx => {
            match found {
                Some(found) => {
                    sqlx::query(
                        "INSERT INTO publications (meeting, scheduled, line, pages)
                         VALUES ($1, $2, $3, $4)
                         ON CONFLICT (meeting) DO UPDATE SET scheduled = excluded.scheduled,
                            line = excluded.line, pages = excluded.pages",
                    )
                    .bind(meeting.as_str())
                    .bind(found.scheduled.0)
                    .bind(&found.line)
                    .bind(&found.pages)
                    .execute(&mut **tx)
                    .await?;
                }
                None => {
                    sqlx::query("DELETE FROM publications WHERE meeting = $1")
                        .bind(meeting.as_str())
                        .execute(&mut **tx)
                        .await?;
                }
            }
        });
        Ok(())
    }
}

impl Store {
    /// Makes the rows of a meeting anew from its log, which is held only while they are written. Of a
    /// store for the rooms, as [`Store::begin`].
    ///
    /// # Errors
    /// [`StoreError`]; the rows are as they were.
    pub async fn rebuild(&self, meeting: &MeetingId) -> Result<(), StoreError> {
        let state = folded(Meeting::blank(meeting.clone()), self.entries_after(meeting, 0).await?);
        let state = state.await?;
        let mut batch = self.begin(meeting, crate::clock::now()).await?;
        let missed = batch.missed(state.position).await?;
        let state = folded(state, missed).await?;
        batch.keep_up(&Touched::all().rows(&state)?).await
    }

    /// From now on every meeting's rows count as made by nobody.
    ///
    /// # Errors
    /// [`StoreError`]; nothing was changed.
    pub async fn forget_projections(&self) -> Result<(), StoreError> {
        on!(self, pool => sqlx::query("UPDATE heads SET projection = 0").execute(pool).await?.rows_affected());
        Ok(())
    }

    /// Meetings whose rows are older than their log, or were made by an older program; with the position
    /// that the log is at.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn behind(&self) -> Result<Vec<(MeetingId, u64)>, StoreError> {
        let rows: Vec<(String, i64)> = on!(self, pool => {
            sqlx::query_as(
                "SELECT meeting, position FROM heads WHERE projected <> position
                 UNION SELECT meeting, position FROM heads WHERE projection < $1 AND position > 0",
            )
            .bind(VERSION)
            .fetch_all(pool)
            .await?
        });
        let rows = rows.into_iter();
        Ok(rows.map(|(meeting, at)| (MeetingId::from(meeting), at.cast_unsigned())).collect())
    }
}

/// A state with more of its log. A long one takes a while, and others wait for this thread.
async fn folded(mut state: Meeting, entries: Vec<Logged>) -> Result<Meeting, StoreError> {
    let folded = tokio::task::spawn_blocking(move || {
        entries.iter().for_each(|logged| state.apply(&logged.entry));
        state
    });
    folded.await.map_err(|error| StoreError::Unreadable(error.to_string()))
}
