//! Which key means what where: one table, from which palette, footer, help and README are made, and what the user's `[keys]`
//! make of it.
//!
//! Must not know: crossterm, ratatui, the config; the runtime turns the terminal's keys into [`Key`]. Tested:
//! `tests/keymap.rs`.

mod footer;
mod key;
mod own;
mod written;

pub use footer::footer;
pub use key::{Code, Key};
pub use own::KeyFault;

use std::borrow::Cow;

use crate::app::browse;
use crate::app::intent::{Edit, Intent, Move, Pane, Probing};
use crate::app::overlay::Overlay;
use crate::app::probe::Stage;
use crate::app::state::State;

/// Where a key is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// In a pane.
    Pane(Pane),
    /// In a field that is being edited.
    Field,
    /// In the line of a search.
    Filter,
    /// In the typed confirmation.
    Confirm,
    /// In the typed word before a purge.
    Purge,
    /// In the question before a cancel.
    CancelAsk,
    /// In the list of profiles.
    Profiles,
    /// In the preview of an export.
    Export,
    /// In the menu of what to copy.
    CopyMenu,
    /// In the list of fields to copy.
    Fields,
    /// Where a value is pasted to be compared.
    Compare,
    /// In the list of findings.
    Findings,
    /// In the list of what changed between two answers.
    Differences,
    /// In one finding.
    Finding,
    /// In the plan of a probe.
    ProbePlan,
    /// In the line of a probe that takes another customer id.
    ProbeCustomer,
    /// In the typed confirmation of a probe's next call.
    ProbeWords,
    /// While a probe makes its calls.
    ProbeRun,
    /// In what a probe has found.
    ProbeEnd,
    /// In the palette.
    Palette,
    /// In the line that takes the path of a report.
    ReportPath,
    /// In the list of a report.
    ReportList,
    /// In one row of a report.
    ReportRow,
    /// In the help.
    Help,
}

impl Mode {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Pane(Pane::Profiles),
        Self::Pane(Pane::Request),
        Self::Pane(Pane::Answer),
        Self::Pane(Pane::History),
        Self::Field,
        Self::Filter,
        Self::Confirm,
        Self::Purge,
        Self::CancelAsk,
        Self::Profiles,
        Self::Export,
        Self::CopyMenu,
        Self::Fields,
        Self::Compare,
        Self::Findings,
        Self::Differences,
        Self::Finding,
        Self::ProbePlan,
        Self::ProbeCustomer,
        Self::ProbeWords,
        Self::ProbeRun,
        Self::ProbeEnd,
        Self::ReportPath,
        Self::ReportList,
        Self::ReportRow,
        Self::Palette,
        Self::Help,
    ];

    /// The mode that the state is in.
    pub fn of(state: &State) -> Self {
        if state.is_typing_search() { Self::Filter } else { Self::under(state, state.overlays.last()) }
    }

    /// The mode below help and palette, which tell of it.
    pub fn below(state: &State) -> Self {
        let tells = |overlay: &&Overlay| matches!(overlay, Overlay::Help { .. } | Overlay::Palette(_));
        Self::under(state, state.overlays.iter().rev().find(|overlay| !tells(overlay)))
    }

    fn under(state: &State, overlay: Option<&Overlay>) -> Self {
        match overlay {
            Some(Overlay::Help { .. }) => Self::Help,
            Some(Overlay::Profiles { .. }) => Self::Profiles,
            Some(Overlay::Confirm(_)) => Self::Confirm,
            Some(Overlay::Purge(_)) => Self::Purge,
            Some(Overlay::CancelAsk) => Self::CancelAsk,
            Some(Overlay::Export(_)) => Self::Export,
            Some(Overlay::CopyMenu { .. }) => Self::CopyMenu,
            Some(Overlay::Fields(_)) => Self::Fields,
            Some(Overlay::Compare(_)) => Self::Compare,
            Some(Overlay::Findings(_)) => Self::Findings,
            Some(Overlay::Differences(_)) => Self::Differences,
            Some(Overlay::Finding { .. }) => Self::Finding,
            Some(Overlay::Palette(_)) => Self::Palette,
            Some(Overlay::Probe(probe)) => Self::of_probe(&probe.stage),
            Some(Overlay::Report) => Self::of_report(&state.browse.stage),
            None if state.form.editing => Self::Field,
            None => Self::Pane(state.focus),
        }
    }

    fn of_probe(stage: &Stage) -> Self {
        match stage {
            Stage::Planned => Self::ProbePlan,
            Stage::Customer(_) => Self::ProbeCustomer,
            Stage::Words(_) => Self::ProbeWords,
            Stage::Running(_) => Self::ProbeRun,
            Stage::Ended { .. } => Self::ProbeEnd,
        }
    }

    fn of_report(stage: &browse::Stage) -> Self {
        match stage {
            browse::Stage::Path | browse::Stage::Opening => Self::ReportPath,
            browse::Stage::Listed => Self::ReportList,
            browse::Stage::Whole { .. } => Self::ReportRow,
        }
    }

    /// Whether characters are text here.
    pub fn takes_text(self) -> bool {
        use Mode::{Compare, Confirm, Field, Filter, Palette, ProbeCustomer, ProbeWords, Purge, ReportPath};
        let of_overlays =
            matches!(self, Confirm | Purge | Compare | ProbeCustomer | ProbeWords | Palette | ReportPath);
        of_overlays || matches!(self, Field | Filter)
    }
}

