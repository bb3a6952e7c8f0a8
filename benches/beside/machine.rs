//! What a reader has to know of the machine and the programs.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::home::OURS;
use crate::world::World;

/// The head of what is printed.
pub fn head(world: &World) -> String {
    let day = jiff::Timestamp::now().strftime("%Y-%m-%d %H:%M UTC").to_string();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease");
    let mut lines = vec![
        format!("- Machine: {}, {cores} cores, Linux {}", processor(), kernel.trim()),
        format!("- Date: {day}; load average {}", load()),
        format!("- Build: {}, profile {}", version(Path::new(OURS)), profile()),
    ];
    let peers = world.peers.iter().map(|peer| told(peer.name, &peer.path));
    lines.push(format!("- Peers: {}", joined(&peers.collect::<Vec<_>>())));
    lines.push("- All calls go to one server of the bench on 127.0.0.1. Times in milliseconds.\n".to_owned());
    lines.join("\n")
}

fn joined(peers: &[String]) -> String {
    if peers.is_empty() { "none".to_owned() } else { peers.join("; ") }
}

/// The load of the last minute.
pub fn load() -> String {
    read("/proc/loadavg").split_whitespace().next().unwrap_or("not known").to_owned()
}

fn processor() -> String {
    let text = read("/proc/cpuinfo");
    let line = text.lines().find(|line| line.starts_with("model name"));
    line.and_then(|line| line.split_once(": ")).map_or("unknown processor", |(_, name)| name).to_owned()
}

/// `target/PROFILE/tokenscope`.
fn profile() -> String {
    let folder = Path::new(OURS).parent().and_then(Path::file_name);
    folder.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// hey prints no version.
fn told(name: &str, path: &Path) -> String {
    if name == "hey" { "hey (tells no version)".to_owned() } else { version(path) }
}

/// The first two words of what it says of its version.
fn version(program: &Path) -> String {
    let output = Command::new(program).arg("--version").output().expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let words: Vec<&str> = text.split_whitespace().take(2).collect();
    words.join(" ")
}

fn read(file: &str) -> String {
    fs::read_to_string(file).unwrap_or_default()
}
