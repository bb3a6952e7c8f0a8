//! The world behind the ports: one adapter a port. They know `ports`, `domain`, `secret` and `text`, and not each other,
//! but for [`private`], which makes the files of all. Tested: `tests/adapters_*.rs`, on the real thing.

pub mod export;
pub mod private;
pub mod sqlite;
