//! What the program asks of itself: is a secret somewhere where it must not be?
//!
//! Owns: the search for known texts in places that outlive their use. Must not know the rest of the crate: it is handed
//! what to look for, and what it finds it tells by name and place, never by value.

pub mod memory;
