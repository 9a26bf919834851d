//! The log of a record, line by line: chain, form, order. Never here: what a record means
//! (`judge`).

use super::judge::Judge;
use super::report::Findings;
use icabinet_models::canonical;
use icabinet_models::ids::{Digest, MeetingId, Time};
use icabinet_models::record::{RECORD_VERSION, Record, Withheld, chain, chain_digest};

/// Reads the log line by line.
pub(super) struct LogReader {
    meeting: MeetingId,
    pub(super) previous: Digest,
    /// When the last record was made.
    pub(super) last: Option<Time>,
    /// The newest version among the records.
    pub(super) newest: u32,
    pub(super) judge: Judge,
    pub(super) records: Findings,
    pub(super) chain: Findings,
}

impl LogReader {
    pub(super) fn new(meeting: MeetingId) -> Self {
        Self {
            judge: Judge::new(meeting.clone()),
            meeting,
            previous: Digest::ZERO,
            last: None,
            newest: 0,
            records: Findings::default(),
            chain: Findings::default(),
        }
    }

    pub(super) fn line(&mut self, index: usize, line: &[u8], listed: Option<Digest>) {
        let number = index as u64 + 1;
        let withheld = serde_json::from_slice::<Withheld>(line).ok();
        let record = serde_json::from_slice::<Record>(line).ok();
        let hash = match &withheld {
            Some(withheld) => chain_digest(&self.previous, &withheld.withheld),
            None => {
                let v = record.as_ref().map_or(RECORD_VERSION, |record| record.v);
                chain(&self.previous, v, line)
            }
        };
        self.chain.unless(
            listed == Some(hash),
            format!("bản ghi {number} không nối với bản ghi trước"),
            format!("record {number} doesn't follow from the one before"),
        );
        // From what is listed, so that one break is told once and at its place.
        self.previous = listed.unwrap_or(hash);
        if let Some(withheld) = withheld {
            self.records.unless(
                withheld.position == number && canonical::bytes(&withheld) == line,
                format!("bản ghi {number} không hiện nội dung, ghi sai"),
                format!("record {number}, which is withheld, is malformed"),
            );
            return self.judge.withheld(number);
        }
        let Some(record) = record else {
            self.records.add(
                format!("bản ghi {number} không đọc được"),
                format!("record {number} can't be read"),
            );
            return;
        };
        let in_place = (1..=RECORD_VERSION).contains(&record.v)
            && record.meeting == self.meeting
            && record.position == number
            && record.is_salted_as_it_should()
            && self.last.is_none_or(|last| record.at >= last);
        self.records.unless(
            in_place,
            format!("bản ghi {number} không đúng chỗ (ghi số {})", record.position),
            format!("record {number} isn't in its place (it says {})", record.position),
        );
        self.records.unless(
            canonical::bytes(&record) == line,
            format!("bản ghi {number} không ở dạng chuẩn"),
            format!("record {number} isn't in its canonical form"),
        );
        self.last = Some(record.at);
        self.newest = self.newest.max(record.v);
        self.judge.take(&record);
    }
}
