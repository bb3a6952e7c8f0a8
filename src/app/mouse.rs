//! What the mouse points at, in the words of the console; the view tells it from the layout that it draws by.

use super::intent::{Intent, Pane};

/// Something on the screen that can be pointed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A pane, and the row of its list or form.
    Pane(Pane, Option<usize>),
    /// What lies over the panes.
    Overlay,
    /// A key of the footer.
    Key(Intent),
}

/// What the mouse did there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// A click.
    Click,
    /// The wheel, up.
    Up,
    /// The wheel, down.
    Down,
}
