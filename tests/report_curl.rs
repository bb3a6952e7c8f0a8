//! The redacted cURL in real shells with the real curl: it runs as it is, and nothing in it is anything but a word.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod hostile;

use std::path::Path;
use std::process::{Command, Output};

use hostile::order::{BASIC, KEY, custom, draft, key_of, order_of};
use hostile::server::{Server, http};
use tempfile::TempDir;
use tokenscope::adapters::http::Http;
use tokenscope::config::demo_profile;
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::guard::Order;
use tokenscope::domain::profile::{Endpoint, Profile};
use tokenscope::domain::request::Draft;
use tokenscope::domain::sent::Sent;
use tokenscope::emulator::{Emulator, Options};
use tokenscope::ports::Gateway as _;
use tokenscope::report::curl;
use tokenscope::secret::{MASK, Masked};

const PATH: &str = "/usr/local/bin:/usr/bin:/bin";
const VARIABLE: &str = "JUSPAY_API_KEY";

fn copied(order: &Order) -> String {
    curl(&Sent::of(order, 1, Stamp::default())).text()
}

/// The shells of this machine that an engineer may paste into; there is always one.
fn shells() -> impl Iterator<Item = &'static str> {
    let there = |shell: &&str| PATH.split(':').any(|folder| Path::new(folder).join(shell).exists());
    ["sh", "bash", "zsh"].into_iter().filter(there)
}

/// Runs a text in a shell, in an empty folder and with an environment of its own.
fn run(shell: &str, text: &str, environment: &[(&str, &str)], folder: &TempDir) -> Output {
    let mut command = Command::new(shell);
    command.args(["-c", text]).current_dir(folder.path()).env_clear().env("PATH", PATH);
    command.env("HOME", folder.path()).env("LC_ALL", "C.UTF-8").envs(environment.iter().copied());
    command.output().unwrap()
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn is_empty(folder: &TempDir) -> bool {
    std::fs::read_dir(folder.path()).unwrap().next().is_none()
}

fn demo(emulator: &Emulator) -> Order {
    order_of(&demo_profile(emulator.address(), emulator.merchant_id()), &draft())
}

#[test]
fn it_runs_in_every_shell_as_it_is_and_gets_the_contracts_answer() {
    let emulator = Emulator::start(Options::default()).unwrap();
    let text = copied(&demo(&emulator));
    assert!(!text.contains(emulator.key()) && !text.ends_with('\n'), "{text}");
    for shell in shells() {
        let output = run(shell, &text, &[(VARIABLE, emulator.key())], &folder());
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{shell}: {printed}\n{text}");
        assert!(printed.starts_with("HTTP/1.1 200 OK\r\n"), "{shell}: {printed}");
        let (_, body) = printed.split_once("\r\n\r\n").unwrap();
        for part in
            ["\"reference\"", "token_a0c16957f9bf46b0966a91a35b555353", "\"cryptogram\"", "\"first_six\""]
        {
            assert!(body.contains(part), "{shell}: {body}");
        }
    }
    assert_eq!(usize::try_from(emulator.requests()).unwrap(), shells().count());
}

#[test]
fn without_the_key_it_says_so_and_sends_nothing() {
    let emulator = Emulator::start(Options::default()).unwrap();
    let text = copied(&demo(&emulator));
    for shell in shells() {
        for environment in [&[][..], &[(VARIABLE, "")]] {
            let output = run(shell, &text, environment, &folder());
            assert!(!output.status.success() && output.stdout.is_empty());
            assert!(String::from_utf8(output.stderr).unwrap().contains(VARIABLE), "{shell}");
        }
    }
    assert_eq!(emulator.requests(), 0);
}

#[test]
fn a_key_in_clear_text_goes_through_no_proxy_of_the_environment() {
    let emulator = Emulator::start(Options::default()).unwrap();
    let proxy = Server::answering(http("200 OK", &[], "{}"));
    let url = proxy.base_url();
    let environment = [(VARIABLE, emulator.key()), ("http_proxy", url.as_str()), ("all_proxy", url.as_str())];
    let output = run("sh", &copied(&demo(&emulator)), &environment, &folder());
    assert!(output.stdout.starts_with(b"HTTP/1.1 200 OK"));
    assert_eq!((proxy.connections(), emulator.requests()), (0, 1));
}

/// Ids of a paste that try to be more than a word; each would make a file if it were.
const HOSTILE: [&str; 20] = [
    "$(touch${IFS}MADE)",
    "`touch${IFS}MADE`",
    "';touch${IFS}MADE;'",
    "'\"';touch${IFS}MADE;'\"'",
    "'\\'';touch${IFS}MADE;'\\''",
    "\\';touch${IFS}MADE;#",
    "'$(touch${IFS}MADE)'",
    "\"$(touch${IFS}MADE)\"",
    "\";touch${IFS}MADE;\"",
    "'&touch${IFS}MADE&'",
    "'|touch${IFS}MADE|'",
    "'>MADE'",
    "$'\\x27;touch${IFS}MADE;'",
    "${JUSPAY_API_KEY}",
    "!!:s/a/b/;~root;*?[a-z]{a,b}",
    "@/etc/passwd",
    "--config=/etc/passwd",
    "a'b\"c\\d\\\\'\\\"",
    "%s%n\\n\\u0041\\",
    "#;=ls",
];

fn asked(value: &str) -> Draft {
    Draft {
        card_reference: value.into(),
        customer_id: format!("{value}é"),
        routing_id: value.into(),
        submerchant_id: value.into(),
    }
}

/// First line, headers but for the client's own name, and body.
fn parts(request: &[u8]) -> (String, Vec<String>, String) {
    let text = String::from_utf8(request.to_vec()).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines = head.split("\r\n");
    let first = lines.next().unwrap().to_owned();
    let lower = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap();
        format!("{}: {value}", name.to_ascii_lowercase())
    };
    let mut headers: Vec<String> = lines.map(lower).filter(|line| !line.starts_with("user-agent:")).collect();
    headers.sort();
    (first, headers, body.to_owned())
}

