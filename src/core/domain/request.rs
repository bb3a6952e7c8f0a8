//! What the user typed, and the request that it becomes.

mod likeness;

pub use likeness::Likeness;

use std::fmt;

use super::calendar::is_day;
use super::profile::{Profile, Routing};
use crate::text::is_dangerous;

/// The longest id that is sent, in characters; the contract names none, and longer ones are pastes gone wrong.
const LONGEST_ID: usize = 256;

/// A field of the request form, named as in the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestField {
    /// Body field `card_reference`.
    CardReference,
    /// Body field `customer_id`.
    CustomerId,
    /// Header `x-routing-id`.
    RoutingId,
    /// Body field `submerchantId`.
    SubmerchantId,
}

impl RequestField {
    /// All fields in the order of the form.
    pub const ALL: [Self; 4] = [Self::CardReference, Self::CustomerId, Self::RoutingId, Self::SubmerchantId];

    /// The name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::CardReference => "card_reference",
            Self::CustomerId => "customer_id",
            Self::RoutingId => "x-routing-id",
            Self::SubmerchantId => "submerchantId",
        }
    }
}

/// Why a request is not sent. The value is not part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldFault {
    /// A mandatory field is empty.
    Missing(RequestField),
    /// It looks like a card number.
    CardNumber(RequestField),
    /// A blank or a control character.
    Characters(RequestField),
    /// Too long.
    TooLong(RequestField),
    /// Not ASCII, where the value goes into a header.
    NotAscii(RequestField),
    /// The header `version` is no day; it comes from the profile and stands in no field.
    NotADay,
}

impl FieldFault {
    /// The field at fault, where it is one.
    pub fn field(self) -> Option<RequestField> {
        match self {
            Self::Missing(field)
            | Self::CardNumber(field)
            | Self::Characters(field)
            | Self::TooLong(field)
            | Self::NotAscii(field) => Some(field),
            Self::NotADay => None,
        }
    }

    /// What is wrong and why.
    pub fn what(self) -> String {
        let name = self.field().map_or("version", RequestField::name);
        let what = match self {
            Self::Missing(_) => "is empty, and the call cannot be made without it",
            Self::CardNumber(_) => "looks like a card number, which must not be sent or kept",
            Self::Characters(_) => "holds a blank, a control or an invisible character, which no id has",
            Self::TooLong(_) => "is longer than 256 characters, so it is not an id",
            Self::NotAscii(_) => "goes into a header and holds a character outside ASCII",
            Self::NotADay => "of this profile is no day of the calendar, which the API wants",
        };
        format!("{name} {what}")
    }

    /// What to do about it.
    pub fn next(self) -> &'static str {
        match self {
            Self::Missing(_) => "fill it in",
            Self::CardNumber(_) => "delete it and use the card_reference of that card",
            Self::Characters(_) => "type it again or paste it without",
            Self::TooLong(_) => "paste the id alone",
            Self::NotAscii(_) => "use the id exactly as the merchant sends it",
            Self::NotADay => "write YYYY-MM-DD into the config, such as 2023-01-01",
        }
    }
}

impl fmt::Display for FieldFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what(), self.next())
    }
}

/// The request as typed; anything may stand in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    /// `card_reference`.
    pub card_reference: String,
    /// `customer_id`.
    pub customer_id: String,
    /// `x-routing-id`; empty follows the profile's rule.
    pub routing_id: String,
    /// `submerchantId`; empty leaves it out.
    pub submerchant_id: String,
}

impl Draft {
    /// The text of one field.
    pub fn get(&self, field: RequestField) -> &str {
        match field {
            RequestField::CardReference => &self.card_reference,
            RequestField::CustomerId => &self.customer_id,
            RequestField::RoutingId => &self.routing_id,
            RequestField::SubmerchantId => &self.submerchant_id,
        }
    }

    /// The text of one field, to change it.
    pub fn get_mut(&mut self, field: RequestField) -> &mut String {
        match field {
            RequestField::CardReference => &mut self.card_reference,
            RequestField::CustomerId => &mut self.customer_id,
            RequestField::RoutingId => &mut self.routing_id,
            RequestField::SubmerchantId => &mut self.submerchant_id,
        }
    }

    /// Whether a field looks like a card number.
    pub fn likeness(&self, field: RequestField) -> Option<Likeness> {
        likeness::of(field, self.get(field))
    }

    /// Turns the draft into a request that may be sent, or says which fields hinder it.
    pub fn validate(&self, profile: &Profile) -> Result<ValidRequest, Vec<FieldFault>> {
        let faults = self.faults(profile);
        if faults.is_empty() { Ok(self.accept()) } else { Err(faults) }
    }

    /// What hinders the draft from being sent; nothing, where it may be.
    pub fn faults(&self, profile: &Profile) -> Vec<FieldFault> {
        let mut faults: Vec<FieldFault> =
            RequestField::ALL.iter().filter_map(|field| self.fault(*field).err()).collect();
        let asks_routing = profile.routing == Routing::Ask && self.routing_id.is_empty();
        let mandatory = [RequestField::CardReference, RequestField::CustomerId];
        let missing = mandatory.into_iter().filter(|field| self.get(*field).is_empty());
        faults
            .extend(missing.chain(asks_routing.then_some(RequestField::RoutingId)).map(FieldFault::Missing));
        faults.extend((!is_day(&profile.version)).then_some(FieldFault::NotADay));
        if faults.is_empty() && self.routing_id.is_empty() && !self.customer_id.is_ascii() {
            faults.push(FieldFault::NotAscii(RequestField::CustomerId));
        }
        faults
    }

