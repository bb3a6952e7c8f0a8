//! What is made of an answer: masked, typed, judged and told.
//!
//! The core of tokenscope, without a socket, a file or a clock: it depends on no crate that could reach one. It is a crate of its own
//! for that, and since it is what a call passes through: the profile `dist` builds it for speed, and the console around it for
//! size. The map of the whole house is in the documentation of the crate `tokenscope`, whose outline `tests/layers.rs` holds.
//!
//! To read it: [`secret`] (what may never get out, and how that is a type), [`domain::exchange`] (an answer, read), [`diagnosis`]
//! (what is wrong and what to do), [`report`] (every form in which that is told), [`batch`] (the same for many rows).

pub mod batch;
pub mod diagnosis;
pub mod domain;
pub mod report;
pub mod secret;
pub mod text;
