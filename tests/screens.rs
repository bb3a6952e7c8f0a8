//! What is on the screen in each state of a call, at the sizes people use.
//!
//! Snapshots in `tests/snapshots`; a change of one is a change of what an engineer reads, so read it like one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test fails by panicking"
)]

mod stage;

use std::time::Duration;

use tokenscope::app::call::CallId;
use tokenscope::app::effect::Ticket;
use tokenscope::app::event::What;
use tokenscope::app::intent::{Edit, Intent, Move, Pane};
use tokenscope::app::state::State;
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::exchange::{Exchange, RawReply, Reply, Timing};
use tokenscope::domain::failure::{Failure, TlsFault};
use tokenscope::domain::gateway::PaymentGateway;
use tokenscope::domain::history::{Details, Entry};
use tokenscope::domain::trail::Trace;
use tokenscope::ports::LedgerFault;
use tokenscope::secret::{Masked, Needles};

const SMALL: (u16, u16) = (80, 24);
const LARGE: (u16, u16) = (120, 40);

fn text(state: &State, size: (u16, u16)) -> String {
    let buffer = stage::drawn(state, size);
    let rows = buffer.content.chunks(usize::from(size.0));
    let line =
        |row: &[ratatui::buffer::Cell]| row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>();
    rows.map(|row| line(row).trim_end().to_owned() + "\n").collect()
}

/// Holds a state against its snapshots in both sizes.
fn check(name: &str, state: &State) {
    for (size, label) in [(SMALL, "80x24"), (LARGE, "120x40")] {
        insta::assert_snapshot!(format!("{name}_{label}"), text(state, size));
    }
}

fn failed(failure: Failure) -> State {
    let timing = Timing { total: Duration::from_secs(15), ..Timing::default() };
    stage::ended(1, |_| Reply::Failed(failure, timing))
}

fn answered() -> State {
    stage::replied(1, 200, &stage::sample())
}

fn then(mut state: State, intents: &[Intent]) -> State {
    for intent in intents {
        stage::press(&mut state, *intent);
    }
    state
}

#[test]
fn a_call_from_idle_to_its_end() {
    check("idle", &stage::console(0));
    check("in_flight", &stage::in_flight(1).0);
    check("answered", &answered());
    check("revealed", &stage::revealed());
    check("as_printed", &stage::replied(1, 200, include_str!("fixtures/contract_200.json")));
}

#[test]
fn an_answer_for_another_card_says_so_first_and_among_its_fields() {
    let body = stage::sample().replace("token_a0c16957f9bf46b0966a91a35b555353", "token_other");
    let screen = text(&stage::replied(1, 200, &body), LARGE);
    let (before, fields) = screen.split_once("The answer is for another card").expect("the finding");
    assert!(before.contains("NOT USABLE") && !before.contains("TOKEN into the payment"), "{screen}");
    assert!(fields.contains("! reference is not the one asked for"), "{screen}");
}

#[test]
fn fields_with_look_alike_letters_carry_a_badge_and_are_named() {
    let body = stage::sample()
        .replace("ACTIVE", "\u{410}CTIVE")
        .replace("\"network\": \"VISA\"", "\"network\": \"\u{ff36}\u{ff29}\u{ff33}\u{ff21}\"")
        .replace("Paytm", "P\u{430}ytm");
    check("look_alikes", &stage::replied(1, 200, &body));
}