    fn accept(&self) -> ValidRequest {
        let routing_id = if self.routing_id.is_empty() { &self.customer_id } else { &self.routing_id };
        ValidRequest {
            card_reference: self.card_reference.clone(),
            customer_id: self.customer_id.clone(),
            routing_id: routing_id.clone(),
            submerchant_id: Some(self.submerchant_id.clone()).filter(|id| !id.is_empty()),
        }
    }

    /// Whether the value of a field, empty or not, could be sent.
    pub fn fault(&self, field: RequestField) -> Result<(), FieldFault> {
        let value = self.get(field);
        // As nearly every id is; whatever else there is has to be looked for character by character.
        let is_visible = value.bytes().all(|byte| byte.is_ascii_graphic());
        if self.likeness(field) == Some(Likeness::Card) {
            Err(FieldFault::CardNumber(field))
        } else if !is_visible && value.chars().any(|c| c.is_whitespace() || is_dangerous(c)) {
            Err(FieldFault::Characters(field))
        } else if value.len() > LONGEST_ID && value.chars().count() > LONGEST_ID {
            Err(FieldFault::TooLong(field))
        } else if field == RequestField::RoutingId && !value.is_ascii() {
            Err(FieldFault::NotAscii(field))
        } else {
            Ok(())
        }
    }
}

/// A request that keeps the contract: made by [`Draft::validate`] only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidRequest {
    card_reference: String,
    customer_id: String,
    routing_id: String,
    submerchant_id: Option<String>,
}

impl ValidRequest {
    /// Body field `card_reference`.
    pub fn card_reference(&self) -> &str {
        &self.card_reference
    }

    /// Body field `customer_id`.
    pub fn customer_id(&self) -> &str {
        &self.customer_id
    }

    /// Header `x-routing-id`.
    pub fn routing_id(&self) -> &str {
        &self.routing_id
    }

    /// Every id of it.
    pub(super) fn ids(&self) -> [&str; 4] {
        [&self.card_reference, &self.customer_id, &self.routing_id, self.submerchant_id().unwrap_or_default()]
    }

    /// Body field `submerchantId`; left out when `None`.
    pub fn submerchant_id(&self) -> Option<&str> {
        self.submerchant_id.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::profile::{Colour, Endpoint, KeySource};

    fn profile(routing: Routing) -> Profile {
        Profile {
            name: "sandbox".into(),
            endpoint: Endpoint::sandbox(),
            merchant_id: "acme".into(),
            version: "2023-01-01".into(),
            routing,
            reseller: false,
            submerchant_id: String::new(),
            colour: Colour::Default,
            key: KeySource::Prompt,
            allow_reveal: true,
            read_only: false,
            guard_production: false,
            ca_file: None,
            proxy: None,
        }
    }

    fn draft() -> Draft {
        Draft {
            card_reference: "token_a0c1".into(),
            customer_id: "juspaytest_cust".into(),
            ..Draft::default()
        }
    }

    #[test]
    fn the_routing_id_follows_the_customer_unless_it_is_set() {
        let followed = draft().validate(&profile(Routing::CustomerId)).unwrap();
        assert_eq!((followed.routing_id(), followed.submerchant_id()), ("juspaytest_cust", None));
        let set = Draft { routing_id: "order_1".into(), submerchant_id: "airline1".into(), ..draft() };
        let chosen = set.validate(&profile(Routing::CustomerId)).unwrap();
        assert_eq!((chosen.routing_id(), chosen.submerchant_id()), ("order_1", Some("airline1")));
    }

    #[test]
    fn a_profile_that_asks_for_the_routing_id_does_not_guess_it() {
        assert_eq!(
            draft().validate(&profile(Routing::Ask)),
            Err(vec![FieldFault::Missing(RequestField::RoutingId)])
        );
    }

    #[test]
    fn empty_fields_are_named() {
        let faults = Draft::default().validate(&profile(Routing::CustomerId)).unwrap_err();
        assert_eq!(
            faults,
            [FieldFault::Missing(RequestField::CardReference), FieldFault::Missing(RequestField::CustomerId)]
        );
    }

    #[test]
    fn a_card_number_is_refused_in_every_field_and_never_quoted() {
        for field in RequestField::ALL {
            let mut draft = draft();
            *draft.get_mut(field) = "4111 1111 1111 1111".into();
            let faults = draft.validate(&profile(Routing::CustomerId)).unwrap_err();
            assert_eq!(faults, [FieldFault::CardNumber(field)]);
            assert!(!faults[0].to_string().contains("1111"));
        }
    }

    #[test]
    fn a_version_that_is_no_day_is_refused() {
        for version in ["", "2023-02-30", "01-01-2023", "v4"] {
            let profile = Profile { version: version.into(), ..profile(Routing::CustomerId) };
            assert_eq!(draft().validate(&profile), Err(vec![FieldFault::NotADay]), "{version}");
        }
    }

    #[test]
    fn blanks_control_and_invisible_characters_are_refused() {
        for bad in ["a b", "a\nb", "a\u{200b}b", "\u{1b}[2J"] {
            let draft = Draft { customer_id: bad.into(), ..draft() };
            assert_eq!(
                draft.validate(&profile(Routing::CustomerId)),
                Err(vec![FieldFault::Characters(RequestField::CustomerId)])
            );
        }
    }
}
