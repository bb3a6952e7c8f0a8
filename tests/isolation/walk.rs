//! One random step. The choices lean towards sends, so that each host sees hundreds of them.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tokenscope::app::call::CallId;
use tokenscope::app::event::What;
use tokenscope::app::intent::{Edit, Intent, Move};
use tokenscope::app::keymap::{Code, Key, Mode, TABLE};
use tokenscope::app::overlay::Overlay;
use tokenscope::domain::exchange::{Exchange, RawReply, Reply, Timing};
use tokenscope::domain::failure::Failure;
use tokenscope::ports::{KeyFault, LedgerFault};
use tokenscope::secret::Needles;

use crate::bench::Bench;
use crate::rules::RIGHTS;
use crate::street::Manner;

pub async fn step(bench: &mut Bench) {
    pass_time(bench);
    if is_confirming(bench) && bench.dice.chance(60) {
        follow(bench, confirm).await;
    } else {
        any(bench).await;
    }
    if bench.dice.chance(10) {
        let patience = bench.dice.below(4);
        bench.turn(Duration::from_millis(patience.try_into().unwrap())).await;
    }
    bench.check();
}

async fn any(bench: &mut Bench) {
    match bench.dice.below(100) {
        0..24 => press_any(bench),
        24..36 => want_any(bench),
        36..62 => send(bench).await,
        62..66 => probe(bench).await,
        66..75 => switch(bench),
        75..80 => cancel(bench),
        80..83 => bench.street.release(),
        83..87 => change_file(bench),
        87..89 => let_hours_pass(bench),
        89..94 => happen(bench),
        94..97 => tell_stale(bench),
        97..98 => edit(bench),
        _ => bench.settle().await,
    }
}

/// Mostly as between the keys of a person, now and then as in a paste without brackets.
fn pass_time(bench: &mut Bench) {
    let millis = if bench.dice.chance(5) { bench.dice.below(25) } else { 40 + bench.dice.below(600) };
    bench.pass(Duration::from_millis(millis.try_into().unwrap()));
}

fn is_confirming(bench: &Bench) -> bool {
    matches!(bench.state.overlays.last(), Some(Overlay::Confirm(_)))
}

/// A key of the table for where the console is, or any key at all.
fn press_any(bench: &mut Bench) {
    let bound: Vec<Key> = {
        let state = &bench.state;
        let here = state.settings.keymap.bindings(Mode::of(state));
        here.flat_map(|binding| binding.keys.iter().copied()).collect()
    };
    let key = if bench.dice.chance(70) { *bench.dice.pick(&bound) } else { random_key(bench) };
    bench.tell(format!("key {}", key.label()));
    bench.key(&event(key));
}

fn random_key(bench: &mut Bench) -> Key {
    let chars: Vec<char> = "abcdefghijklmnopqrstuvwxyzVIG0123456789 _-=/?:\u{202e}\u{e9}".chars().collect();
    let c = *bench.dice.pick(&chars);
    match bench.dice.below(6) {
        0 => Key::ctrl(c),
        1 => Key::alt(c),
        2 => Key::plain(*bench.dice.pick(&[Code::Enter, Code::Esc, Code::Tab, Code::Up, Code::Down])),
        _ => Key::char(c),
    }
}

fn event(key: Key) -> KeyEvent {
    let code = match key.code {
        Code::Char(c) => KeyCode::Char(c),
        Code::Enter => KeyCode::Enter,
        Code::Esc => KeyCode::Esc,
        Code::Tab => KeyCode::Tab,
        Code::BackTab => KeyCode::BackTab,
        Code::Backspace => KeyCode::Backspace,
        Code::Delete => KeyCode::Delete,
        Code::Up => KeyCode::Up,
        Code::Down => KeyCode::Down,
        Code::Left => KeyCode::Left,
        Code::Right => KeyCode::Right,
        Code::Home => KeyCode::Home,
        Code::End => KeyCode::End,
        Code::PageUp => KeyCode::PageUp,
        Code::PageDown => KeyCode::PageDown,
        Code::F(number) => KeyCode::F(number),
    };
    let mut modifiers = KeyModifiers::NONE;
    modifiers.set(KeyModifiers::CONTROL, key.ctrl);
    modifiers.set(KeyModifiers::ALT, key.alt);
    KeyEvent::new(code, modifiers)
}

/// Any intent of the table, wherever the console is.
fn want_any(bench: &mut Bench) {
    let intents: Vec<Intent> =
        TABLE.iter().map(|binding| binding.intent).chain([Intent::Cancel, Intent::Clear]).collect();
    let intent = *bench.dice.pick(&intents);
    bench.tell(format!("intent {intent:?}"));
    bench.want(intent);
}

