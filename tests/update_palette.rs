//! The palette without a terminal: what it finds, what Enter does, and what a paste must never set off.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod stage;

use std::time::Duration;

use tokenscope::app::effect::Effect;
use tokenscope::app::event::{Event, Press, What};
use tokenscope::app::intent::{Edit, Intent, Pane};
use tokenscope::app::overlay::Overlay;
use tokenscope::app::palette::{Choice, Palette};
use tokenscope::app::state::State;
use tokenscope::app::update;
use tokenscope::app::why::why_not;
use tokenscope::domain::gateway::PaymentGateway;

/// A console, and a clock that a person's hands set.
struct Bench {
    state: State,
    after: Duration,
}

impl Bench {
    fn on(state: State) -> Self {
        Self { state, after: Duration::ZERO }
    }

    fn wait(&mut self, millis: u64) {
        self.after += Duration::from_millis(millis);
    }

    fn happen(&mut self, what: What) -> Vec<Effect> {
        update(&mut self.state, Event { at: stage::NOW.plus(self.after), stamp: stage::AT, what })
    }

    fn key(&mut self, intent: Intent, printable: bool) -> Vec<Effect> {
        let came = stage::NOW.plus(self.after);
        self.happen(What::Pressed(Press { intent: Some(intent), printable, repeat: false, came }))
    }

    /// Presses a key as a person does.
    fn press(&mut self, intent: Intent) -> Vec<Effect> {
        self.wait(400);
        self.key(intent, false)
    }

    /// Opens the palette and types as a person does.
    fn typed(mut self, text: &str) -> Self {
        self.press(Intent::Palette);
        for c in text.chars() {
            self.wait(100);
            self.key(Intent::Edit(Edit::Insert(c)), true);
        }
        self
    }

    fn palette(&self) -> Option<&Palette> {
        match self.state.overlays.last() {
            Some(Overlay::Palette(palette)) => Some(palette),
            _ => None,
        }
    }

    fn chosen(&self) -> Choice {
        self.palette().unwrap().chosen(&self.state).expect("a row").choice
    }

    fn notice(&self) -> String {
        self.state.notice.as_ref().map(|notice| notice.text.text()).unwrap_or_default()
    }
}

fn answered() -> State {
    stage::replied(1, 200, &stage::sample())
}

#[test]
fn every_intent_is_found_first_by_its_name_and_enter_does_it_or_says_why_not() {
    for (intent, name) in Intent::NAMED {
        let mut bench = Bench::on(stage::console(0)).typed(name);
        assert_eq!(bench.chosen(), Choice::Intent(*intent), "{name}");
        let why = why_not(&bench.state, *intent).map(|notice| notice.text.text());
        bench.press(Intent::Open);
        match why {
            Some(why) => assert_eq!((bench.notice(), bench.palette().is_some()), (why, true), "{name}"),
            None => assert!(bench.palette().is_none() || *intent == Intent::Palette, "{name}"),
        }
    }
}

#[test]
fn what_is_chosen_does_what_its_key_does() {
    for intent in [Intent::Send, Intent::Reveal, Intent::Export, Intent::Copy, Intent::Quit, Intent::Clear] {
        let by_key = Bench::on(answered()).press(intent);
        let mut bench = Bench::on(answered()).typed(intent.name().unwrap());
        let by_name = bench.press(Intent::Open);
        assert_eq!(format!("{by_name:?}"), format!("{by_key:?}"));
        assert!(matches!(intent, Intent::Export | Intent::Copy) || !by_name.is_empty(), "{intent:?}");
    }
}

#[test]
fn on_production_a_send_by_name_goes_to_the_guard_without_any_confirmation() {
    let mut bench = Bench::on(stage::console(2)).typed("send");
    let effects = bench.press(Intent::Open);
    assert!(matches!(effects.as_slice(), [Effect::Send { typed: None, .. }]), "{effects:?}");
}

#[test]
fn an_enter_right_behind_a_character_is_no_hand_and_does_nothing() {
    for name in ["send", "reveal", "export", "copy", "quit", "clear", "profile prod", "theme light"] {
        let mut bench = Bench::on(answered()).typed(name);
        bench.wait(10);
        assert!(bench.key(Intent::Open, false).is_empty(), "{name}");
        assert!(bench.palette().is_some(), "{name}");
        bench.press(Intent::Open);
        assert!(bench.palette().is_none(), "{name}: a person may");
    }
}

#[test]
fn a_text_pasted_without_brackets_into_a_pane_runs_nothing() {
    let mut bench = Bench::on(answered());
    bench.wait(1_000);
    let mut effects = bench.key(Intent::Palette, true);
    for c in "send".chars() {
        bench.wait(1);
        effects.extend(bench.key(Intent::Edit(Edit::Insert(c)), true));
    }
    bench.wait(1);
    effects.extend(bench.key(Intent::Open, false));
    assert!(effects.is_empty(), "{effects:?}");
    assert_eq!(bench.palette().map(|palette| palette.typed.as_str()), Some("send"));
}

