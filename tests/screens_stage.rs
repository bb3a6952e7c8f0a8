//! No screen on stage holds an id of the session or six characters of one, whoever draws it.
//!
//! The same search finds every one of them with the stage off, so it would find them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod shelves;
mod stage;

use std::collections::BTreeSet;

use proptest::prelude::*;
use stage::probing::{Bench, NOT_FOUND};
use tokenscope::app::event::What;
use tokenscope::app::intent::{Edit, Intent, Move, Pane, Probing};
use tokenscope::app::keymap::TABLE;
use tokenscope::app::state::{Settings, State};
use tokenscope::domain::exchange::{Exchange, RawReply, Reply, Timing};
use tokenscope::domain::history::Entry;
use tokenscope::domain::profile::{Endpoint, Profile};
use tokenscope::domain::request::Draft;
use tokenscope::domain::trail::Trace;
use tokenscope::secret::{AliasKey, Masked, Needles};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 50)];

/// Every id of the console below; none shares six characters with a word of ours.
const IDS: [&str; 11] = [
    "zk83hq02mmw9wq4417dd",
    "qqv7712lkjh",
    "rrt99817zzx",
    "sbm5561kkw",
    "mxq7741ppl",
    "liveq8832vvb",
    "pay.vxwq77.test",
    "40999000079",
    "rq-5f0e77aa11bb",
    "oldcard77120031",
    "oldcust99417",
];

/// Digits that are no longer than four, as words of their own.
const DIGITS: [&str; 2] = ["8243", "9426"];

fn profile(name: &str, merchant: &str, endpoint: Endpoint) -> Profile {
    let profiles = stage::console(0).profiles;
    Profile { name: name.into(), merchant_id: merchant.into(), endpoint, ..profiles[1].clone() }
}

fn console(current: usize) -> State {
    let profiles = vec![
        profile("lab", IDS[4], Endpoint::custom("https://pay.vxwq77.test/api").unwrap()),
        profile("live", IDS[5], Endpoint::production(None).unwrap()),
        Profile { submerchant_id: IDS[3].into(), ..profile("sand", "acme", Endpoint::sandbox()) },
    ];
    let mut state = State::new(Settings::default(), profiles, current);
    state.stage.key = Some(AliasKey::new(&[3; 32]));
    state.form.fill(Draft {
        card_reference: IDS[0].into(),
        customer_id: IDS[1].into(),
        routing_id: IDS[2].into(),
        submerchant_id: IDS[3].into(),
    });
    state.history.rows = vec![row()];
    state
}

fn row() -> Entry {
    let mut row = stage::probing::seen(IDS[10]);
    row.card_reference = Masked::ours(IDS[9]);
    row.card_last_four = Masked::ours(DIGITS[1]);
    row.host = Masked::ours("pay.vxwq77.test");
    row
}

fn ended(current: usize, status: u16, body: &str) -> State {
    let mut state = console(current);
    let sent = stage::sent(&state, 1);
    stage::happen(&mut state, What::Admitted { id: tokenscope::app::call::CallId(1), sent: Box::new(sent) });
    let headers: &[(&str, &[u8])] =
        &[("x-request-id", IDS[8].as_bytes()), ("content-type", b"application/json")];
    let raw = RawReply { status, headers, body: body.as_bytes() };
    let reply = Reply::Came(Exchange::read(&raw, None, Needles::default(), Timing::default()));
    stage::happen(&mut state, What::Replied { id: tokenscope::app::call::CallId(1), reply });
    state
}

fn body() -> String {
    stage::sample()
        .replace("token_a0c16957f9bf46b0966a91a35b555353", IDS[0])
        .replace("juspaytest_cust", IDS[1])
        .replace("40000000079", IDS[7])
}

fn answered() -> State {
    ended(0, 200, &body())
}

fn text(state: &State, size: (u16, u16)) -> String {
    let buffer = stage::drawn(state, size);
    let line =
        |row: &[ratatui::buffer::Cell]| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
    buffer.content.chunks(usize::from(size.0)).map(|row| line(row).trim_end().to_owned() + "\n").collect()
}

