//! A config that is read anew: taken whole or not at all, with nothing confirmed and no key at hand afterwards.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a test fails by panicking, and writes its own files"
)]

mod stage;

use std::time::Duration;

use tokenscope::app::call::CallId;
use tokenscope::app::effect::Effect;
use tokenscope::app::event::{Reloaded, What};
use tokenscope::app::intent::Intent;
use tokenscope::app::state::{Settings, State};
use tokenscope::domain::profile::Profile;
use tokenscope::secret::Masked;

fn notice(state: &State) -> String {
    state.notice.as_ref().map(|notice| notice.text.text()).unwrap_or_default()
}

fn fresh(profiles: Vec<Profile>) -> Reloaded {
    let settings = Settings { reveal_for: Duration::from_secs(7), ..Settings::default() };
    Reloaded { settings, stage: false, profiles, start: Ok(0), warning: Masked::default() }
}

fn reload(state: &mut State, fresh: Reloaded) -> Vec<Effect> {
    assert!(matches!(stage::press(state, Intent::Reload).last(), Some(Effect::Reload)));
    stage::happen(state, What::Reloaded(Ok(Box::new(fresh))))
}

fn renews(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Renew))
}

fn aborts(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Abort(CallId(1))))
}

#[test]
fn a_wrong_config_changes_nothing_and_says_where_and_what_mends_it() {
    let mut state = stage::replied(1, 200, &stage::sample());
    state.unlocked = vec![Masked::ours("sandbox")];
    let why = Masked::ours("config.toml:7: `merchant_id` is missing; add it");
    assert!(stage::happen(&mut state, What::Reloaded(Err(why))).is_empty());
    assert_eq!(notice(&state), "Nothing was reloaded: config.toml:7: `merchant_id` is missing; add it.");
    assert!(state.record().is_some() && state.unlocked.len() == 1);
    assert_eq!(state.settings.reveal_for, Duration::from_secs(20));
}

#[test]
fn a_right_one_is_taken_whole_and_forgets_keys_and_confirmation_but_not_the_form() {
    let mut state = stage::replied(1, 200, &stage::sample());
    state.unlocked = vec![Masked::ours("sandbox")];
    state.form.draft.routing_id = "typed".into();
    let mut profiles = state.profiles.clone();
    profiles.rotate_left(1);
    let effects = reload(&mut state, fresh(profiles));
    assert!(renews(&effects) && state.unlocked.is_empty());
    assert_eq!(state.profile().unwrap().name, "sandbox", "kept by its name, at another place");
    assert_eq!((state.current, state.settings.reveal_for), (0, Duration::from_secs(7)));
    assert_eq!(state.form.draft.routing_id, "typed");
    assert!(state.record().is_some(), "the answer is of the very same profile");
}

#[test]
fn a_profile_that_changed_drops_its_answer_and_its_call_and_says_so() {
    let mut state = stage::replied(1, 200, &stage::sample());
    let mut profiles = state.profiles.clone();
    profiles[1].merchant_id = "other".into();
    reload(&mut state, fresh(profiles.clone()));
    assert!(state.record().is_none());
    let (mut state, _) = stage::in_flight(1);
    let effects = reload(&mut state, fresh(profiles));
    assert!(
        aborts(&effects) && notice(&state).contains("the server may have processed it"),
        "{}",
        notice(&state)
    );
}

#[test]
fn a_call_under_way_goes_on_where_its_profile_is_the_same() {
    let (mut state, _) = stage::in_flight(1);
    let profiles = state.profiles.clone();
    let effects = reload(&mut state, fresh(profiles));
    assert!(!aborts(&effects) && state.call.flight().is_some() && renews(&effects));
}

#[test]
fn without_the_profile_in_use_the_start_rule_decides_and_where_it_cannot_nothing_changes() {
    let mut state = stage::console(2);
    let without = vec![state.profiles[0].clone(), state.profiles[1].clone()];
    let start = Err(Masked::ours("the file does not say which profile to start with"));
    let effects = reload(&mut state, Reloaded { start, ..fresh(without.clone()) });
    assert!(!renews(&effects) && state.profiles.len() == 3);
    assert!(notice(&state).starts_with("Nothing was reloaded: the file does not say"), "{}", notice(&state));
    reload(&mut state, Reloaded { start: Ok(1), ..fresh(without) });
    assert_eq!(state.profile().unwrap().name, "sandbox");
}

#[test]
fn what_lies_over_the_panes_and_what_is_revealed_goes_and_the_stage_is_never_left() {
    let mut state = stage::revealed();
    let profiles = state.profiles.clone();
    reload(&mut state, fresh(profiles.clone()));
    assert!(state.reveal.is_none());
    let mut state = stage::confirming();
    let profiles_of_it = state.profiles.clone();
    stage::happen(&mut state, What::Reloaded(Ok(Box::new(fresh(profiles_of_it)))));
    assert!(state.overlays.is_empty());
    state.stage.on = true;
    stage::happen(&mut state, What::Reloaded(Ok(Box::new(fresh(profiles)))));
    assert!(state.stage.on);
}

#[test]
fn clearing_a_call_under_way_says_that_the_server_may_have_processed_it() {
    let (mut state, _) = stage::in_flight(1);
    assert!(aborts(&stage::press(&mut state, Intent::Clear)));
    assert!(notice(&state).contains("the server may have processed it"), "{}", notice(&state));
}
