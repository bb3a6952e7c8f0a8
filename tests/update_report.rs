//! `b`: the report of a batch, without a terminal: what is asked of it, what comes, and that it fills the form and no more.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod shelves;
mod stage;

use shelves::{listed, report, serve};
use tokenscope::app::browse::{News, Reading, Stage};
use tokenscope::app::effect::Effect;
use tokenscope::app::event::What;
use tokenscope::app::intent::{Edit, Intent, Move, Pane};
use tokenscope::app::overlay::Overlay;
use tokenscope::app::state::State;
use tokenscope::batch::Which;
use tokenscope::ports::ReportFault;
use tokenscope::secret::Masked;

fn type_in(state: &mut State, text: &str) {
    text.chars().for_each(|c| drop(stage::press(state, Intent::Edit(Edit::Insert(c)))));
}

/// A console that has asked for a report.
fn asking() -> State {
    let mut state = stage::console(1);
    assert!(stage::press(&mut state, Intent::Report).is_empty(), "nothing is read before a path is typed");
    state
}

#[test]
fn a_typed_path_is_opened_and_what_comes_of_another_opening_is_dropped() {
    let mut state = asking();
    type_in(&mut state, "out.csv");
    let effects = stage::press(&mut state, Intent::Open);
    assert!(matches!(&effects[..], [Effect::OpenReport(1, path)] if path == "out.csv"), "{effects:?}");
    stage::happen(&mut state, What::Report { id: 0, news: News::Failed(ReportFault::Disk) });
    assert!(matches!(state.browse.stage, Stage::Opening));
    stage::happen(&mut state, What::Report { id: 1, news: News::Failed(ReportFault::Missing) });
    assert_eq!(
        (state.browse.fault, state.browse.path.typed.as_str()),
        (Some(ReportFault::Missing), "out.csv")
    );
    type_in(&mut state, "x");
    assert_eq!(state.browse.fault, None, "the reason goes with the path that it was about");
}

#[test]
fn a_path_can_be_pasted_but_not_a_line_break() {
    let mut state = asking();
    stage::happen(&mut state, What::Pasted("~/a b.csv\n".into()));
    assert_eq!(state.browse.path.typed, "~/a b.csv");
    stage::happen(&mut state, What::Pasted("a\nb".into()));
    assert_eq!(state.browse.path.typed, "~/a b.csv");
    assert!(state.notice.unwrap().text.text().starts_with("Nothing was pasted"));
}

#[test]
fn escape_while_it_opens_gives_it_up() {
    let mut state = asking();
    type_in(&mut state, "slow.csv");
    stage::press(&mut state, Intent::Open);
    let effects = stage::press(&mut state, Intent::Back);
    assert!(matches!(effects[..], [Effect::CloseReport]));
    stage::happen(&mut state, What::Report { id: 1, news: News::Failed(ReportFault::Disk) });
    assert_eq!(state.browse.fault, None);
    stage::press(&mut state, Intent::Back);
    assert!(state.overlays.is_empty());
}

#[test]
fn however_long_it_is_only_rows_around_the_cursor_are_asked_for() {
    let text = report(5_000, 10);
    let (mut state, mut listing) = listed(&text);
    assert_eq!((state.browse.count(), state.browse.rows.len()), (5_000, 200));
    let effects = stage::press(&mut state, Intent::Go(Move::Down));
    assert!(effects.is_empty(), "the next row is loaded");
    let effects = stage::press(&mut state, Intent::Go(Move::Bottom));
    assert!(matches!(effects[..], [Effect::ReadReport(1, Reading::Page(Which::All, 4_899))]), "{effects:?}");
    assert!(
        stage::press(&mut state, Intent::Go(Move::Up)).is_empty(),
        "what is on its way is not asked for again"
    );
    serve(&mut state, &mut listing, effects);
    assert_eq!(state.browse.row(state.browse.cursor).unwrap().row, 4_999);
    assert_eq!(state.browse.rows.len(), 101);
}

#[test]
fn one_key_lists_the_rows_that_are_not_usable_and_all_again() {
    let text = report(1_000, 10);
    let (mut state, mut listing) = listed(&text);
    let effects = stage::press(&mut state, Intent::Unusable);
    serve(&mut state, &mut listing, effects);
    assert_eq!((state.browse.count(), state.browse.row(1).unwrap().row), (100, 20));
    let effects = stage::press(&mut state, Intent::Unusable);
    serve(&mut state, &mut listing, effects);
    assert_eq!((state.browse.count(), state.browse.row(1).unwrap().row), (1_000, 2));
}

#[test]
fn rows_of_the_other_list_that_come_late_are_dropped() {
    let text = report(1_000, 10);
    let (mut state, mut listing) = listed(&text);
    let late = stage::press(&mut state, Intent::Go(Move::Bottom));
    let effects = stage::press(&mut state, Intent::Unusable);
    serve(&mut state, &mut listing, effects);
    serve(&mut state, &mut listing, late);
    assert_eq!((state.browse.first, state.browse.row(0).unwrap().row), (0, 10));
}

#[test]
fn a_row_fills_the_form_and_neither_switches_the_profile_nor_sends() {
    let text = report(30, 10);
    let (mut state, mut listing) = listed(&text);
    stage::press(&mut state, Intent::Go(Move::Down));
    let effects = stage::press(&mut state, Intent::Open);
    serve(&mut state, &mut listing, effects);
    assert!(matches!(&state.browse.stage, Stage::Whole { row, .. } if row.seen.row == 2));
    let before = state.current;
    assert!(stage::press(&mut state, Intent::Open).is_empty(), "nothing is sent");
    assert_eq!(
        (state.form.draft.card_reference.as_str(), state.form.draft.customer_id.as_str()),
        ("r2", "c2")
    );
    assert_eq!((state.current, state.focus, state.overlays.len()), (before, Pane::Request, 0));
    let said = state.notice.as_ref().unwrap().text.text();
    assert_eq!(
        said,
        "Filled in from row 2 of the report, asked on profile acme; s sends it on the profile in the header."
    );
    stage::press(&mut state, Intent::Report);
    assert!(matches!(state.browse.stage, Stage::Whole { .. }), "the report is where it was left");
    stage::press(&mut state, Intent::Back);
    assert!(stage::press(&mut state, Intent::Fill).is_empty());
    assert!(state.overlays.is_empty(), "f in the list does the same");
}

#[test]
fn an_id_that_is_masked_fills_nothing_in() {
    let text = report(3, 10);
    let (mut state, _) = listed(&text);
    state.browse.rows[0].customer_id = Masked::hidden();
    stage::press(&mut state, Intent::Fill);
    assert!(matches!(state.overlays.last(), Some(Overlay::Report)));
    assert!(state.notice.unwrap().text.text().starts_with("Nothing was filled in"));
}

#[test]
fn what_is_revealed_is_hidden_before_a_report_is_asked_for() {
    let mut state = stage::revealed();
    assert!(state.reveal.is_some());
    stage::press(&mut state, Intent::Report);
    assert!(state.reveal.is_none());
}
