//! The ids that the console knows, from everything in its state that holds one.

use super::Kind;
use crate::app::browse::{Browse, Stage as Browsing};
use crate::app::call::{Call, Record};
use crate::app::overlay::{Item, Overlay};
use crate::app::probe::Stage as Probing;
use crate::app::state::State;
use crate::batch::Seen;
use crate::diagnosis::Finding;
use crate::diagnosis::probe::Inputs;
use crate::diagnosis::verdict::Judgement;
use crate::domain::answer::{Answer, Field, Refusal};
use crate::domain::exchange::{Exchange, Outcome};
use crate::domain::history::Entry;
use crate::domain::profile::{Environment, Profile};
use crate::domain::request::RequestField;
use crate::domain::sent::Sent;
use crate::secret::{Masked, Piece};
use crate::text::clean;

/// Characters that a word with a digit has at least to be taken for an id where it comes from outside.
const LIKE_AN_ID: usize = 6;

/// Headers whose values are no ids.
const NO_IDS: [&str; 3] = ["content-type", "date", "retry-after"];

/// Parts of the names of fields that hold ids, as evidence and headers have them.
const NAMES: [(&str, Kind); 10] = [
    ("last_four", Kind::Digits),
    ("first_six", Kind::Digits),
    ("requestor", Kind::Requestor),
    ("customer", Kind::Customer),
    ("submerchant", Kind::Submerchant),
    ("merchant", Kind::Merchant),
    ("routing", Kind::Routing),
    ("reference", Kind::Card),
    ("host", Kind::Host),
    ("request_id", Kind::Request),
];

impl Kind {
    /// Of a field of the request.
    pub fn of(field: RequestField) -> Self {
        match field {
            RequestField::CardReference => Self::Card,
            RequestField::CustomerId => Self::Customer,
            RequestField::RoutingId => Self::Routing,
            RequestField::SubmerchantId => Self::Submerchant,
        }
    }
}

/// Ids as they are drawn.
#[derive(Default)]
struct Ids(Vec<(Kind, String)>);

impl Ids {
    fn add(&mut self, kind: Kind, text: &str) {
        if text.is_empty() {
            return;
        }
        let shown = clean(text);
        // In JSON, on the screen and in what is copied.
        let quoted = shown.replace('\\', r"\\").replace('"', "\\\"");
        if quoted != shown {
            self.0.push((kind, quoted));
        }
        self.0.push((kind, shown));
    }

    fn masked(&mut self, kind: Kind, text: &Masked) {
        for piece in text.pieces() {
            if let Piece::Text(text) = piece {
                self.add(kind, text);
            }
        }
    }

    fn field(&mut self, kind: Kind, field: &Field) {
        if let Field::Shown(text) = field {
            self.masked(kind, text);
        }
    }

    fn profile(&mut self, profile: &Profile) {
        self.add(Kind::Merchant, &profile.merchant_id);
        self.add(Kind::Submerchant, &profile.submerchant_id);
        self.host(profile.environment(), &profile.endpoint.authority());
        if let Some(proxy) = &profile.proxy {
            let authority = proxy.split_once("://").map_or(proxy.as_str(), |(_, rest)| rest);
            self.host(Environment::Custom, authority.trim_end_matches('/'));
        }
    }

    /// A host of the user's own tells whose screen it is; those of the API and this machine do not.
    fn host(&mut self, environment: Environment, authority: &str) {
        let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
        let is_near = host == "localhost" || host.starts_with("127.") || host == "[::1]";
        if environment == Environment::Custom && !is_near {
            self.add(Kind::Host, host);
        }
    }

    fn sent(&mut self, sent: &Sent) {
        self.masked(Kind::Card, &sent.card_reference);
        self.masked(Kind::Customer, &sent.customer_id);
        self.masked(Kind::Routing, &sent.routing_id);
        self.masked(Kind::Submerchant, &sent.submerchant_id);
        self.masked(Kind::Merchant, &sent.merchant_id);
        self.host(sent.environment, &sent.host.text());
    }

    fn record(&mut self, record: &Record) {
        self.sent(&record.sent);
        self.judgement(&record.judgement);
        if let Some(exchange) = record.exchange() {
            self.exchange(exchange);
        }
    }

    fn exchange(&mut self, exchange: &Exchange) {
        for header in &exchange.headers {
            if !NO_IDS.contains(&header.name.text().to_ascii_lowercase().as_str()) {
                self.masked(Kind::Request, &header.value);
            }
        }
        match &exchange.outcome {
            Outcome::Answered(answer) => self.answer(answer),
            Outcome::Refused(refusal) => self.refusal(refusal),
            Outcome::Unreadable(_) => {}
        }
    }

    fn answer(&mut self, answer: &Answer) {
        self.field(Kind::Card, &answer.reference);
        self.field(Kind::Customer, &answer.customer_id);
        self.field(Kind::Requestor, &answer.token_requestor_id);
        self.field(Kind::Digits, &answer.token_details.first_six);
        self.field(Kind::Digits, &answer.token_details.last_four);
        self.field(Kind::Digits, &answer.card_details.last_four);
    }

    /// What the API says may name an id that nobody asked for.
    fn refusal(&mut self, refusal: &Refusal) {
        let said = [
            &refusal.error_message,
            &refusal.user_message,
            &refusal.info_user_message,
            &refusal.info_developer_message,
        ];
        said.into_iter().filter_map(Field::masked).for_each(|text| self.said(&text));
    }

