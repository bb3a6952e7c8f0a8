//! The peers: two API clients in a terminal, each with a collection of twenty POST requests, and two without one.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::home::{CUSTOMER, Home, REFERENCE};
use crate::program::{DOWN, ENTER, Kind, Program, Sending, Step};
use crate::world::World;

/// Whom this bench knows how to measure.
pub const KNOWN: [&str; 4] = ["slumber", "atac", "curl", "hey"];

/// Requests of a collection.
const REQUESTS: u32 = 20;

/// A peer, and where it is.
#[derive(Clone)]
pub struct Peer {
    pub name: &'static str,
    pub path: PathBuf,
}

/// The body of every request.
pub fn body() -> String {
    format!("{{\"card_reference\":\"{REFERENCE}\",\"customer_id\":\"{CUSTOMER}\"}}")
}

/// The body of one request of a collection: each asks for another customer's card, so that a move in the list shows another.
fn body_of(number: u32) -> String {
    body().replace(CUSTOMER, &format!("customer_{number:02}"))
}

/// The peer as a program with a screen; `None` for one without.
pub fn console(peer: &Peer, world: &World) -> Option<Program> {
    let (home, _) = world.home(peer.name);
    match peer.name {
        "slumber" => Some(slumber(peer, home, world)),
        "atac" => Some(atac(peer, home, world)),
        _ => None,
    }
}

fn slumber(peer: &Peer, home: Home, world: &World) -> Program {
    let url = world.server.url();
    let collection = home.write("home/slumber.yml", &slumber_collection(&url));
    Program {
        name: peer.name.to_owned(),
        kind: Kind::Peer,
        argv: vec![peer.path.clone().into(), "-f".into(), collection.into()],
        home,
        ready: format!("POST {url}"),
        filled: None,
        to_list: vec![Step::Key(b"r")],
        sending: Some(Sending { before: Vec::new(), key: ENTER }),
        tick: 0,
    }
}

fn slumber_collection(url: &str) -> String {
    let mut text = "name: Cards\nrequests:\n".to_owned();
    for number in 1..=REQUESTS {
        let _ = write!(
            text,
            "  fetch_{number:02}:\n    name: Fetch {number:02}\n    method: POST\n    url: \"{url}\"\n    \
             headers: {{ Accept: application/json }}\n    body: {{ type: json, data: {} }}\n",
            body_of(number)
        );
    }
    text
}

fn atac(peer: &Peer, home: Home, world: &World) -> Program {
    home.write("home/atac/cards.json", &atac_collection(&world.server.url()));
    let folder = home.path("home/atac");
    let to_request = [Step::Key(DOWN), Step::Key(ENTER), Step::Key(DOWN)];
    let mut before = to_request.to_vec();
    before.push(Step::Key(ENTER));
    Program {
        name: peer.name.to_owned(),
        kind: Kind::Peer,
        argv: vec![peer.path.clone().into(), "-d".into(), folder.into()],
        home,
        ready: "Cards".to_owned(),
        filled: None,
        to_list: to_request.to_vec(),
        sending: Some(Sending { before, key: b" " }),
        // It writes 25 bytes four times a second.
        tick: 40,
    }
}

fn atac_collection(url: &str) -> String {
    let request = |number| {
        let quoted = body_of(number).replace('"', "\\\"");
        format!(
            r#"{{"name":"Fetch {number:02}","url":"{url}","params":[],"headers":[{{"enabled":true,"data":["content-type","application/json"]}},{{"enabled":true,"data":["accept","application/json"]}}],"auth":"no_auth","scripts":{{"pre_request_script":null,"post_request_script":null}},"settings":{{"use_config_proxy":true,"allow_redirects":true,"timeout":30000,"store_received_cookies":true,"pretty_print_response_content":true,"accept_invalid_certs":false,"accept_invalid_hostnames":false}},"protocol":{{"type":"http","method":"POST","body":{{"json":"{quoted}"}}}}}}"#
        )
    };
    let requests: Vec<String> = (1..=REQUESTS).map(request).collect();
    format!(r#"{{"name":"Cards","last_position":0,"requests":[{}]}}"#, requests.join(","))
}