#[test]
fn the_refusals_of_the_contract() {
    let not_found =
        r#"{"error": true, "user_message": "Stored Card Entry Not Found", "error_message": "Not Found"}"#;
    check("refused_400", &stage::replied(1, 400, not_found));
    check("refused_401", &stage::replied(1, 401, r#"{"status": "error", "error_code": "access_denied"}"#));
}

#[test]
fn a_sentence_of_a_megabyte_takes_some_lines_and_says_that_there_is_more() {
    let sentence = "Card not found ".repeat(1 << 16);
    let mut state = stage::replied(1, 400, &format!(r#"{{"error": true, "user_message": "{sentence}"}}"#));
    let seen = tokenscope::view::seen(ratatui::layout::Rect::new(0, 0, SMALL.0, SMALL.1), &state);
    assert!((20..100).contains(&seen.scroll_limit), "{}", seen.scroll_limit);
    state.settle(seen);
    state.answer.scroll = state.scroll_limit;
    assert!(text(&state, SMALL).contains('…'));
}

#[test]
fn no_answer_and_an_unreadable_one() {
    check("time_out", &failed(Failure::FirstByteTimeout));
    check("tls", &failed(Failure::Tls(TlsFault::Expired)));
    check("cancelled", &failed(Failure::Cancelled));
    check("html", &stage::replied(1, 200, "<html><body>Sign in</body></html>"));
}

#[test]
fn what_lies_over_the_panes() {
    check("confirm", &stage::confirming());
    check("profiles", &then(stage::console(0), &[Intent::Profiles]));
    check("export", &then(answered(), &[Intent::Export]));
    check("copy_menu", &then(answered(), &[Intent::CopyMenu]));
    check("copy_field", &then(answered(), &[Intent::Copy, Intent::Go(Move::Bottom)]));
    check("help", &then(stage::console(0), &[Intent::Help]));
    let (flight, _) = stage::in_flight(2);
    check("cancel", &then(flight, &[Intent::Back]));
}

/// A usable answer of which much is to be said.
fn doubtful() -> State {
    let body = stage::sample()
        .replace("40000000079", "40010030273")
        .replace("\"eci\": \"07\"", "\"eci\": \"02\"")
        .replace("\"last_four\": \"9426\"", "\"last_four\": null")
        .replace("V0010014622122423467188903638", "V00100146221224234671889036")
        .replace("\"NETWORK\"", "\"ISSUER\"");
    let (mut state, order) = stage::in_flight(1);
    state.settings.gateway = PaymentGateway::find("payu");
    let raw = RawReply { status: 200, headers: &[], body: body.as_bytes() };
    let exchange = Exchange::read(&raw, Some(order.request()), Needles::default(), Timing::default());
    stage::happen(&mut state, What::Replied { id: CallId(1), reply: Reply::Came(exchange) });
    state
}

#[test]
fn the_findings_below_the_verdict_in_a_list_and_one_by_one() {
    check("findings_below", &doubtful());
    check("findings", &then(doubtful(), &[Intent::Open]));
    check("finding", &then(doubtful(), &[Intent::Open, Intent::Go(Move::Down), Intent::Open]));
    let steps = [Intent::Open, Intent::Go(Move::Down), Intent::Go(Move::Down), Intent::Go(Move::Down)];
    let down = then(then(doubtful(), &steps), &[Intent::Go(Move::Down), Intent::Go(Move::Down)]);
    check("finding_gateway", &then(down, &[Intent::Open]));
}

#[test]
fn each_pane_with_the_focus_and_the_raw_view() {
    check("profiles_pane", &then(stage::console(0), &[Intent::Focus(Pane::Profiles)]));
    check("editing", &then(stage::console(0), &[Intent::EditField]));
    check("history_pane", &then(answered(), &[Intent::Focus(Pane::History)]));
    check("raw", &then(answered(), &[Intent::Raw]));
    let mut state = stage::console(0);
    stage::happen(&mut state, What::NoHistory(LedgerFault::NoFolder));
    check("no_history", &state);
}

/// An answer with its timeline shown.
fn with_timeline(mut state: State, rows: Vec<Trace>) -> State {
    stage::press(&mut state, Intent::Timing);
    stage::happen(&mut state, What::Timeline { id: CallId(1), result: Ok(rows) });
    state
}

fn trace(after_ms: i64, deed: &str, outcome: &str) -> Trace {
    let at = Stamp(stage::AT.0 + after_ms);
    Trace { at, who: Masked::typed("ann"), deed: Masked::ours(deed), outcome: Masked::ours(outcome) }
}

#[test]
fn what_was_done_with_an_answer_stands_on_top_with_the_time_it_took() {
    let rows = || {
        vec![
            trace(0, "send", "asked"),
            trace(321, "send", "USABLE, HTTP 200"),
            trace(20_000, "reveal", "asked"),
            trace(61_000, "export", "asked"),
        ]
    };
    check("timeline", &with_timeline(answered(), rows()));
    let mut gapped = answered();
    stage::happen(&mut gapped, What::TrailGapped);
    check("timeline_gapped", &with_timeline(gapped, vec![]));
    check("timeline_time_out", &with_timeline(failed(Failure::FirstByteTimeout), rows()));
    let raw = then(with_timeline(answered(), rows()), &[Intent::Raw]);
    assert_eq!(text(&raw, SMALL), text(&then(answered(), &[Intent::Raw]), SMALL));
}

#[test]
fn a_gap_in_the_audit_trail_is_said_at_the_start() {
    let mut state = stage::console(0);
    stage::happen(&mut state, What::TrailGapped);
    check("gapped", &state);
}

#[test]
fn hostile_text_in_a_timeline_is_drawn_harmless_and_in_its_pane() {
    let hostile = Masked::from_stored("\u{1b}]0;x\u{7}\u{202e}4111111111111111 ********");
    let row = Trace { deed: hostile.clone(), who: hostile.clone(), outcome: hostile, ..trace(0, "", "") };
    let screen = text(&with_timeline(answered(), vec![row]), LARGE);
    assert!(screen.contains(r"\u{1b}]0;x"), "{screen}");
    assert!(!screen.contains('\u{202e}') && !screen.contains("****"), "{screen}");
    assert!(screen.lines().all(|line| line.chars().count() <= 120), "{screen}");
}

/// The console on one profile in every state that covers or fills the screen.
fn in_every_state(place: usize) -> Vec<State> {
    let answered = || stage::replied(place, 200, &stage::sample());
    let mut refused = stage::replied(place, 400, r#"{"error": true, "error_message": "Not Found"}"#);
    refused.settings.read_only = true;
    let mut bare = stage::console(place);
    stage::happen(&mut bare, What::NoHistory(LedgerFault::NoFolder));
    let mut revealed = answered();
    stage::press(&mut revealed, Intent::Reveal);
    stage::happen(&mut revealed, What::Audited { ticket: Ticket::Reveal(CallId(1)), result: Ok(()) });
    let mut all = vec![stage::console(place), stage::in_flight(place).0, refused, bare, revealed];
    all.extend(Pane::ALL.map(|pane| then(answered(), &[Intent::Focus(pane)])));
    for intent in
        [Intent::Help, Intent::Profiles, Intent::Export, Intent::Raw, Intent::Timing, Intent::EditField]
    {
        all.push(then(answered(), &[intent]));
    }
    all
}

#[test]
fn the_environment_is_named_on_every_screen_and_no_other_is() {
    let words = ["EMULATOR", "SANDBOX", "PRODUCTION"];
    for (place, word) in words.into_iter().enumerate() {
        for (state, size) in
            in_every_state(place).iter().flat_map(|state| [(60, 16), SMALL, LARGE].map(|size| (state, size)))
        {
            let screen = text(state, size);
            let header = screen.lines().next().unwrap();
            let named: Vec<&str> = words.into_iter().filter(|word| header.contains(word)).collect();
            assert_eq!(named, [word], "{screen}");
        }
    }
}

#[test]
fn a_proxy_and_a_trust_store_of_the_environment_stand_in_the_header() {
    let mut state = stage::console(2);
    state.profiles[2].proxy = Some("http://proxy.example.internal:3128".into());
    state.settings.trust_note = "trust: SSL_CERT_FILE".into();
    for size in [(80, 24), (120, 36), (160, 40)] {
        let screen = text(&state, size);
        let header = screen.lines().next().unwrap();
        assert!(header.contains("via proxy.example.internal:3128"), "{header}");
        assert!(header.contains("  trust: "), "{header}");
    }
    let wide = text(&state, (160, 40));
    assert!(wide.lines().next().unwrap().contains("trust: SSL_CERT_FILE  merchant acme  key: "), "{wide}");
}

/// A console with this text typed into the request form.
fn typed(text: &str) -> State {
    let mut state = then(stage::console(0), &[Intent::EditField, Intent::Edit(Edit::KillToStart)]);
    for c in text.chars() {
        stage::press(&mut state, Intent::Edit(Edit::Insert(c)));
    }
    state
}

#[test]
fn a_card_number_typed_by_mistake_is_masked_and_a_doubtful_id_is_marked() {
    check("card_number", &typed("4111111111111111"));
    let mut doubtful = then(typed("token_1"), &[Intent::NextField, Intent::Edit(Edit::KillToStart)]);
    for c in "9000000000000001".chars() {
        stage::press(&mut doubtful, Intent::Edit(Edit::Insert(c)));
    }
    check("doubtful_id", &doubtful);
}

#[test]
fn no_card_number_stays_readable_in_the_form_however_it_is_written() {
    for number in
        ["4111-1111-1111-1111", "4111_1111_1111_1111", "４１１１１１１１１１１１１１１１", "9000000000001"]
    {
        for state in [typed(number), then(typed(number), &[Intent::Back])] {
            let screen = text(&state, SMALL);
            assert!(screen.contains("••••••••") && !screen.contains(number), "{screen}");
        }
    }
    let screen = text(&typed("4111-1111-1111-111"), SMALL);
    assert!(screen.contains("4111-1111-1111-111"), "the search finds what is there: {screen}");
}

#[test]
fn a_small_screen_shows_one_pane_and_a_smaller_one_says_so() {
    insta::assert_snapshot!("answered_60x16", text(&answered(), (60, 16)));
    insta::assert_snapshot!("too_small_59x16", text(&answered(), (59, 16)));
}

#[test]
fn without_utf_8_the_screen_is_ascii_and_without_colour_it_has_none() {
    let mut state = answered();
    state.settings.unicode = false;
    let plain = text(&state, SMALL);
    assert!(plain.is_ascii() && plain.contains("478808********8243"), "{plain}");
    state.settings.colour = false;
    let buffer = stage::drawn(&state, SMALL);
    let reset = ratatui::style::Color::Reset;
    assert!(buffer.content.iter().all(|cell| cell.fg == reset && cell.bg == reset));
}

/// What is masked in the sample, without blanks.
const HIDDEN: [&str; 5] = [
    "4788080252078243",
    "MADEUPmadeupMADEUPmadeupMA0=",
    "V0010014622122423467188903638",
    "65soeo5vf909rfe4vrvmreu88f",
    "RohitSingh",
];

/// All runs of six characters of it, but for the first six of the token, which have a field of their own.
fn runs() -> Vec<&'static str> {
    let of = |value: &'static str| (0..value.len() - 5).map(move |at| &value[at..at + 6]);
    HIDDEN.into_iter().flat_map(of).filter(|run| *run != "478808").collect()
}

/// The runs that stand in the cells of a frame, whatever their colour and modifiers, blanks between them left out.
fn found(state: &State) -> Vec<&'static str> {
    let screens = [SMALL, LARGE, (60, 16)].map(|size| text(state, size).replace(' ', ""));
    runs().into_iter().filter(|run| screens.iter().any(|screen| screen.contains(run))).collect()
}

/// Every screen on which something is masked.
fn masked_screens() -> Vec<State> {
    use Intent::{
        Copy, CopyMenu, Export, ExportForm, Focus, Go, Help, Identity, Mask, Open, Profiles, Raw, Reveal,
        Timing,
    };
    let ways: &[&[Intent]] = &[
        &[],
        &[Focus(Pane::Profiles)],
        &[Focus(Pane::Request)],
        &[Focus(Pane::History)],
        &[Go(Move::Bottom)],
        &[Raw],
        &[Raw, Go(Move::Bottom)],
        &[Timing, Go(Move::Bottom)],
        &[Export],
        &[Export, Go(Move::Bottom)],
        &[Export, ExportForm],
        &[Copy],
        &[Copy, Go(Move::Bottom)],
        &[CopyMenu],
        &[Profiles],
        &[Help],
        &[Reveal],
        &[Identity],
        &[Open],
        &[Open, Open],
        &[Open, Go(Move::Bottom), Open],
    ];
    let mut screens: Vec<State> = ways.iter().map(|way| then(answered(), way)).collect();
    screens.extend(
        [Mask, Focus(Pane::History), Raw, Copy, CopyMenu, Help, Open]
            .map(|by| then(stage::revealed(), &[by])),
    );
    screens.extend((0..3).map(stage::console));
    screens.extend([stage::in_flight(1).0, stage::confirming(), failed(Failure::Connect)]);
    let back = format!(r#"{{"error": true, "user_message": "declined {}"}}"#, HIDDEN[0]);
    screens.push(stage::replied(1, 400, &back));
    screens
}

#[test]
fn what_is_drawn_masked_is_in_no_cell_of_any_screen() {
    for (place, state) in masked_screens().iter().enumerate() {
        assert_eq!(found(state), [""; 0], "screen {place}:\n{}", text(state, LARGE));
    }
}

#[test]
fn the_search_above_finds_what_is_revealed() {
    let cryptogram = runs().into_iter().filter(|run| HIDDEN[1].contains(run)).collect::<Vec<_>>();
    assert_eq!(found(&stage::revealed()), cryptogram);
    let mut shown = then(answered(), &[Intent::Identity]);
    let ticket = Ticket::Identity(CallId(1));
    stage::happen(&mut shown, What::Audited { ticket, result: Ok(()) });
    let personal = found(&shown);
    for value in [HIDDEN[2], HIDDEN[3], HIDDEN[4]] {
        assert!(personal.iter().any(|run| value.contains(run)), "{value} in {personal:?}");
    }
    assert!(personal.iter().all(|run| !HIDDEN[0].contains(run) && !HIDDEN[1].contains(run)));
}

#[test]
fn a_pasted_request_lists_its_differences_and_each_is_whole_behind_enter() {
    let mut state = stage::console(1);
    stage::happen(&mut state, What::Pasted(include_str!("fixtures/request.txt").into()));
    check("paste", &state);
    check("paste_finding", &then(state, &[Intent::Go(Move::Down), Intent::Open]));
}

#[test]
fn what_to_look_at_before_a_send_stands_beside_the_fields_and_below() {
    let mut state = stage::console(1);
    state.form.draft.card_reference = "tkn_1".into();
    state.form.draft.routing_id = "cart_1".into();
    check("lint", &state);
}

/// With so much typed into the compare, accepted, and its row on disk.
fn compared(value: &str) -> State {
    let mut state = then(answered(), &[Intent::Compare]);
    value.chars().for_each(|c| drop(stage::press(&mut state, Intent::Edit(Edit::Insert(c)))));
    stage::press(&mut state, Intent::Open);
    stage::happen(&mut state, What::Audited { ticket: Ticket::Compare(CallId(1)), result: Ok(()) });
    state
}

#[test]
fn a_value_that_is_compared_is_a_mask_and_a_count_and_then_a_sentence() {
    check("compare_short", &compared("MADEUP"));
    check("compare_encoded", &compared("\"MADEUPmadeupMADEUPmadeupMA0%3D\""));
    check("compare_different", &compared("NOTTHEcryptogramOFTHISanswer"));
    check("compare_truncated", &compared("MADEUPmadeupMADEUPmadeup"));
}

#[test]
fn what_changed_between_two_answers_in_a_list_and_one_by_one() {
    let mut state = answered();
    let row = stage::recorded(&state);
    let details = Details { token_expiry: Masked::ours("11/2031"), ..row.details.clone() };
    let suspended = Masked::ours("SUSPENDED");
    let newer = Entry {
        id: 2,
        token_status: suspended,
        card_last_four: Masked::ours("1111"),
        details,
        ..row.clone()
    };
    state.history.rows = vec![newer, Entry { id: 1, at: Stamp(stage::AT.0 - 93_600_000), ..row }];
    let state = then(state, &[Intent::Focus(Pane::History), Intent::Compare]);
    check("differences", &state);
    check("difference", &then(state, &[Intent::Open]));
}
