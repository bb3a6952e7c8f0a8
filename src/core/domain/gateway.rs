//! The payment gateways and what each needs of an answer, from `assets/gateways.toml`: a matrix that was published and may
//! age, so that its date goes with it.
//!
//! Owns: names, parameters, demands. Must not know: answers. Tested below.

use std::sync::LazyLock;

use serde::Deserialize;

static MATRIX: LazyLock<Matrix> = LazyLock::new(|| {
    // A matrix that cannot be read names no gateway, so that none can be chosen; a test reads all of it.
    toml::from_str(include_str!("../../../assets/gateways.toml")).unwrap_or_default()
});

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Matrix {
    read: String,
    source: String,
    confidence: String,
    always: Vec<Parameter>,
    sometimes: Vec<Parameter>,
    diners: Diners,
    #[serde(rename = "gateway")]
    gateways: Vec<PaymentGateway>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Diners {
    networks: Vec<String>,
    needs: Vec<Parameter>,
}

/// A parameter of the payment call.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name.
    #[serde(rename = "parameter")]
    pub name: String,
    /// The field of the answer that it takes; empty where the answer has none.
    pub field: String,
}

/// Whether a gateway needs a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Demand {
    /// It does without.
    NotRequired,
    /// In cases that the gateway names.
    Conditional,
    /// Always.
    Mandatory,
}

/// A payment gateway.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentGateway {
    /// The name in options and config.
    pub id: String,
    /// Its own name.
    pub name: String,
    #[serde(default)]
    mandatory: Vec<String>,
    #[serde(default)]
    conditional: Vec<String>,
}

impl Demand {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotRequired => "not required",
            Self::Conditional => "conditional",
            Self::Mandatory => "mandatory",
        }
    }
}

impl PaymentGateway {
    /// All of them, in the order of the matrix.
    pub fn all() -> &'static [Self] {
        &MATRIX.gateways
    }

    /// The gateway of this name, without regard to case and marks.
    pub fn find(name: &str) -> Option<&'static Self> {
        let flat = |name: &str| -> String {
            name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        Self::all().iter().find(|gateway| flat(&gateway.id) == flat(name))
    }

    /// The parameters for a card of this network and whether they are needed.
    pub fn parameters(&self, network: Option<&str>) -> Vec<(&'static Parameter, Demand)> {
        let always = MATRIX.always.iter().map(|parameter| (parameter, Demand::Mandatory));
        let sometimes = MATRIX.sometimes.iter().map(|parameter| (parameter, self.demand(&parameter.name)));
        let mut all: Vec<_> = always.chain(sometimes).collect();
        if network.is_some_and(is_diners) {
            for parameter in &MATRIX.diners.needs {
                all.retain(|(known, _)| known.name != parameter.name);
                all.push((parameter, Demand::Mandatory));
            }
        }
        all
    }

    fn demand(&self, parameter: &str) -> Demand {
        let names = |list: &[String]| list.iter().any(|name| name == parameter);
        if names(&self.mandatory) {
            Demand::Mandatory
        } else if names(&self.conditional) {
            Demand::Conditional
        } else {
            Demand::NotRequired
        }
    }
}

fn is_diners(network: &str) -> bool {
    MATRIX.diners.networks.iter().any(|name| name.eq_ignore_ascii_case(network.trim()))
}

/// The day that the matrix was read on, where, and how sure it is.
pub fn published() -> (&'static str, &'static str, &'static str) {
    (&MATRIX.read, &MATRIX.source, &MATRIX.confidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Demand::{Conditional as C, Mandatory as M, NotRequired as N};

    /// Requestor id, card last four, PAR, ECI: written down by hand from the published table.
    const PUBLISHED: [(&str, [Demand; 4]); 9] = [
        ("PayU", [C, M, N, N]),
        ("Razorpay", [N, C, N, N]),
        ("Cybersource", [N, N, N, N]),
        ("MPGS", [N, N, N, M]),
        ("Pine Labs", [N, N, M, N]),
        ("Paytm v2", [N, M, M, N]),
        ("BillDesk", [N, M, N, N]),
        ("GoCashfree", [M, M, N, N]),
        ("Easebuzz", [C, M, N, N]),
    ];

    #[test]
    fn the_matrix_is_the_published_one_cell_by_cell_and_dated() {
        let matrix: Matrix = toml::from_str(include_str!("../../../assets/gateways.toml")).unwrap();
        assert!(crate::domain::calendar::is_day(&matrix.read) && matrix.source.contains("juspay.io"));
        let names: Vec<&str> = PaymentGateway::all().iter().map(|gateway| gateway.name.as_str()).collect();
        assert_eq!(names, PUBLISHED.map(|(name, _)| name));
        for (name, demands) in PUBLISHED {
            let all = PaymentGateway::find(name).unwrap().parameters(Some("VISA"));
            let (always, sometimes) = all.split_at(4);
            assert!(always.iter().all(|(_, demand)| *demand == M), "{name}");
            let names = ["token.requestor_id", "token.card_last_four", "token.par", "token.eci"];
            let read: Vec<_> = sometimes.iter().map(|(it, demand)| (it.name.as_str(), *demand)).collect();
            assert_eq!(read, names.into_iter().zip(demands).collect::<Vec<_>>(), "{name}");
        }
    }

    #[test]
    fn every_parameter_that_a_gateway_names_is_in_the_table_of_fields() {
        for gateway in PaymentGateway::all() {
            for name in gateway.mandatory.iter().chain(&gateway.conditional) {
                assert!(MATRIX.sometimes.iter().any(|known| known.name == *name), "{}: {name}", gateway.id);
            }
        }
    }

    #[test]
    fn a_gateway_is_found_in_any_spelling_and_no_other_is() {
        for name in ["payu", "PAYU", "pay-u", "PineLabs", "paytm_v2"] {
            assert!(PaymentGateway::find(name).is_some(), "{name}");
        }
        assert!(PaymentGateway::find("pay").is_none() && PaymentGateway::find("").is_none());
    }

    #[test]
    fn diners_needs_three_more_with_every_gateway() {
        for gateway in PaymentGateway::all() {
            let all = gateway.parameters(Some("diners club"));
            let last: Vec<_> =
                all.iter().rev().take(3).map(|(it, demand)| (it.name.as_str(), *demand)).collect();
            let needs = ["token.provider_category", "token.provider_reference_id", "token.requestor_id"];
            assert_eq!(last, needs.map(|name| (name, M)), "{}", gateway.id);
            assert_eq!(all.len(), 10, "no parameter stands there twice");
        }
    }
}
