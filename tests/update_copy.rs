//! The copy without a terminal: which text, after which audit row, and what is said where there is none.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod stage;

use tokenscope::app::call::CallId;
use tokenscope::app::effect::{Effect, Ticket};
use tokenscope::app::event::{Press, What};
use tokenscope::app::intent::{Intent, Move, Pane};
use tokenscope::app::overlay::Overlay;
use tokenscope::app::state::{Revealed, State};
use tokenscope::domain::exchange::{Reply, Timing};
use tokenscope::domain::failure::Failure;
use tokenscope::domain::history::Deed;
use tokenscope::domain::request::Draft;
use tokenscope::ports::{CopyFault, CopyWay, LedgerFault};
use tokenscope::secret::{MASK, MASK_ASCII, Masked};

fn answered() -> State {
    stage::replied(1, 200, &stage::sample())
}

fn notice(state: &State) -> String {
    state.notice.as_ref().map(|notice| notice.text.text()).unwrap_or_default()
}

/// The number of the one copy that was asked for; its row says so, and nothing is copied yet.
fn asked(effects: &[Effect]) -> u32 {
    let audits = effects.iter().filter_map(|effect| match effect {
        Effect::Audit(Ticket::Copy(number), row) => {
            assert_eq!(row.deed, Deed::Copy);
            Some(*number)
        }
        _ => None,
    });
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Copy(_))), "{effects:?}");
    let [number] = audits.collect::<Vec<_>>()[..] else { panic!("{effects:?}") };
    number
}

/// What is copied once the audit row is on disk.
fn copied(state: &mut State, effects: &[Effect]) -> String {
    let ticket = Ticket::Copy(asked(effects));
    let effects = stage::happen(state, What::Audited { ticket, result: Ok(()) });
    let [Effect::Copy(text)] = effects.as_slice() else { panic!("{effects:?}") };
    text.text()
}

fn copy(state: &mut State, intents: &[Intent]) -> String {
    let (last, before) = intents.split_last().unwrap();
    for intent in before {
        stage::press(state, *intent);
    }
    let effects = stage::press(state, *last);
    copied(state, &effects)
}

fn copy_from_menu(state: &mut State, place: usize) -> String {
    let mut intents = vec![Intent::CopyMenu];
    intents.extend(std::iter::repeat_n(Intent::Go(Move::Down), place));
    intents.push(Intent::Open);
    copy(state, &intents)
}

/// Labels and values of the list of fields.
fn listed(state: &State) -> Vec<(&'static str, String)> {
    let Some(Overlay::Fields(list)) = state.overlays.last() else { panic!("no list") };
    list.rows.iter().map(|row| (row.label, row.value.text())).collect()
}

#[test]
fn in_the_form_the_selected_field_is_copied() {
    let mut state = stage::console(1);
    assert_eq!(copy(&mut state, &[Intent::Copy]), "token_a0c16957f9bf46b0966a91a35b555353");
    assert_eq!(copy(&mut state, &[Intent::Go(Move::Down), Intent::Copy]), "juspaytest_cust");
    assert!(stage::press(&mut state, Intent::Go(Move::Down)).is_empty());
    assert!(stage::press(&mut state, Intent::Copy).is_empty());
    assert_eq!(notice(&state), "Nothing was copied: x-routing-id is empty.");
}

