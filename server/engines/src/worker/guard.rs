//! What a worker may touch: the files that its request names and nothing else. Set by the child on itself before it
//! opens its input, for good: Landlock for files and connections, seccomp for everything that a program can ask of
//! the kernel. A kernel that lacks one of them does without; the server says so when it starts.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, PathBeneath, PathFd,
    Ruleset, RulesetAttr, RulesetCreated, RulesetCreatedAttr, Scope,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule,
};

use super::calls;

/// Read by libraries while they work: fonts that a paper doesn't bring along, the clock's zone, randomness.
const EVERYWHERE: [&str; 4] =
    ["/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/X11/fonts", "/dev/urandom"];
/// What another program needs to be started: its libraries, and the list of where they are.
const LIBRARIES: [&str; 6] =
    ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/etc/ld.so.cache"];
/// What starts programs that use shared libraries.
const LOADERS: [&str; 3] = [
    "/lib64/ld-linux-x86-64.so.2",
    "/lib/ld-linux-aarch64.so.1",
    "/lib/ld-linux-riscv64-lp64d.so.1",
];
/// The newest rules that are asked for; an older kernel applies those that it knows.
const NEWEST: ABI = ABI::V6;

/// What one request needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Files and folders that are read.
    pub reads: Vec<PathBuf>,
    /// Folders in which files are written, read again and removed.
    pub writes: Vec<PathBuf>,
    /// The one program that may be started, in this process's place.
    pub runs: Option<PathBuf>,
}

/// What the kernel offers to hold workers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guards {
    /// Files and connections.
    pub landlock: bool,
    /// Calls of the kernel.
    pub seccomp: bool,
}

/// Asks the kernel, without holding anybody.
pub fn guards() -> Guards {
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::from_all(ABI::V1))
        .and_then(Ruleset::create);
    Guards {
        landlock: ruleset.is_ok(),
        seccomp: Path::new("/proc/sys/kernel/seccomp/actions_avail").exists(),
    }
}

impl Reach {
    /// Holds the calling process, which has one thread, to this.
    ///
    /// # Errors
    /// When the kernel has what is needed and refuses all the same.
    pub(super) fn hold(&self) -> io::Result<()> {
        rustix::thread::set_no_new_privs(true)?;
        let there = guards();
        if there.landlock {
            self.hold_files().map_err(io::Error::other)?;
        }
        if there.seccomp {
            self.hold_calls().map_err(io::Error::other)?;
        }
        Ok(())
    }

    fn hold_files(&self) -> Result<(), landlock::RulesetError> {
        let mut rules = Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(NEWEST))?
            .handle_access(AccessNet::from_all(NEWEST))?
            .scope(Scope::from_all(NEWEST))?
            .create()?;
        let read = AccessFs::ReadFile | AccessFs::ReadDir;
        let write = read
            | AccessFs::WriteFile
            | AccessFs::MakeReg
            | AccessFs::RemoveFile
            | AccessFs::Truncate;
        for path in self.reads.iter().map(PathBuf::as_path).chain(EVERYWHERE.iter().map(Path::new))
        {
            rules = allow(rules, path, read)?;
        }
        for path in &self.writes {
            rules = allow(rules, path, write)?;
        }
        if let Some(program) = &self.runs {
            for path in LIBRARIES {
                rules = allow(rules, Path::new(path), read)?;
            }
            rules = allow(rules, Path::new("/dev/null"), read | AccessFs::WriteFile)?;
            for path in LOADERS.iter().map(Path::new).chain([program.as_path()]) {
                rules = allow(rules, path, AccessFs::ReadFile | AccessFs::Execute)?;
            }
        }
        rules.restrict_self().map(|_| ())
    }

    fn hold_calls(&self) -> Result<(), seccompiler::Error> {
        let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
            calls::ALWAYS.iter().map(|call| (*call, vec![])).collect();
        let same = |index, value| {
            SeccompCondition::new(index, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, value)
        };
        let has = |index, bits| {
            SeccompCondition::new(
                index,
                SeccompCmpArgLen::Qword,
                SeccompCmpOp::MaskedEq(bits),
                bits,
            )
        };
        let own = u64::from(std::process::id());
        // Threads, but no other process; signals to itself (to abort); limits are looked at, not set.
        rules.insert(libc::SYS_clone, vec![SeccompRule::new(vec![has(0, calls::THREAD)?])?]);
        rules.insert(libc::SYS_tgkill, vec![SeccompRule::new(vec![same(0, own)?])?]);
        rules.insert(libc::SYS_prlimit64, vec![SeccompRule::new(vec![same(2, 0)?])?]);
        if self.runs.is_some() {
            rules.extend(calls::STARTING.iter().map(|call| (*call, vec![])));
        }
        // Not known, so that the C library takes the older call, whose arguments can be looked into.
        let newer = BTreeMap::from([(libc::SYS_clone3, vec![])]);
        let unknown = SeccompAction::Errno(libc::ENOSYS as u32);
        let denied = SeccompAction::Errno(libc::EPERM as u32);
        install(newer, SeccompAction::Allow, unknown)?;
        rules.insert(libc::SYS_clone3, vec![]);
        install(rules, denied, SeccompAction::Allow)
    }
}

/// Lets a path be used; one that isn't there needs no rule.
fn allow(
    rules: RulesetCreated,
    path: &Path,
    mut access: BitFlags<AccessFs>,
) -> Result<RulesetCreated, landlock::RulesetError> {
    let Ok(opened) = PathFd::new(path) else { return Ok(rules) };
    if !path.is_dir() {
        access &= AccessFs::from_file(NEWEST);
    }
    rules.add_rule(PathBeneath::new(opened, access))
}

fn install(
    rules: BTreeMap<i64, Vec<SeccompRule>>,
    otherwise: SeccompAction,
    then: SeccompAction,
) -> Result<(), seccompiler::Error> {
    let arch = std::env::consts::ARCH.try_into()?;
    let program: BpfProgram = SeccompFilter::new(rules, otherwise, then, arch)?.try_into()?;
    seccompiler::apply_filter(&program)
}
