//! What the kernel says of processes and memory.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Lets this process open as many descriptors as it may.
pub(crate) fn raise_descriptors() {
    let limit = getrlimit(Resource::Nofile);
    let wanted = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if setrlimit(Resource::Nofile, wanted).is_err() {
        eprintln!("icabinet-load: the limit of descriptors stays at {:?}", limit.current);
    }
}

fn field(text: &str, name: &str) -> u64 {
    let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|word| word.parse().ok()).unwrap_or(0)
}

/// Resident memory of a process, in KB.
pub(crate) fn resident_kb(pid: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    field(&text, "VmRSS:")
}

/// What the kernel holds for all sockets and their files, in KB: its slabs, and the pages of TCP's
/// buffers. It doesn't say whose they are: on one machine both ends are in it.
pub(crate) fn kernel_kb() -> u64 {
    let slabs = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let sockets = std::fs::read_to_string("/proc/net/sockstat").unwrap_or_default();
    let tcp = sockets.lines().find(|line| line.starts_with("TCP:")).unwrap_or_default();
    let pages: u64 = tcp.split_whitespace().last().and_then(|word| word.parse().ok()).unwrap_or(0);
    field(&slabs, "Slab:") + pages * 4
}

/// Segments that TCP sent once more, of all connections in this network: 0 where none was lost.
pub(crate) fn sent_again() -> u64 {
    let text = std::fs::read_to_string("/proc/self/net/snmp").unwrap_or_default();
    // Two lines begin with it: names, then numbers.
    let mut lines = text.lines().filter_map(|line| line.strip_prefix("Tcp: "));
    let (names, numbers) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let mut both = names.split_whitespace().zip(numbers.split_whitespace());
    both.find(|(name, _)| *name == "RetransSegs").and_then(|(_, n)| n.parse().ok()).unwrap_or(0)
}

/// Processor time of a process so far, user and system, in milliseconds.
pub(crate) fn cpu_ms(pid: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name, in parentheses, may hold spaces.
    let after = text.rsplit(')').next().unwrap_or_default();
    let fields: Vec<&str> = after.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|word| word.parse::<u64>().ok()).unwrap_or(0);
    // Ticks of 10 ms.
    (ticks(11) + ticks(12)) * 10
}

/// Memory of a process, in KB, of which it has its share only where others have the same pages.
pub(crate) fn share_kb(pid: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    field(&text, "Pss:")
}

/// How many descriptors a process has open.
pub(crate) fn descriptors(pid: u32) -> usize {
    std::fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count)
}

/// Who started a process.
fn parent(pid: u32) -> Option<u32> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    text.rsplit(')').next()?.split_whitespace().nth(1)?.parse().ok()
}

/// A process and everything that it started, itself first.
pub(crate) fn family(pid: u32) -> Vec<u32> {
    let names = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = names.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let children: Vec<(u32, u32)> =
        pids.filter_map(|child| Some((parent(child)?, child))).collect();
    let mut family = vec![pid];
    let mut at = 0;
    while let Some(member) = family.get(at).copied() {
        family.extend(children.iter().filter(|(of, _)| *of == member).map(|(_, child)| *child));
        at += 1;
    }
    family
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_a_process_and_what_it_started() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let own = std::process::id();
        let family = family(own);
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(family.first(), Some(&own));
        assert!(family.contains(&child.id()));
        assert!(share_kb(own) > 0 && descriptors(own) > 2);
    }
}