/// Asks for a send, mostly of a call that has not been made.
async fn send(bench: &mut Bench) {
    if bench.dice.chance(80) {
        bench.fill();
    }
    let by_key = bench.dice.chance(50);
    follow(bench, |bench| if by_key { bench.key(&event(Key::char('s'))) } else { bench.want(Intent::Send) })
        .await;
}

/// Does what may start a call, to a host that will do this or that with it, and waits for its end, for its middle, or not at
/// all.
async fn follow(bench: &mut Bench, start: impl FnOnce(&mut Bench)) {
    let was_under_way = bench.is_under_way();
    let manner = match bench.dice.below(10) {
        0 => Manner::Unauthorized,
        1..4 => Manner::Hold,
        _ => *bench.dice.pick(&Manner::QUICK),
    };
    if !was_under_way {
        bench.street.set(manner);
    }
    bench.tell(format!("a send, {manner:?}"));
    start(bench);
    if was_under_way || !bench.is_under_way() {
        return;
    }
    if manner == Manner::Hold {
        bench.rules.count("held");
    }
    match bench.dice.below(10) {
        0..2 => {}
        2..5 => bench.reach().await,
        _ => bench.settle().await,
    }
}

/// Lets the API find no card and a probe look for the reason. Its calls are met in any manner, and somebody ends some runs.
async fn probe(bench: &mut Bench) {
    if bench.is_under_way() || !bench.state.overlays.is_empty() {
        return;
    }
    bench.tell("a probe".into());
    bench.fill();
    bench.street.set(Manner::NotFound);
    bench.want(Intent::Send);
    if is_confirming(bench) {
        let right = bench.state.profile().unwrap().confirmation();
        accept(bench, &right);
    }
    bench.settle().await;
    bench.want(Intent::Probe);
    vary(bench);
    for _ in 0..12 {
        if !matches!(Mode::of(&bench.state), Mode::ProbePlan | Mode::ProbeWords | Mode::ProbeRun) {
            break;
        }
        push_on(bench).await;
    }
    bench.pass(Duration::from_secs(1));
    bench.want(Intent::Back);
}

/// Adds a customer, and asks for all calls or for fewer of them.
fn vary(bench: &mut Bench) {
    use tokenscope::app::intent::Probing;
    if bench.dice.chance(70) {
        bench.want(Intent::Probing(Probing::Customer));
        "c_2".chars().for_each(|c| bench.want(Intent::Edit(Edit::Insert(c))));
        bench.want(Intent::Open);
    }
    for wish in [Probing::All, Probing::Fewer] {
        if bench.dice.chance(30) {
            bench.want(Intent::Probing(wish));
        }
    }
}

/// The key that starts the calls or confirms the next one, or any other.
async fn push_on(bench: &mut Bench) {
    let manner = match bench.dice.below(10) {
        0..5 => Manner::NotFound,
        5 => Manner::Hold,
        6 => Manner::Unauthorized,
        _ => *bench.dice.pick(&Manner::QUICK),
    };
    bench.street.set(manner);
    let asked = bench.state.profile_at_work().unwrap().confirmation();
    match (Mode::of(&bench.state), bench.dice.below(10)) {
        (Mode::ProbeWords, 0..7) => accept(bench, &asked),
        (Mode::ProbeWords, _) => {
            let wrong = wrong_words(bench, &asked);
            accept(bench, &wrong);
        }
        (_, 0) => press_any(bench),
        (Mode::ProbeRun, 1..3) => bench.want(Intent::Back),
        _ => bench.want(Intent::Open),
    }
    if bench.dice.chance(60) {
        bench.settle().await;
    } else {
        bench.turn(Duration::from_millis(4)).await;
    }
}

/// The right words, wrong ones, pasted ones, or none.
fn confirm(bench: &mut Bench) {
    let right = bench.state.profile().unwrap().confirmation();
    let how = bench.dice.below(100);
    bench.tell(format!("confirm {how}"));
    match how {
        0..60 => accept(bench, &right),
        60..80 => {
            let wrong = wrong_words(bench, &right);
            accept(bench, &wrong);
        }
        80..90 => paste_words(bench, &right),
        _ => bench.key(&event(Key::plain(Code::Esc))),
    }
}

fn wrong_words(bench: &mut Bench, right: &str) -> String {
    let others = RIGHTS.map(|(_, _, merchant_id)| format!("prod {merchant_id}"));
    let own = [
        right.to_uppercase(),
        format!("{right} "),
        format!(" {right}"),
        right.replace(' ', "  "),
        right.chars().take(right.len() - 1).collect(),
        right.chars().skip(5).collect(),
        "prod".to_owned(),
        String::new(),
    ];
    let wrong: Vec<String> = others.into_iter().chain(own).filter(|words| words != right).collect();
    bench.dice.pick(&wrong).clone()
}

