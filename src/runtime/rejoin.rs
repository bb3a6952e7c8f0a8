//! Puts a key together again whose bytes were read in two goes, cut right behind its escape.
//!
//! crossterm takes an escape at the end of a read for the Esc key, and what follows for characters: of a Down that was cut
//! there Esc, `[` and `B` arrive, each of which does something in the console. Elsewhere it waits for the rest itself: `\x1b[`
//! and `\x1bO`, parameters, a bracketed paste that has begun, and a character of several bytes lose nothing by a cut.
//!
//! An Esc behind which more comes at once is held back until that shows what it is, and so are the characters of a sequence
//! until its last. An Esc that comes alone is handed on at once; only where `[` or `O` follows faster than a person types, the
//! rest of the sequence is kept from being taken for keys. An Esc that turns out to be a person's is never lost, nor made Alt
//! of: behind a slow frame it waits together with the key that was pressed after it. Pure: events in, events out; must not
//! know the terminal or the time. Beside crossterm's there are two readers of sequences, this one and [`super::private`]'s.
//! Tested below with every cut of every sequence, and through a real pty in `tests/counted.rs`.

use std::collections::VecDeque;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::input::InputEvent;

/// Characters of the longest sequence that is waited for; what is longer is none.
const LONGEST: usize = 24;

/// What begins a mouse event of the oldest kind: the button, the column and the row follow as a character each.
const OLD_MOUSE: &str = "[M";

/// What ends a bracketed paste.
const PASTE_END: &str = "\x1b[201~";

/// How an event came.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Way {
    /// Right behind the one before, faster than a person types.
    pub(super) is_close: bool,
    /// More waits in the terminal.
    pub(super) has_more: bool,
}

/// Where in a cut sequence the events are.
#[derive(Debug, Default)]
enum At {
    /// In none.
    #[default]
    Ground,
    /// Behind an Esc that was handed on.
    Lone,
    /// Behind an Esc that is held back.
    Escape(KeyEvent),
    /// In a sequence: the keys held back, and what they spell.
    Sequence(Vec<KeyEvent>, String),
    /// In a bracketed paste whose beginning was cut: its text so far.
    Paste(String),
}

/// The events on their way.
#[derive(Debug, Default)]
pub(super) struct Rejoin {
    at: At,
    ready: VecDeque<InputEvent>,
}

impl Rejoin {
    /// The next event that is whole.
    pub(super) fn next(&mut self) -> Option<InputEvent> {
        self.ready.pop_front()
    }

    /// Whether something is held back; then [`Self::end`] is to be called if nothing more comes.
    pub(super) fn is_holding(&self) -> bool {
        matches!(self.at, At::Escape(_) | At::Sequence(..) | At::Paste(_))
    }

    /// Whether it is a paste, whose rest may take longer than that of a key.
    pub(super) fn is_in_paste(&self) -> bool {
        matches!(self.at, At::Paste(_))
    }

    /// Takes an event as crossterm tells it.
    pub(super) fn take(&mut self, event: InputEvent, way: Way) {
        match event {
            InputEvent::Key(key) => self.key(key, way),
            _ if self.is_beside(&event) => self.ready.push_back(event),
            _ => {
                self.end();
                self.ready.push_back(event);
            }
        }
    }

    /// Whether the event says nothing of what is held back. A size comes by another way than bytes do, and so at any place
    /// among them; focus and mouse are no end of a paste, whose rest would be taken for keys.
    fn is_beside(&self, event: &InputEvent) -> bool {
        match event {
            InputEvent::Resized { .. } => true,
            InputEvent::FocusGained | InputEvent::FocusLost | InputEvent::Mouse(_) => self.is_in_paste(),
            InputEvent::Key(_) | InputEvent::Pasted(_) => false,
        }
    }

    /// Somebody else reads the rest: what is held back is none, but for the Esc, which may have been a person's.
    pub(super) fn forget(&mut self) {
        let escape = match std::mem::take(&mut self.at) {
            At::Escape(escape) => Some(escape),
            At::Sequence(keys, _) => keys.into_iter().find(is_escape),
            At::Ground | At::Lone | At::Paste(_) => None,
        };
        self.ready.extend(escape.map(InputEvent::Key));
    }

