//! Accounts. Never here: what an account began (`sessions`, `screens`), and its end (`endings`).

use super::{Store, StoreError, on};
use icabinet_models::ids::{PersonId, Text, Time};
use icabinet_models::participants::Courtesy;

/// An account as the server knows it; its password's hash stays in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub person: PersonId,
    pub login: String,
    pub name: String,
    pub courtesy: Option<Courtesy>,
    pub position: Text,
    pub unit: Text,
    pub organiser: bool,
    pub administrator: bool,
}

/// An account to create; `password` is already an argon2id hash.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub account: Account,
    pub password: String,
}

type Row = (String, String, String, Option<String>, String, String, String, String, bool, bool);

const COLUMNS: &str = "person, login, name, courtesy, position_vi, position_en, unit_vi, unit_en, organiser, administrator";

fn account(row: Row) -> Account {
    let (person, login, name, courtesy, position_vi, position_en, unit_vi, unit_en, o, a) = row;
    Account {
        person: PersonId::from(person),
        login,
        name,
        courtesy: match courtesy.as_deref() {
            Some("mr") => Some(Courtesy::Mr),
            Some("ms") => Some(Courtesy::Ms),
            _ => None,
        },
        position: Text::both(position_vi, position_en),
        unit: Text::both(unit_vi, unit_en),
        organiser: o,
        administrator: a,
    }
}

impl Store {
    /// Creates an account, or replaces everything but its login and person.
    pub async fn put_account(&self, new: &NewAccount, now: Time) -> Result<(), StoreError> {
        let a = &new.account;
        let courtesy = a.courtesy.map(|courtesy| match courtesy {
            Courtesy::Mr => "mr",
            Courtesy::Ms => "ms",
        });
        on!(self, pool => {
            sqlx::query(
                "INSERT INTO accounts (person, login, password, name, courtesy, position_vi,
                    position_en, unit_vi, unit_en, organiser, administrator, created)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                 ON CONFLICT (person) DO UPDATE SET password = $3, name = $4, courtesy = $5,
                    position_vi = $6, position_en = $7, unit_vi = $8, unit_en = $9,
                    organiser = $10, administrator = $11",
            )
            .bind(a.person.as_str())
            .bind(&a.login)
            .bind(&new.password)
            .bind(&a.name)
            .bind(courtesy)
            .bind(&a.position.vi)
            .bind(&a.position.en)
            .bind(&a.unit.vi)
            .bind(&a.unit.en)
            .bind(a.organiser)
            .bind(a.administrator)
            .bind(now.0)
            .execute(pool)
            .await?;
        });
        Ok(())
    }

    /// The account of a person.
    pub async fn account(&self, person: &PersonId) -> Result<Option<Account>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM accounts WHERE person = $1"));
        let row: Option<Row> = on!(self, pool => {
            sqlx::query_as(sql).bind(person.as_str()).fetch_optional(pool).await?
        });
        Ok(row.map(account))
    }

    /// The account of a person, unless it is closed.
    ///
    /// # Errors
    /// [`StoreError`] if the database can't be read.
    pub async fn open_account(&self, person: &PersonId) -> Result<Option<Account>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM accounts WHERE person = $1 AND closed IS NULL"
        ));
        let row: Option<Row> = on!(self, pool => {
            sqlx::query_as(sql).bind(person.as_str()).fetch_optional(pool).await?
        });
        Ok(row.map(account))
    }

    /// Whose accounts are closed.
    ///
    /// # Errors
    /// [`StoreError`] if the database can't be read.
    pub async fn closed_accounts(&self) -> Result<Vec<PersonId>, StoreError> {
        let people: Vec<String> = on!(self, pool => {
            sqlx::query_scalar("SELECT person FROM accounts WHERE closed IS NOT NULL ORDER BY person")
                .fetch_all(pool)
                .await?
        });
        Ok(people.into_iter().map(PersonId::from).collect())
    }

    /// All accounts, by name.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM accounts ORDER BY person"));
        let rows: Vec<Row> = on!(self, pool => sqlx::query_as(sql).fetch_all(pool).await?);
        Ok(rows.into_iter().map(account).collect())
    }

    /// The accounts that sign in with a password: the organisation's own. Whom an invitation
    /// brought, by the thousands, is not among them.
    ///
    /// # Errors
    /// [`StoreError`] if the database can't be read.
    pub async fn accounts_of_the_organisation(&self) -> Result<Vec<Account>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM accounts WHERE password <> '' AND closed IS NULL ORDER BY person"
        ));
        let rows: Vec<Row> = on!(self, pool => sqlx::query_as(sql).fetch_all(pool).await?);
        Ok(rows.into_iter().map(account).collect())
    }

    /// Person and password hash of a login; `None` also for a closed account.
    pub async fn credentials(&self, login: &str) -> Result<Option<(PersonId, String)>, StoreError> {
        let row: Option<(String, String)> = on!(self, pool => {
            sqlx::query_as("SELECT person, password FROM accounts WHERE login = $1 AND closed IS NULL")
                .bind(login)
                .fetch_optional(pool)
                .await?
        });
        Ok(row.map(|(person, password)| (PersonId::from(person), password)))
    }
}
