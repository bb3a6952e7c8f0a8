//! A colour that every terminal has, and how far two of them stand apart.

/// A colour of the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colour {
    /// The terminal's own.
    #[default]
    Terminal,
    /// One of the 256; the first sixteen have names and are the terminal's to choose.
    Index(u8),
}

/// The names of the first sixteen.
pub(super) const NAMES: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "gray",
    "dark-gray",
    "light-red",
    "light-green",
    "light-yellow",
    "light-blue",
    "light-magenta",
    "light-cyan",
    "white",
];

/// The first sixteen as xterm has them; a terminal may have others.
const FIRST: [u32; 16] = [
    0x00_0000, 0xcd_0000, 0x00_cd00, 0xcd_cd00, 0x00_00ee, 0xcd_00cd, 0x00_cdcd, 0xe5_e5e5, 0x7f_7f7f,
    0xff_0000, 0x00_ff00, 0xff_ff00, 0x5c_5cff, 0xff_00ff, 0x00_ffff, 0xff_ffff,
];

/// Steps of the colour cube that starts at 16.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

impl Colour {
    /// Black that no terminal changes.
    pub(super) const BLACK: Self = Self::Index(16);
    /// White that no terminal changes.
    pub(super) const WHITE: Self = Self::Index(231);

    /// The colour of a name.
    pub(super) fn named(name: &str) -> Option<Self> {
        if name == "default" {
            return Some(Self::Terminal);
        }
        let place = NAMES.iter().position(|known| *known == name)?;
        u8::try_from(place).ok().map(Self::Index)
    }

    /// Another in the place of the terminal's own.
    pub(super) fn or(self, other: Self) -> Self {
        if self == Self::Terminal { other } else { self }
    }

    /// Red, green and blue as xterm shows it; the terminal's own counts as black.
    fn rgb(self) -> [u8; 3] {
        let Self::Index(index) = self else { return [0; 3] };
        match index {
            0..=15 => {
                let [_, red, green, blue] =
                    FIRST.get(usize::from(index)).copied().unwrap_or_default().to_be_bytes();
                [red, green, blue]
            }
            16..=231 => {
                let step = |place: u8| STEPS.get(usize::from(place % 6)).copied().unwrap_or_default();
                let place = index - 16;
                [step(place / 36), step(place / 6), step(place)]
            }
            232..=255 => [8 + (index - 232) * 10; 3],
        }
    }

    /// Relative luminance as WCAG 2 defines it.
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let [red, green, blue] = self.rgb().map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

/// The contrast of two colours as WCAG 2 defines it, from 1 to 21.
pub(super) fn contrast(one: Colour, other: Colour) -> f64 {
    let (one, other) = (one.luminance(), other.luminance());
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contrast_is_that_of_wcag() {
        for (one, other, wanted) in
            [(16, 231, 21.0), (231, 16, 21.0), (16, 16, 1.0), (0, 15, 21.0), (231, 244, 3.95)]
        {
            let got = contrast(Colour::Index(one), Colour::Index(other));
            assert!((got - wanted).abs() < 0.02, "{one} {other}: {got}");
        }
    }

    #[test]
    fn the_256_are_where_xterm_has_them() {
        for (index, rgb) in [
            (1, [0xcd, 0, 0]),
            (16, [0; 3]),
            (25, [0, 95, 175]),
            (160, [215, 0, 0]),
            (231, [255; 3]),
            (245, [138; 3]),
        ] {
            assert_eq!(Colour::Index(index).rgb(), rgb, "{index}");
        }
    }
}
