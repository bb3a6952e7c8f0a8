//! The clipboard with real programs in place of its tools, on a path of the test's own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking and makes its own programs"
)]

#[path = "support/script.rs"]
mod script;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use script::script;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tempfile::TempDir;
use tokenscope::adapters::clipboard::{ClipboardTools, LIMIT};
use tokenscope::config::demo_profile;
use tokenscope::domain::profile::{KeySource, Profile};
use tokenscope::ports::Clipboard as _;
use tokenscope::secret::{MASK, MASK_ASCII, Masked};

/// Far more than a tool here takes on a loaded machine.
const DEADLINE: Duration = Duration::from_secs(20);

/// A folder of programs and of what they wrote.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// With a tool that keeps its arguments and its input.
    fn with_tool(name: &str) -> Self {
        let desk = Self::new();
        desk.tool(name, "printf '%s ' \"$@\" >FOLDER/arguments; cat >FOLDER/copied");
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    fn tool(&self, name: &str, text: &str) {
        script(&self.path(name), &text.replace("FOLDER", self.0.path().to_str().unwrap()));
    }

    /// Tools that see these variables and this folder as their path.
    fn clipboard(&self, variables: &[(&'static str, &'static str)]) -> ClipboardTools {
        self.clipboard_of(&[], variables)
    }

    fn clipboard_of(
        &self,
        profiles: &[Profile],
        variables: &[(&'static str, &'static str)],
    ) -> ClipboardTools {
        let (folder, variables) = (OsString::from(self.0.path()), variables.to_vec());
        ClipboardTools::new(profiles).with_limit(DEADLINE).with_environment(move |name| match name {
            "PATH" => Some(folder.clone()),
            _ => variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into()),
        })
    }
}

const WAYLAND: (&str, &str) = ("WAYLAND_DISPLAY", "wayland-0");
const X11: (&str, &str) = ("DISPLAY", ":0");

/// Text that a shell or a terminal would make something of.
fn text() -> Masked {
    let mut text = Masked::typed("a'b\"c$(id)`id`\\ -n é卡 \u{1b}]52;c;eA==\u{7}");
    text.push(&Masked::hidden());
    text.end_line();
    text
}

fn shown(mask: &str) -> String {
    format!("a'b\"c$(id)`id`\\ -n é卡 \\u{{1b}}]52;c;eA==\\u{{7}}{mask}\n")
}

#[tokio::test]
async fn the_text_arrives_byte_for_byte_on_the_standard_input_of_the_desktops_tool() {
    for (name, variable, arguments) in
        [("wl-copy", WAYLAND, "--type text/plain "), ("xclip", X11, "-selection clipboard ")]
    {
        let desk = Desk::with_tool(name);
        assert_eq!(desk.clipboard(&[variable]).copy(&text(), MASK).await, Some(name));
        assert_eq!((desk.read("copied"), desk.read("arguments")), (shown(MASK), arguments.to_owned()));
        desk.clipboard(&[variable]).copy(&text(), MASK_ASCII).await;
        assert_eq!(desk.read("copied"), shown(MASK_ASCII));
    }
}

#[tokio::test]
async fn a_text_longer_than_a_pipe_holds_arrives_whole() {
    let desk = Desk::with_tool("xclip");
    let long = Masked::ours(&"0123456789".repeat(50_000));
    assert_eq!(desk.clipboard(&[X11]).copy(&long, MASK).await, Some("xclip"));
    assert_eq!(desk.read("copied"), long.text());
}

#[tokio::test]
async fn a_tool_is_asked_only_on_its_own_desktop() {
    let desk = Desk::with_tool("wl-copy");
    desk.tool("xclip", "cat >/dev/null");
    assert_eq!(desk.clipboard(&[]).copy(&text(), MASK).await, None);
    assert_eq!(desk.clipboard(&[("WAYLAND_DISPLAY", "")]).copy(&text(), MASK).await, None);
    assert_eq!(desk.clipboard(&[X11, WAYLAND]).copy(&text(), MASK).await, Some("wl-copy"));
    assert_eq!(desk.clipboard(&[X11]).copy(&text(), MASK).await, Some("xclip"));
}

#[tokio::test]
async fn in_a_session_from_elsewhere_no_tool_is_asked() {
    let desk = Desk::with_tool("wl-copy");
    for remote in [("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22"), ("SSH_TTY", "/dev/pts/1")] {
        assert_eq!(desk.clipboard(&[WAYLAND, X11, remote]).copy(&text(), MASK).await, None);
    }
    assert!(!desk.path("copied").exists());
    assert_eq!(desk.clipboard(&[WAYLAND, ("SSH_TTY", "")]).copy(&text(), MASK).await, Some("wl-copy"));
}

#[tokio::test]
async fn a_tool_that_is_not_there_fails_or_does_not_read_is_passed_over() {
    let desk = Desk::new();
    assert_eq!(desk.clipboard(&[WAYLAND]).copy(&text(), MASK).await, None);
    fs::write(desk.path("wl-copy"), "not a program").unwrap();
    assert_eq!(desk.clipboard(&[WAYLAND]).copy(&text(), MASK).await, None);
    desk.tool("wl-copy", "cat >/dev/null; exit 1");
    assert_eq!(desk.clipboard(&[WAYLAND]).copy(&text(), MASK).await, None);
    desk.tool("wl-copy", "exec <&-");
    let long = Masked::ours(&"x".repeat(1_000_000));
    assert_eq!(desk.clipboard(&[WAYLAND]).copy(&long, MASK).await, None);
    desk.tool("xclip", "cat >FOLDER/copied");
    assert_eq!(desk.clipboard(&[WAYLAND, X11]).copy(&long, MASK).await, Some("xclip"));
    assert_eq!(desk.read("copied"), long.text());
}

