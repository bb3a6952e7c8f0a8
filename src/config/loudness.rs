//! How much is logged: `TOKENSCOPE_LOG`, or the default.

use super::fault::ConfigFault;
use super::inputs::{Inputs, LOG_VARIABLE};
use super::origin::{Origin, Setting};
use crate::log::{Level, Threshold};

/// The threshold and where it came from.
#[derive(Debug, Clone, Default)]
pub(super) struct Loudness {
    pub(super) threshold: Threshold,
    origin: Origin,
}

impl Loudness {
    /// Reads the variable. Like every value it is not repeated where it is refused: somebody may have set the wrong variable.
    pub(super) fn of(inputs: &Inputs) -> Result<Self, ConfigFault> {
        let Some(value) = inputs.variable(LOG_VARIABLE) else { return Ok(Self::default()) };
        let threshold = value.to_str().and_then(Threshold::from_word).ok_or_else(refusal)?;
        Ok(Self { threshold, origin: Origin::Environment(LOG_VARIABLE) })
    }

    /// For `config show`.
    pub(super) fn setting(&self) -> Setting {
        let value = self.threshold.word().to_owned();
        Setting { name: "log".to_owned(), value, origin: self.origin.clone() }
    }
}

fn refusal() -> ConfigFault {
    let words = [Threshold::OFF].into_iter().chain(Level::ALL.map(Threshold::up_to)).map(Threshold::word);
    let words = words.collect::<Vec<_>>().join(", ");
    ConfigFault::whole(format!("{LOG_VARIABLE} holds no level of the log; set it to one of: {words}"))
}