/// In which modes a binding holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// In every pane.
    Panes,
    /// In one pane.
    Pane(Pane),
    /// Where text is typed that can be seen.
    Text,
    /// In one mode.
    Only(Mode),
    /// In every overlay that scrolls or lists.
    Lists,
    /// In every overlay that can be searched.
    Searched,
    /// Everywhere.
    Everywhere,
}

impl Scope {
    fn holds(self, mode: Mode) -> bool {
        match self {
            Self::Panes => matches!(mode, Mode::Pane(_)),
            Self::Pane(pane) => mode == Mode::Pane(pane),
            // What is compared is never seen, so there is no place in it to go to.
            Self::Text => mode.takes_text() && mode != Mode::Compare,
            Self::Only(only) => mode == only,
            Self::Lists => {
                use Mode::{
                    CopyMenu, Differences, Export, Fields, Finding, Findings, Help, ProbeEnd, ProbePlan,
                    Profiles, ReportList, ReportRow,
                };
                matches!(
                    mode,
                    Help | Profiles
                        | Export
                        | CopyMenu
                        | Fields
                        | Findings
                        | Differences
                        | Finding
                        | ProbePlan
                        | ProbeEnd
                        | ReportList
                        | ReportRow
                )
            }
            Self::Searched => {
                use Mode::{Differences, Fields, Finding, Findings, Help, Profiles};
                matches!(mode, Help | Profiles | Fields | Findings | Differences | Finding)
            }
            Self::Everywhere => true,
        }
    }

    /// Whether it holds in a pane.
    fn is_of_panes(self) -> bool {
        Pane::ALL.into_iter().any(|pane| self.holds(Mode::Pane(pane)))
    }
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Where it holds.
    pub scope: Scope,
    /// The keys; none where only the palette leads to it.
    pub keys: Cow<'static, [Key]>,
    /// What they mean.
    pub intent: Intent,
    /// What that does, in a few words.
    pub label: &'static str,
}

const fn bind(scope: Scope, keys: &'static [Key], intent: Intent, label: &'static str) -> Binding {
    Binding { scope, keys: Cow::Borrowed(keys), intent, label }
}

const ENTER: Key = Key::plain(Code::Enter);
const ESC: Key = Key::plain(Code::Esc);

