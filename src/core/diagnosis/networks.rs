//! What is known of each card network, from `assets/networks.toml`.
//!
//! Owns: names, ECI families, prefixes, wallets. Must not know: answers, findings. Tested below.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    // A table that cannot be read knows no network, and then none is judged; a test reads all of it.
    toml::from_str(include_str!("../../../assets/networks.toml")).unwrap_or_default()
});

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(rename = "network")]
    networks: Vec<Network>,
    eci: BTreeMap<String, BTreeMap<String, String>>,
    wallets: BTreeMap<String, String>,
}

/// A card network.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Network {
    names: Vec<String>,
    eci: Option<String>,
    /// The form of its cryptograms, where one is known.
    pub(super) cryptogram: Option<Form>,
    #[serde(default)]
    starts: Vec<String>,
    #[serde(default)]
    requestor: Vec<String>,
    /// How its PARs start.
    pub(super) par: Option<String>,
}

/// The form of a cryptogram.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Form {
    /// 28 characters of base64, or 40 in hex.
    #[serde(rename = "28")]
    TwentyBytes,
    /// 20 or 40 bytes, or a dynamic code.
    #[serde(rename = "amex")]
    Amex,
}

/// What an ECI is to a network.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Eci {
    /// One of its own, with a sentence.
    Known(&'static str),
    /// One of other networks only.
    Foreign,
    /// Nobody's.
    Unknown,
    /// No source says what it means here.
    NotJudged,
}

/// The network of this name.
pub(super) fn find(name: &str) -> Option<&'static Network> {
    TABLE.networks.iter().find(|network| network.names.iter().any(|known| same_name(known, name)))
}

/// Whether two names differ in case and marks only.
pub(super) fn same_name(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other) || flat(one).eq(flat(other))
}

fn flat(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

/// What an ECI, padded to two digits, is to a network; `None` for a network that nobody knows.
pub(super) fn eci(network: Option<&'static Network>, value: &str) -> Eci {
    let Some(family) = network.and_then(|network| network.eci.as_ref()) else { return Eci::NotJudged };
    let is_short = value.chars().nth(1).is_none();
    let padded: Cow<'_, str> = if is_short { format!("{value:0>2}").into() } else { value.into() };
    match TABLE.eci.get(family).and_then(|values| values.get(padded.as_ref())) {
        Some(sentence) => Eci::Known(sentence),
        None if TABLE.eci.values().any(|values| values.contains_key(padded.as_ref())) => Eci::Foreign,
        None => Eci::Unknown,
    }
}

/// The wallet that this token requestor is.
pub(super) fn wallet(requestor: &str) -> Option<&'static str> {
    TABLE.wallets.get(requestor).map(String::as_str)
}

impl Network {
    /// Its usual name.
    pub(super) fn name(&self) -> &str {
        self.names.first().map_or("", String::as_str)
    }

    /// Whether its numbers start so; `None` where that is not known.
    pub(super) fn owns(&self, first_six: &str) -> Option<bool> {
        let starts = |range: &String| {
            let (from, to) = range.split_once('-').unwrap_or((range, range));
            first_six.get(..from.len()).is_some_and(|start| (from..=to).contains(&start))
        };
        (!self.starts.is_empty()).then(|| self.starts.iter().any(starts))
    }

    /// Whether its requestor ids start so; `None` where that is not known.
    pub(super) fn assigns(&self, requestor: &str) -> Option<bool> {
        let starts = |start: &String| requestor.starts_with(start.as_str());
        (!self.requestor.is_empty()).then(|| self.requestor.iter().any(starts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_table_can_be_read_and_every_family_is_there() {
        let table: Table = toml::from_str(include_str!("../../../assets/networks.toml")).unwrap();
        assert_eq!(table.networks.len(), 8);
        for network in &table.networks {
            assert!(network.eci.iter().all(|family| table.eci.contains_key(family)), "{}", network.name());
            let digits = |text: &String| text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
            assert!(network.starts.iter().chain(&network.requestor).all(digits), "{}", network.name());
        }
        assert!(table.wallets.keys().all(|id| id.len() == 11));
    }

    #[test]
    fn a_network_is_found_by_any_of_its_names_in_any_case() {
        for name in ["VISA", "visa", "MASTERCARD", "Master_Card", "AMERICAN EXPRESS", "RUPAY"] {
            assert!(find(name).is_some(), "{name}");
        }
        assert!(find("VISTA").is_none() && find("").is_none());
    }

    #[test]
    fn an_eci_is_read_by_the_table_of_its_own_network() {
        assert!(matches!(eci(find("VISA"), "7"), Eci::Known(text) if text.contains("normal here")));
        assert!(matches!(eci(find("MASTERCARD"), "06"), Eci::Known(text) if text.contains("normal here")));
        assert!(matches!(eci(find("VISA"), "06"), Eci::Known(text) if text.contains("attempted")));
        assert_eq!(eci(find("VISA"), "02"), Eci::Foreign);
        assert_eq!(eci(find("MASTERCARD"), "05"), Eci::Foreign);
        assert_eq!(eci(find("VISA"), "99"), Eci::Unknown);
        assert_eq!(eci(find("RUPAY"), "05"), Eci::NotJudged);
        assert_eq!(eci(None, "05"), Eci::NotJudged);
    }

    #[test]
    fn a_prefix_may_be_a_range() {
        let owns = |network, six| find(network).unwrap().owns(six);
        assert_eq!(owns("MASTERCARD", "222100"), Some(true));
        assert_eq!(owns("MASTERCARD", "272099"), Some(true));
        assert_eq!(owns("MASTERCARD", "272100"), Some(false));
        assert_eq!(owns("RUPAY", "508500"), Some(true));
        assert_eq!(owns("DINERS", "360000"), None);
    }
}