    /// Nothing more comes: what was held back is what it looks like.
    pub(super) fn end(&mut self) {
        match std::mem::take(&mut self.at) {
            At::Ground | At::Lone => {}
            At::Escape(escape) => self.ready.push_back(InputEvent::Key(escape)),
            At::Sequence(keys, _) => self.ready.extend(keys.into_iter().map(InputEvent::Key)),
            At::Paste(text) => self.ready.push_back(InputEvent::Pasted(text)),
        }
    }

    fn key(&mut self, key: KeyEvent, way: Way) {
        match (std::mem::take(&mut self.at), character(&key)) {
            (At::Paste(text), _) => self.paste(text, &key),
            (At::Sequence(keys, text), Some(c)) => self.sequence((keys, key), text, c),
            (At::Escape(escape), Some(c @ ('[' | 'O'))) => {
                self.sequence((vec![escape], key), String::new(), c);
            }
            (At::Lone, Some(c @ ('[' | 'O'))) if way.is_close => {
                self.sequence((Vec::new(), key), String::new(), c);
            }
            // An Esc and a character are no Alt: both may have waited behind a slow frame.
            (at, _) => {
                self.at = at;
                self.end();
                self.start(key, way);
            }
        }
    }

    fn start(&mut self, key: KeyEvent, way: Way) {
        let is_escape = is_escape(&key);
        if is_escape && (way.has_more || way.is_close) {
            self.at = At::Escape(key);
            return;
        }
        if is_escape {
            self.at = At::Lone;
        }
        self.ready.push_back(InputEvent::Key(key));
    }

    fn sequence(&mut self, (mut keys, key): (Vec<KeyEvent>, KeyEvent), mut text: String, c: char) {
        keys.push(key);
        text.push(c);
        match extent(&text) {
            Extent::Open => self.at = At::Sequence(keys, text),
            Extent::Whole if text == "[200~" => self.at = At::Paste(String::new()),
            Extent::Whole => match meaning(&text) {
                // crossterm, too, passes over one that it does not know.
                None if !is_certain(&text) => self.ready.extend(keys.into_iter().map(InputEvent::Key)),
                known => self.ready.extend(known),
            },
            Extent::None => self.ready.extend(keys.into_iter().map(InputEvent::Key)),
        }
    }

    /// crossterm knows no end of a paste that it saw no beginning of, and tells nothing of it: unless that was cut, too, the
    /// paste ends where nothing more comes.
    fn paste(&mut self, mut text: String, key: &KeyEvent) {
        if key.modifiers.contains(KeyModifiers::ALT) {
            text.push('\x1b');
        }
        text.push(byte(key));
        match text.strip_suffix(PASTE_END) {
            Some(whole) => self.ready.push_back(InputEvent::Pasted(whole.to_owned())),
            None => self.at = At::Paste(text),
        }
    }
}

fn is_escape(key: &KeyEvent) -> bool {
    key.code == KeyCode::Esc && key.modifiers.is_empty()
}

/// The character, where the key is nothing else. Backspace is one as well, at a column of the oldest kind of mouse event.
fn character(key: &KeyEvent) -> Option<char> {
    match key.code {
        KeyCode::Char(c) if KeyModifiers::SHIFT.contains(key.modifiers) => Some(c),
        KeyCode::Backspace if key.modifiers.is_empty() => Some('\x7f'),
        _ => None,
    }
}

/// The character of a paste that crossterm took for this key. A sequence has none, and stands there as its escape.
fn byte(key: &KeyEvent) -> char {
    match key.code {
        KeyCode::Char(c) if key.modifiers.contains(KeyModifiers::CONTROL) => {
            u8::try_from(c).map_or(c, |byte| char::from(byte & 0x1f))
        }
        KeyCode::Char(c) => c,
        KeyCode::Enter => '\r',
        KeyCode::Tab => '\t',
        KeyCode::Backspace => '\x7f',
        _ => '\x1b',
    }
}

/// How far a sequence goes.
enum Extent {
    Open,
    Whole,
    None,
}