/// Types words into the empty line, and Enter like a person.
fn accept(bench: &mut Bench, words: &str) {
    bench.key(&event(Key::ctrl('u')));
    for c in words.chars() {
        bench.pass(Duration::from_millis(60));
        bench.key(&event(Key::char(c)));
    }
    bench.pass(Duration::from_millis(400));
    bench.key(&event(Key::plain(Code::Enter)));
}

/// Pastes them: nothing may arrive in the line.
fn paste_words(bench: &mut Bench, words: &str) {
    let typed = |bench: &Bench| match bench.state.overlays.last() {
        Some(Overlay::Confirm(confirm)) => confirm.typed.clone(),
        _ => panic!("the question is gone"),
    };
    let before = typed(bench);
    bench.happen(What::Pasted(words.to_owned()));
    assert_eq!(typed(bench), before, "a paste was taken for typed words");
    bench.rules.count("pasted words");
    bench.pass(Duration::from_millis(400));
    bench.key(&event(Key::plain(Code::Enter)));
}

fn switch(bench: &mut Bench) {
    let place = bench.dice.below(bench.state.profiles.len());
    bench.tell(format!("switch to {place}"));
    if bench.dice.chance(25) {
        return bench.want(Intent::PreviousProfile);
    }
    bench.want(Intent::Profiles);
    bench.want(Intent::Go(Move::Top));
    for _ in 0..place {
        bench.want(Intent::Go(Move::Down));
    }
    bench.want(Intent::Open);
}

fn cancel(bench: &mut Bench) {
    bench.tell("cancel".into());
    if bench.dice.chance(50) {
        bench.want(Intent::Cancel);
    } else {
        bench.key(&event(Key::plain(Code::Esc)));
    }
    if matches!(bench.state.overlays.last(), Some(Overlay::CancelAsk)) {
        bench.pass(Duration::from_millis(100));
        let answer = *bench.dice.pick(&[Key::char('y'), Key::plain(Code::Enter), Key::char('n')]);
        bench.key(&event(answer));
    }
}

fn change_file(bench: &mut Bench) {
    let (host, ..) = *bench.dice.pick(&RIGHTS);
    let usable = bench.dice.chance(80);
    bench.tell(format!("key file of {host}, usable: {usable}"));
    bench.change_file(host, usable);
    bench.rules.count("key rotated");
}

fn let_hours_pass(bench: &mut Bench) {
    let minutes = *bench.dice.pick(&[14, 15, 16, 60, 1440]);
    bench.tell(format!("{minutes} minutes pass"));
    bench.pass(Duration::from_secs(minutes * 60));
    bench.happen(What::Due);
    bench.rules.count("hours passed");
}

fn happen(bench: &mut Bench) {
    let texts = ["token_7", "prod acme_live", "prod acme_test", "a b", "\u{1b}[2J", "s", "s\r", "", "c_2\n"];
    let what = match bench.dice.below(8) {
        0 => What::FocusLost,
        1 => What::Resized,
        2 => What::Resumed,
        3 => What::Due,
        _ => What::Pasted((*bench.dice.pick(&texts)).to_owned()),
    };
    bench.tell("an event".into());
    bench.happen(what);
}

/// News of a call that is not the one under way: nothing comes of it.
fn tell_stale(bench: &mut Bench) {
    let current = bench.state.call.flight().map(|flight| flight.id);
    let id = CallId(bench.dice.below(bench.state.calls as usize + 3).try_into().unwrap());
    if Some(id) == current {
        return;
    }
    let body = include_str!("../fixtures/usable_200.json");
    let raw = RawReply { status: 200, headers: &[], body: body.as_bytes() };
    let came = || Reply::Came(Exchange::read(&raw, None, Needles::default(), Timing::default()));
    let what = match bench.dice.below(4) {
        0 => What::Replied { id, reply: Reply::Failed(Failure::NoAnswer, Timing::default()) },
        1 => What::KeyFailed { id, fault: KeyFault::NoFile },
        2 => What::SendNotAudited { id, fault: LedgerFault::Full },
        _ => What::Replied { id, reply: came() },
    };
    bench.tell(format!("stale news of {id:?}"));
    bench.happen(what);
    assert_eq!(bench.state.call.flight().map(|flight| flight.id), current, "it ended another call");
    bench.rules.count("stale news");
}

/// Another line that is edited, so that the sends are not always the same.
fn edit(bench: &mut Bench) {
    let place = bench.dice.below(bench.state.profiles.len());
    bench.tell(format!("profile {place} edited"));
    bench.edit(place);
    bench.want(Intent::Edit(Edit::End));
}
