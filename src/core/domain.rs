//! The words of the trade: profile, request, answer, refusal, history. No I/O and no clock.
//!
//! Owns: what a call is made of and what comes back, typed after the contract of *Fetch Token and Cryptogram*
//! (`POST /v4/card/get`), and [`guard`], the one place that decides whether a call may be sent. Must not know: how bytes
//! travel, where rows are kept, what a screen looks like. Tested: in each file and through `tests/adapters*.rs`.

pub mod answer;
pub mod calendar;
pub mod clinic;
pub mod exchange;
pub mod failure;
pub mod gateway;
pub mod guard;
pub mod history;
pub mod kept;
pub mod profile;
pub mod request;
pub mod scripts;
pub mod sent;
pub mod trail;
