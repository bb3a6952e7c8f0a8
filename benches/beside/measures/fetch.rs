//! `fetch`: one call without a screen, the whole process, beside curl with the same request.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{take_turns, whole};
use crate::home::{CUSTOMER, KEY, MERCHANT, REFERENCE};
use crate::peers::body;
use crate::program::Kind;
use crate::stats::Spread;
use crate::table::{Row, Table};
use crate::world::{FEW, World};

const ROUNDS: usize = 60;

/// A command under measure.
struct Headless<'a> {
    name: &'static str,
    kind: Kind,
    command: Box<dyn Fn() -> Command + 'a>,
}

pub fn take(world: &World) -> String {
    let mut commands = commands(world);
    let taken = take_turns(&mut commands, ROUNDS, |one| whole((one.command)()));
    let mut table = Table::new(
        "fetch",
        "One call without a screen, the whole process (ratios: p50). Ours also parses, masks and judges the answer, and \
         has two audit rows and one of history on disk. The floor: one request over one socket.",
        &["p50", "p99", "min"],
    );
    for (one, taken) in commands.iter().zip(taken) {
        let name = one.name.to_owned();
        table.push(match taken.map(Spread::of) {
            Ok(time) => Row { name, kind: one.kind, main: Some(time.median), cells: time.cells() },
            Err(why) => Row { name, kind: one.kind, main: None, cells: vec![format!("not measured: {why}")] },
        });
    }
    table.markdown()
}

fn commands(world: &World) -> Vec<Headless<'_>> {
    let home = world.kept("fetches", FEW, REFERENCE);
    let words = ["fetch", "--card-reference", REFERENCE, "--customer-id", CUSTOMER, "--format", "json"];
    let ours =
        Headless { name: "tokenscope fetch", kind: Kind::Ours, command: Box::new(move || home.ours(&words)) };
    let floor = Headless { name: "floor", kind: Kind::Floor, command: Box::new(move || post(world)) };
    let mut all = vec![ours, floor];
    if let Some(curl) = world.peer("curl") {
        let command = move || curl_with(Command::new(curl), world);
        all.push(Headless { name: "curl", kind: Kind::Peer, command: Box::new(command) });
    }
    all
}

fn post(world: &World) -> Command {
    let mut command = Command::new(world.bare_post());
    command.args(["--as-post", &world.server.port.to_string(), &body()]).env_clear();
    command
}

/// The headers that ours sends.
fn curl_with(mut command: Command, world: &World) -> Command {
    let (home, _) = world.home("curl");
    let authorization = format!("Authorization: Basic {}", STANDARD.encode(format!("{KEY}:")));
    let routing = format!("x-routing-id: {CUSTOMER}");
    let merchant = format!("x-merchantid: {MERCHANT}");
    command.env_clear().envs(home.environment());
    command.args(["-q", "-sS", "--fail", "-X", "POST", "-d", &body(), &world.server.url()]);
    let headers = [
        authorization.as_str(),
        "Content-Type: application/json",
        "Accept: application/json",
        "version: 2023-01-01",
        &routing,
        &merchant,
    ];
    command.args(headers.iter().flat_map(|header| ["-H", header]));
    command
}
