//! What is read from the process's environment: who sits here, and what the terminal and its locale can show.
//!
//! Must not know: the config, which reads its own variables. Tested: `tests/cli.rs`, `tests/session.rs`.

use std::io::IsTerminal as _;

use crate::cli::paper::Paper;
use crate::secret::Masked;

/// The user's name on this machine, for the audit trail.
pub(super) fn who() -> Masked {
    let name =
        ["USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok()).filter(|name| !name.is_empty());
    Masked::typed(&name.unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw())))
}

pub(super) fn no_colour() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// Whether tmux runs around us; over ssh only the name of the terminal tells, which GNU screen has too.
pub(super) fn in_tmux() -> bool {
    let is_set = std::env::var_os("TMUX").is_some_and(|value| !value.is_empty());
    let term = std::env::var("TERM").unwrap_or_default();
    is_set || term.starts_with("tmux") || (term.starts_with("screen") && std::env::var_os("STY").is_none())
}

/// Whether the locale is UTF-8, by the first of its variables that is set.
pub(super) fn is_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

/// How stdout looks: colours only on a terminal that has them.
pub(super) fn paper() -> Paper {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    let colour = std::io::stdout().is_terminal() && !dumb && !no_colour();
    Paper { unicode: is_utf8(), colour }
}

/// What the header says about the trust store.
pub(super) fn trust_note() -> String {
    let named = ["SSL_CERT_FILE", "SSL_CERT_DIR"]
        .iter()
        .find(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    named.map(|name| format!("trust: {name}")).unwrap_or_default()
}