#[tokio::test]
async fn a_tool_in_a_folder_that_is_not_absolute_is_not_run() {
    let desk = Desk::with_tool("xclip");
    let relative = OsString::from(format!(":.:{}", pathdiff(desk.0.path())));
    let clipboard = ClipboardTools::new(&[]).with_environment(move |name| match name {
        "PATH" => Some(relative.clone()),
        "DISPLAY" => Some(":0".into()),
        _ => None,
    });
    assert_eq!(clipboard.copy(&text(), MASK).await, None);
    assert!(!desk.path("copied").exists());
}

/// A path from where the test runs, without a slash at its start.
fn pathdiff(path: &Path) -> String {
    let up = "../".repeat(std::env::current_dir().unwrap().components().count() - 1);
    let relative = format!("{up}{}", path.to_str().unwrap().trim_start_matches('/'));
    assert!(Path::new(&relative).join("xclip").is_file());
    relative
}

#[test]
fn the_tools_together_may_take_two_seconds() {
    assert_eq!(LIMIT, Duration::from_secs(2));
}

#[tokio::test]
async fn a_tool_that_hangs_is_killed_with_everything_it_started() {
    let desk = Desk::new();
    desk.tool("wl-copy", "sleep 600 & echo $! >FOLDER/child; echo $$ >FOLDER/tool; wait");
    let clipboard = desk.clipboard(&[WAYLAND]).with_limit(Duration::from_secs(3));
    let copied = tokio::time::timeout(DEADLINE, clipboard.copy(&text(), MASK)).await;
    assert_eq!(copied.expect("it is not waited for"), None);
    for name in ["tool", "child"] {
        wait_gone(pid(&desk.read(name)));
    }
}

fn pid(text: &str) -> Pid {
    Pid::from_raw(text.trim().parse().expect("a process started")).unwrap()
}

fn wait_gone(pid: Pid) {
    let start = std::time::Instant::now();
    while is_running(pid) {
        assert!(start.elapsed() < DEADLINE, "{pid:?} does not end");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// One that is dead and not waited for yet does not count.
fn is_running(pid: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap_or_default();
    test_kill_process(pid).is_ok() && !stat.contains(") Z ")
}

/// As xclip and wl-copy do: the one who hands the text out stays behind.
#[tokio::test]
async fn a_tool_that_leaves_a_process_behind_is_not_waited_for_and_keeps_it() {
    let desk = Desk::new();
    desk.tool("xclip", "cat >FOLDER/copied; sleep 600 & echo $! >FOLDER/child");
    assert_eq!(desk.clipboard(&[X11]).copy(&text(), MASK).await, Some("xclip"));
    let left = pid(&desk.read("child"));
    assert!(is_running(left));
    kill_process(left, Signal::KILL).unwrap();
}

#[tokio::test]
async fn a_copy_that_is_dropped_ends_the_tool() {
    let desk = Desk::new();
    desk.tool("xclip", "echo $$ >FOLDER/half; mv FOLDER/half FOLDER/tool; exec sleep 600");
    let clipboard = desk.clipboard(&[X11]);
    let waited = tokio::time::timeout(DEADLINE, async {
        let text = text();
        tokio::select! {
            _ = clipboard.copy(&text, MASK) => panic!("it cannot end by itself"),
            () = async { while !desk.path("tool").exists() { tokio::time::sleep(Duration::from_millis(5)).await; } } => {}
        }
    });
    waited.await.expect("the tool starts");
    wait_gone(pid(&desk.read("tool")));
}

#[tokio::test]
async fn a_tool_has_no_terminal_a_group_of_its_own_and_none_of_the_variables_that_hold_keys() {
    let desk = Desk::new();
    desk.tool(
        "xclip",
        "env >FOLDER/environment; out=$(readlink /proc/$$/fd/1 /proc/$$/fd/2); echo \"$out\" >FOLDER/out; ps -o pgid= -p $$ >FOLDER/group; cat >/dev/null",
    );
    let profiles = ["CARGO_PKG_NAME", "CARGO_PKG_VERSION"].map(|name| Profile {
        key: KeySource::Env(name.into()),
        ..demo_profile("127.0.0.1:1".parse().unwrap(), "acme")
    });
    let has = |name: &str| desk.read("environment").lines().any(|line| line.starts_with(&format!("{name}=")));
    desk.clipboard(&[X11]).copy(&text(), MASK).await.unwrap();
    assert!(has("CARGO_PKG_NAME") && has("CARGO_PKG_VERSION"), "the search finds what is there");
    desk.clipboard_of(&profiles, &[X11]).copy(&text(), MASK).await.unwrap();
    assert!(!has("CARGO_PKG_NAME") && !has("CARGO_PKG_VERSION") && has("PATH"));
    assert_eq!(desk.read("out"), "/dev/null\n/dev/null\n");
    assert_ne!(desk.read("group").trim(), rustix::process::getpgrp().as_raw_nonzero().to_string());
}
