//! Reading a record's log as it comes, with its hashes beside it, and looking at the memory that
//! takes. Never here: what a line means (`log`, `judge`).

use super::files::{HASH_LINE, LINE, Line, next_line};
use super::log::LogReader;
use icabinet_models::ids::Digest;
use std::io::BufRead;

/// So many records that can't be read, and the rest isn't read either.
const HOPELESS: usize = 1_000;
/// Records between two looks at the memory in use.
const LOOK: u64 = 256;

/// Reads the log line by line with its hashes beside it. Gives the number of records and the last
/// hash; `None` if the memory didn't suffice.
pub(super) fn read_log(
    reader: &mut LogReader,
    records: &mut dyn BufRead,
    hashes: &mut dyn BufRead,
    limit: Option<u64>,
) -> Option<(u64, Digest)> {
    let (mut line, mut hash) = (Vec::new(), Vec::new());
    let (mut count, mut hashed) = (0_u64, 0_u64);
    let mut ends = false;
    loop {
        let number = count + 1;
        let listed = match next_line(hashes, &mut hash, HASH_LINE) {
            Line::Whole | Line::Cut => {
                hashed += 1;
                std::str::from_utf8(&hash).ok().and_then(|text| Digest::from_hex(text.trim_end()))
            }
            Line::TooLong | Line::Damaged | Line::End => None,
        };
        match next_line(records, &mut line, LINE) {
            Line::Whole => reader.line(count as usize, &line, listed),
            Line::End => {
                ends = count > 0;
                break;
            }
            Line::Cut => {
                reader.line(count as usize, &line, listed);
                count = number;
                break;
            }
            Line::TooLong => {
                reader.records.add(
                    format!("bản ghi {number} dài hơn {} MiB", LINE >> 20),
                    format!("record {number} is longer than {} MiB", LINE >> 20),
                );
                break;
            }
            Line::Damaged => {
                reader.records.add(
                    format!("nhật ký hỏng từ bản ghi {number}"),
                    format!("the log is damaged from record {number} on"),
                );
                break;
            }
        }
        count = number;
        if reader.records.count() >= HOPELESS {
            let (vi, en) = ("phần còn lại không đọc", "the rest wasn't read");
            reader.records.add_first(format!("{vi} ({number})"), format!("{en} ({number})"));
            break;
        }
        if count.is_multiple_of(LOOK) && limit.is_some_and(|limit| memory() > limit / 4 * 3) {
            return None;
        }
    }
    reader.records.unless(ends, "nhật ký trống hoặc bị cắt", "the log is empty or cut off");
    while hashed <= count && next_line(hashes, &mut hash, HASH_LINE) != Line::End {
        hashed += 1;
    }
    reader.chain.unless(
        hashed == count,
        format!("{count} bản ghi nhưng số mã băm khác"),
        format!("{count} records but another number of hashes"),
    );
    Some((count, reader.previous))
}

/// Bytes of memory that this process has in use; 0 where the system doesn't say.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok());
    kilobytes.map_or(0, |kilobytes: u64| kilobytes << 10)
}