#[test]
fn a_card_number_in_the_form_is_copied_as_its_mask() {
    let mut state = stage::console(1);
    state.form.fill(Draft { card_reference: "4111 1111 1111 1111".into(), ..Draft::default() });
    let effects = stage::press(&mut state, Intent::Copy);
    let [Effect::Audit(_, row)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(row.card_reference, Masked::hidden());
    assert_eq!(copied(&mut state, &effects), MASK);
}

#[test]
fn in_the_history_the_reference_of_the_row_is_copied() {
    let mut state = answered();
    stage::press(&mut state, Intent::Focus(Pane::History));
    assert!(stage::press(&mut state, Intent::Copy).is_empty());
    assert_eq!(notice(&state), "Nothing was copied: the history has no row yet.");
    let record = state.record().unwrap();
    let call =
        tokenscope::report::Call { sent: &record.sent, reply: &record.reply, judgement: &record.judgement };
    let entry = tokenscope::report::entry(&call);
    stage::happen(&mut state, What::Paged(Ok(vec![entry])));
    let effects = stage::press(&mut state, Intent::Copy);
    let [Effect::Audit(_, row)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((row.profile.text().as_str(), row.host.text().as_str()), ("sandbox", "sandbox.juspay.in"));
    assert_eq!(copied(&mut state, &effects), "token_a0c16957f9bf46b0966a91a35b555353");
}

#[test]
fn in_the_answer_each_field_is_copied_as_it_is_masked() {
    let mut state = answered();
    stage::press(&mut state, Intent::Copy);
    let fields = listed(&state);
    assert!(fields.contains(&("token number", format!("478808{MASK}8243"))), "{fields:?}");
    assert!(fields.contains(&("cryptogram", MASK.to_owned())));
    assert!(
        fields.contains(&("par", MASK.to_owned())) && fields.contains(&("card last four", "9426".to_owned()))
    );
    stage::press(&mut state, Intent::Back);
    for (place, (label, value)) in fields.iter().enumerate() {
        let mut intents = vec![Intent::Copy, Intent::Go(Move::Top)];
        intents.extend(std::iter::repeat_n(Intent::Go(Move::Down), place));
        intents.push(Intent::Open);
        assert_eq!(copy(&mut state, &intents), *value, "{label}");
        assert!(state.overlays.is_empty());
    }
}

#[test]
fn the_list_opens_on_the_field_that_was_copied_last() {
    let mut state = answered();
    let third =
        copy(&mut state, &[Intent::Copy, Intent::Go(Move::Down), Intent::Go(Move::Down), Intent::Open]);
    assert_eq!(third, "11/2029");
    assert_eq!(copy(&mut state, &[Intent::Copy, Intent::Open]), third);
}

#[test]
fn the_menu_copies_the_curl_the_json_the_markdown_or_leads_to_the_fields() {
    let mut state = answered();
    let curl = copy_from_menu(&mut state, 0);
    assert!(curl.contains("\ncurl -sSi 'https://sandbox.juspay.in/v4/card/get' \\\n"), "{curl}");
    let json = copy_from_menu(&mut state, 1);
    assert!(json.starts_with("{\n  \"redacted\": ") && json.contains(MASK), "{json}");
    let markdown = copy_from_menu(&mut state, 2);
    assert!(markdown.starts_with("# USABLE\n\n> redacted by ") && markdown.contains(MASK), "{markdown}");
    for intent in [Intent::CopyMenu, Intent::Go(Move::Bottom), Intent::Open] {
        stage::press(&mut state, intent);
    }
    assert_eq!(listed(&state).len(), 21);
    stage::press(&mut state, Intent::Back);
    assert!(matches!(state.overlays.last(), Some(Overlay::CopyMenu { .. })), "Esc leads back to the menu");
    let field = copy(&mut state, &[Intent::Open, Intent::Open]);
    assert_eq!((field.as_str(), state.overlays.len()), ("ACTIVE", 0));
}

#[test]
fn nothing_is_copied_before_its_own_audit_row_is_on_disk() {
    let mut state = stage::console(1);
    let first = asked(&stage::press(&mut state, Intent::Copy));
    stage::press(&mut state, Intent::Go(Move::Down));
    let second = stage::press(&mut state, Intent::Copy);
    let late = stage::happen(&mut state, What::Audited { ticket: Ticket::Copy(first), result: Ok(()) });
    assert!(late.is_empty(), "the row of the first copy is not that of the second: {late:?}");
    assert_eq!(copied(&mut state, &second), "juspaytest_cust");
    let again =
        stage::happen(&mut state, What::Audited { ticket: Ticket::Copy(asked(&second)), result: Ok(()) });
    assert!(again.is_empty(), "{again:?}");
}

#[test]
fn a_row_that_fails_copies_nothing_and_says_why() {
    let mut state = stage::console(1);
    let ticket = Ticket::Copy(asked(&stage::press(&mut state, Intent::Copy)));
    let effects = stage::happen(&mut state, What::Audited { ticket, result: Err(LedgerFault::Full) });
    assert!(effects.is_empty(), "{effects:?}");
    assert_eq!(
        notice(&state),
        "Nothing was copied, since the audit row could not be kept: the disk is full: make room and try again."
    );
}

#[test]
fn without_a_history_masked_text_is_copied_all_the_same() {
    let mut state = answered();
    stage::happen(&mut state, What::NoHistory(LedgerFault::NoFolder));
    let effects = stage::press(&mut state, Intent::Focus(Pane::Request));
    assert!(effects.is_empty());
    let effects = stage::press(&mut state, Intent::Copy);
    assert!(matches!(effects.as_slice(), [Effect::Copy(text)] if !text.is_empty()), "{effects:?}");
    // Asked for before the history turned out not to be there.
    let mut state = stage::console(1);
    let ticket = Ticket::Copy(asked(&stage::press(&mut state, Intent::Copy)));
    stage::happen(&mut state, What::NoHistory(LedgerFault::NoFolder));
    let effects = stage::happen(&mut state, What::Audited { ticket, result: Err(LedgerFault::NoFolder) });
    assert!(matches!(effects.as_slice(), [Effect::Copy(_)]), "{effects:?}");
}

#[test]
fn opening_menu_or_list_and_copying_a_field_of_the_form_hide_what_is_revealed() {
    for (pane, intent) in
        [(Pane::Answer, Intent::Copy), (Pane::Answer, Intent::CopyMenu), (Pane::Request, Intent::Copy)]
    {
        let mut state = stage::revealed();
        state.focus = pane;
        let effects = stage::press(&mut state, intent);
        assert!(state.grant(Revealed::Cryptogram).is_none());
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Repaint)), "{effects:?}");
    }
}

