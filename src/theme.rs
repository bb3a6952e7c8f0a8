//! What each role on the screen looks like, as data: the three built-in themes and the user's own.
//!
//! Owns: the roles, the themes in `assets/themes`, the one reader of both, and what a theme may not do: make a text invisible,
//! give production the colours of another environment, or underline what is no mask. Must not know: where a role is drawn, or
//! that there are terminals. Tested: below and in `theme/`, with computed contrast; `tests/screens_themes.rs`, as drawn.

mod colour;
mod read;

use std::sync::LazyLock;

pub use colour::Colour;
pub use read::{Fault, Subject, read};

/// The built-in themes by name; each is read when it is first asked for.
static BUILT_IN: [(&str, LazyLock<Theme>); 3] = [
    (DARK, LazyLock::new(|| built_in(include_str!("../assets/themes/dark.toml")))),
    ("light", LazyLock::new(|| built_in(include_str!("../assets/themes/light.toml")))),
    ("high-contrast", LazyLock::new(|| built_in(include_str!("../assets/themes/high-contrast.toml")))),
];

/// A theme that cannot be read is the terminal's own colours; a test reads all of them.
fn built_in(text: &str) -> Theme {
    read(text, Theme::PLAIN).unwrap_or(Theme::PLAIN)
}

/// The theme where nobody chose one.
pub const DARK: &str = "dark";

/// The names of the built-in themes.
pub const NAMES: [&str; 3] = [DARK, "light", "high-contrast"];

/// What a piece of the screen means. Each has a name in a theme file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Everything that has no other role; its background is the screen's.
    Text,
    /// What stands in the background.
    Quiet,
    /// The name of a field.
    Label,
    /// The focused thing.
    Focus,
    /// A key that can be pressed.
    Key,
    /// The mask.
    Mask,
    /// A revealed value and its marker.
    Revealed,
    /// Something that went well.
    Good,
    /// Something to look at twice.
    Doubt,
    /// Something wrong.
    Bad,
    /// The word `EMULATOR`.
    Emulator,
    /// The word `SANDBOX`.
    Sandbox,
    /// The word `CUSTOM`.
    Custom,
    /// The word `PRODUCTION`, and the word of a profile that is guarded like it.
    Production,
    /// The verdict `USABLE`.
    Usable,
    /// The verdicts `NOT USABLE` and `REFUSED`.
    NotUsable,
    /// The verdicts `NO ANSWER` and `UNREADABLE`.
    NoAnswer,
    /// A profile's own blue.
    Blue,
    /// A profile's own green.
    Green,
    /// A profile's own yellow.
    Yellow,
    /// A profile's own magenta.
    Magenta,
    /// A profile's own cyan.
    Cyan,
    /// A profile's own red.
    Red,
}

impl Role {
    /// All of them with their names in a theme file, each at the place of its number.
    pub const ALL: [(Self, &'static str); 23] = [
        (Self::Text, "text"),
        (Self::Quiet, "quiet"),
        (Self::Label, "label"),
        (Self::Focus, "focus"),
        (Self::Key, "key"),
        (Self::Mask, "mask"),
        (Self::Revealed, "revealed"),
        (Self::Good, "good"),
        (Self::Doubt, "doubt"),
        (Self::Bad, "bad"),
        (Self::Emulator, "emulator"),
        (Self::Sandbox, "sandbox"),
        (Self::Custom, "custom"),
        (Self::Production, "production"),
        (Self::Usable, "usable"),
        (Self::NotUsable, "not-usable"),
        (Self::NoAnswer, "no-answer"),
        (Self::Blue, "profile-blue"),
        (Self::Green, "profile-green"),
        (Self::Yellow, "profile-yellow"),
        (Self::Magenta, "profile-magenta"),
        (Self::Cyan, "profile-cyan"),
        (Self::Red, "profile-red"),
    ];

    /// Its number, for a carrier that takes no role: its place in [`Self::ALL`].
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The role of a number.
    pub fn of(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).map(|(role, _)| *role)
    }

    /// Whether it stands on a background of its own, by which it is told from the text around it; without colour it is reversed.
    pub fn is_filled(self) -> bool {
        matches!(
            self,
            Self::Revealed
                | Self::Emulator
                | Self::Sandbox
                | Self::Custom
                | Self::Production
                | Self::Usable
                | Self::NotUsable
                | Self::NoAnswer
        )
    }
}

/// What one role looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// The colour of its letters; `None` takes that of [`Role::Text`].
    pub fg: Option<Colour>,
    /// The colour behind them; `None` takes that of [`Role::Text`].
    pub bg: Option<Colour>,
    /// Bold, whatever else makes it so.
    pub bold: bool,
    /// Slanted.
    pub italic: bool,
}

/// What every role looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    looks: [Look; Role::ALL.len()],
    /// What the terminal's own background is taken for, where the theme leaves it alone.
    is_for_light: bool,
}

impl Theme {
    /// The terminal's own colours for everything.
    pub const PLAIN: Self = Self {
        looks: [Look { fg: None, bg: None, bold: false, italic: false }; Role::ALL.len()],
        is_for_light: false,
    };

    /// A built-in theme by its name.
    pub fn built_in(name: &str) -> Option<&'static Self> {
        BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, theme)| &**theme)
    }

    /// What a role looks like, nothing left open.
    pub fn look(&self, role: Role) -> Look {
        let (own, text) = (self.written(role), self.written(Role::Text));
        Look { fg: own.fg.or(text.fg), bg: own.bg.or(text.bg), ..own }
    }

    /// The contrast of a role's letters to what is behind them, from 1 to 21. Of what the terminal decides, black and white
    /// are taken, as the theme is for a dark or a light one.
    pub fn contrast(&self, role: Role) -> f64 {
        let look = self.look(role);
        let (front, back) =
            if self.is_for_light { (Colour::BLACK, Colour::WHITE) } else { (Colour::WHITE, Colour::BLACK) };
        colour::contrast(look.fg.unwrap_or_default().or(front), look.bg.unwrap_or_default().or(back))
    }

    fn written(&self, role: Role) -> Look {
        self.looks.get(usize::from(role.number())).copied().unwrap_or_default()
    }
}

/// The themes that can be chosen: the built-in ones, and the user's own behind them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Themes {
    own: Option<(String, Theme)>,
}

impl Themes {
    /// The built-in themes and one of the user's, under the name of its file.
    pub fn with(name: &str, theme: Theme) -> Self {
        Self { own: Some((name.to_owned(), theme)) }
    }

    /// The names of all, to choose from.
    pub fn names(&self) -> Vec<&str> {
        let own = self.own.as_ref().map(|(name, _)| name.as_str());
        NAMES.into_iter().chain(own).collect()
    }

    /// The theme of a name; the dark one where there is none of it.
    pub fn find(&self, name: &str) -> &Theme {
        let own = self.own.as_ref().filter(|(known, _)| known == name).map(|(_, theme)| theme);
        own.or(Theme::built_in(name)).or(Theme::built_in(DARK)).unwrap_or(&Theme::PLAIN)
    }
}

#[cfg(test)]
mod tests;
