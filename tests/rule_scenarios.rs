//! A scenario of the emulator for every rule, under the rule's own name, over a real socket; and the README's list of rules.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod replies;

use std::collections::BTreeSet;

use replies::AT;
use tokenscope::adapters::http::Http;
use tokenscope::config::demo_profile;
use tokenscope::diagnosis::rules;
use tokenscope::diagnosis::verdict::{Judgement, judge};
use tokenscope::domain::guard::{ApiKey, Guard};
use tokenscope::domain::profile::Profile;
use tokenscope::domain::request::Draft;
use tokenscope::domain::sent::Sent;
use tokenscope::emulator::{DEMO_MERCHANT, Emulator, Options, SAMPLE_CUSTOMER, ScenarioInfo, scenarios};
use tokenscope::ports::Gateway;
use tokenscope::secret::{Moment, Secret};

/// Rules that no answer can fire, and why. Each has its case in `tests/diagnosis_rules.rs`.
const NO_ANSWER_FIRES: [(&str, &str); 9] = [
    ("host-not-found", "there is no host"),
    ("no-connection", "nobody listens"),
    ("tls-refused", "the emulator speaks plain HTTP, on loopback only"),
    ("proxy-refused", "the emulator's profile has no proxy"),
    ("key-of-another-profile", "nothing is sent"),
    ("profile-not-sendable", "nothing is sent"),
    ("not-http", "the emulator speaks nothing but HTTP"),
    ("cancelled", "the user does it"),
    ("answered-with-redirect", "a call ends as `redirected` before; it is a rule for kept answers"),
];

/// Rules that the request decides about, with the emulator's 400 for an answer. They are tried below.
const OF_THE_REQUEST: [&str; 4] =
    ["short-lived-token", "older-reference", "submerchant-missing", "routing-differs"];

/// It takes every time-out of the client; `tests/adapters_http` waits for it.
const SLOW: &str = "too-slow";

async fn judged(emulator: &Emulator, draft: Draft, change: impl Fn(&mut Profile)) -> Judgement {
    let mut profile = demo_profile(emulator.address(), DEMO_MERCHANT);
    change(&mut profile);
    let request = draft.validate(&profile).unwrap();
    let order = Guard::new(false).admit(&profile, request, None, Moment::default()).unwrap();
    let key = ApiKey::bind(&profile, Secret::new(emulator.key()));
    let (sent, reply) = (Sent::of(&order, 1, AT), Http::new().send(&order, &key).await);
    judge(&reply, Some(&sent), AT.date_in_india())
}

fn draft(reference: &str, customer: &str) -> Draft {
    Draft { card_reference: reference.into(), customer_id: customer.into(), ..Draft::default() }
}

fn ids(judgement: &Judgement) -> Vec<&'static str> {
    judgement.findings().map(|finding| finding.id).collect()
}

fn of_rules() -> impl Iterator<Item = (ScenarioInfo, &'static str)> {
    scenarios().into_iter().filter_map(|scenario| Some((scenario, scenario.rule?)))
}

#[test]
fn rules_texts_and_scenarios_are_the_same_set() {
    let all: BTreeSet<&str> = rules::themes().flat_map(|(_, ids)| ids).collect();
    let code = &all - &rules::lints().collect();
    let shown: BTreeSet<&str> = of_rules().map(|(_, rule)| rule).collect();
    let excused: BTreeSet<&str> = NO_ANSWER_FIRES.iter().map(|(id, _)| *id).chain(OF_THE_REQUEST).collect();
    assert_eq!(shown.len(), of_rules().count(), "one scenario is named after a rule, and not two");
    assert!(shown.is_disjoint(&excused), "{:?}", shown.intersection(&excused));
    assert_eq!(&shown | &excused, code);
    assert_eq!(rules::texts().collect::<BTreeSet<_>>(), all);
}

#[test]
fn every_name_reaches_one_scenario_alone() {
    let names = scenarios().into_iter().flat_map(|it| {
        let other = it.named_after_rule().filter(|name| name != it.reference);
        std::iter::once(it.reference.to_owned()).chain(other)
    });
    let names: Vec<String> = names.collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
}

#[tokio::test]
async fn the_scenario_that_is_named_after_a_rule_fires_it() {
    let emulator = Emulator::start(Options::default()).unwrap();
    for (scenario, rule) in of_rules().filter(|(_, rule)| *rule != SLOW) {
        let name = scenario.named_after_rule().unwrap();
        let judgement = judged(&emulator, draft(&name, scenario.customer_id), |_| {}).await;
        assert!(ids(&judgement).contains(&rule), "{name}: {:?}", ids(&judgement));
    }
}

#[tokio::test]
async fn what_the_request_decides_is_fired_by_the_emulators_400() {
    let emulator = Emulator::start(Options::default()).unwrap();
    let reseller = |profile: &mut Profile| profile.reseller = true;
    let other = Draft { routing_id: "cart_1".into(), ..draft("token_demo_not_found", SAMPLE_CUSTOMER) };
    let tried = [
        judged(&emulator, draft("tkn_demo", SAMPLE_CUSTOMER), |_| {}).await,
        judged(&emulator, draft("a0c16957f9bf46b0966a91a35b555353", SAMPLE_CUSTOMER), |_| {}).await,
        judged(&emulator, draft("token_demo_not_found", SAMPLE_CUSTOMER), reseller).await,
        judged(&emulator, other, |_| {}).await,
    ];
    for (id, judgement) in OF_THE_REQUEST.into_iter().zip(&tried) {
        assert!(ids(judgement).contains(&id), "{id}: {:?}", ids(judgement));
    }
    let plain = judged(&emulator, draft("token_demo_not_found", SAMPLE_CUSTOMER), |_| {}).await;
    assert_eq!(ids(&plain), ["card-not-found"]);
}

#[test]
fn the_readme_lists_every_rule_under_its_theme_and_no_other() {
    let readme = include_str!("../README.md");
    let (_, section) = readme.split_once("## What it knows").expect("the section");
    let (table, _) = section.split_once("\n## ").unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
    let told: Vec<(String, Vec<String>)> = rows
        .skip(1)
        .map(|(theme, ids)| {
            (theme.to_owned(), ids.split('`').skip(1).step_by(2).map(str::to_owned).collect())
        })
        .collect();
    let code: Vec<(String, Vec<String>)> = rules::themes()
        .map(|(theme, ids)| (theme.to_owned(), ids.into_iter().map(str::to_owned).collect()))
        .collect();
    assert_eq!(told, code);
}
