//! Reports of batches for the console, and a shelf that serves them without a thread.
#![allow(dead_code, unreachable_pub, reason = "each test crate uses its own part")]

use std::io::Cursor;

use tokenscope::app::browse::{News, Reading};
use tokenscope::app::effect::Effect;
use tokenscope::app::event::What;
use tokenscope::app::intent::{Edit, Intent};
use tokenscope::app::state::State;
use tokenscope::batch::Listing;

use crate::stage;

/// A line of a report as `batch` writes it; of a row that is not usable, the token is suspended.
pub fn line(row: u64, is_usable: bool) -> String {
    let (verdict, exit, finding, summary) = if is_usable {
        ("USABLE", 0, "usable", "Token and cryptogram are well-formed and the token is active.")
    } else {
        ("NOT USABLE", 6, "token-suspended", "The token is suspended, so the network declines it.")
    };
    format!(
        r#"{{"row": {row}, "outcome": "answered", "card_reference": "r{row}", "customer_id": "c{row}", "profile": "acme", "environment": "sandbox", "host": "sandbox.juspay.in", "http_status": 200, "verdict": "{verdict}", "exit": {exit}, "summary": "{summary}", "findings": [{{"id": "{finding}", "severity": "bad", "meaning": "{summary}", "action": "Ask the issuer.", "source": "contract", "confidence": "sure"}}], "answer": {{"network": "VISA", "issuer": "Paytm", "authentication_details": {{"token": "••••••••"}}}}, "timing_ms": 12}}"#
    ) + "\n"
}

/// So many rows, of which those whose number the step divides are not usable.
pub fn report(rows: u64, step: u64) -> String {
    (1..=rows).map(|row| line(row, row % step != 0)).collect()
}

pub type Served<'a> = Listing<Cursor<&'a [u8]>>;

/// A console with this report open, and what serves it.
pub fn listed(text: &str) -> (State, Served<'_>) {
    let mut state = stage::console(1);
    stage::press(&mut state, Intent::Report);
    "out.jsonl".chars().for_each(|c| drop(stage::press(&mut state, Intent::Edit(Edit::Insert(c)))));
    stage::press(&mut state, Intent::Open);
    let mut listing = Listing::open(Cursor::new(text.as_bytes())).unwrap();
    while !listing.counted().complete {
        listing.count().unwrap();
    }
    let news = News::Counted(Box::new(listing.counted().clone()));
    let effects = stage::happen(&mut state, What::Report { id: 1, news });
    serve(&mut state, &mut listing, effects);
    (state, listing)
}

/// Does what the console wants of the report.
pub fn serve(state: &mut State, listing: &mut Served<'_>, effects: Vec<Effect>) {
    for effect in effects {
        let Effect::ReadReport(id, reading) = effect else { panic!("{effect:?}") };
        let news = match reading {
            Reading::Page(which, first) => {
                News::Page { which, first, rows: listing.page(which, first).unwrap() }
            }
            Reading::Whole(which, place) => News::Whole(listing.whole(which, place).unwrap().map(Box::new)),
        };
        stage::happen(state, What::Report { id, news });
    }
}
