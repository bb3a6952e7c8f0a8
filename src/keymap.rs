//! Which key means what where: one table, from which footer, help and README are made.
//!
//! Must not know: crossterm, ratatui; the runtime turns the terminal's keys into [`Key`]. Tested: `tests/keymap.rs`.

mod key;

pub use key::{Code, Key};

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
    /// In the typed confirmation.
    Confirm,
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
    /// The mode that the state is in.
    pub fn of(state: &State) -> Self {
        match state.overlays.last() {
            Some(Overlay::Help { .. }) => Self::Help,
            Some(Overlay::Profiles { .. }) => Self::Profiles,
            Some(Overlay::Confirm(_)) => Self::Confirm,
            Some(Overlay::CancelAsk) => Self::CancelAsk,
            Some(Overlay::Export(_)) => Self::Export,
            Some(Overlay::CopyMenu { .. }) => Self::CopyMenu,
            Some(Overlay::Fields(_)) => Self::Fields,
            Some(Overlay::Compare(_)) => Self::Compare,
            Some(Overlay::Findings(_)) => Self::Findings,
            Some(Overlay::Differences(_)) => Self::Differences,
            Some(Overlay::Finding { .. }) => Self::Finding,
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
        use Mode::{Compare, Confirm, Field, ProbeCustomer, ProbeWords, ReportPath};
        matches!(self, Field | Confirm | Compare | ProbeCustomer | ProbeWords | ReportPath)
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
            Self::Everywhere => true,
        }
    }
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    /// Where it holds.
    pub scope: Scope,
    /// The keys.
    pub keys: &'static [Key],
    /// What they mean.
    pub intent: Intent,
    /// What that does, in a few words.
    pub label: &'static str,
}

const fn bind(scope: Scope, keys: &'static [Key], intent: Intent, label: &'static str) -> Binding {
    Binding { scope, keys, intent, label }
}

const ENTER: Key = Key::plain(Code::Enter);
const ESC: Key = Key::plain(Code::Esc);

/// All bindings; the first that holds counts.
pub const TABLE: &[Binding] = &[
    bind(Scope::Only(Mode::Pane(Pane::Profiles)), &[ENTER], Intent::Open, "use this profile"),
    bind(Scope::Only(Mode::Pane(Pane::History)), &[ENTER], Intent::Open, "fill the form from this row"),
    bind(Scope::Only(Mode::Pane(Pane::Request)), &[ENTER], Intent::Open, "edit the field"),
    bind(Scope::Only(Mode::Pane(Pane::Answer)), &[ENTER], Intent::Open, "findings"),
    bind(Scope::Pane(Pane::Answer), &[Key::char('i')], Intent::Probe, "find the wrong input"),
    bind(Scope::Panes, &[Key::char('s')], Intent::Send, "send"),
    bind(Scope::Panes, &[Key::char('v')], Intent::Reveal, "reveal cryptogram"),
    bind(Scope::Panes, &[Key::char('V')], Intent::Mask, "mask all now"),
    bind(Scope::Panes, &[Key::char('x')], Intent::Export, "export"),
    bind(Scope::Panes, &[Key::char('y')], Intent::Copy, "copy"),
    bind(Scope::Panes, &[Key::char('Y')], Intent::CopyMenu, "copy the call"),
    bind(Scope::Panes, &[Key::char('=')], Intent::Compare, "compare"),
    bind(Scope::Panes, &[Key::char('p'), Key::alt('p')], Intent::Profiles, "profiles"),
    bind(Scope::Panes, &[Key::char('-')], Intent::PreviousProfile, "previous profile"),
    bind(Scope::Panes, &[Key::char('e')], Intent::EditField, "edit a field"),
    bind(Scope::Panes, &[Key::char('I')], Intent::Identity, "show personal fields"),
    bind(Scope::Panes, &[Key::char('r')], Intent::Raw, "raw JSON"),
    bind(Scope::Panes, &[Key::char('t')], Intent::Timing, "timeline, timing, headers"),
    bind(Scope::Panes, &[Key::char('b')], Intent::Report, "report of a batch"),
    bind(Scope::Panes, &[Key::char('C')], Intent::Clear, "drop the answer"),
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
    bind(Scope::Panes, &[ESC], Intent::Back, "mask, or cancel the call"),
    bind(Scope::Only(Mode::Field), &[ENTER, ESC], Intent::Back, "leave the field"),
    bind(
        Scope::Only(Mode::Field),
        &[Key::plain(Code::Tab), Key::plain(Code::Down)],
        Intent::NextField,
        "next field",
    ),
    bind(
        Scope::Only(Mode::Field),
        &[Key::plain(Code::BackTab), Key::plain(Code::Up)],
        Intent::PreviousField,
        "field before",
    ),
    bind(Scope::Only(Mode::Field), &[Key::ctrl('g')], Intent::Send, "send"),
    bind(Scope::Only(Mode::Field), &[Key::alt('p')], Intent::Profiles, "profiles"),
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
    bind(Scope::Only(Mode::ReportRow), &[ENTER, Key::char('f')], Intent::Open, "fill the form"),
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
    bind(Scope::Only(Mode::Help), &[Key::char('?')], Intent::Back, "close"),
    bind(Scope::Everywhere, &[Key::ctrl('c')], Intent::Quit, "quit"),
    bind(Scope::Everywhere, &[Key::ctrl('z')], Intent::Suspend, "suspend"),
];

