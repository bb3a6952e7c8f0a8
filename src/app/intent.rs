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
    /// Look through the report of a batch.
    Report,
    /// Of a report, only the rows that are not USABLE, or all again.
    Unusable,
    /// Fill the form from the row of a report.
    Fill,
    /// Drop the answer and all it held.
    Clear,
    /// What the keys do.
    Help,
    /// One step back.
    Back,
    /// Stop the program and give the terminal back to the shell.
    Suspend,
    /// End the program.
    Quit,
}

impl Intent {
    /// Its name in palette and `[keys]`; `None` for the ones that make no sense outside their dialog.
    pub fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Send => "send",
            Self::Cancel => "cancel",
            Self::Profiles => "profiles",
            Self::PreviousProfile => "previous-profile",
            Self::Reveal => "reveal",
            Self::Mask => "mask",
            Self::Identity => "identity",
            Self::Export => "export",
            Self::Copy => "copy",
            Self::CopyMenu => "copy-menu",
            Self::Compare => "compare",
            Self::Raw => "raw",
            Self::Timing => "timing",
            Self::Probe => "probe",
            Self::Report => "report",
            Self::Clear => "clear",
            Self::Help => "help",
            Self::Suspend => "suspend",
            Self::Quit => "quit",
            Self::NextPane => "next-pane",
            Self::PreviousPane => "previous-pane",
            Self::EditField => "edit",
            _ => return None,
        })
    }

    /// Whether a stray paste must not set it off: it sends, shows, writes, copies or ends something.
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
        )
    }
}
