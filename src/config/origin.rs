//! Where a value came from.

use std::fmt;

/// Where a value came from, strongest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Origin {
    /// An option of the command line, by its name.
    Option(&'static str),
    /// An environment variable, by its name.
    Environment(&'static str),
    /// A line of the config file, from 1.
    File {
        /// The line.
        line: usize,
    },
    /// Nobody said anything.
    #[default]
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Option(name) => write!(f, "option {name}"),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::File { line } => write!(f, "file, line {line}"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value as `config show` prints it, with its origin. Sanitised, and never a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Dotted, as in the file: `profiles.sandbox.merchant_id`.
    pub name: String,
    /// The value, in the writing of the file.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}
