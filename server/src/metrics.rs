//! What an operator watches, in the text format of OpenMetrics (Prometheus reads it). Numbers only:
//! never a name, a title, a ballot. Served on an address of its own (`--metrics`), not to tablets.

use icabinet_models::visibility::ViewerClass;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ClassLabel {
    class: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabel {
    outcome: Outcome,
}

/// How a command was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Outcome {
    Accepted,
    Refused,
    /// Nothing was decided: the batch was not committed.
    Unavailable,
}

/// What is counted of one class's connections.
#[derive(Clone, Debug)]
pub struct Lane {
    pub connections: Gauge,
    pub frames: Counter,
    /// From publishing to the kernel, of the oldest frame of entries sent in one go.
    lag: Histogram,
}

impl Lane {
    /// Notes how long a frame waited for its connection.
    pub fn waited(&self, time: Duration) {
        self.lag.observe(time.as_secs_f64());
    }
}

/// Everything that is counted on this node.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    lanes: [Lane; ViewerClass::ALL.len()],
    /// Connections that were ended because they did not keep up.
    pub slow_readers: Counter,
    commands: Family<OutcomeLabel, Counter>,
    batch: Histogram,
    turn: Histogram,
    commit: Histogram,
    /// Entries that other nodes appended and this one took in.
    pub taken_in: Counter,
    jobs: Gauge,
}

fn seconds() -> Histogram {
    // 0.1 ms to 13 s.
    Histogram::new(exponential_buckets(0.0001, 2.0, 18))
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("icabinet");
        let connections = Family::<ClassLabel, Gauge>::default();
        let frames = Family::<ClassLabel, Counter>::default();
        let lag = Family::<ClassLabel, Histogram>::new_with_constructor(seconds);
        let lanes = ViewerClass::ALL.map(|class| {
            let label = ClassLabel { class: name(class) };
            Lane {
                connections: connections.get_or_create_owned(&label),
                frames: frames.get_or_create_owned(&label),
                lag: lag.get_or_create_owned(&label),
            }
        });
        registry.register("connections", "Open sockets of meetings", connections);
        registry.register("frames_sent", "Frames handed to the kernel", frames);
        let help = "From publishing a frame to handing it to the kernel";
        registry.register_with_unit("delivery_lag", help, Unit::Seconds, lag);
        let slow_readers = Counter::default();
        let help = "Connections ended because they did not keep up";
        registry.register("slow_readers", help, slow_readers.clone());
        let commands = Family::<OutcomeLabel, Counter>::default();
        registry.register("commands", "Commands, by how they were answered", commands.clone());
        let batch = Histogram::new(exponential_buckets(1.0, 2.0, 13));
        registry.register("batch_commands", "Commands of one batch", batch.clone());
        let (turn, commit) = (seconds(), seconds());
        let help = "From asking for a meeting's head row to holding it";
        registry.register_with_unit("batch_turn", help, Unit::Seconds, turn.clone());
        let help = "From holding a meeting's head row to the end of the commit";
        registry.register_with_unit("batch_commit", help, Unit::Seconds, commit.clone());
        let taken_in = Counter::default();
        let help = "Entries that other nodes appended and this one took in";
        registry.register("entries_taken_in", help, taken_in.clone());
        let jobs = Gauge::default();
        registry.register("jobs_open", "Jobs that wait or run, on all nodes", jobs.clone());
        Self { registry, lanes, slow_readers, commands, batch, turn, commit, taken_in, jobs }
    }
}

fn name(class: ViewerClass) -> &'static str {
    match class {
        ViewerClass::Staff => "staff",
        ViewerClass::Member => "member",
        ViewerClass::Guest => "guest",
        ViewerClass::Projector => "projector",
        ViewerClass::Reader => "reader",
    }
}

impl Metrics {
    /// What is counted of a class's connections.
    pub fn lane(&self, class: ViewerClass) -> &Lane {
        let [staff, member, guest, projector] = &self.lanes;
        match class {
            ViewerClass::Staff => staff,
            ViewerClass::Member => member,
            ViewerClass::Guest => guest,
            // Nobody connects as a reader.
            ViewerClass::Projector | ViewerClass::Reader => projector,
        }
    }

    /// Notes a batch that was committed: its commands, the wait for its turn, the time it took then.
    pub fn committed(&self, commands: usize, turn: Duration, commit: Duration) {
        self.batch.observe(f64::from(u32::try_from(commands).unwrap_or(u32::MAX)));
        self.turn.observe(turn.as_secs_f64());
        self.commit.observe(commit.as_secs_f64());
    }

    /// Notes answers.
    pub fn answered(&self, outcome: Outcome, count: u64) {
        self.commands.get_or_create(&OutcomeLabel { outcome }).inc_by(count);
    }

    /// Notes how many jobs wait or run.
    pub fn queue(&self, open: i64) {
        self.jobs.set(open);
    }

    /// Everything as text, in the form of OpenMetrics 1.0.
    ///
    /// # Errors
    /// If it can't be written; the library doesn't say when that is.
    pub fn as_text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