/// The ids of which a text holds six characters in a row, or the whole where they are fewer digits.
fn held(text: &str, ids: &[&'static str]) -> BTreeSet<&'static str> {
    let lower = text.to_lowercase();
    let has_piece = |id: &&&str| {
        (0..=id.len().saturating_sub(6)).any(|at| lower.contains(&id[at..(at + 6).min(id.len())]))
    };
    let mut held: BTreeSet<&'static str> = ids.iter().filter(has_piece).copied().collect();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    held.extend(DIGITS.iter().filter(|digits| words.contains(*digits)));
    held
}

fn found(state: &State) -> BTreeSet<&'static str> {
    SIZES.iter().flat_map(|size| held(&text(state, *size), &IDS)).collect()
}

fn then(mut state: State, intents: &[Intent]) -> State {
    for intent in intents {
        stage::press(&mut state, *intent);
    }
    state
}

fn typing(state: State, text: &str) -> State {
    let mut state = then(state, &[Intent::EditField]);
    text.chars().for_each(|c| drop(stage::press(&mut state, Intent::Edit(Edit::Insert(c)))));
    state
}

/// Every kind of screen there is, each before the stage is entered.
fn screens() -> Vec<State> {
    use Intent::{Copy, CopyMenu, Export, ExportForm, Focus, Go, Help, Open, Profiles, Raw, Timing};
    let ways: &[&[Intent]] = &[
        &[],
        &[Focus(Pane::Profiles)],
        &[Focus(Pane::Request)],
        &[Focus(Pane::History)],
        &[Go(Move::Bottom)],
        &[Raw],
        &[Raw, Go(Move::Bottom)],
        &[Timing],
        &[Timing, Go(Move::Bottom)],
        &[Copy],
        &[Copy, Go(Move::Bottom)],
        &[CopyMenu],
        &[Profiles],
        &[Help],
        &[Open],
        &[Open, Open],
        &[Open, Go(Move::Bottom), Open],
        &[Export],
        &[Export, ExportForm],
    ];
    let mut screens: Vec<State> = ways.iter().map(|way| then(answered(), way)).collect();
    screens.extend((0..3).map(console));
    screens.push(typing(console(0), "xx"));
    screens.push(then(typing(console(0), "x"), &[Intent::Edit(Edit::Home)]));
    let refusal =
        r#"{"error": true, "user_message": "Customer oldcust99417 has no card zk83hq02mmw9wq4417dd"}"#;
    screens.push(ended(0, 400, refusal));
    screens.push(then(ended(2, 400, NOT_FOUND), &[Intent::Focus(Pane::Answer), Intent::Probe]));
    screens.push(confirming());
    screens.push(flying());
    screens.push(differing());
    screens.push(pasted());
    screens.push(traced());
    screens.extend(reporting());
    screens
}

/// The report of a batch: its list, and a row of it whole.
fn reporting() -> [State; 2] {
    let line = shelves::line(1, false)
        .replace("\"r1\"", "\"oldcard77120031\"")
        .replace("\"c1\"", "\"oldcust99417\"");
    // A sentence of the API may name an id that nobody asked for.
    let said = "No card zk83hq02mmw9wq4417dd for qqv7712lkjh";
    let line = line.replace("The token is suspended, so the network declines it.", said);
    let (list, _) = shelves::listed(&line);
    let (mut whole, mut listing) = shelves::listed(&line);
    let effects = stage::press(&mut whole, Intent::Open);
    shelves::serve(&mut whole, &mut listing, effects);
    [list, whole]
}

fn confirming() -> State {
    let mut state = then(console(1), &[Intent::Send]);
    let id = tokenscope::app::call::CallId(1);
    stage::happen(&mut state, What::Barred { id, barred: tokenscope::domain::guard::Barred::Unconfirmed });
    "prod liveq883".chars().for_each(|c| drop(stage::press(&mut state, Intent::Edit(Edit::Insert(c)))));
    state
}

fn flying() -> State {
    let mut state = console(1);
    let sent = stage::sent(&state, 1);
    stage::happen(&mut state, What::Admitted { id: tokenscope::app::call::CallId(1), sent: Box::new(sent) });
    then(state, &[Intent::Cancel])
}

fn differing() -> State {
    let mut state = answered();
    state.history.rows = vec![Entry { id: 2, card_last_four: Masked::ours(DIGITS[0]), ..row() }, row()];
    then(state, &[Intent::Focus(Pane::History), Intent::Compare])
}

fn pasted() -> State {
    let mut state = console(2);
    let curl = "curl -X POST https://pay.vxwq77.test/v4/card/get -H 'x-merchantid: mxq7741ppl' -d '{\"card_reference\": \
        \"zk83hq02mmw9wq4417dd\", \"customer_id\": \"qqv7712lkjh\"}'";
    stage::happen(&mut state, What::Pasted(curl.into()));
    state
}

fn traced() -> State {
    let mut state = then(answered(), &[Intent::Timing]);
    let deed = Masked::ours("send to pay.vxwq77.test");
    let trace = Trace {
        at: stage::AT,
        who: Masked::ours("ann"),
        deed,
        outcome: Masked::ours("of zk83hq02mmw9wq4417dd"),
    };
    let id = tokenscope::app::call::CallId(1);
    stage::happen(&mut state, What::Timeline { id, result: Ok(vec![trace]) });
    state
}

#[test]
fn no_screen_on_stage_holds_six_characters_of_an_id() {
    let mut seen = BTreeSet::new();
    for (place, mut state) in screens().into_iter().enumerate() {
        seen.extend(found(&state));
        state.stage.on = true;
        let screen = text(&state, (120, 36));
        let staged = match state.overlays.last() {
            // What was previewed without the stage goes when it is entered, so a preview of this mode is looked at.
            Some(tokenscope::app::overlay::Overlay::Export(_)) => {
                then(answered_on_stage(), &[Intent::Export])
            }
            _ => state,
        };
        assert!(text(&staged, (80, 24)).contains(" STAGE "), "{screen}");
        assert_eq!(found(&staged), BTreeSet::new(), "screen {place}:\n{screen}");
    }
    let all: BTreeSet<&str> = IDS.into_iter().chain(DIGITS).collect();
    assert_eq!(seen, all, "the search finds every id without the stage");
}

fn answered_on_stage() -> State {
    let mut state = answered();
    state.stage.on = true;
    state
}

/// Very many rows, each of a card of its own: six characters of its id in a row are in no other.
fn long() -> State {
    let mut state = answered_on_stage();
    let of = |n: i64| Entry { id: n, card_reference: Masked::ours(&format!("{n}zq{n}")), ..row() };
    state.history.rows = (1_000..6_000).rev().map(of).collect();
    then(state, &[Intent::Focus(Pane::History), Intent::Zoom])
}

#[test]
fn however_far_down_the_history_is_looked_at_no_row_shows_an_id() {
    // Six characters, since the five of a pseudonym's code may look like fewer.
    let is_id = |six: &[u8]| six[2..4] == *b"zq" && [0, 1, 4, 5].iter().all(|at| six[*at].is_ascii_digit());
    let shows = |line: &&str| line.as_bytes().windows(6).any(is_id);
    let rows = |state: &State| text(state, (200, 120)).lines().filter(shows).count();
    let mut unstaged = long();
    unstaged.stage.on = false;
    assert!(rows(&unstaged) > 100, "the ids are found without the stage");
    for wanted in ["", "ZQ2"] {
        let mut state = long();
        if !wanted.is_empty() {
            stage::press(&mut state, Intent::Filter);
            wanted.chars().for_each(|c| drop(stage::press(&mut state, Intent::Edit(Edit::Insert(c)))));
        }
        let last = state.history.count() - 1;
        for place in [0, 1, 60, 119, 120, 500, last - 119, last] {
            state.history.cursor = place;
            assert_eq!(rows(&state), 0, "{wanted:?}, the cursor at {place}");
        }
    }
}

#[test]
fn what_is_said_of_the_form_holds_no_id_of_a_row_that_is_drawn_nowhere() {
    let mut state = console(2);
    let profile = Masked::ours(&state.profiles[2].name);
    let routed = Masked::ours("xx_ruled_55");
    let used = Entry { profile, customer_id: Masked::ours(IDS[1]), routing_id: routed, ..row() };
    state.history.rows = std::iter::repeat_n(row(), 600).chain([used]).collect();
    let is_seen = |state: &State| SIZES.iter().any(|size| text(state, *size).contains("xx_rul"));
    let mut state =
        then(state, &[Intent::Focus(Pane::Request), Intent::Go(Move::Down), Intent::Go(Move::Down)]);
    assert!(is_seen(&state), "{}", text(&state, SIZES[2]));
    state.stage.on = true;
    assert!(!is_seen(&state), "{}", text(&state, SIZES[2]));
}

#[test]
fn pseudonyms_are_made_for_the_rows_near_the_cursor_and_no_others() {
    let mut state = long();
    state.history.cursor = 2_000;
    let covered = |place: usize| {
        let id = state.history.rows[place].card_reference.text();
        !state.veil(24).unwrap().covers(&id).is_empty()
    };
    let places: Vec<usize> = (0..5_000).step_by(8).filter(|place| covered(*place)).collect();
    assert_eq!(places, [1_976, 1_984, 1_992, 2_000, 2_008, 2_016, 2_024]);
}

#[test]
fn one_id_has_one_code_on_the_whole_screen_and_frames_stand_where_they_stood() {
    let plain = answered();
    let mut staged = answered();
    staged.stage.on = true;
    let code = staged.stage.alias(tokenscope::app::stage::Kind::Card, IDS[0]);
    let screen = text(&staged, (120, 36));
    assert!(screen.matches(&code).count() >= 2, "{code} in form and answer:\n{screen}");
    for size in SIZES {
        let frames = |state: &State| {
            let columns = |line: &str| {
                line.chars().enumerate().filter(|(_, c)| *c == '│').map(|(at, _)| at).collect::<Vec<_>>()
            };
            text(state, size).lines().skip(1).map(columns).collect::<Vec<_>>()
        };
        assert_eq!(frames(&staged), frames(&plain));
    }
}

#[test]
fn stage_screens_are_still_of_use() {
    for (name, state) in [("answer", answered()), ("confirm", confirming())] {
        let mut state = state;
        state.stage.on = true;
        insta::assert_snapshot!(format!("stage_{name}"), text(&state, (120, 36)));
    }
}

/// A step of a walk.
#[derive(Debug, Clone)]
enum Step {
    Want(Intent),
    Type(char),
    Paste(&'static str),
    Answer(u8),
    Disk,
    Focus,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let intents: Vec<Intent> =
        TABLE.iter().map(|binding| binding.intent).filter(|intent| *intent != Intent::Quit).collect();
    let ids = prop::sample::select(WALKED.to_vec());
    let step = prop_oneof![
        8 => prop::sample::select(intents).prop_map(Step::Want),
        1 => prop::char::range('a', 'z').prop_map(Step::Type),
        1 => ids.prop_map(Step::Paste),
        3 => (0_u8..4).prop_map(Step::Answer),
        3 => Just(Step::Disk),
        1 => Just(Step::Focus),
        2 => Just(Step::Want(Intent::Send)),
        1 => Just(Step::Want(Intent::Probing(Probing::Customer))),
    ];
    prop::collection::vec(step, 1..40)
}

/// The ids of the walk's console, but for those of words that the screens have too.
const WALKED: [&str; 6] = [
    "a0c16957f9bf46b0966a91a35b555353",
    "acme_one",
    "acme_two",
    "acme_live",
    "gw.example.internal",
    "typed99417",
];

fn take(bench: &mut Bench, step: &Step) {
    match step {
        Step::Want(intent) => bench.press(*intent),
        Step::Type(c) => bench.press(Intent::Edit(Edit::Insert(*c))),
        Step::Paste(id) => bench.happen(What::Pasted((*id).into())),
        Step::Answer(how) if bench.flight.is_some() => match how {
            0 => bench.answer(400, NOT_FOUND),
            1 => bench.answer(401, r#"{"error": true, "user_message": "typed99417 of acme_one"}"#),
            _ => bench.answer_well(),
        },
        Step::Answer(_) => {}
        Step::Disk => {
            for ticket in std::mem::take(&mut bench.tickets) {
                bench.happen(What::Audited { ticket, result: Ok(()) });
            }
        }
        Step::Focus => bench.happen(What::FocusLost),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_on_stage_nothing_drawn_copied_or_exported_holds_an_id(steps in steps(), first in 0_usize..5) {
        let mut bench = Bench::new(first);
        bench.state.stage.key = Some(AliasKey::new(&[9; 32]));
        bench.press(Intent::Stage);
        for step in steps {
            let was_on = bench.state.stage.on;
            take(&mut bench, &step);
            let texts = std::mem::take(&mut bench.texts);
            if !(was_on && bench.state.stage.on) {
                continue;
            }
            prop_assert!(bench.state.reveal.is_none());
            let screens = [SIZES[0], SIZES[2]].map(|size| text(&bench.state, size));
            for shown in screens.iter().chain(&texts) {
                let held = held(shown, &WALKED);
                prop_assert!(held.is_empty(), "{held:?} after {step:?} in\n{shown}");
            }
        }
    }
}

#[test]
fn the_walk_would_find_an_id_that_is_drawn() {
    let bench = Bench::new(0);
    let held = held(&text(&bench.state, SIZES[2]), &WALKED);
    assert!(held.contains(WALKED[0]) && held.contains(WALKED[1]), "{held:?}");
}