#[tokio::test]
async fn hostile_values_execute_nothing_and_arrive_as_our_own_client_sends_them() {
    for value in HOSTILE {
        let server = Server::answering(http("200 OK", &[], "{}"));
        let endpoint =
            Endpoint::custom(&format!("{}/$(touch$IFS'MADE')/';touch$IFS'MADE';'", server.base_url()));
        let profile =
            Profile { merchant_id: value.into(), endpoint: endpoint.unwrap(), ..custom(&server.base_url()) };
        let order = order_of(&profile, &asked(value));
        Http::new().send(&order, &key_of(&profile)).await;
        let text = copied(&order);
        assert!(!text.contains("will not work"), "{text}");
        for shell in shells() {
            let folder = folder();
            let output = run(shell, &text, &[(VARIABLE, KEY)], &folder);
            assert!(output.status.success() && is_empty(&folder), "{shell} {value}:\n{text}");
        }
        let requests = server.requests();
        assert_eq!(requests.len(), 1 + shells().count());
        let ours = parts(&requests[0]);
        assert!(ours.1.contains(&format!("authorization: {BASIC}").to_string()), "{ours:?}");
        assert!(requests[1..].iter().all(|theirs| parts(theirs) == ours), "{value}: {ours:?}\n{text}");
    }
}

#[test]
fn the_hostile_values_would_have_made_a_file_without_the_quotes() {
    let made = HOSTILE.iter().filter(|value| {
        let folder = folder();
        // As the word of a careless author: between quotes, but with those inside left alone.
        for quote in ["'", "\""] {
            run("bash", &format!("echo {quote}{value}{quote}"), &[(VARIABLE, KEY)], &folder);
        }
        !is_empty(&folder)
    });
    assert!(made.count() >= 10);
}

#[test]
fn an_empty_submerchant_is_left_out_and_the_routing_id_is_the_one_sent() {
    let profile = custom("https://gw.example.internal/pay");
    let version = env!("CARGO_PKG_VERSION");
    insta::assert_snapshot!("curl", copied(&order_of(&profile, &draft())).replace(version, "VERSION"));
}

#[test]
fn a_guarded_host_is_told_to_mint_a_cryptogram() {
    let warning = "# PRODUCTION: each run may mint a cryptogram for a real card.";
    let prod = Profile { endpoint: Endpoint::production(None).unwrap(), ..custom("https://gw.example") };
    let guarded = Profile { guard_production: true, ..custom("https://gw.example") };
    for profile in [prod, guarded] {
        assert!(copied(&order_of(&profile, &draft())).contains(warning));
    }
    assert!(!copied(&order_of(&custom("https://gw.example"), &draft())).contains("PRODUCTION"));
}

#[test]
fn what_is_masked_or_escaped_stays_so_and_the_text_says_that_it_will_not_work() {
    let base = custom("https://gw.example");
    let card = Profile { merchant_id: "4111111111111111".into(), ..base.clone() };
    let text = copied(&order_of(&card, &draft()));
    assert!(
        text.contains(&format!("-H 'x-merchantid: {MASK}'")) && text.contains("# It will not work as it is")
    );
    assert!(!text.contains("411111"));
    let stars = Draft { submerchant_id: "a****b".into(), ..draft() };
    let text = copied(&order_of(&base, &stars));
    assert!(text.contains(r"a\\u{2a}\\u{2a}") && text.contains("# It will not work as it is"), "{text}");
    assert!(!copied(&order_of(&base, &draft())).contains("will not work"));
}

/// An interactive zsh knows no comments and takes such a line for a command.
#[test]
fn its_comments_hold_nothing_that_means_something_to_a_shell_and_nothing_from_outside() {
    let mut sent =
        Sent::of(&order_of(&custom("https://gw.example"), &asked(HOSTILE[2])), 1, Stamp::default());
    (sent.profile, sent.guarded, sent.verbatim) = (Masked::ours("$(touch MADE)"), true, false);
    let text = curl(&sent).text();
    let comments: Vec<&str> = text.lines().filter(|line| line.starts_with('#')).collect();
    assert_eq!(comments.len(), 4);
    for c in comments.iter().flat_map(|line| line.chars().skip(1)) {
        assert!(c.is_ascii_alphanumeric() || " .,:_-".contains(c), "{c} in {comments:?}");
    }
}
