//! What lies over the panes. Overlays are a stack; the top one takes the keys.

use super::line::Cursor;
use crate::domain::request::ValidRequest;
use crate::ports::ExportForm;
use crate::secret::Masked;

/// Something over the panes.
#[derive(Debug)]
pub enum Overlay {
    /// What the keys do.
    Help {
        /// Lines scrolled down.
        scroll: usize,
    },
    /// The profiles to pick from.
    Profiles {
        /// The row under the cursor.
        cursor: usize,
    },
    /// The typed confirmation of a guarded profile.
    Confirm(Confirm),
    /// The one question before a call on production is cancelled.
    CancelAsk,
    /// An export before it is written.
    Export(Preview),
}

/// The typed confirmation.
#[derive(Debug)]
pub struct Confirm {
    /// The request that waits for it.
    pub request: ValidRequest,
    /// What was typed so far.
    pub typed: String,
    /// Where the cursor stands.
    pub cursor: Cursor,
    /// Whether what was typed was not the confirmation.
    pub wrong: bool,
}

/// An export before it is written.
#[derive(Debug)]
pub struct Preview {
    /// Its form.
    pub form: ExportForm,
    /// What would be written.
    pub text: Masked,
    /// Lines scrolled down.
    pub scroll: usize,
    /// Whether it is being written.
    pub writing: bool,
}