/// All bindings as they are where the user changes none; the first that holds counts.
pub const TABLE: &[Binding] = &[
    bind(Scope::Only(Mode::Pane(Pane::Profiles)), &[ENTER], Intent::Open, "use this profile"),
    bind(Scope::Only(Mode::Pane(Pane::History)), &[ENTER], Intent::Open, "fill the form from this row"),
    bind(Scope::Only(Mode::Pane(Pane::Request)), &[ENTER], Intent::Open, "edit the field"),
    bind(Scope::Only(Mode::Pane(Pane::Answer)), &[ENTER], Intent::Open, "findings"),
    bind(Scope::Pane(Pane::Answer), &[Key::char('i')], Intent::Probe, "find the wrong input"),
    bind(Scope::Pane(Pane::Request), &[Key::char('u')], Intent::Undo, "undo the last change"),
    bind(Scope::Panes, &[Key::char('s')], Intent::Send, "send"),
    bind(Scope::Panes, &[Key::char('v')], Intent::Reveal, "reveal cryptogram"),
    bind(Scope::Panes, &[Key::char('V')], Intent::Mask, "mask all now"),
    bind(Scope::Panes, &[], Intent::Cancel, "cancel the call"),
    bind(Scope::Panes, &[Key::char('x')], Intent::Export, "export"),
    bind(Scope::Panes, &[Key::char('y')], Intent::Copy, "copy"),
    bind(Scope::Panes, &[Key::char('Y')], Intent::CopyMenu, "copy the call"),
    bind(Scope::Panes, &[Key::char('=')], Intent::Compare, "compare"),
    bind(Scope::Panes, &[Key::char('p'), Key::alt('p')], Intent::Profiles, "profiles"),
    bind(Scope::Panes, &[Key::char('-')], Intent::PreviousProfile, "previous profile"),
    bind(Scope::Panes, &[Key::char('e')], Intent::EditField, "edit a field"),
    bind(Scope::Panes, &[Key::char('/')], Intent::Filter, "filter, search"),
    bind(Scope::Panes, &[Key::char('n')], Intent::NextMatch, "next match"),
    bind(Scope::Panes, &[Key::char('N')], Intent::PreviousMatch, "match before"),
    bind(Scope::Panes, &[Key::char('z')], Intent::Zoom, "zoom this pane"),
    bind(Scope::Panes, &[Key::char('I')], Intent::Identity, "show personal fields"),
    bind(Scope::Panes, &[Key::char('r')], Intent::Raw, "raw JSON"),
    bind(Scope::Panes, &[Key::char('t')], Intent::Timing, "timeline, timing, headers"),
    bind(Scope::Panes, &[Key::char('b')], Intent::Report, "report of a batch"),
    bind(Scope::Panes, &[Key::char('C')], Intent::Clear, "drop the answer"),
    bind(Scope::Panes, &[Key::char('P')], Intent::Stage, "stage mode"),
    bind(Scope::Panes, &[Key::char('R')], Intent::Reload, "read the config anew"),
    bind(Scope::Pane(Pane::History), &[Key::char('D')], Intent::Purge, "delete the history"),
    bind(Scope::Panes, &[Key::char('1')], Intent::Focus(Pane::Profiles), "to Profiles"),
    bind(Scope::Panes, &[Key::char('2')], Intent::Focus(Pane::Request), "to Request"),
    bind(Scope::Panes, &[Key::char('3')], Intent::Focus(Pane::Answer), "to Answer"),
    bind(Scope::Panes, &[Key::char('4')], Intent::Focus(Pane::History), "to History"),
    bind(
        Scope::Panes,
        &[Key::plain(Code::Tab), Key::char('l'), Key::plain(Code::Right)],
        Intent::NextPane,
        "next pane",
    ),
    bind(
        Scope::Panes,
        &[Key::plain(Code::BackTab), Key::char('h'), Key::plain(Code::Left)],
        Intent::PreviousPane,
        "pane before",
    ),
    bind(Scope::Panes, &[Key::char(':')], Intent::Palette, "palette"),
    bind(Scope::Panes, &[Key::char('?')], Intent::Help, "help"),
    bind(Scope::Panes, &[Key::char('q')], Intent::Quit, "quit"),
    bind(Scope::Panes, &[Key::char('j'), Key::plain(Code::Down)], Intent::Go(Move::Down), "down"),
    bind(Scope::Panes, &[Key::char('k'), Key::plain(Code::Up)], Intent::Go(Move::Up), "up"),
    bind(Scope::Panes, &[Key::char('g'), Key::plain(Code::Home)], Intent::Go(Move::Top), "to the top"),
    bind(Scope::Panes, &[Key::char('G'), Key::plain(Code::End)], Intent::Go(Move::Bottom), "to the end"),
    bind(Scope::Panes, &[Key::plain(Code::PageDown)], Intent::Go(Move::PageDown), "page down"),
    bind(Scope::Panes, &[Key::plain(Code::PageUp)], Intent::Go(Move::PageUp), "page up"),
    bind(Scope::Panes, &[Key::ctrl('d')], Intent::Go(Move::HalfPageDown), "half a page down"),
    bind(Scope::Panes, &[Key::ctrl('u')], Intent::Go(Move::HalfPageUp), "half a page up"),
    bind(Scope::Panes, &[ESC], Intent::Back, "back, mask, or cancel the call"),
    bind(Scope::Only(Mode::Field), &[ENTER, ESC], Intent::Back, "leave the field"),
    bind(Scope::Only(Mode::Field), &[Key::plain(Code::Tab)], Intent::NextField, "next field"),
    bind(Scope::Only(Mode::Field), &[Key::plain(Code::BackTab)], Intent::PreviousField, "field before"),
    bind(Scope::Only(Mode::Field), &[Key::plain(Code::Up)], Intent::OlderValue, "value before"),
    bind(Scope::Only(Mode::Field), &[Key::plain(Code::Down)], Intent::NewerValue, "newer value"),
    bind(Scope::Only(Mode::Field), &[Key::ctrl('_')], Intent::Undo, "undo"),
    bind(Scope::Only(Mode::Field), &[Key::ctrl('g')], Intent::Send, "send"),
    bind(Scope::Only(Mode::Field), &[Key::alt('p')], Intent::Profiles, "profiles"),
    bind(Scope::Only(Mode::Filter), &[ENTER], Intent::Open, "keep it"),
    bind(Scope::Only(Mode::Filter), &[ESC], Intent::Back, "clear it"),
    bind(Scope::Only(Mode::Filter), &[Key::plain(Code::Down)], Intent::NextMatch, "next match"),
    bind(Scope::Only(Mode::Filter), &[Key::plain(Code::Up)], Intent::PreviousMatch, "match before"),
    bind(Scope::Only(Mode::Purge), &[ENTER], Intent::Open, "delete, once the word is right"),
    bind(Scope::Only(Mode::Purge), &[ESC], Intent::Back, "delete nothing"),
    bind(Scope::Only(Mode::Confirm), &[ENTER], Intent::Open, "send, once the words are right"),
    bind(Scope::Only(Mode::Confirm), &[ESC], Intent::Back, "send nothing"),
    bind(Scope::Text, &[Key::ctrl('a'), Key::plain(Code::Home)], Intent::Edit(Edit::Home), "to the start"),
    bind(Scope::Text, &[Key::ctrl('e'), Key::plain(Code::End)], Intent::Edit(Edit::End), "to the end"),
    bind(Scope::Text, &[Key::ctrl('b'), Key::plain(Code::Left)], Intent::Edit(Edit::Left), "left"),
    bind(Scope::Text, &[Key::ctrl('f'), Key::plain(Code::Right)], Intent::Edit(Edit::Right), "right"),
    bind(Scope::Text, &[Key::ctrl('w')], Intent::Edit(Edit::WordBack), "delete the word before"),
    bind(Scope::Text, &[Key::ctrl('k')], Intent::Edit(Edit::KillToEnd), "delete to the end"),
    bind(Scope::Text, &[Key::ctrl('u')], Intent::Edit(Edit::KillToStart), "delete to the start"),
    bind(
        Scope::Text,
        &[Key::plain(Code::Backspace), Key::ctrl('h')],
        Intent::Edit(Edit::Backspace),
        "delete before",
    ),
    bind(Scope::Text, &[Key::plain(Code::Delete)], Intent::Edit(Edit::Delete), "delete behind"),
    bind(Scope::Only(Mode::Compare), &[ENTER], Intent::Open, "compare"),
    bind(Scope::Only(Mode::Compare), &[ESC], Intent::Back, "close"),
    bind(
        Scope::Only(Mode::Compare),
        &[Key::plain(Code::Backspace), Key::ctrl('h')],
        Intent::Edit(Edit::Backspace),
        "delete before",
    ),
    bind(Scope::Only(Mode::Compare), &[Key::ctrl('u')], Intent::Edit(Edit::KillToStart), "start over"),
    bind(Scope::Only(Mode::CancelAsk), &[ENTER, Key::char('y')], Intent::Open, "cancel the call"),
    bind(Scope::Only(Mode::CancelAsk), &[ESC, Key::char('n')], Intent::Back, "wait on"),
    bind(Scope::Only(Mode::Profiles), &[ENTER], Intent::Open, "use this profile"),
    bind(Scope::Only(Mode::Export), &[ENTER], Intent::Open, "write the file"),
    bind(Scope::Only(Mode::Export), &[Key::char('f')], Intent::ExportForm, "Markdown or JSON"),
    bind(Scope::Only(Mode::CopyMenu), &[ENTER], Intent::Open, "copy it"),
    bind(Scope::Only(Mode::Fields), &[ENTER, Key::char('y')], Intent::Open, "copy it"),
    bind(Scope::Only(Mode::Findings), &[ENTER], Intent::Open, "look at it"),
    bind(Scope::Only(Mode::Differences), &[ENTER], Intent::Open, "look at it"),
    bind(Scope::Only(Mode::Differences), &[Key::char('=')], Intent::Compare, "with another"),
    bind(Scope::Only(Mode::Finding), &[ENTER], Intent::Back, "back to the list"),
    bind(Scope::Only(Mode::ProbePlan), &[ENTER], Intent::Open, "start"),
    bind(
        Scope::Only(Mode::ProbePlan),
        &[Key::char('c')],
        Intent::Probing(Probing::Customer),
        "add a customer",
    ),
    bind(
        Scope::Only(Mode::ProbePlan),
        &[Key::char('a')],
        Intent::Probing(Probing::All),
        "all, or first answer",
    ),
    bind(Scope::Only(Mode::ProbePlan), &[Key::char('+')], Intent::Probing(Probing::More), "more"),
    bind(Scope::Only(Mode::ProbePlan), &[Key::char('-')], Intent::Probing(Probing::Fewer), "fewer"),
    bind(Scope::Only(Mode::ProbeCustomer), &[ENTER], Intent::Open, "try it too"),
    bind(Scope::Only(Mode::ProbeCustomer), &[ESC], Intent::Back, "back to the plan"),
    bind(Scope::Only(Mode::ProbeWords), &[ENTER], Intent::Open, "send, once the words are right"),
    bind(Scope::Only(Mode::ProbeWords), &[ESC], Intent::Back, "send nothing"),
    bind(Scope::Only(Mode::ProbeRun), &[ESC, Key::char('q')], Intent::Back, "end the run at once"),
    bind(Scope::Only(Mode::ProbeEnd), &[ENTER], Intent::Open, "fill the form from this row"),
    bind(Scope::Only(Mode::ReportPath), &[ENTER], Intent::Open, "open it"),
    bind(Scope::Only(Mode::ReportPath), &[ESC], Intent::Back, "close"),
    bind(Scope::Only(Mode::ReportList), &[ENTER], Intent::Open, "look at the row"),
    bind(Scope::Only(Mode::ReportList), &[Key::char('!')], Intent::Unusable, "all, or not USABLE"),
    bind(Scope::Only(Mode::ReportList), &[Key::char('f')], Intent::Fill, "fill the form"),
    bind(Scope::Only(Mode::ReportRow), &[ENTER], Intent::Open, "fill the form"),
    bind(Scope::Only(Mode::ReportRow), &[Key::char('f')], Intent::Fill, "fill the form"),
    bind(Scope::Lists, &[ESC, Key::char('q')], Intent::Back, "close"),
    bind(Scope::Lists, &[Key::char('j'), Key::plain(Code::Down)], Intent::Go(Move::Down), "down"),
    bind(Scope::Lists, &[Key::char('k'), Key::plain(Code::Up)], Intent::Go(Move::Up), "up"),
    bind(Scope::Lists, &[Key::char('g'), Key::plain(Code::Home)], Intent::Go(Move::Top), "to the top"),
    bind(Scope::Lists, &[Key::char('G'), Key::plain(Code::End)], Intent::Go(Move::Bottom), "to the end"),
    bind(
        Scope::Lists,
        &[Key::plain(Code::PageDown), Key::ctrl('d')],
        Intent::Go(Move::PageDown),
        "page down",
    ),
    bind(Scope::Lists, &[Key::plain(Code::PageUp), Key::ctrl('u')], Intent::Go(Move::PageUp), "page up"),
    bind(Scope::Lists, &[Key::char('?')], Intent::Help, "help"),
    bind(Scope::Only(Mode::Palette), &[ENTER], Intent::Open, "do it"),
    bind(Scope::Only(Mode::Palette), &[ESC], Intent::Back, "close"),
    bind(
        Scope::Only(Mode::Palette),
        &[Key::plain(Code::Down), Key::ctrl('n')],
        Intent::Go(Move::Down),
        "down",
    ),
    bind(Scope::Only(Mode::Palette), &[Key::plain(Code::Up), Key::ctrl('p')], Intent::Go(Move::Up), "up"),
    bind(Scope::Only(Mode::Palette), &[Key::plain(Code::PageDown)], Intent::Go(Move::PageDown), "page down"),
    bind(Scope::Only(Mode::Palette), &[Key::plain(Code::PageUp)], Intent::Go(Move::PageUp), "page up"),
    bind(Scope::Searched, &[Key::char('/')], Intent::Filter, "search"),
    bind(Scope::Searched, &[Key::char('n')], Intent::NextMatch, "next match"),
    bind(Scope::Searched, &[Key::char('N')], Intent::PreviousMatch, "match before"),
    bind(Scope::Everywhere, &[Key::ctrl('c')], Intent::Quit, "quit"),
    bind(Scope::Everywhere, &[Key::ctrl('z')], Intent::Suspend, "suspend"),
];