/// How far this one goes, told without its escape.
fn extent(text: &str) -> Extent {
    if let Some(numbers) = text.strip_prefix(OLD_MOUSE) {
        return if numbers.chars().count() < 3 { Extent::Open } else { Extent::Whole };
    }
    let rest = text.get(1..).unwrap_or_default();
    match rest.chars().next_back() {
        // The Linux console's F1 to F5 have a second bracket.
        None => Extent::Open,
        Some('[') if text == "[[" => Extent::Open,
        Some('\x40'..='\x7e') => Extent::Whole,
        Some('\x20'..='\x3f') if text.starts_with('[') && text.len() < LONGEST => Extent::Open,
        Some(_) => Extent::None,
    }
}

/// Whether this whole one is no Esc of a person's and the keys behind it, which have no parameters.
fn is_certain(text: &str) -> bool {
    text.starts_with(OLD_MOUSE) || text.contains(|c: char| c.is_ascii_digit() || ";<?".contains(c))
}

/// What a whole sequence means, told without its escape.
fn meaning(text: &str) -> Option<InputEvent> {
    if text.starts_with(OLD_MOUSE) {
        return None;
    }
    let mut rest = text.chars();
    let (first, last) = (rest.next()?, rest.next_back()?);
    match (first, rest.as_str(), last) {
        ('[', "", 'I') => Some(InputEvent::FocusGained),
        ('[', "", 'O') => Some(InputEvent::FocusLost),
        ('[', "", 'Z') => Some(key(KeyCode::BackTab, KeyModifiers::SHIFT)),
        ('[', "[", 'A'..='E') => Some(key(KeyCode::F(number_from('A', last) + 1), KeyModifiers::NONE)),
        // The answer of a terminal that was asked where its cursor is.
        ('[', _, 'R') => None,
        ('[', parameters, 'M') => mouse(parameters.strip_prefix('<')?),
        ('[', parameters, '~') => {
            let code = numbered(parameters.split(';').next()?.parse().ok()?)?;
            Some(key(code, modifiers(parameters)))
        }
        (_, parameters, _) => Some(key(lettered(last)?, modifiers(parameters))),
    }
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> InputEvent {
    InputEvent::Key(KeyEvent::new(code, modifiers))
}

fn number_from(first: char, c: char) -> u8 {
    u8::try_from(u32::from(c).saturating_sub(u32::from(first))).unwrap_or_default()
}

fn lettered(c: char) -> Option<KeyCode> {
    Some(match c {
        'A' => KeyCode::Up,
        'B' => KeyCode::Down,
        'C' => KeyCode::Right,
        'D' => KeyCode::Left,
        'F' => KeyCode::End,
        'H' => KeyCode::Home,
        'P'..='S' => KeyCode::F(number_from('P', c) + 1),
        _ => return None,
    })
}

fn numbered(number: u8) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F(number - 10),
        17..=21 => KeyCode::F(number - 11),
        23..=26 => KeyCode::F(number - 12),
        28..=29 => KeyCode::F(number - 15),
        31..=34 => KeyCode::F(number - 17),
        _ => return None,
    })
}

/// The modifiers, which are the second parameter: one more than the sum of their bits.
fn modifiers(parameters: &str) -> KeyModifiers {
    let told = parameters.split(';').nth(1).and_then(|told| told.parse::<u8>().ok());
    let bits = told.unwrap_or(1).saturating_sub(1);
    let all = [(1, KeyModifiers::SHIFT), (2, KeyModifiers::ALT), (4, KeyModifiers::CONTROL)];
    all.into_iter().filter(|(bit, _)| bits & bit != 0).map(|(_, modifier)| modifier).collect()
}

