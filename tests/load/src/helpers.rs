//! The helper processes as the conference sees them: told something together, and waited for
//! together.

use crate::ipc::{Done, Order, Seen};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

type Trouble = String;

/// A helper process with its share of the delegates, or of a peer's clients.
pub(crate) struct Helper {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Helper {
    /// Starts one, by the word that it is called by.
    pub(crate) fn start(word: &str) -> Result<Self, Trouble> {
        let own = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut child = Command::new(own)
            .arg(word)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let orders = child.stdin.take().ok_or("no way in")?;
        let answers = BufReader::new(child.stdout.take().ok_or("no way out")?);
        Ok(Self { child, orders, answers })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Tells it something, a JSON object a line.
    pub(crate) fn order(&mut self, order: &impl Serialize) -> Result<(), Trouble> {
        let line = serde_json::to_string(order).map_err(|error| error.to_string())?;
        writeln!(self.orders, "{line}").map_err(|error| error.to_string())
    }

    /// Waits for its next answer.
    pub(crate) fn done<T: DeserializeOwned>(&mut self) -> Result<T, Trouble> {
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(|error| error.to_string())?;
        serde_json::from_str(&line).map_err(|_| "a helper ended early".to_owned())
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        // It ends when its line is closed; nothing is lost by ending it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// All helper processes of a conference, and where they write their histories.
pub(crate) struct Helpers {
    all: Vec<Helper>,
    histories: tempfile::TempDir,
}

impl Helpers {
    /// Starts so many.
    pub(crate) fn start(count: usize) -> Result<Self, Trouble> {
        let all = (0..count).map(|_| Helper::start("delegates")).collect::<Result<_, _>>()?;
        let histories = tempfile::tempdir().map_err(|error| error.to_string())?;
        Ok(Self { all, histories })
    }

    /// The file that a helper writes its delegates' histories to.
    pub(crate) fn history(&self, index: usize) -> PathBuf {
        self.histories.path().join(index.to_string())
    }

    /// Gives each an order of its own and waits for all.
    pub(crate) fn each(&mut self, order: impl Fn(usize, PathBuf) -> Order) -> Result<(), Trouble> {
        for index in 0..self.all.len() {
            let order = order(index, self.history(index));
            self.all[index].order(&order)?;
        }
        self.gather().map(|_| ())
    }

    /// Gives all an order.
    pub(crate) fn tell(&mut self, order: &Order) -> Result<(), Trouble> {
        self.all.iter_mut().try_for_each(|helper| helper.order(order))
    }

    /// Gives all an order and waits until all have carried it out.
    pub(crate) fn all(&mut self, order: &Order) -> Result<Done, Trouble> {
        self.tell(order)?;
        self.gather()
    }

    /// What was seen since the last report; histories are whole up to here.
    pub(crate) fn report(&mut self) -> Result<Seen, Trouble> {
        self.all(&Order::Report).map(|done| done.seen)
    }

    /// Waits until all have carried out what they were told.
    pub(crate) fn gather(&mut self) -> Result<Done, Trouble> {
        let mut sum = Done::default();
        for helper in &mut self.all {
            let done: Done = helper.done()?;
            sum.times.extend(done.times);
            sum.last = sum.last.max(done.last);
            sum.refused += done.refused;
            sum.failures.extend(done.failures);
            let Seen { opened, closed, deliveries, bytes, gaps, doubled, cut, away, unavailable } =
                done.seen;
            sum.seen.opened.extend(opened);
            sum.seen.closed.extend(closed);
            sum.seen.away.extend(away);
            sum.seen.deliveries += deliveries;
            sum.seen.bytes += bytes;
            sum.seen.gaps += gaps;
            sum.seen.doubled += doubled;
            sum.seen.cut += cut;
            sum.seen.unavailable += unavailable;
        }
        match sum.failures.first() {
            None => Ok(sum),
            Some(first) => Err(format!("{} failures, the first: {first}", sum.failures.len())),
        }
    }
}
