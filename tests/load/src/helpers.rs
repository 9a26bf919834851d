//! The helper processes as the conference sees them: told something together, and waited for
//! together.

use crate::orders::{Done, Order, Seen};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

type Trouble = String;

/// A helper process with its share of the delegates.
struct Helper {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Helper {
    fn start() -> Result<Self, Trouble> {
        let own = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut child = Command::new(own)
            .arg("delegates")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| error.to_string())?;
        let orders = child.stdin.take().ok_or("no way in")?;
        let answers = BufReader::new(child.stdout.take().ok_or("no way out")?);
        Ok(Self { child, orders, answers })
    }

    fn order(&mut self, order: &Order) -> Result<(), Trouble> {
        let line = serde_json::to_string(order).map_err(|error| error.to_string())?;
        writeln!(self.orders, "{line}").map_err(|error| error.to_string())
    }

    fn done(&mut self) -> Result<Done, Trouble> {
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(|error| error.to_string())?;
        serde_json::from_str(&line).map_err(|_| "a helper ended early".to_owned())
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
        let all = (0..count).map(|_| Helper::start()).collect::<Result<_, _>>()?;
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
            let done = helper.done()?;
            sum.times.extend(done.times);
            sum.last = sum.last.max(done.last);
            sum.refused += done.refused;
            sum.failures.extend(done.failures);
            let Seen { opened, closed, deliveries, bytes, gaps, doubled, cut, unavailable } =
                done.seen;
            sum.seen.opened.extend(opened);
            sum.seen.closed.extend(closed);
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

impl Drop for Helpers {
    fn drop(&mut self) {
        for helper in &mut self.all {
            // They end when their line is closed; nothing is lost by ending them.
            let _ = helper.child.kill();
            let _ = helper.child.wait();
        }
    }
}