/// The table with what the user changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    rows: Vec<Binding>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self { rows: TABLE.to_vec() }
    }
}

impl Keymap {
    /// What a key means in a mode. Where text is typed, a character is text. An unbound Alt and character is Esc, and the
    /// runtime then asks again for the character (INTERFACE, "Keys").
    pub fn meaning(&self, mode: Mode, key: Key) -> Option<Intent> {
        if let (Code::Char(c), true) = (key.code, key.is_printable())
            && mode.takes_text()
        {
            return Some(Intent::Edit(Edit::Insert(c)));
        }
        self.bindings(mode).find(|binding| binding.keys.contains(&key)).map(|binding| binding.intent)
    }

    /// The bindings that hold in a mode.
    pub fn bindings(&self, mode: Mode) -> impl Iterator<Item = &Binding> {
        self.rows.iter().filter(move |binding| binding.scope.holds(mode))
    }

    /// The keys of an intent in the panes.
    pub fn keys(&self, intent: Intent) -> impl Iterator<Item = Key> {
        let in_panes = self.rows.iter().filter(move |row| row.intent == intent && row.scope.is_of_panes());
        in_panes.flat_map(|row| row.keys.iter().copied())
    }

    /// The keys of an intent as they are named: those of the panes, else of wherever else it has some.
    pub fn all_keys(&self, intent: Intent) -> Vec<String> {
        let mut labels: Vec<String> = self.keys(intent).map(Key::label).collect();
        labels.dedup();
        if !labels.is_empty() {
            return labels;
        }
        let row = self.rows.iter().find(|row| row.intent == intent && !row.keys.is_empty());
        row.into_iter().flat_map(|row| row.keys.iter().copied().map(Key::label)).collect()
    }

    /// What an intent does, in a few words: in this pane where it can mean more than one thing.
    pub fn label(&self, pane: Pane, intent: Intent) -> &'static str {
        let here = self.bindings(Mode::Pane(pane)).chain(&self.rows);
        here.into_iter().find(|row| row.intent == intent).map_or("", |row| row.label)
    }

    /// What a sentence calls that which starts an intent in the panes: its first key, else where else it is found.
    pub fn call(&self, intent: Intent) -> String {
        let by_name = || format!("`{}` in the palette", intent.name().unwrap_or_default());
        self.keys(intent).next().map_or_else(by_name, Key::label)
    }
}