    /// A sentence from outside: what looks like an id in it is one.
    fn said(&mut self, text: &Masked) {
        for word in text.text().split(|c: char| !(c.is_alphanumeric() || "_-".contains(c))) {
            if word.chars().count() >= LIKE_AN_ID && word.contains(|c: char| c.is_ascii_digit()) {
                self.add(Kind::Other, word);
            }
        }
    }

    fn judgement(&mut self, judgement: &Judgement) {
        judgement.findings().for_each(|finding| self.finding(finding));
    }

    fn finding(&mut self, finding: &Finding) {
        for evidence in &finding.evidence {
            self.named(&evidence.field, &evidence.value);
        }
    }

    fn row(&mut self, row: &Entry) {
        self.masked(Kind::Card, &row.card_reference);
        self.masked(Kind::Customer, &row.customer_id);
        self.masked(Kind::Routing, &row.routing_id);
        self.masked(Kind::Submerchant, &row.submerchant_id);
        self.masked(Kind::Digits, &row.card_last_four);
        self.masked(Kind::Requestor, &row.details.requestor);
        self.host(row.environment, &row.host.text());
    }

    /// What of a batch's report is on the screen.
    fn report(&mut self, browse: &Browse) {
        browse.rows.iter().for_each(|row| self.seen(row));
        if let Browsing::Whole { row, .. } = &browse.stage {
            self.seen(&row.seen);
            self.said(&row.summary);
            row.findings.iter().for_each(|it| {
                self.said(&it.meaning);
                self.said(&it.action);
            });
            for (name, value) in row.facts.iter().chain(&row.answer) {
                self.named(&name.text(), value);
                if name.text().contains("message") {
                    self.said(value);
                }
            }
        }
    }

    fn seen(&mut self, row: &Seen) {
        self.masked(Kind::Card, &row.card_reference);
        self.masked(Kind::Customer, &row.customer_id);
    }

    /// A value that its name says to be an id.
    fn named(&mut self, name: &str, value: &Masked) {
        let name = name.to_ascii_lowercase();
        if let Some((_, kind)) = NAMES.iter().find(|(part, _)| name.contains(part)) {
            self.masked(*kind, value);
        }
    }

    fn inputs(&mut self, inputs: &Inputs) {
        self.profile(&inputs.profile);
        self.add(Kind::Card, &inputs.card_reference);
        self.add(Kind::Customer, &inputs.customer_id);
        self.add(Kind::Routing, &inputs.routing_id);
        self.add(Kind::Submerchant, &inputs.submerchant_id);
    }

    fn overlay(&mut self, overlay: &Overlay) {
        match overlay {
            Overlay::Findings(list) => self.items(&list.items),
            Overlay::Differences(list) => self.items(&list.items),
            Overlay::Finding { item, .. } => self.items(std::slice::from_ref(item)),
            Overlay::Probe(probe) => {
                self.inputs(&probe.plan.base);
                probe.plan.calls.iter().for_each(|call| self.inputs(&call.inputs));
                probe.customers.iter().for_each(|id| self.add(Kind::Customer, id));
                if let Probing::Customer(line) = &probe.stage {
                    self.add(Kind::Customer, &line.typed);
                }
            }
            _ => {}
        }
    }

    fn items(&mut self, items: &[Item]) {
        for item in items {
            if let Item::Finding(finding) = item {
                self.finding(finding);
            }
        }
    }
}

/// All that a screen of so many rows can show; a text that is several ids is named by the first. Of the history that is what
/// stands near the cursor: the other rows, of which there may be very many, are drawn nowhere.
pub(super) fn known(state: &State, height: usize) -> Vec<(Kind, String)> {
    let mut ids = Ids::default();
    for field in RequestField::ALL {
        ids.add(Kind::of(field), state.form.draft.get(field));
    }
    state.profiles.iter().for_each(|profile| ids.profile(profile));
    match &state.call {
        Call::Idle => {}
        Call::InFlight(flight) => ids.sent(&flight.sent),
        Call::Ended(record) => ids.record(record),
    }
    state.aside.iter().for_each(|record| ids.record(record));
    state.overlays.iter().for_each(|overlay| ids.overlay(overlay));
    state.lint().iter().for_each(|linted| ids.finding(&linted.finding));
    let cursor = state.history.cursor;
    let near = cursor.saturating_sub(height)..cursor.saturating_add(height).saturating_add(1);
    state.history.shown(near).for_each(|(_, row)| ids.row(row));
    compared(state).for_each(|row| ids.row(row));
    // What is said of the form may quote what the customer's last call was routed by.
    let customer = state.form.draft.get(RequestField::CustomerId);
    let of_customer = state.history.at_hand().iter().filter(|row| row.customer_id.plain() == Some(customer));
    of_customer.for_each(|row| ids.masked(Kind::Routing, &row.routing_id));
    ids.report(&state.browse);
    ids.0
}

/// The rows of which a list tells how they differ; the second may stand far from the cursor.
fn compared(state: &State) -> impl Iterator<Item = &Entry> {
    let of = |overlay: &Overlay| match overlay {
        Overlay::Differences(list) => Some([list.row, list.other]),
        _ => None,
    };
    state.overlays.iter().filter_map(of).flatten().filter_map(|id| state.history.find(id))
}
