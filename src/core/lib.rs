//! What is made of an answer: masked, typed, judged and told.
//!
//! The core of tokenscope, without a socket, a file or a clock. It is a crate of its own, so that each crate that it depends on is a
//! decision (`tests/layers.rs` has the list), and since it is what a call passes through: the profile `dist` builds it for speed,
//! and the console around it for size. The map of the whole house is in the documentation of the crate `tokenscope`, and the tests
//! that go through all of it, those of leaks among them, are that crate's.
//!
//! To read it: [`secret`] (what may never get out, and how that is a type), [`domain::exchange`] (an answer, read), [`diagnosis`]
//! (what is wrong and what to do), [`report`] (every form in which that is told), [`batch`] (the same for many rows).

pub mod batch;
pub mod diagnosis;
pub mod domain;
pub mod report;
pub mod secret;
pub mod text;
