//! The names a config may use.

pub(super) use crate::text::nearest::{flatten, nearest};

/// At the top of the file.
pub(super) const TOP: [&str; 6] = ["default_profile", "ui", "history", "export", "keys", "profiles"];
/// In `[ui]`.
pub(super) const UI: [&str; 6] =
    ["reveal_seconds", "hide_on_focus_loss", "theme", "mouse", "stage", "gateway"];
/// In `[history]`.
pub(super) const HISTORY: [&str; 1] = ["retention_days"];
/// In `[export]`.
pub(super) const EXPORT: [&str; 1] = ["dir"];
/// In `[profiles.NAME]`.
pub(super) const PROFILE: [&str; 15] = [
    "environment",
    "host",
    "base_url",
    "guard",
    "merchant_id",
    "version",
    "routing_id",
    "reseller",
    "submerchant_id",
    "colour",
    "key",
    "allow_reveal",
    "read_only",
    "ca_file",
    "proxy",
];
/// In `key = { ... }`.
pub(super) const KEY: [&str; 6] = ["env", "command", "terminal", "file", "prompt", "keyring"];

/// The longest text that is quoted as a name; a longer one may be a key.
const LONGEST_QUOTED: usize = 24;

/// Whether a name may be quoted in a sentence: short, of letters, and not so mixed with digits as a key is.
pub(super) fn is_quotable(name: &str) -> bool {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    plain && !name.is_empty() && name.len() <= LONGEST_QUOTED && digits <= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_known_name_is_found() {
        for (given, meant) in [
            ("merchantid", "merchant_id"),
            ("merchant-ID", "merchant_id"),
            ("mercahnt_id", "merchant_id"),
            ("color", "colour"),
            ("enviroment", "environment"),
            ("url", "base_url"),
            ("submerchantid", "submerchant_id"),
            ("proxxy", "proxy"),
        ] {
            assert_eq!(nearest(given, &PROFILE), Some(meant), "{given}");
        }
        assert_eq!(nearest("profile", &TOP), Some("profiles"));
        for far in ["timeout", "x", "", "retries"] {
            assert_eq!(nearest(far, &PROFILE), None, "{far}");
        }
    }

    #[test]
    fn only_what_cannot_be_a_key_is_quoted() {
        assert!(is_quotable("merchantid") && is_quotable("api_key2"));
        for name in ["A1B2C3D4E5F6", "a b", "", "\u{1b}[2J", "abcdefghijklmnopqrstuvwxyzabcdef"] {
            assert!(!is_quotable(name), "{name}");
        }
    }
}
