//! Consoles in a known state, for pictures and snapshots: built by events only, with fixed times and made-up data.
#![allow(dead_code, unreachable_pub, reason = "each test crate uses its own part")]

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use tokenscope::app::call::CallId;
use tokenscope::app::effect::{Effect, Ticket};
use tokenscope::app::event::{Event, Press, What};
use tokenscope::app::intent::{Edit, Intent};
use tokenscope::app::state::{Settings, State};
use tokenscope::app::update;
use tokenscope::config::demo_profile;
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::exchange::{Exchange, RawReply, Reply, Timing};
use tokenscope::domain::guard::{Barred, Order};
use tokenscope::domain::history::Entry;
use tokenscope::domain::profile::{Endpoint, KeySource, Profile};
use tokenscope::domain::sent::Sent;
use tokenscope::report::{self, Call as Told};
use tokenscope::secret::{Moment, Needles};
use tokenscope::view;

#[path = "../support/orders.rs"]
mod orders;
pub mod probing;

pub const AT: Stamp = Stamp(1_795_430_000_000);
pub const NOW: Moment = Moment(Duration::from_mins(1));

/// The contract's sample with a made-up cryptogram.
pub fn sample() -> String {
    include_str!("../fixtures/contract_200.json").replace("XXXXXXXXXXXXXXXX", "MADEUPmadeupMADEUPmadeupMA0=")
}

pub fn console(current: usize) -> State {
    let of = |name, endpoint| Profile { key: KeySource::Emulator, ..orders::profile(name, endpoint) };
    let profiles = vec![
        demo_profile("127.0.0.1:8080".parse().unwrap(), "demo_merchant"),
        of("sandbox", Endpoint::sandbox()),
        of("prod", Endpoint::production(None).unwrap()),
    ];
    let mut state = State::new(Settings::default(), profiles, current);
    state.form.fill_sample();
    state
}

pub fn happen(state: &mut State, what: What) -> Vec<Effect> {
    update(state, Event { at: NOW, stamp: AT, what })
}

pub fn press(state: &mut State, intent: Intent) -> Vec<Effect> {
    happen(state, What::Pressed(Press { intent: Some(intent), printable: false, repeat: false, came: NOW }))
}

/// What a send of the form would be.
pub fn sent(state: &State, number: u32) -> Sent {
    Sent::of(&orders::order_of(state.profile().unwrap(), &state.form.draft), number, AT)
}

/// The row of history of the call on the screen.
pub fn recorded(state: &State) -> Entry {
    let record = state.record().unwrap();
    let call = Told { sent: &record.sent, reply: &record.reply, judgement: &record.judgement };
    report::entry(&call)
}

/// A console with a call under way.
pub fn in_flight(current: usize) -> (State, Order) {
    let mut state = console(current);
    let order = orders::order_of(state.profile().unwrap(), &state.form.draft);
    happen(&mut state, What::Admitted { id: CallId(1), sent: Box::new(Sent::of(&order, 1, AT)) });
    (state, order)
}

/// A console whose call has ended so.
pub fn ended(current: usize, reply: impl FnOnce(&Order) -> Reply) -> State {
    let (mut state, order) = in_flight(current);
    happen(&mut state, What::Replied { id: CallId(1), reply: reply(&order) });
    state
}

/// A whole answer to no request in particular.
pub fn reply(status: u16, body: &str) -> Reply {
    let raw = RawReply { status, headers: &[], body: body.as_bytes() };
    Reply::Came(Exchange::read(&raw, None, Needles::default(), Timing::default()))
}

/// A console with this status and body for an answer.
pub fn replied(current: usize, status: u16, body: &str) -> State {
    ended(current, |order| {
        let raw = RawReply { status, headers: &[], body: body.as_bytes() };
        Reply::Came(Exchange::read(&raw, Some(order.request()), Needles::default(), Timing::default()))
    })
}

pub fn revealed() -> State {
    let mut state = replied(1, 200, &sample());
    press(&mut state, Intent::Reveal);
    happen(&mut state, What::Audited { ticket: Ticket::Reveal(CallId(1)), result: Ok(()) });
    state
}

pub fn confirming() -> State {
    let mut state = console(2);
    press(&mut state, Intent::Send);
    happen(&mut state, What::Barred { id: CallId(1), barred: Barred::Unconfirmed });
    "prod ac".chars().for_each(|c| drop(press(&mut state, Intent::Edit(Edit::Insert(c)))));
    state
}

pub fn drawn(state: &State, (width, height): (u16, u16)) -> Buffer {
    let mut cells = Buffer::empty(Rect::new(0, 0, width, height));
    view::draw(&mut view::Frame::on(&mut cells), state);
    cells
}
