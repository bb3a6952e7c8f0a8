//! The buffer that a key is read into: all of its room is there from the start, so that no copy stays behind when it
//! grows, and all of it is wiped.

use zeroize::Zeroizing;

use crate::ports::KeyFault;

/// A longer text is no key, in bytes.
pub(super) const LONGEST: usize = 4096;

/// A text that may be a key.
pub(super) struct KeyBuffer {
    bytes: Zeroizing<Vec<u8>>,
    used: usize,
}

impl KeyBuffer {
    /// An empty one, with room for one byte more than a key may have.
    pub(super) fn new() -> Self {
        Self { bytes: Zeroizing::new(vec![0; LONGEST + 1]), used: 0 }
    }

    /// Where the next bytes go; a fault once a text is longer than a key.
    pub(super) fn room(&mut self) -> Result<&mut [u8], KeyFault> {
        match self.bytes.get_mut(self.used..) {
            Some(room) if !room.is_empty() => Ok(room),
            _ => Err(KeyFault::NotAKey),
        }
    }

    /// Keeps the first `count` bytes that were put into [`KeyBuffer::room`].
    pub(super) fn keep(&mut self, count: usize) {
        self.used = self.used.saturating_add(count).min(self.bytes.len());
    }

    /// What was read.
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.used).unwrap_or_default()
    }
}
