//! Servers that write raw bytes, and the orders to send at them. They know nothing of HTTP beyond finding a request's end.
#![allow(dead_code, unused_imports, reason = "each test file uses its part")]

pub mod child;
pub mod frames;
pub mod order;
pub mod server;
pub mod tls;
