//! What the user can want. Keys, palette and `[keys]` name these; nothing else reaches `update` from a keyboard.

/// The four panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Pane {
    /// The profiles.
    Profiles,
    /// The request form.
    #[default]
    Request,
    /// The answer.
    Answer,
    /// The history.
    History,
}

impl Pane {
    /// All panes in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Profiles, Self::Request, Self::Answer, Self::History];

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Profiles => "Profiles",
            Self::Request => "Request",
            Self::Answer => "Answer",
            Self::History => "History",
        }
    }

    /// The pane that many places further, round and round.
    #[must_use]
    pub fn step(self, places: usize) -> Self {
        let here = Self::ALL.iter().position(|pane| *pane == self).unwrap_or_default();
        Self::ALL.into_iter().cycle().nth(here + places).unwrap_or_default()
    }
}

/// A movement in a list or a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Move {
    Up,
    Down,
    HalfPageUp,
    HalfPageDown,
    PageUp,
    PageDown,
    Top,
    Bottom,
}

/// A change of the line that is being edited, as readline knows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Edit {
    Insert(char),
    Backspace,
    Delete,
    WordBack,
    KillToStart,
    KillToEnd,
    Left,
    Right,
    Home,
    End,
}

/// What can be changed in the plan of a probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Probing {
    /// Another customer id is tried too.
    Customer,
    /// All calls are made, or up to the first answer.
    All,
    /// A call more.
    More,
    /// A call fewer.
    Fewer,
}

/// Something the user wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Intent {
    /// Go to a pane.
    Focus(Pane),
    /// The next pane.
    NextPane,
    /// The pane before.
    PreviousPane,
    /// Move in the focused pane or overlay.
    Go(Move),
    /// Enter: edit the field, take the profile, list the findings, fill the form from the row, accept the dialog.
    Open,
    /// Edit the selected field.
    EditField,
    /// The next field of the form while editing.
    NextField,
    /// The field before.
    PreviousField,
    /// What the field that is being edited held before.
    OlderValue,
    /// The way back from there, in the end to what was being typed.
    NewerValue,
    /// Take the last change of the form back.
    Undo,
    /// Change the line that is being edited.
    Edit(Edit),
    /// Send the form.
    Send,
    /// Cancel the call under way.
    Cancel,
    /// Pick a profile.
    Profiles,
    /// Back to the profile before.
    PreviousProfile,
    /// Reveal the cryptogram.
    Reveal,
    /// Mask everything now.
    Mask,
    /// Show the personal fields.
    Identity,
    /// Preview an export.
    Export,
    /// The other form of the export.
    ExportForm,
    /// Copy what is under the cursor, masked.
    Copy,
    /// Copy the call: as what?
    CopyMenu,
    /// Compare: a pasted value with the answer, or two answers of the history.
    Compare,
    /// The raw masked JSON, or the fields again.
    Raw,
    /// What was done with the answer, and where the time went.
    Timing,
    /// Find out which input of a call is wrong that found no card.
    Probe,
    /// Change the plan of that.
    Probing(Probing),
    /// Search: the history is narrowed, elsewhere what matches is marked.
    Filter,
    /// The next row that matches.
    NextMatch,
    /// The one before.
    PreviousMatch,
    /// The focused pane alone, without a frame, or all panes again.
    Zoom,
    /// Look through the report of a batch.
    Report,
    /// Of a report, only the rows that are not USABLE, or all again.
    Unusable,
    /// Fill the form from the row of a report.
    Fill,
    /// Drop the answer and all it held.
    Clear,
    /// Find anything by its name.
    Palette,
    /// Delete the history, after a typed word.
    Purge,
    /// Read the config anew.
    Reload,
    /// Pseudonyms for ids, while others look at the screen; or the ids again.
    Stage,
    /// What the keys do.
    Help,
    /// One step back.
    Back,
    /// Stop the program and give the terminal back to the shell.
    Suspend,
    /// End the program.
    Quit,
}

/// Names every intent: in the palette, and in `[keys]`. One that is added without a name does not compile.
macro_rules! named {
    ($($intent:ident $(($of:path))? => $name:literal,)*) => {
        impl Intent {
            /// Every intent that has a name, in the order of the palette.
            pub const NAMED: &[(Self, &str)] = &[$((Self::$intent $(($of))?, $name),)*];

            /// Its name in palette and `[keys]`; `None` for a typed character alone.
            pub fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$intent $(($of))? => Some($name),)*
                    Self::Edit(Edit::Insert(_)) => None,
                }
            }
        }
    };
}

named! {
    Send => "send",
    Cancel => "cancel",
    Profiles => "profiles",
    PreviousProfile => "previous-profile",
    Reveal => "reveal",
    Mask => "mask",
    Identity => "identity",
    Export => "export",
    ExportForm => "export-form",
    Copy => "copy",
    CopyMenu => "copy-menu",
    Compare => "compare",
    Raw => "raw",
    Timing => "timing",
    Probe => "probe",
    Report => "report",
    Unusable => "report-unusable",
    Fill => "report-fill",
    Probing(Probing::Customer) => "probe-customer",
    Probing(Probing::All) => "probe-all",
    Probing(Probing::More) => "probe-more",
    Probing(Probing::Fewer) => "probe-fewer",
    Filter => "filter",
    NextMatch => "next-match",
    PreviousMatch => "previous-match",
    Zoom => "zoom",
    Clear => "clear",
    Stage => "stage",
    Purge => "purge",
    Reload => "reload",
    Palette => "palette",
    Help => "help",
    Open => "open",
    Back => "back",
    EditField => "edit",
    NextField => "next-field",
    PreviousField => "previous-field",
    OlderValue => "older-value",
    NewerValue => "newer-value",
    Undo => "undo",
    Focus(Pane::Profiles) => "focus-profiles",
    Focus(Pane::Request) => "focus-request",
    Focus(Pane::Answer) => "focus-answer",
    Focus(Pane::History) => "focus-history",
    NextPane => "next-pane",
    PreviousPane => "previous-pane",
    Go(Move::Up) => "up",
    Go(Move::Down) => "down",
    Go(Move::PageUp) => "page-up",
    Go(Move::PageDown) => "page-down",
    Go(Move::HalfPageUp) => "half-page-up",
    Go(Move::HalfPageDown) => "half-page-down",
    Go(Move::Top) => "top",
    Go(Move::Bottom) => "bottom",
    Edit(Edit::Home) => "edit-home",
    Edit(Edit::End) => "edit-end",
    Edit(Edit::Left) => "edit-left",
    Edit(Edit::Right) => "edit-right",
    Edit(Edit::Backspace) => "edit-backspace",
    Edit(Edit::Delete) => "edit-delete",
    Edit(Edit::WordBack) => "edit-word-back",
    Edit(Edit::KillToStart) => "edit-kill-to-start",
    Edit(Edit::KillToEnd) => "edit-kill-to-end",
    Suspend => "suspend",
    Quit => "quit",
}

impl Intent {
    /// Whether a stray paste must not set it off: it sends, shows, writes, copies, drops or ends something.
    pub fn is_weighty(self) -> bool {
        matches!(
            self,
            Self::Send
                | Self::Reveal
                | Self::Identity
                | Self::Export
                | Self::Copy
                | Self::CopyMenu
                | Self::Compare
                | Self::Quit
                | Self::Clear
                | Self::Stage
                | Self::Purge
                | Self::Reload
        )
    }
}
