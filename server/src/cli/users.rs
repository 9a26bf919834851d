//! Accounts of people on the command line. Never here: what ends with an account (`store/endings`).

use super::Failure;
use crate::auth::{NotTaken, Passwords, judge_password};
use crate::config::{Config, Database, Flags};
use crate::store::{Account, Because, Ended, NewAccount, Store};
use clap::Subcommand;
use icabinet_models::ids::{PersonId, Text};
use icabinet_models::participants::Courtesy;
use std::io::{IsTerminal as _, Write as _};

#[derive(Subcommand)]
pub(super) enum User {
    /// Create an account, or change it; the password is asked for, or read from standard input
    Add {
        #[command(flatten)]
        flags: Flags,
        /// What the person types to sign in
        login: String,
        /// Full name
        #[arg(long)]
        name: String,
        /// How the record addresses the person: mr (ong) or ms (ba); without it, by name alone
        #[arg(long, value_parser = courtesy)]
        courtesy: Option<Courtesy>,
        /// Position, for the record and for certificates
        #[arg(long, default_value = "")]
        position: String,
        /// Unit the person belongs to
        #[arg(long, default_value = "")]
        unit: String,
        /// May create meetings and confirm keys
        #[arg(long)]
        organiser: bool,
        /// May administer the system
        #[arg(long)]
        administrator: bool,
    },
    /// Give somebody another password, and end everything that the old one began
    Password {
        #[command(flatten)]
        flags: Flags,
        /// What the person types to sign in
        login: String,
    },
    /// Close an account: it signs in no more, and everything that it began ends, its keys too
    Close {
        #[command(flatten)]
        flags: Flags,
        /// What the person types to sign in
        login: String,
    },
    /// Open a closed account again; what ended stays ended
    Open {
        #[command(flatten)]
        flags: Flags,
        /// What the person types to sign in
        login: String,
    },
    /// All accounts
    List(Flags),
}

fn courtesy(written: &str) -> Result<Courtesy, String> {
    match written.to_lowercase().as_str() {
        "mr" | "ong" | "ông" => Ok(Courtesy::Mr),
        "ms" | "ba" | "bà" => Ok(Courtesy::Ms),
        _ => Err("mr (ong) or ms (ba)".to_owned()),
    }
}

pub(super) async fn run(command: User) -> Result<(), Failure> {
    match command {
        User::Add { flags, login, name, courtesy, position, unit, organiser, administrator } => {
            let person = PersonId::from(login.to_lowercase());
            if !person.is_well_formed() {
                return Err(
                    "a login is 1 to 64 characters of a-z, 0-9, dot, dash, underscore".into()
                );
            }
            let account = Account {
                login: login.to_lowercase(),
                person,
                name,
                courtesy,
                position: Text::vi(position),
                unit: Text::vi(unit),
                organiser,
                administrator,
            };
            add(&Config::load(&flags)?, account).await
        }
        User::Password { flags, login } => change(&Config::load(&flags)?, &login).await,
        User::Close { flags, login } => {
            let store = open(&Config::load(&flags)?).await?;
            let account = known(&store, &login).await?;
            let now = crate::clock::now();
            let ended = store.end_everything(&account.person, Because::Closed, now).await?;
            store.close().await;
            say(&ended.ok_or("the account is closed already")?);
            Ok(())
        }
        User::Open { flags, login } => {
            let store = open(&Config::load(&flags)?).await?;
            let account = known(&store, &login).await?;
            let opened = store.open_again(&account.person).await?;
            store.close().await;
            if opened { Ok(()) } else { Err("the account is not closed".into()) }
        }
        User::List(flags) => list(&Config::load(&flags)?).await,
    }
}

async fn add(config: &Config, account: Account) -> Result<(), Failure> {
    let password = judged(password()?, &account)?;
    let store = open(config).await?;
    let hash = Passwords::new(1).hash(password).await.ok_or("the password is too long")?;
    let (now, person, login) = (crate::clock::now(), account.person.clone(), account.login.clone());
    let existed = store.account(&person).await?.is_some();
    store.put_account(&NewAccount { account, password: hash.clone() }, now).await?;
    println!("{login}");
    if existed
        && let Some(ended) = store.end_everything(&person, Because::Password(&hash), now).await?
    {
        say(&ended);
    }
    store.close().await;
    Ok(())
}

async fn change(config: &Config, login: &str) -> Result<(), Failure> {
    let store = open(config).await?;
    let account = known(&store, login).await?;
    let password = judged(password()?, &account)?;
    let hash = Passwords::new(1).hash(password).await.ok_or("the password is too long")?;
    let now = crate::clock::now();
    let ended = store.end_everything(&account.person, Because::Password(&hash), now).await?;
    store.close().await;
    say(&ended.unwrap_or_default());
    Ok(())
}

async fn list(config: &Config) -> Result<(), Failure> {
    let store = open(config).await?;
    let closed = store.closed_accounts().await?;
    for account in store.accounts().await? {
        let mut words = Vec::new();
        if account.organiser {
            words.push("organiser");
        }
        if account.administrator {
            words.push("administrator");
        }
        if closed.contains(&account.person) {
            words.push("closed");
        }
        println!("{:<20} {:<32} {}", account.login, account.name, words.join(", "));
    }
    store.close().await;
    Ok(())
}

async fn known(store: &Store, login: &str) -> Result<Account, Failure> {
    let login = login.to_lowercase();
    let found = store.accounts().await?.into_iter().find(|account| account.login == login);
    Ok(found.ok_or_else(|| format!("there is no account {login}; see 'icabinet user list'"))?)
}

fn judged(password: String, account: &Account) -> Result<String, Failure> {
    let about = [account.login.as_str(), &account.name, &account.position.vi, &account.unit.vi];
    match judge_password(&password, &about) {
        Ok(()) => Ok(password),
        Err(NotTaken::TooShort) => Err("a password has at least 10 characters".into()),
        Err(NotTaken::TooLong) => Err("the password is too long".into()),
        Err(NotTaken::Weak) => {
            Err("this password is among the first that are guessed; take some words at random"
                .into())
        }
    }
}

/// What ended with an account or its password.
fn say(ended: &Ended) {
    let Ended { sessions, devices, invitations, screens, signings, keys } = ended;
    println!(
        "ended: {} sessions, {devices} devices, {invitations} invitations, {screens} screens, \
         {signings} documents that waited for a signature, {keys} keys",
        sessions.len()
    );
}

async fn open(config: &Config) -> Result<Store, Failure> {
    Ok(match &config.database {
        Database::Embedded => {
            std::fs::create_dir_all(&config.data)?;
            Store::open_sqlite(&config.data.join("icabinet.sqlite")).await?
        }
        Database::Postgres(url) => Store::open_postgres(url, 2).await?,
    })
}

/// The first line of standard input; at a terminal it says what it waits for.
fn password() -> Result<String, Failure> {
    if std::io::stdin().is_terminal() {
        eprint!("Password (it is shown as you type): ");
        std::io::stderr().flush()?;
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
