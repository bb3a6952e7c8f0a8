//! Stage mode: for a screen that others look at. Every id is drawn, copied and exported as a pseudonym.
//!
//! Owns: which ids the console knows (`ids`), what stands for one ([`Stage::alias`], the same text always the same code),
//! and how they are found in any text ([`Veil`]). A view that knows that it draws an id asks [`Stage::shown`]; whatever
//! passes it by is caught by the last pass over the frame and by `State::staged` over each text that leaves, so that a new
//! pane need not know of the stage. Must not know: what a screen is. Tested: `tests/update_stage.rs`, `screens_stage.rs`.

mod ids;
mod veil;

pub use veil::{Cover, Veil};

use super::effect::Effect;
use super::intent::Intent;
use super::overlay::Overlay;
use super::state::{AT_HAND, State, Tone};
use crate::secret::{AliasKey, CODE, Masked};

/// Digits that stand for the first six or the last four of a number.
const DIGITS: usize = 4;

/// Whether the stage is on, and under which key ids become pseudonyms.
#[derive(Default)]
pub struct Stage {
    /// Whether it is on.
    pub on: bool,
    /// The key of the session; without one every id looks the same.
    pub key: Option<AliasKey>,
}

/// What an id names; the word before its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    Card,
    Customer,
    Routing,
    Submerchant,
    Merchant,
    Host,
    Requestor,
    Request,
    /// First six or last four of a number: the code alone, in their place.
    Digits,
    /// An id in a sentence from outside.
    Other,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Card => "card-",
            Self::Customer => "customer-",
            Self::Routing => "routing-",
            Self::Submerchant => "submerchant-",
            Self::Merchant => "merchant-",
            Self::Host => "host-",
            Self::Requestor => "requestor-",
            Self::Request => "request-",
            Self::Digits => "",
            Self::Other => "id-",
        }
    }
}

impl Stage {
    /// The code of a text.
    fn code(&self, text: &str) -> String {
        self.key.as_ref().map_or_else(|| "?".repeat(CODE), |key| key.code(text))
    }

    /// What stands for an id.
    pub fn alias(&self, kind: Kind, text: &str) -> String {
        let code = self.code(text);
        match kind {
            Kind::Digits => code.chars().take(DIGITS).collect(),
            _ => format!("{}{code}", kind.word()),
        }
    }

    /// An id that the user typed or that the config holds, as it is drawn. None of it is drawn on stage.
    pub fn shown(&self, kind: Kind, text: &str) -> Masked {
        if !self.on || text.is_empty() { Masked::typed(text) } else { Masked::ours(&self.alias(kind, text)) }
    }

    /// The same of an id that is masked already.
    pub fn shown_masked(&self, kind: Kind, id: &Masked) -> Masked {
        match id.plain() {
            Some(text) if self.on && !text.is_empty() => Masked::ours(&self.alias(kind, text)),
            _ => id.clone(),
        }
    }
}

impl State {
    /// What covers every id that a screen of so many rows can show; `None` where the stage is off.
    pub fn veil(&self, height: usize) -> Option<Veil> {
        self.stage.on.then(|| Veil::over(&self.stage, &ids::known(self, height)))
    }

    /// A text that leaves the screen, as it looks from before the stage.
    pub(super) fn staged(&self, text: Masked) -> Masked {
        match self.veil(AT_HAND) {
            Some(veil) => veil.near(&text.text()).text(&text),
            None => text,
        }
    }

    /// Why a thing that shows a value is refused here, as the end of a sentence; `None` where the stage is off.
    pub(super) fn refused_on_stage(&self) -> Option<String> {
        self.stage
            .on
            .then(|| format!(" on STAGE, where others may look: {} leaves it", self.key(Intent::Stage)))
    }

    /// `P`: on or off. What was made without the stage, or with it, goes: it would be seen or written the other way.
    pub(super) fn toggle_stage(&mut self) -> Vec<Effect> {
        self.drop_unstaged();
        self.stage.on = !self.stage.on;
        self.say(
            Tone::Good,
            if self.stage.on {
                "STAGE: ids are pseudonyms here and in what is copied or exported; nothing is revealed."
            } else {
                "The stage is left: ids are shown again."
            },
        );
        vec![Effect::Repaint]
    }

    /// A preview and a value to compare are of the one mode or the other.
    pub(super) fn drop_unstaged(&mut self) {
        self.overlays.retain(|overlay| !matches!(overlay, Overlay::Export(_) | Overlay::Compare(_)));
        (self.pending, self.reveal, self.copies.waiting) = (None, None, None);
    }
}
