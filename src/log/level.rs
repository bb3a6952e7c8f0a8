//! Levels, and up to which of them records are wanted.

/// How grave a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// We failed.
    Error,
    /// Something failed or was refused.
    Warn,
    /// Something happened.
    Info,
    /// A step on the way.
    Debug,
    /// Smaller still.
    Trace,
}

impl Level {
    /// All levels, the gravest first.
    pub const ALL: [Self; 5] = [Self::Error, Self::Warn, Self::Info, Self::Debug, Self::Trace];

    /// The word in a record and in `TOKENSCOPE_LOG`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// Up to which level records are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Threshold(Option<Level>);

impl Threshold {
    /// Nothing is logged.
    pub const OFF: Self = Self(None);

    /// Everything up to this level is.
    pub fn up_to(level: Level) -> Self {
        Self(Some(level))
    }

    /// Reads [`Threshold::word`], to the letter.
    pub fn from_word(word: &str) -> Option<Self> {
        let levels = Level::ALL.into_iter().map(Self::up_to);
        std::iter::once(Self::OFF).chain(levels).find(|it| it.word() == word)
    }

    /// The word in `TOKENSCOPE_LOG`.
    pub fn word(self) -> &'static str {
        self.0.map_or("off", Level::word)
    }

    /// Whether a record of this level is wanted.
    pub fn takes(self, level: Level) -> bool {
        self.0.is_some_and(|last| level <= last)
    }
}

impl Default for Threshold {
    fn default() -> Self {
        Self::up_to(Level::Warn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_is_read_to_the_letter_and_is_warn_where_nothing_is_said() {
        for word in ["off", "error", "warn", "info", "debug", "trace"] {
            assert_eq!(Threshold::from_word(word).unwrap().word(), word);
        }
        for word in ["", "WARN", "warning", " info", "tokenscope=trace", "0"] {
            assert_eq!(Threshold::from_word(word), None, "{word}");
        }
        assert_eq!(Threshold::default().word(), "warn");
    }

    #[test]
    fn a_threshold_takes_its_own_level_and_all_graver_ones() {
        for (at, level) in Level::ALL.into_iter().enumerate() {
            let taken = Level::ALL.into_iter().filter(|it| Threshold::up_to(level).takes(*it));
            assert_eq!(taken.collect::<Vec<_>>(), Level::ALL[..=at], "{}", level.word());
            assert!(!Threshold::OFF.takes(level));
        }
    }
}