/// What a key means in a mode. Where text is typed, a character is text. An unbound Alt and character is Esc, and the
/// runtime then asks again for the character (INTERFACE, "Keys").
pub fn meaning(mode: Mode, key: Key) -> Option<Intent> {
    if let (Code::Char(c), true) = (key.code, key.is_printable())
        && mode.takes_text()
    {
        return Some(Intent::Edit(Edit::Insert(c)));
    }
    bindings(mode).find(|binding| binding.keys.contains(&key)).map(|binding| binding.intent)
}

/// The bindings that hold in a mode.
pub fn bindings(mode: Mode) -> impl Iterator<Item = &'static Binding> {
    TABLE.iter().filter(move |binding| binding.scope.holds(mode))
}

/// At most eight bindings that matter here and now, for the footer.
pub fn footer(state: &State) -> Vec<&'static Binding> {
    let mode = Mode::of(state);
    let wanted: &[Intent] = match mode {
        Mode::Pane(_) if state.reveal.is_some() => &[Intent::Mask, Intent::Export, Intent::Quit],
        Mode::Pane(_) if state.call.flight().is_some() => {
            &[Intent::Back, Intent::Profiles, Intent::Help, Intent::Quit]
        }
        Mode::Pane(Pane::Answer) if state.record().is_some_and(|record| record.answer().is_some()) => &[
            Intent::Reveal,
            Intent::Export,
            Intent::Copy,
            Intent::Send,
            Intent::Help,
            Intent::Open,
            Intent::Compare,
            Intent::Raw,
        ],
        Mode::Pane(Pane::Answer) => &[
            Intent::Open,
            Intent::Probe,
            Intent::Send,
            Intent::Export,
            Intent::CopyMenu,
            Intent::Profiles,
            Intent::Help,
            Intent::Quit,
        ],
        Mode::Pane(Pane::History) => {
            &[Intent::Open, Intent::Compare, Intent::Send, Intent::Help, Intent::Quit, Intent::Profiles]
        }
        Mode::Pane(_) => {
            &[Intent::Open, Intent::Send, Intent::Help, Intent::Quit, Intent::Profiles, Intent::NextPane]
        }
        Mode::Field => &[Intent::Back, Intent::NextField, Intent::Send, Intent::Profiles],
        Mode::Export => &[Intent::Open, Intent::ExportForm, Intent::Go(Move::Down), Intent::Back],
        Mode::CopyMenu | Mode::Fields | Mode::Profiles | Mode::Findings => {
            &[Intent::Open, Intent::Go(Move::Down), Intent::Back]
        }
        Mode::ProbePlan => &[
            Intent::Open,
            Intent::Probing(Probing::Customer),
            Intent::Probing(Probing::All),
            Intent::Probing(Probing::More),
            Intent::Probing(Probing::Fewer),
            Intent::Back,
        ],
        Mode::ProbeRun => &[Intent::Back],
        Mode::ProbeEnd | Mode::ReportRow => &[Intent::Open, Intent::Go(Move::Down), Intent::Back],
        Mode::Confirm | Mode::CancelAsk | Mode::ProbeCustomer | Mode::ProbeWords | Mode::ReportPath => {
            &[Intent::Open, Intent::Back]
        }
        Mode::Differences => &[Intent::Open, Intent::Compare, Intent::Go(Move::Down), Intent::Back],
        Mode::Compare => &[Intent::Open, Intent::Edit(Edit::KillToStart), Intent::Back],
        Mode::ReportList => {
            &[Intent::Open, Intent::Unusable, Intent::Fill, Intent::Back, Intent::Go(Move::Down)]
        }
        Mode::Help | Mode::Finding => &[Intent::Go(Move::Down), Intent::Back],
    };
    let wanted = wanted.iter().filter(|intent| works(state, mode, **intent));
    wanted.filter_map(|intent| bindings(mode).find(|binding| binding.intent == *intent)).collect()
}

/// Whether a key of the footer does more here and now than say why it does nothing.
fn works(state: &State, mode: Mode, intent: Intent) -> bool {
    match (mode, intent) {
        (Mode::Pane(_), Intent::Reveal) => state.may_reveal(),
        (Mode::Pane(_), Intent::Probe) => state.probe_offer().is_ok(),
        (Mode::Pane(_), Intent::Export) => state.record().is_some() && state.history.fault.is_none(),
        (Mode::Pane(_), Intent::CopyMenu) => state.call.sent().is_some(),
        (Mode::Pane(Pane::Answer), Intent::Open) => state.record().is_some(),
        (Mode::Pane(Pane::History), Intent::Open | Intent::Compare) => !state.history.rows.is_empty(),
        _ => true,
    }
}