/// What the console knows of the mouse: the left button going down, and the wheel.
fn mouse(parameters: &str) -> Option<InputEvent> {
    let mut numbers = parameters.split(';').map(|number| number.parse::<u16>().ok());
    let (button, column, row) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let kind = match button {
        0 => MouseEventKind::Down(MouseButton::Left),
        64 => MouseEventKind::ScrollUp,
        65 => MouseEventKind::ScrollDown,
        _ => return None,
    };
    let (column, row) = (column.checked_sub(1)?, row.checked_sub(1)?);
    Some(InputEvent::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALONE: Way = Way { is_close: false, has_more: false };
    const CUT: Way = Way { is_close: false, has_more: true };
    const CLOSE: Way = Way { is_close: true, has_more: false };

    fn plain(code: KeyCode) -> InputEvent {
        key(code, KeyModifiers::NONE)
    }

    fn escape() -> InputEvent {
        plain(KeyCode::Esc)
    }

    /// What crossterm tells of the bytes of which it did not see the escape.
    fn typed(text: &str) -> Vec<InputEvent> {
        let told = |c: char| match c {
            '\x1b' => escape(),
            '\r' => plain(KeyCode::Enter),
            '\t' => plain(KeyCode::Tab),
            '\x01'..='\x1a' => key(KeyCode::Char(char::from(c as u8 + 0x60)), KeyModifiers::CONTROL),
            c if c.is_uppercase() => key(KeyCode::Char(c), KeyModifiers::SHIFT),
            c => plain(KeyCode::Char(c)),
        };
        text.chars().map(told).collect()
    }

    /// What comes out where the events come in such a way each, and then nothing more.
    fn rejoined(events: impl IntoIterator<Item = (InputEvent, Way)>) -> Vec<InputEvent> {
        let mut rejoin = Rejoin::default();
        events.into_iter().for_each(|(event, way)| rejoin.take(event, way));
        rejoin.end();
        assert!(!rejoin.is_holding());
        std::iter::from_fn(|| rejoin.next()).collect()
    }

    /// An Esc that came in such a way, and then this at once.
    fn behind_escape(way: Way, rest: &str) -> Vec<InputEvent> {
        let rest = typed(rest).into_iter().map(|event| (event, CLOSE));
        rejoined([(escape(), way)].into_iter().chain(rest))
    }

    fn sequences() -> Vec<(String, InputEvent)> {
        let mut all = Vec::new();
        for (c, code) in ["A", "B", "C", "D", "F", "H"].into_iter().zip([
            KeyCode::Up,
            KeyCode::Down,
            KeyCode::Right,
            KeyCode::Left,
            KeyCode::End,
            KeyCode::Home,
        ]) {
            all.push((format!("[{c}"), plain(code)));
            all.push((format!("O{c}"), plain(code)));
            all.push((format!("[1;5{c}"), key(code, KeyModifiers::CONTROL)));
            all.push((format!("[1;4{c}"), key(code, KeyModifiers::SHIFT | KeyModifiers::ALT)));
        }
        let numbered = [
            ("1", KeyCode::Home),
            ("2", KeyCode::Insert),
            ("3", KeyCode::Delete),
            ("4", KeyCode::End),
            ("5", KeyCode::PageUp),
            ("6", KeyCode::PageDown),
            ("11", KeyCode::F(1)),
            ("15", KeyCode::F(5)),
            ("17", KeyCode::F(6)),
            ("21", KeyCode::F(10)),
            ("23", KeyCode::F(11)),
            ("24", KeyCode::F(12)),
        ];
        for (number, code) in numbered {
            all.push((format!("[{number}~"), plain(code)));
            all.push((format!("[{number};2~"), key(code, KeyModifiers::SHIFT)));
        }
        for (number, c) in (1..).zip(["P", "Q", "R", "S"]) {
            all.push((format!("O{c}"), plain(KeyCode::F(number))));
        }
        let wheel = MouseEventKind::ScrollDown;
        let wheel = MouseEvent { kind: wheel, column: 9, row: 119, modifiers: KeyModifiers::NONE };
        all.extend([
            ("[1;2P".to_owned(), key(KeyCode::F(1), KeyModifiers::SHIFT)),
            ("[[C".to_owned(), plain(KeyCode::F(3))),
            ("[Z".to_owned(), key(KeyCode::BackTab, KeyModifiers::SHIFT)),
            ("[I".to_owned(), InputEvent::FocusGained),
            ("[O".to_owned(), InputEvent::FocusLost),
            ("[<65;10;120M".to_owned(), InputEvent::Mouse(wheel)),
            ("[200~a\rb\x1b[201~".to_owned(), InputEvent::Pasted("a\rb".to_owned())),
        ]);
        all
    }

    #[test]
    fn of_a_sequence_that_was_cut_behind_its_escape_there_comes_the_one_event_that_it_was() {
        for (rest, event) in sequences() {
            for way in [CUT, CLOSE] {
                assert_eq!(behind_escape(way, &rest), std::slice::from_ref(&event), "{rest:?}");
            }
        }
    }

    #[test]
    fn a_second_cut_and_a_new_size_between_any_two_bytes_change_nothing() {
        let resized = InputEvent::Resized { columns: 80, rows: 24 };
        for (rest, event) in sequences() {
            for place in 0..=rest.len() {
                let mut rejoin = Rejoin::default();
                rejoin.take(escape(), CUT);
                let (before, behind) = rest.split_at(place);
                for event in typed(before) {
                    rejoin.take(event, CLOSE);
                }
                let early = rejoin.next();
                rejoin.take(resized.clone(), ALONE);
                assert_eq!(early.is_some(), behind.is_empty(), "{rest:?} cut at {place}");
                for event in typed(behind) {
                    rejoin.take(event, ALONE);
                }
                let all: Vec<_> = early.into_iter().chain(std::iter::from_fn(|| rejoin.next())).collect();
                assert!(all.len() == 2 && all.contains(&event) && all.contains(&resized), "{all:?}");
                assert!(!rejoin.is_holding());
            }
        }
    }

    #[test]
    fn what_crossterm_tells_whole_goes_through_whole_in_whatever_way_it_comes() {
        for (_, event) in sequences() {
            for way in [ALONE, CUT, CLOSE] {
                assert_eq!(
                    rejoined([(event.clone(), way), (event.clone(), way)]),
                    [event.clone(), event.clone()]
                );
            }
        }
    }

    #[test]
    fn a_lone_esc_is_handed_on_at_once_and_nothing_is_waited_for() {
        let mut rejoin = Rejoin::default();
        rejoin.take(escape(), ALONE);
        assert_eq!((rejoin.next(), rejoin.is_holding()), (Some(escape()), false));
    }

    #[test]
    fn behind_an_esc_that_was_handed_on_the_rest_of_a_key_is_no_keys_of_its_own() {
        assert_eq!(behind_escape(ALONE, "[D"), [escape(), plain(KeyCode::Left)]);
        let slow = typed("[D").into_iter().map(|event| (event, ALONE));
        let all = [escape()].into_iter().chain(typed("[D")).collect::<Vec<_>>();
        assert_eq!(rejoined([(escape(), ALONE)].into_iter().chain(slow)), all);
    }

    #[test]
    fn an_esc_that_was_one_comes_before_what_came_behind_it() {
        assert_eq!(behind_escape(CUT, ""), [escape()]);
        assert_eq!(behind_escape(CUT, "\r"), [escape(), plain(KeyCode::Enter)]);
        assert_eq!(behind_escape(CUT, "\x1b[B"), [escape(), plain(KeyCode::Down)]);
        let down = plain(KeyCode::Down);
        assert_eq!(rejoined([(escape(), CUT), (down.clone(), CLOSE)]), [escape(), down]);
    }

    #[test]
    fn an_esc_and_the_keys_behind_it_that_waited_for_a_slow_frame_are_both_and_no_alt() {
        for rest in ["j", "ab", "J", "é", "\x1bj", "Oj", "[j", "[x", "OM"] {
            let all: Vec<_> = [escape()].into_iter().chain(typed(rest)).collect();
            for way in [CUT, CLOSE] {
                assert_eq!(behind_escape(way, rest), all, "{rest:?}");
            }
        }
    }

    #[test]
    fn an_esc_behind_which_a_character_came_is_handed_on_with_it_and_nothing_is_waited_for() {
        let mut rejoin = Rejoin::default();
        rejoin.take(escape(), CUT);
        rejoin.take(plain(KeyCode::Char('j')), ALONE);
        assert!(!rejoin.is_holding());
        assert_eq!([rejoin.next(), rejoin.next()], [Some(escape()), Some(plain(KeyCode::Char('j')))]);
    }

    #[test]
    fn what_is_held_back_when_somebody_else_reads_is_forgotten_but_for_the_esc() {
        for (rest, kept) in [("", vec![escape()]), ("[1;", vec![escape()]), ("[200~prod", vec![])] {
            let mut rejoin = Rejoin::default();
            rejoin.take(escape(), CUT);
            for event in typed(rest) {
                rejoin.take(event, CLOSE);
            }
            assert!(rejoin.is_holding(), "{rest:?}");
            rejoin.forget();
            assert!(!rejoin.is_holding(), "{rest:?}");
            assert_eq!(std::iter::from_fn(|| rejoin.next()).collect::<Vec<_>>(), kept, "{rest:?}");
        }
    }

    #[test]
    fn the_three_characters_of_the_oldest_mouse_events_are_no_keys() {
        let backspace = [plain(KeyCode::Char(' ')), plain(KeyCode::Backspace), plain(KeyCode::Char('!'))];
        for numbers in [typed(" !!"), typed("`qA"), typed("#1~"), typed("[OM"), backspace.to_vec()] {
            for way in [ALONE, CUT] {
                let rest = typed("[M").into_iter().chain(numbers.clone()).chain(typed("j"));
                let all = rejoined([(escape(), way)].into_iter().chain(rest.map(|event| (event, CLOSE))));
                let all: Vec<_> =
                    all.into_iter().filter(|event| way.has_more || *event != escape()).collect();
                assert_eq!(all, typed("j"), "{numbers:?}");
            }
        }
        assert_eq!(behind_escape(CUT, "[M!"), [vec![escape()], typed("[M!")].concat());
    }

    #[test]
    fn what_turns_out_to_be_no_sequence_is_handed_on_as_it_came() {
        for rest in ["[", "O", "[1;", "[1\r", "[1é", "[[\r", "[1\x1b", "[111111111111111111111111"] {
            let all: Vec<_> = [escape()].into_iter().chain(typed(rest)).collect();
            assert_eq!(behind_escape(CUT, rest), all, "{rest:?}");
        }
    }

    #[test]
    fn a_sequence_that_nobody_knows_is_passed_over_whole() {
        for rest in ["[12;40R", "[?62;1c", "[?u", "[99~", "[<0;1;1m", "[<35;1;1M", "[97;5u"] {
            assert_eq!(behind_escape(CUT, &format!("{rest}j")), typed("j"), "{rest:?}");
        }
    }

    #[test]
    fn a_paste_whose_end_crossterm_passes_over_ends_where_nothing_more_comes() {
        let pasted = behind_escape(CUT, "[200~prod\t\r\n\x03é");
        assert_eq!(pasted, [InputEvent::Pasted("prod\t\r\n\x03é".to_owned())]);
        let other = InputEvent::Pasted("other".to_owned());
        let events = [escape()].into_iter().chain(typed("[200~D")).chain([other.clone()]);
        let all = rejoined(events.map(|event| (event, CUT)));
        assert_eq!(all, [InputEvent::Pasted("D".to_owned()), other]);
    }

    #[test]
    fn focus_and_the_mouse_do_not_end_a_cut_paste() {
        let click = MouseEventKind::Down(MouseButton::Left);
        let click = MouseEvent { kind: click, column: 0, row: 0, modifiers: KeyModifiers::NONE };
        for beside in [InputEvent::FocusLost, InputEvent::FocusGained, InputEvent::Mouse(click)] {
            let behind = [beside.clone()].into_iter().chain(typed("q"));
            let events = [escape()].into_iter().chain(typed("[200~D")).chain(behind);
            let all = rejoined(events.map(|event| (event, CUT)));
            assert_eq!(all, [beside, InputEvent::Pasted("Dq".to_owned())]);
        }
    }

    #[test]
    fn what_a_cut_paste_holds_of_sequences_stays_in_it_as_escapes() {
        let alt = key(KeyCode::Char('a'), KeyModifiers::ALT);
        let events = [escape()].into_iter().chain(typed("[200~")).chain([alt, plain(KeyCode::Left)]);
        let all = rejoined(events.map(|event| (event, CUT)));
        assert_eq!(all, [InputEvent::Pasted("\x1ba\x1b".to_owned())]);
    }
}
