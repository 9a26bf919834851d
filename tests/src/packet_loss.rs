//! A network that loses packets: a loopback of a test's own, in a network namespace, with a rule of
//! the kernel's packet filter that drops what comes in. Never here: what runs on it.

use crate::disk::is_root;
use std::ffi::OsStr;
use std::process::{Command, Stdio};

/// Brings the loopback up, sets the rule (one packet of so many, at random), and becomes the program.
/// Both tools may stand where only root looks for them.
const SCRIPT: &str = "PATH=$PATH:/usr/sbin:/sbin
ip link set lo up && nft \"add table inet loss
    add chain inet loss input { type filter hook input priority 0; }
    add rule inet loss input numgen random mod $1 == 0 drop\" && shift && exec \"$@\"";

/// A command for a program on a network of its own that loses one packet of so many, in either
/// direction; its databases have to be on Unix sockets. `None` where this machine doesn't allow it,
/// which is said, and is a failure with `ICABINET_STRANGERS=1`.
pub fn lossy(one_of: u32, program: &OsStr) -> Option<Command> {
    let command = |program: &OsStr| {
        let mut command = Command::new("unshare");
        command.arg("--net");
        if !is_root() {
            command.args(["--user", "--map-current-user", "--keep-caps"]);
        }
        command.args(["--", "sh", "-c", SCRIPT, "sh", &one_of.to_string()]).arg(program);
        command
    };
    let tried = command(OsStr::new("true")).stdin(Stdio::null()).output();
    if tried.as_ref().is_ok_and(|output| output.status.success()) {
        return Some(command(program));
    }
    assert!(
        std::env::var_os("ICABINET_STRANGERS").is_none_or(|value| value != "1"),
        "ICABINET_STRANGERS=1, but there can't be a network that loses packets: {tried:?}"
    );
    eprintln!(
        "LEFT OUT: a network that loses packets. Here there can't be one (unshare --net, nft)"
    );
    None
}
