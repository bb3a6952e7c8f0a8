//! Memory: it depends on what is on the screen, not on how much there is in the history or how much has come before.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use crate::console::{console, press};
use crate::support::{Pty, proc};
use crate::world::{fill, history, private};

/// Bytes of a large answer's filler; an answer of more than 1 MiB is refused.
const LARGE: usize = 1024 * 1024 - 16 * 1024;

const REFERENCE: &str = "token_a0c16957f9bf46b0966a91a35b555353";

/// Of so many parts of the smaller one, one may come on top.
const PARTS: u64 = 10;

/// The most memory that the console had until it showed a history of so many rows and has moved through a page of it.
fn with_history(rows: u32) -> u64 {
    let launch = console().size(120, 36);
    history(launch.home(), rows);
    let mut pty = launch.spawn();
    pty.wait_text("token_");
    press(&mut pty, "4");
    pty.wait_text("▸4 History");
    pty.send(&"\x1b[B".repeat(60));
    proc::wait_rest(pty.pid());
    proc::peak(pty.pid())
}

#[test]
fn a_long_history_takes_the_memory_of_a_short_one() {
    let (few, many) = (with_history(100), with_history(20_000));
    println!("history of 100 rows: {few} KiB, of 20,000: {many} KiB");
    assert!(many < few + few / PARTS, "100 rows: {few} KiB, 20,000 rows: {many} KiB");
}

/// The contract's answer, with so many bytes of a field that the contract does not name.
fn large(filler: usize) -> String {
    let sample = include_str!("../fixtures/contract_200.json").replacen('{', "{\"filler\": \"FILLER\",", 1);
    sample.replace("FILLER", &"z".repeat(filler))
}

/// A host whose every answer holds so much.
fn host(filler: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, body) = (listener.local_addr().unwrap(), large(filler));
    std::thread::spawn(move || listener.incoming().flatten().for_each(|stream| answer(stream, &body)));
    address
}

fn answer(mut stream: TcpStream, body: &str) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or_default() == 0 {
            return;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(count) = lower.strip_prefix("content-length:") {
            length = count.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
    }
    let _ = reader.read_exact(&mut vec![0; length]);
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length:";
    let _ = stream.write_all(format!("{head} {}\r\n\r\n{body}", body.len()).as_bytes());
}

/// Sends, and waits until the answer of this number is there and the console has done all that comes with it.
fn send(pty: &mut Pty, number: u32) -> u64 {
    // A send within 300 ms of the one before is a key that bounced.
    std::thread::sleep(Duration::from_millis(300));
    press(pty, "s");
    pty.wait_text(&format!("Answer #{number}"));
    pty.wait_gone("SENDING");
    resident(pty)
}

fn resident(pty: &Pty) -> u64 {
    proc::kib(pty.pid(), "VmRSS:").expect("it runs")
}

#[test]
fn twelve_answers_of_a_megabyte_take_the_memory_of_two() {
    let launch = console().args(&["--profile", "far"]).size(120, 36);
    private(&launch.home().join("key"), "synthetic-key");
    let config = format!(
        "[profiles.far]\nenvironment = \"custom\"\nbase_url = \"http://{}\"\nmerchant_id = \"acme\"\nversion = \"2023-01-01\"\nkey = {{ file = \"{}\" }}\n",
        host(LARGE),
        launch.home().join("key").display()
    );
    private(&launch.home().join(".config/tokenscope/config.toml"), &config);
    let mut pty = launch.spawn();
    pty.wait_text("CUSTOM");
    fill(&mut pty, REFERENCE);
    let before = resident(&pty);
    let held: Vec<u64> = (1..=12).map(|number| send(&mut pty, number)).collect();
    println!("KiB before {before}, with each answer {held:?}");
    assert!(held[0] >= before + LARGE as u64 / 1024, "the first one is held: {before} KiB, then {held:?}");
    assert!(held[11] < held[1] + held[1] / PARTS, "{held:?}");
}