#[test]
fn a_paste_is_text_and_what_it_names_is_not_set_off_by_enter_until_something_is_typed() {
    for name in ["send", "reveal", "identity", "export", "copy", "compare", "quit", "clear"] {
        let mut bench = Bench::on(answered()).typed("");
        let (most, last) = name.split_at(name.len() - 1);
        assert!(bench.happen(What::Pasted(format!("{name}\n"))).is_empty());
        assert_eq!(bench.palette().unwrap().typed, name);
        assert!(bench.press(Intent::Open).is_empty(), "{name}");
        assert!(bench.notice().contains("this was pasted"), "{}", bench.notice());
        bench.press(Intent::Edit(Edit::KillToStart));
        bench.happen(What::Pasted(most.into()));
        bench.press(Intent::Edit(Edit::Insert(last.chars().next().unwrap())));
        bench.press(Intent::Open);
        assert!(bench.palette().is_none(), "{name}");
    }
    let mut bench = Bench::on(answered()).typed("");
    bench.happen(What::Pasted("theme light".into()));
    bench.press(Intent::Open);
    assert_eq!(bench.state.settings.theme, "light", "what weighs nothing may be pasted");
}

#[test]
fn a_long_paste_is_cut_and_its_line_breaks_are_blanks() {
    let mut bench = Bench::on(answered()).typed("");
    bench.happen(What::Pasted(format!("a\r\nb\t{}", "c".repeat(10_000))));
    let typed = &bench.palette().unwrap().typed;
    assert!(typed.starts_with("a b ccc") && typed.len() == 80, "{typed}");
}

#[test]
fn a_send_by_name_and_a_key_behind_it_are_one_send() {
    let mut bench = Bench::on(stage::console(0)).typed("send");
    assert_eq!(bench.press(Intent::Open).len(), 1);
    bench.wait(200);
    assert!(bench.key(Intent::Send, true).is_empty());
}

#[test]
fn a_profile_a_gateway_and_a_theme_are_taken() {
    let mut bench = Bench::on(answered()).typed("profile prod");
    bench.press(Intent::Open);
    assert_eq!(bench.state.profile().unwrap().name, "prod");
    assert!(bench.state.record().is_none(), "the answer of the profile before is dropped");

    let mut bench = Bench::on(answered()).typed("gateway payu");
    bench.press(Intent::Open);
    assert_eq!(bench.state.settings.gateway, PaymentGateway::find("payu"));
    assert!(
        bench.state.record().unwrap().judgement.readiness.is_some(),
        "told of the answer on the screen too"
    );

    for theme in ["dark", "light", "high-contrast"] {
        let mut bench = Bench::on(answered()).typed(&format!("theme {theme}"));
        bench.press(Intent::Open);
        assert_eq!(bench.state.settings.theme, theme);
    }
}

#[test]
fn every_profile_gateway_and_theme_is_listed_with_every_intent() {
    let state = stage::console(0);
    let rows = Palette::default().rows(&state);
    let others = state.profiles.len() + PaymentGateway::all().len() + state.settings.themes.names().len();
    assert_eq!(rows.len(), Intent::NAMED.len() + others);
    let first_off = rows.iter().position(|row| row.why_not.is_some()).unwrap();
    assert!(rows[first_off..].iter().all(|row| row.why_not.is_some()), "what is on comes first");
}

#[test]
fn a_key_finds_what_it_does_and_what_has_none_is_found_too() {
    let bench = Bench::on(answered()).typed("V");
    assert_eq!(bench.chosen(), Choice::Intent(Intent::Mask));
    let rows = bench.palette().unwrap().rows(&bench.state);
    assert_eq!(rows[0].keys, "V");
    let cancel = Bench::on(answered()).typed("cancel");
    assert_eq!(cancel.palette().unwrap().rows(&cancel.state)[0].keys, "");
}

#[test]
fn the_cursor_stays_within_what_is_found_and_esc_closes() {
    let mut bench = Bench::on(answered()).typed("theme");
    let found = bench.palette().unwrap().rows(&bench.state).len();
    for _ in 0..found + 3 {
        bench.press(Intent::Go(tokenscope::app::intent::Move::Down));
    }
    assert_eq!(bench.palette().unwrap().row, found - 1);
    bench.press(Intent::Edit(Edit::Backspace));
    assert_eq!(bench.palette().unwrap().row, 0, "what fits best is what is meant");
    bench.press(Intent::Back);
    assert!(bench.state.overlays.is_empty());
}

#[test]
fn opening_it_masks_what_is_revealed() {
    let mut bench = Bench::on(stage::revealed());
    assert!(bench.state.reveal.is_some());
    let effects = bench.press(Intent::Palette);
    assert!(bench.state.reveal.is_none() && effects.iter().any(|effect| matches!(effect, Effect::Repaint)));
}

#[test]
fn what_is_off_stays_off_by_name() {
    let mut state = answered();
    state.profiles[1].allow_reveal = false;
    let mut bench = Bench::on(state).typed("reveal");
    assert!(bench.press(Intent::Open).is_empty());
    assert_eq!(bench.notice(), "It stays masked: this profile has allow_reveal = false.");
    bench.press(Intent::Back);
    bench.press(Intent::Focus(Pane::Answer));
    assert!(bench.press(Intent::Reveal).is_empty());
    assert_eq!(bench.notice(), "It stays masked: this profile has allow_reveal = false.");
}
