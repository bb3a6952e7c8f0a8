//! What a masked text is made of, kept small: nearly every one is a single piece, which takes no memory but that of its text, and
//! none for a short one; copies of a long text that came as it is shown share that. Tested below.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use compact_str::CompactString;

/// A part of a masked text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Sanitised text in which no known secret stands.
    Text(Text),
    /// Something hidden. It is drawn in a style of its own, which data cannot imitate.
    Mask,
}

/// The text of a piece.
#[derive(Clone)]
pub struct Text(Kept);

#[derive(Clone)]
enum Kept {
    /// Short or written in the program, so that it takes no memory, or put together here and perhaps not whole yet.
    Alone(CompactString),
    /// Shared by all its copies.
    Shared(Arc<str>),
}

/// Bytes of a short text.
const SHORT: usize = size_of::<CompactString>();

impl Text {
    /// A text that is written in the program or its tables, without a copy of it.
    pub(super) const fn fixed(text: &'static str) -> Self {
        Self(Kept::Alone(CompactString::const_new(text)))
    }

    /// A text that all its copies share, if it is not short.
    pub(super) fn shared(text: &str) -> Self {
        let is_short = text.len() <= SHORT;
        Self(if is_short { Kept::Alone(CompactString::new(text)) } else { Kept::Shared(text.into()) })
    }

    /// A text that was put together.
    pub(super) fn own(text: String) -> Self {
        Self(Kept::Alone(text.into()))
    }

    /// Appends to it.
    pub(super) fn push_str(&mut self, more: &str) {
        if let Kept::Alone(text) = &mut self.0 {
            return text.push_str(more);
        }
        let mut own = CompactString::with_capacity(self.len() + more.len());
        own.push_str(self);
        own.push_str(more);
        self.0 = Kept::Alone(own);
    }
}

impl Deref for Text {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        match &self.0 {
            Kept::Alone(text) => text,
            Kept::Shared(text) => text,
        }
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Text {}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

/// The pieces of a text.
#[derive(Clone, Default)]
pub(super) enum Pieces {
    #[default]
    None,
    One(Piece),
    // A vector itself would make every text larger.
    #[expect(clippy::box_collection, reason = "one word for what hardly any text has")]
    Many(Box<Vec<Piece>>),
}

static_assertions::assert_eq_size!(Pieces, String);

impl Pieces {
    pub(super) fn push(&mut self, piece: Piece) {
        *self = match std::mem::take(self) {
            Self::None => Self::One(piece),
            Self::One(first) => Self::Many(Box::new(vec![first, piece])),
            Self::Many(mut all) => {
                all.push(piece);
                Self::Many(all)
            }
        };
    }

    pub(super) fn last_mut(&mut self) -> Option<&mut Piece> {
        match self {
            Self::None => None,
            Self::One(piece) => Some(piece),
            Self::Many(all) => all.last_mut(),
        }
    }
}

impl Deref for Pieces {
    type Target = [Piece];

    #[inline]
    fn deref(&self) -> &[Piece] {
        match self {
            Self::None => &[],
            Self::One(piece) => std::slice::from_ref(piece),
            Self::Many(all) => all,
        }
    }
}

impl FromIterator<Piece> for Pieces {
    fn from_iter<I: IntoIterator<Item = Piece>>(pieces: I) -> Self {
        let mut all = Self::None;
        pieces.into_iter().for_each(|piece| all.push(piece));
        all
    }
}

impl PartialEq for Pieces {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Pieces {}

impl fmt::Debug for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_the_same_however_it_is_kept_and_made() {
        let whole = "a卡b, and some more than fits";
        for (from, _) in whole.char_indices() {
            let (start, end) = whole.split_at(from);
            let mut text = Text::shared(start);
            assert_eq!(&*text, start);
            for c in end.chars() {
                text.push_str(c.encode_utf8(&mut [0; 4]));
            }
            assert_eq!(text, Text::fixed(whole));
            assert_eq!((format!("{text:?}"), text), (format!("{whole:?}"), Text::own(whole.to_owned())));
        }
    }

    #[test]
    fn copies_of_a_long_text_share_it_until_one_of_them_grows() {
        let text = Text::shared("as it is shown to everybody");
        let mut copy = text.clone();
        assert_eq!(text.as_ptr(), copy.as_ptr());
        copy.push_str("!");
        assert_eq!((&*text, &*copy), ("as it is shown to everybody", "as it is shown to everybody!"));
    }

    #[test]
    fn a_short_text_and_one_of_the_program_take_no_memory() {
        let short = ["", "ACTIVE", &"x".repeat(SHORT)].map(Text::shared);
        for text in short.iter().chain([&Text::fixed("fingerprint of the card's number")]) {
            assert!(matches!(&text.0, Kept::Alone(own) if !own.is_heap_allocated()), "{text:?}");
        }
        assert!(matches!(Text::shared(&"x".repeat(SHORT + 1)).0, Kept::Shared(_)));
    }

    #[test]
    fn pieces_are_in_the_order_that_they_came_in() {
        let text = |text: &str| Piece::Text(Text::shared(text));
        let all = [text("a"), Piece::Mask, text("b"), Piece::Mask];
        for count in 0..=all.len() {
            let mut pieces: Pieces = all.iter().take(count).cloned().collect();
            assert_eq!(Some(&*pieces), all.get(..count));
            assert_eq!(pieces.last_mut().cloned().as_ref(), all.get(..count).and_then(<[_]>::last));
            assert_eq!(pieces.clone(), pieces);
        }
    }
}
