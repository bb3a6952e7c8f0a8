//! The gateways of the published matrix as the values of an option. The matrix is read once one is given or listed, and not by
//! every command that could have taken one.
//! Tested by `tests/cli_snapshots.rs` and `tests/readiness.rs`.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, Command, Error};

use crate::domain::gateway::PaymentGateway;

#[derive(Clone)]
pub(super) struct Gateways;

fn values() -> impl Iterator<Item = PossibleValue> {
    PaymentGateway::all().iter().map(|gateway| PossibleValue::new(gateway.id.as_str()))
}

impl TypedValueParser for Gateways {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, Error> {
        PossibleValuesParser::new(values()).parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(values()))
    }
}
