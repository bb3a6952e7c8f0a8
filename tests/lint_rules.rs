//! Every rule about a request before it is sent: one that fires it, and a near miss that does not. A rule without both fails a test.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

#[path = "support/orders.rs"]
mod orders;

use std::collections::BTreeSet;

use tokenscope::diagnosis::lint::{Linted, lint};
use tokenscope::diagnosis::{Severity, rules};
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::history::{Details, Entry, Verdict};
use tokenscope::domain::profile::{Endpoint, Environment, Profile};
use tokenscope::domain::request::{Draft, RequestField};
use tokenscope::secret::Masked;

/// A call of this customer, with this routing id.
fn called(customer_id: &str, routing_id: &str) -> Entry {
    Entry {
        id: 1,
        at: Stamp(0),
        profile: Masked::ours("sandbox"),
        environment: Environment::Sandbox,
        host: Masked::default(),
        card_reference: Masked::default(),
        customer_id: Masked::typed(customer_id),
        routing_id: Masked::typed(routing_id),
        submerchant_id: Masked::default(),
        http_status: Some(200),
        verdict: Verdict::Usable,
        summary: Masked::default(),
        network: Masked::default(),
        issuer: Masked::default(),
        token_status: Masked::default(),
        card_last_four: Masked::default(),
        total_ms: 1,
        details: Details::default(),
    }
}

/// A request about to be sent.
struct Form {
    draft: Draft,
    profile: Profile,
    before: Vec<Entry>,
}

impl Form {
    fn sound() -> Self {
        let profile = orders::profile("sandbox", Endpoint::sandbox());
        Self { draft: orders::draft(), profile, before: Vec::new() }
    }

    fn with(field: RequestField, value: &str) -> Self {
        let mut form = Self::sound();
        *form.draft.get_mut(field) = value.into();
        form
    }

    fn under(change: impl Fn(&mut Profile)) -> Self {
        let mut form = Self::sound();
        change(&mut form.profile);
        form
    }

    fn after(self, before: Entry) -> Self {
        Self { before: vec![before], ..self }
    }

    fn found(&self) -> Vec<Linted> {
        lint(&self.draft, &self.profile, &self.before)
    }

    fn ids(&self) -> Vec<&'static str> {
        self.found().iter().map(|it| it.finding.id).collect()
    }
}

type Case = (&'static str, Form, Form);

/// Rule, a form that fires it, and a near miss.
fn cases() -> Vec<Case> {
    use RequestField::{CardReference, CustomerId, RoutingId, SubmerchantId};
    let with = Form::with;
    let customer = orders::CUSTOMER;
    let reseller = || Form::under(|profile| profile.reseller = true);
    let resold = Form { draft: Draft { submerchant_id: "airline1".into(), ..orders::draft() }, ..reseller() };
    vec![
        ("field-card-number", with(CustomerId, "4111 1111 1111 1111"), with(CustomerId, "4111111111111112")),
        ("field-characters", with(CardReference, "token_1\u{200b}"), with(CardReference, "token_1")),
        ("field-too-long", with(SubmerchantId, &"a".repeat(257)), with(SubmerchantId, &"a".repeat(256))),
        ("field-not-ascii", with(RoutingId, "käufer"), with(RoutingId, "kaufer")),
        ("field-empty", with(CardReference, ""), with(SubmerchantId, "")),
        (
            "version-no-day",
            Form::under(|profile| profile.version = "2023-02-30".into()),
            Form::under(|profile| profile.version = "2024-02-29".into()),
        ),
        ("field-like-card", with(CustomerId, "9000000000000001"), with(CustomerId, "9000000000000002")),
        ("reference-short-lived", with(CardReference, "TKN_1"), with(CardReference, "token_tkn_1")),
        (
            "routing-changed",
            Form::sound().after(called(customer, "cart_1")),
            Form::sound().after(called("other", "cart_1")),
        ),
        ("routing-not-customer", with(RoutingId, "cart_1"), with(RoutingId, customer)),
        ("submerchant-empty", reseller(), resold),
    ]
}

#[test]
fn every_rule_fires_on_its_case_and_not_on_a_near_miss() {
    for (id, fires, near) in cases() {
        assert!(fires.ids().contains(&id), "{id} does not fire: {:?}", fires.ids());
        assert!(!near.ids().contains(&id), "{id} fires on its near miss: {:?}", near.ids());
    }
    assert_eq!(Form::sound().ids(), Vec::<&str>::new());
}

#[test]
fn every_rule_about_a_request_has_a_case_and_nothing_else_has() {
    // Those about a pasted request have theirs in `tests/paste_rules.rs`.
    let code: BTreeSet<&str> = rules::lints().filter(|id| !id.starts_with("paste-")).collect();
    let cases: BTreeSet<&str> = cases().into_iter().map(|(id, ..)| id).collect();
    assert_eq!(cases, code);
}

#[test]
fn every_finding_names_its_ground_and_fits_beside_its_field() {
    for (id, fires, _) in cases() {
        for Linted { field, finding } in fires.found() {
            for text in [&finding.meaning, &finding.action, &finding.merchant].map(Masked::text) {
                assert!(text.ends_with('.') && text.len() > 10, "{id}: {text}");
                assert!(!text.contains(['{', '}']) && !text.contains(".."), "{id}: {text}");
            }
            assert!(!finding.source.is_empty(), "{id}");
            let beside = rules::beside(finding.id);
            assert_eq!(beside.is_empty(), field.is_none(), "{id}");
            assert!(beside.len() <= 24, "{id}: {beside}");
            // Three lines of the smallest screen that shows all panes.
            assert!(finding.sentence().text().len() < 240, "{id}");
        }
    }
}

#[test]
fn what_the_domain_refuses_is_bad_and_all_else_is_sent() {
    for (id, fires, _) in cases() {
        let refuses = fires.found().iter().any(Linted::is_refusal);
        assert_eq!(fires.draft.validate(&fires.profile).is_err(), refuses, "{id}");
    }
    let form = Form::with(RequestField::RoutingId, "cart_1");
    assert!(form.found().iter().all(|it| it.finding.severity < Severity::Bad));
}

#[test]
fn the_value_of_a_refused_field_is_in_no_text() {
    let form = Form::with(RequestField::CustomerId, "4111 1111 1111 1111");
    let texts: String = form.found().iter().map(|it| it.finding.sentence().text()).collect();
    assert!(texts.contains("looks like a card number") && !texts.contains("1111"), "{texts}");
}

#[test]
fn the_newest_call_of_the_customer_under_this_profile_counts() {
    let customer = orders::CUSTOMER;
    let older = called(customer, "cart_1");
    let mut form = Form::sound().after(called(customer, customer));
    form.before.push(older.clone());
    assert_eq!(form.ids(), Vec::<&str>::new(), "the newest one agrees");
    let elsewhere = Entry { profile: Masked::ours("prod"), ..older };
    assert_eq!(Form::sound().after(elsewhere).ids(), Vec::<&str>::new());
    let hidden = Entry { routing_id: Masked::hidden(), ..called(customer, "cart_1") };
    assert_eq!(Form::sound().after(hidden).ids(), Vec::<&str>::new());
    let same = Form::with(RequestField::RoutingId, "cart_1").after(called(customer, "cart_1"));
    assert_eq!(same.ids(), ["routing-not-customer"]);
}
