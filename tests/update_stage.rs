//! Stage mode without a terminal: what it refuses, what leaves under it, and what entering and leaving it drops.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod stage;

use std::time::Duration;

use tokenscope::app::call::CallId;
use tokenscope::app::effect::{Effect, Ticket};
use tokenscope::app::event::{Event, Press, What};
use tokenscope::app::intent::{Intent, Pane};
use tokenscope::app::stage::Kind;
use tokenscope::app::state::State;
use tokenscope::app::update;
use tokenscope::secret::{AliasKey, Moment};

const REFERENCE: &str = "token_a0c16957f9bf46b0966a91a35b555353";

fn with_key(mut state: State) -> State {
    state.stage.key = Some(AliasKey::new(&[1; 32]));
    state
}

fn on_stage() -> State {
    let mut state = with_key(stage::replied(1, 200, &stage::sample()));
    stage::press(&mut state, Intent::Stage);
    assert!(state.stage.on);
    state
}

fn notice(state: &State) -> String {
    state.notice.as_ref().map(|notice| notice.text.text()).unwrap_or_default()
}

#[test]
fn what_would_show_a_value_is_refused_and_says_why() {
    for intent in [Intent::Reveal, Intent::Identity, Intent::Compare] {
        let mut state = on_stage();
        assert!(stage::press(&mut state, intent).is_empty(), "{intent:?}");
        assert!(notice(&state).contains("STAGE"), "{}", notice(&state));
        assert!(state.overlays.is_empty() && state.pending.is_none());
    }
}

#[test]
fn entering_the_stage_hides_what_is_revealed_at_once_and_a_late_row_reveals_nothing() {
    let mut state = with_key(stage::revealed());
    let effects = stage::press(&mut state, Intent::Stage);
    assert!(state.reveal.is_none() && effects.iter().any(|effect| matches!(effect, Effect::Repaint)));
    let mut state = with_key(stage::replied(1, 200, &stage::sample()));
    stage::press(&mut state, Intent::Reveal);
    stage::press(&mut state, Intent::Stage);
    stage::happen(&mut state, What::Audited { ticket: Ticket::Reveal(CallId(1)), result: Ok(()) });
    assert!(state.reveal.is_none());
}

#[test]
fn what_is_exported_is_what_is_previewed_and_holds_pseudonyms_and_the_trail_holds_the_ids() {
    let mut state = on_stage();
    stage::press(&mut state, Intent::Export);
    stage::press(&mut state, Intent::ExportForm);
    let row = stage::press(&mut state, Intent::Open);
    assert!(matches!(row.as_slice(), [Effect::Audit(_, row)] if row.card_reference.text() == REFERENCE));
    let effects =
        stage::happen(&mut state, What::Audited { ticket: Ticket::Export(CallId(1)), result: Ok(()) });
    let [Effect::Export(text, _)] = effects.as_slice() else { panic!("{effects:?}") };
    let alias = state.stage.alias(Kind::Card, REFERENCE);
    assert!(
        text.text().contains(&format!("\"{alias}\"")) && !text.text().contains("a0c169"),
        "{}",
        text.text()
    );
}

#[test]
fn each_copy_holds_pseudonyms() {
    for (focus, intents) in
        [(Pane::Request, &[Intent::Copy][..]), (Pane::Answer, &[Intent::CopyMenu, Intent::Open])]
    {
        let mut state = on_stage();
        state.focus = focus;
        for intent in intents {
            stage::press(&mut state, *intent);
        }
        let waiting = state.copies.waiting.as_ref().unwrap().text();
        let alias = state.stage.alias(Kind::Card, REFERENCE);
        assert!(waiting.contains(&alias) && !waiting.contains("a0c169"), "{waiting}");
    }
}

#[test]
fn what_was_made_in_one_mode_does_not_leave_in_the_other() {
    let mut state = with_key(stage::replied(1, 200, &stage::sample()));
    stage::press(&mut state, Intent::Export);
    stage::press(&mut state, Intent::Open);
    stage::press(&mut state, Intent::Stage);
    let ticket = Ticket::Export(CallId(1));
    assert!(stage::happen(&mut state, What::Audited { ticket, result: Ok(()) }).is_empty());
    let mut state = with_key(stage::replied(1, 200, &stage::sample()));
    state.focus = Pane::Request;
    stage::press(&mut state, Intent::Copy);
    stage::press(&mut state, Intent::Stage);
    assert!(stage::happen(&mut state, What::Audited { ticket: Ticket::Copy(1), result: Ok(()) }).is_empty());
}

#[test]
fn a_stray_paste_neither_enters_nor_leaves_the_stage() {
    for on in [false, true] {
        let mut state = with_key(stage::console(1));
        state.stage.on = on;
        for (millis, intent) in [(0, None), (5, Some(Intent::Stage))] {
            let came = Moment(Duration::from_millis(60_000 + millis));
            let what = What::Pressed(Press { intent, printable: true, repeat: false, came });
            update(&mut state, Event { at: came, stamp: stage::AT, what });
        }
        assert_eq!(state.stage.on, on);
    }
}

#[test]
fn an_id_has_one_code_whatever_it_is_the_id_of() {
    let state = on_stage();
    let code = |alias: String| alias.rsplit('-').next().unwrap().to_owned();
    let kinds = [Kind::Card, Kind::Customer, Kind::Routing, Kind::Submerchant, Kind::Merchant, Kind::Other];
    let codes: Vec<String> = kinds.iter().map(|kind| code(state.stage.alias(*kind, "cust_1"))).collect();
    assert!(codes.iter().all(|it| it == codes.first().unwrap()), "{codes:?}");
    assert_ne!(code(state.stage.alias(Kind::Card, "cust_2")), *codes.first().unwrap());
}