#[test]
fn what_cannot_be_copied_is_refused_with_the_reason() {
    let in_pane = |pane| {
        let mut state = stage::console(1);
        stage::press(&mut state, Intent::Focus(pane));
        state
    };
    let failed = stage::ended(1, |_| Reply::Failed(Failure::Connect, Timing::default()));
    for (mut state, intent, why) in [
        (in_pane(Pane::Answer), Intent::Copy, "There is no field to copy yet: s sends the request."),
        (in_pane(Pane::Answer), Intent::CopyMenu, "There is no call to copy yet: s sends the request."),
        (
            in_pane(Pane::Profiles),
            Intent::Copy,
            "Nothing was copied: y copies in Request, Answer and History.",
        ),
        (
            stage::in_flight(1).0,
            Intent::Copy,
            "There is no field to copy before the answer: Y copies the request.",
        ),
        (
            failed,
            Intent::Copy,
            "There is no field to copy, since no answer with fields came: Y copies the call.",
        ),
    ] {
        assert!(stage::press(&mut state, intent).is_empty());
        assert_eq!(notice(&state), why);
        assert!(state.overlays.is_empty());
    }
}

#[test]
fn a_call_under_way_and_a_failed_one_can_be_copied_as_far_as_they_are() {
    let (mut flying, _) = stage::in_flight(1);
    assert!(copy_from_menu(&mut flying, 0).contains("curl"));
    for intent in [Intent::CopyMenu, Intent::Go(Move::Down), Intent::Open] {
        assert!(stage::press(&mut flying, intent).is_empty());
    }
    assert_eq!(notice(&flying), "There is no answer to copy yet; the cURL is the request alone.");
    let mut failed = stage::ended(1, |_| Reply::Failed(Failure::Connect, Timing::default()));
    assert!(copy_from_menu(&mut failed, 2).starts_with("# NO ANSWER"));
}

#[test]
fn in_tmux_the_line_says_what_tmux_needs() {
    let mut state = answered();
    state.settings.in_tmux = true;
    stage::happen(&mut state, What::Copied { text: Masked::ours("x"), result: Ok(CopyWay::Terminal) });
    assert_eq!(notice(&state), "Sent to tmux (OSC 52), which takes it only with `set -g set-clipboard on`.");
}

#[test]
fn the_line_says_by_which_way_it_went() {
    let text = Masked::joined([Masked::ours("478808"), Masked::hidden(), Masked::ours("8243")]);
    for (result, said) in [
        (Ok(CopyWay::Tool("wl-copy")), "Copied 18 characters with wl-copy."),
        (
            Ok(CopyWay::Terminal),
            "Sent to the terminal's clipboard (OSC 52); it does not tell whether it took it.",
        ),
        (
            Err(CopyFault::TooLong),
            "Nothing was copied: no clipboard tool took the text, and it is too long for the terminal's clipboard; export it with x instead.",
        ),
    ] {
        let mut state = stage::console(1);
        assert!(stage::happen(&mut state, What::Copied { text: text.clone(), result }).is_empty());
        assert_eq!(notice(&state), said);
    }
    assert_eq!(text.text_with(answered().settings.mask()).chars().count(), 18);
}

#[test]
fn the_mask_is_bullets_or_stars_where_the_locale_is_not_utf_8() {
    let mut state = answered();
    assert_eq!(state.settings.mask(), MASK);
    state.settings.unicode = false;
    assert_eq!(state.settings.mask(), MASK_ASCII);
}

#[test]
fn keys_of_a_stray_paste_copy_nothing() {
    let pressed =
        |intent, printable| What::Pressed(Press { intent, printable, repeat: false, came: stage::NOW });
    for intent in [Intent::Copy, Intent::CopyMenu] {
        let mut state = answered();
        stage::happen(&mut state, pressed(None, true));
        assert!(stage::happen(&mut state, pressed(Some(intent), true)).is_empty());
        assert!(state.overlays.is_empty());
    }
    let mut state = answered();
    stage::press(&mut state, Intent::CopyMenu);
    stage::happen(&mut state, pressed(None, true));
    assert!(stage::happen(&mut state, pressed(Some(Intent::Open), false)).is_empty());
}

#[test]
fn a_copy_does_not_take_the_row_of_a_reveal_for_its_own() {
    let mut state = answered();
    stage::press(&mut state, Intent::Copy);
    stage::press(&mut state, Intent::Open);
    let ticket = Ticket::Reveal(CallId(1));
    assert!(stage::happen(&mut state, What::Audited { ticket, result: Ok(()) }).is_empty());
    assert!(state.grant(Revealed::Cryptogram).is_none());
}
