//! The clipboard of this machine, through the tool of its desktop.
//!
//! Owns: which tool is asked, that it gets the text on its standard input and nothing else of ours, and how long it may take.
//! Must not know: what the text is; it is masked already. In a session from elsewhere (SSH) the clipboard of this machine is
//! not the user's, so no tool is asked. Tested: `tests/adapters_clipboard.rs`, with real programs in place of the tools.

use std::env::split_paths;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

use super::programs::{Group, Program, Withheld};
use crate::domain::profile::Profile;
use crate::ports::Clipboard;
use crate::secret::Masked;

/// How long all tools together may take.
pub const LIMIT: Duration = Duration::from_secs(2);

/// Variables that stand for a session from elsewhere.
const REMOTE: [&str; 2] = ["SSH_CONNECTION", "SSH_TTY"];

/// A tool: its name and its arguments.
struct Tool {
    name: &'static str,
    arguments: &'static [&'static str],
}

/// The type is named, so that it does not guess one from a copy of the text in a file.
const WAYLAND: Tool = Tool { name: "wl-copy", arguments: &["--type", "text/plain"] };
const X11: Tool = Tool { name: "xclip", arguments: &["-selection", "clipboard"] };
const MACOS: Tool = Tool { name: "pbcopy", arguments: &[] };

/// Looks up an environment variable.
type Lookup = Box<dyn Fn(&str) -> Option<OsString> + Send + Sync>;

/// The tools of this machine.
pub struct ClipboardTools {
    withheld: Withheld,
    lookup: Lookup,
    limit: Duration,
}

impl ClipboardTools {
    /// Tools that do not get the variables which any of these profiles names as its key source.
    pub fn new(profiles: &[Profile]) -> Self {
        Self {
            withheld: Withheld::of(profiles),
            lookup: Box::new(|name| std::env::var_os(name)),
            limit: LIMIT,
        }
    }

    /// The same, found by another environment than the process's own.
    #[must_use]
    pub fn with_environment(self, lookup: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static) -> Self {
        Self { lookup: Box::new(lookup), ..self }
    }

    /// The same with another time limit.
    #[must_use]
    pub fn with_limit(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    fn is_set(&self, name: &str) -> bool {
        (self.lookup)(name).is_some_and(|value| !value.is_empty())
    }

    /// The tools that reach the user's clipboard from here, the best first.
    fn tools(&self) -> Vec<Tool> {
        if REMOTE.iter().any(|name| self.is_set(name)) {
            return Vec::new();
        }
        let tools = [
            (self.is_set("WAYLAND_DISPLAY"), WAYLAND),
            (self.is_set("DISPLAY"), X11),
            (cfg!(target_os = "macos"), MACOS),
        ];
        tools.into_iter().filter(|(reaches, _)| *reaches).map(|(_, tool)| tool).collect()
    }

    /// The program of a tool. A folder that is not absolute is passed over: what lies in it depends on where we were started.
    fn find(&self, tool: &Tool) -> Option<PathBuf> {
        let folders = (self.lookup)("PATH")?;
        let paths = split_paths(&folders).filter(|folder| folder.is_absolute());
        paths.map(|folder| folder.join(tool.name)).find(|path| path.is_file())
    }

    /// Gives the text to a tool and waits for it, but not for what it leaves running: on X11 and Wayland that is the one who
    /// hands the text out.
    async fn give(&self, tool: &Tool, text: &[u8]) -> Option<()> {
        let mut command = self.withheld.command(self.find(tool)?);
        command.args(tool.arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut program = Program::start(command, Group::Own).ok()?;
        let mut stdin = program.child.stdin.take()?;
        stdin.write_all(text).await.ok()?;
        drop(stdin);
        program.child.wait().await.ok()?.success().then_some(())
    }

    async fn give_any(&self, text: &[u8]) -> Option<&'static str> {
        for tool in self.tools() {
            if self.give(&tool, text).await.is_some() {
                return Some(tool.name);
            }
        }
        None
    }
}

impl Clipboard for ClipboardTools {
    async fn copy(&self, text: &Masked, mask: &str) -> Option<&'static str> {
        let text = text.text_with(mask);
        timeout(self.limit, self.give_any(text.as_bytes())).await.ok().flatten()
    }
}
