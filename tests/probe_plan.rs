//! The isolation probe without a console: which calls are planned, and what their answers come to.
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

use proptest::prelude::*;
use replies::orders::{order_of, profile};
use replies::{AT, SAMPLE};
use tokenscope::diagnosis::probe::{
    BUDGET, Conclusion, End, Form, Heard, Input, Inputs, Known, MOST_CALLS, Plan, Tried, Why, conclude,
    text_ids,
};
use tokenscope::diagnosis::verdict::judge;
use tokenscope::domain::exchange::{Exchange, RawReply, Reply, Timing};
use tokenscope::domain::failure::{Failure, Processed};
use tokenscope::domain::history::{Details, Entry, Verdict};
use tokenscope::domain::profile::{Endpoint, Environment, KeySource, Profile, Routing};
use tokenscope::domain::request::Draft;
use tokenscope::domain::sent::Sent;
use tokenscope::secret::{Masked, Needles};

const HEX: &str = "a0c16957f9bf46b0966a91a35b555353";

fn at(name: &str, merchant: &str, endpoint: Endpoint) -> Profile {
    Profile { merchant_id: merchant.into(), key: KeySource::Env("KEY".into()), ..profile(name, endpoint) }
}

fn sandbox(name: &str, merchant: &str) -> Profile {
    at(name, merchant, Endpoint::sandbox())
}

fn base() -> Inputs {
    Inputs {
        profile: sandbox("one", "acme_one"),
        card_reference: "token_1".into(),
        form: Form::AsSent,
        customer_id: "cust_a".into(),
        routing_id: "cust_a".into(),
        submerchant_id: String::new(),
    }
}

fn seen(profile: &str, reference: &str, customer: &str, submerchant: &str) -> Entry {
    Entry {
        id: 1,
        at: AT,
        profile: Masked::ours(profile),
        environment: Environment::Sandbox,
        host: Masked::ours("sandbox.juspay.in"),
        card_reference: Masked::ours(reference),
        customer_id: Masked::ours(customer),
        routing_id: Masked::ours(customer),
        submerchant_id: Masked::ours(submerchant),
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

#[derive(Default)]
struct World {
    profiles: Vec<Profile>,
    history: Vec<Entry>,
    customers: Vec<String>,
}

impl World {
    fn plan(&self, base: Inputs, budget: usize) -> Plan {
        let is_unlocked = |profile: &Profile| profile.name == "unlocked";
        let known = Known {
            profiles: &self.profiles,
            is_unlocked: &is_unlocked,
            history: &self.history,
            customers: &self.customers,
        };
        Plan::of(base, &known, budget)
    }
}

/// Input and value of each call.
fn calls(plan: &Plan) -> Vec<(&'static str, String)> {
    plan.calls.iter().map(|call| (call.input.name(), call.inputs.shown(call.input).text())).collect()
}

fn left_out(plan: &Plan) -> Vec<(String, Why)> {
    plan.left_out.iter().map(|it| (it.profile.text(), it.why)).collect()
}

fn full() -> (World, Inputs) {
    let own = Profile { submerchant_id: "own_sub".into(), ..sandbox("one", "acme_one") };
    let world = World {
        profiles: vec![own.clone(), sandbox("two", "acme_two"), sandbox("three", "acme_three")],
        history: vec![
            seen("one", "token_9", "cust_profile", "sub_profile"),
            seen("two", "token_1", "cust_reference", ""),
            seen("two", "token_9", "cust_elsewhere", "sub_elsewhere"),
        ],
        customers: vec!["cust_typed".into()],
    };
    let base = Inputs { profile: own, card_reference: HEX.into(), routing_id: "order_7".into(), ..base() };
    (world, base)
}

#[test]
fn the_likeliest_input_comes_first_and_each_call_changes_one() {
    let (world, base) = full();
    let plan = world.plan(Inputs { card_reference: "token_1".into(), ..base.clone() }, MOST_CALLS);
    assert_eq!(
        calls(&plan),
        [
            ("x-merchantid", "acme_two".into()),
            ("x-merchantid", "acme_three".into()),
            ("customer_id", "cust_typed".into()),
            ("customer_id", "cust_reference".into()),
            ("customer_id", "cust_profile".into()),
            ("submerchantId", "own_sub".into()),
            ("submerchantId", "sub_profile".into()),
            ("x-routing-id", "cust_a".into()),
        ]
    );
    for call in &world.plan(base.clone(), MOST_CALLS).calls {
        let differs = |input: &Input| call.inputs.shown(*input) != base.shown(*input);
        assert_eq!(Input::ALL.into_iter().filter(differs).collect::<Vec<_>>(), [call.input], "{call:?}");
    }
}

#[test]
fn a_routing_id_that_followed_the_customer_follows_the_next_one() {
    let world = World { customers: vec!["cust_b".into()], ..World::default() };
    let plan = world.plan(base(), BUDGET);
    assert_eq!(plan.calls[0].request.routing_id(), "cust_b");
    let plan = world.plan(Inputs { routing_id: "order_7".into(), ..base() }, BUDGET);
    assert_eq!(plan.calls[0].request.routing_id(), "order_7", "one of its own stays");
    let asks = Profile { routing: Routing::Ask, ..sandbox("one", "acme_one") };
    let plan = world.plan(Inputs { profile: asks, ..base() }, BUDGET);
    assert_eq!(plan.calls[0].inputs.draft().routing_id, "cust_b", "the form that asks for it gets it");
}

#[test]
fn another_environment_and_what_cannot_send_take_no_part_and_it_says_why() {
    let terminal = KeySource::Command { argv: vec!["pass".into()], terminal: true };
    let quiet = KeySource::Command { argv: vec!["pass".into()], terminal: false };
    let world = World {
        profiles: vec![
            sandbox("one", "acme_one"),
            at("prod", "acme_live", Endpoint::production(None).unwrap()),
            at("lab", "acme_lab", Endpoint::custom("https://gw.example.internal").unwrap()),
            Profile { read_only: true, ..sandbox("locked", "acme_locked") },
            sandbox("twin", "acme_one"),
            Profile { key: KeySource::Prompt, ..sandbox("prompt", "acme_prompt") },
            Profile { key: terminal.clone(), ..sandbox("terminal", "acme_terminal") },
            Profile { key: terminal, ..sandbox("unlocked", "acme_unlocked") },
            Profile { key: quiet, ..sandbox("command", "acme_command") },
            sandbox("again", "acme_command"),
        ],
        ..World::default()
    };
    let plan = world.plan(base(), MOST_CALLS);
    let expected = [("x-merchantid", "acme_unlocked".into()), ("x-merchantid", "acme_command".into())];
    assert_eq!(calls(&plan), expected);
    assert_eq!(
        left_out(&plan),
        [
            ("prod".into(), Why::OtherEnvironment),
            ("lab".into(), Why::OtherEnvironment),
            ("locked".into(), Why::ReadOnly),
            ("twin".into(), Why::SameMerchant),
            ("prompt".into(), Why::KeyLocked),
            ("terminal".into(), Why::KeyLocked),
            ("again".into(), Why::SameMerchant),
        ]
    );
}

#[test]
fn a_merchant_of_one_environment_is_never_sent_under_a_profile_of_another() {
    let ends = [
        Endpoint::sandbox(),
        Endpoint::production(None).unwrap(),
        Endpoint::custom("https://a.test").unwrap(),
    ];
    for own in &ends {
        let profiles =
            ends.iter().zip(["s", "p", "c"]).map(|(end, name)| at(name, name, end.clone())).collect();
        let world = World { profiles, ..World::default() };
        let plan = world.plan(Inputs { profile: at("own", "own", own.clone()), ..base() }, MOST_CALLS);
        assert_eq!(plan.calls.len(), 1, "{plan:?}");
        assert!(plan.calls.iter().all(|call| call.inputs.profile.environment() == own.environment()));
    }
}

#[test]
fn two_hosts_of_production_are_one_vault_and_two_custom_hosts_are_not() {
    let fixed = at("static", "acme_static", Endpoint::production(Some("api-ns1.juspay.in")).unwrap());
    let live = at("live", "acme_live", Endpoint::production(None).unwrap());
    let world = World { profiles: vec![live.clone(), fixed], ..World::default() };
    let plan = world.plan(Inputs { profile: live, ..base() }, BUDGET);
    assert_eq!(plan.hosts(), ["api-ns1.juspay.in"]);
    let custom = |name: &str, url| at(name, name, Endpoint::custom(url).unwrap());
    let own = custom("own", "https://a.example");
    let profiles =
        vec![own.clone(), custom("beside", "https://a.example"), custom("other", "https://b.example")];
    let world = World { profiles, ..World::default() };
    let plan = world.plan(Inputs { profile: own, ..base() }, BUDGET);
    assert_eq!(calls(&plan), [("x-merchantid", "beside".into())]);
    assert_eq!(left_out(&plan), [("other".into(), Why::OtherHost)]);
}

#[test]
fn the_history_of_another_environment_or_custom_host_and_hidden_ids_are_not_tried() {
    let elsewhere =
        Entry { environment: Environment::Production, ..seen("one", "token_1", "cust_live", "sub") };
    let hidden = Entry { customer_id: Masked::hidden(), ..seen("one", "token_1", "x", "") };
    let same = seen("one", "token_1", "cust_a", "");
    let world = World { history: vec![elsewhere, hidden, same], ..World::default() };
    assert_eq!(calls(&world.plan(base(), BUDGET)), []);
    let lab = at("one", "acme_lab", Endpoint::custom("https://a.example").unwrap());
    let at_host = |host: &str, customer: &str| Entry {
        environment: Environment::Custom,
        host: Masked::ours(host),
        ..seen("one", "token_1", customer, "")
    };
    let history = vec![at_host("b.example", "cust_far"), at_host("a.example", "cust_near")];
    let plan = World { history, ..World::default() }.plan(Inputs { profile: lab, ..base() }, BUDGET);
    assert_eq!(calls(&plan), [("customer_id", "cust_near".into())]);
}

#[test]
fn an_id_that_no_request_takes_is_not_planned() {
    let customers = ["4111111111111111", "a b", "", "\u{1b}[2J", "kunde_\u{e4}"].map(str::to_owned).into();
    let world = World { customers, ..World::default() };
    assert_eq!(calls(&world.plan(base(), BUDGET)), []);
}

#[test]
fn a_sub_merchant_is_left_out_put_in_or_changed() {
    let own = Profile { submerchant_id: "own_sub".into(), ..sandbox("one", "acme_one") };
    let world = World { history: vec![seen("one", "token_1", "cust_a", "sub_seen")], ..World::default() };
    let with = Inputs { profile: own.clone(), submerchant_id: "sub_sent".into(), ..base() };
    let expected = ["(none)", "own_sub", "sub_seen"].map(|value| ("submerchantId", value.to_owned()));
    assert_eq!(calls(&world.plan(with, BUDGET)), expected);
    let reseller = Profile { reseller: true, ..own };
    let world = World { customers: vec!["cust_b".into()], ..world };
    let plan = world.plan(Inputs { profile: reseller.clone(), ..base() }, BUDGET);
    assert_eq!(plan.calls[0].input, Input::Submerchant, "a reseller lacks it before anything else");
    let plan = world.plan(Inputs { profile: reseller, submerchant_id: "sub_sent".into(), ..base() }, BUDGET);
    assert_eq!(plan.calls[0].input, Input::Customer, "and not where one was sent");
}

#[test]
fn a_small_budget_takes_the_likeliest_of_each_input_and_counts_the_rest() {
    let (world, base) = full();
    let all = world.plan(base.clone(), MOST_CALLS);
    let plan = world.plan(base.clone(), 4);
    let inputs: Vec<Input> = plan.calls.iter().map(|call| call.input).collect();
    assert_eq!(inputs, [Input::Merchant, Input::Customer, Input::Reference, Input::Submerchant]);
    assert_eq!(plan.beyond, all.calls.len() + all.beyond - 4);
    assert_eq!(world.plan(base, 0).calls.len(), 0);
}

#[test]
fn a_plan_says_how_many_cryptograms_it_may_mint() {
    let (world, base) = full();
    let plan = world.plan(base.clone(), 5);
    assert_eq!((plan.cryptograms(false), plan.cryptograms(true)), (1, 5));
    let none = World::default().plan(Inputs { card_reference: "t".into(), ..self::base() }, 5);
    assert_eq!((none.cryptograms(false), none.cryptograms(true)), (0, 0));
}

proptest! {
    #[test]
    fn no_plan_is_larger_than_its_budget_or_repeats_the_refused_call(
        profiles in 0usize..20, customers in 0usize..30, budget in 0usize..40,
    ) {
        let world = World {
            profiles: (0..profiles).map(|n| sandbox(&format!("p{n}"), &format!("m{n}"))).collect(),
            customers: (0..customers).map(|n| format!("cust_{n}")).collect(),
            ..World::default()
        };
        let plan = world.plan(base(), budget);
        prop_assert!(plan.calls.len() <= budget.min(MOST_CALLS));
        prop_assert_eq!(plan.calls.len() + plan.beyond, profiles + customers);
        let own = base();
        for call in &plan.calls {
            prop_assert!(Input::ALL.into_iter().any(|input| call.inputs.shown(input) != own.shown(input)));
        }
    }
}

#[test]
fn the_refused_call_is_known_letter_by_letter_or_not_at_all() {
    let profile = sandbox("one", "acme_one");
    let sent = |customer: &str| {
        let draft =
            Draft { card_reference: "token_1".into(), customer_id: customer.into(), ..Draft::default() };
        Sent::of(&order_of(&profile, &draft), 1, AT)
    };
    let inputs = Inputs::of(&sent("cust_a"), &profile).unwrap();
    assert_eq!((inputs.customer_id.as_str(), inputs.routing_id.as_str()), ("cust_a", "cust_a"));
    assert!(Inputs::of(&sent("cust_****"), &profile).is_none(), "shown with an escape");
}

fn heard(reply: &Reply) -> Heard {
    Heard::of(&judge(reply, None, AT.date_in_india()), reply)
}

fn came(status: u16, body: &str) -> Heard {
    let raw = RawReply { status, headers: &[], body: body.as_bytes() };
    heard(&Reply::Came(Exchange::read(&raw, None, Needles::default(), Timing::default())))
}

#[test]
fn each_reply_tells_one_thing() {
    let not_found =
        r#"{"error": true, "user_message": "Stored Card Entry Not Found", "error_message": "Not Found"}"#;
    let suspended = SAMPLE.replace("ACTIVE", "SUSPENDED");
    let failed = |failure| heard(&Reply::Failed(failure, Timing::default()));
    for (it, expected, stops) in [
        (came(200, SAMPLE), Heard::Answered, false),
        (came(200, &suspended), Heard::Answered, false),
        (came(400, not_found), Heard::NotFound, false),
        (came(200, not_found), Heard::NotFound, false),
        (came(400, r#"{"error_code": "INVALID_INPUT"}"#), Heard::Refused, false),
        (came(404, r#"{"error": true, "error_message": "Not Found"}"#), Heard::Refused, false),
        (came(429, not_found), Heard::TooMany, true),
        (came(401, not_found), Heard::KeyRefused, true),
        (came(403, "{}"), Heard::OriginRefused, true),
        (came(400, r#"{"error_code": "BAD_ORIGIN"}"#), Heard::OriginRefused, true),
        (came(500, not_found), Heard::Fault, true),
        (came(503, ""), Heard::Fault, true),
        (came(200, "<html>"), Heard::Unreadable, true),
        (failed(Failure::Cancelled), Heard::Cancelled, true),
        (failed(Failure::CutOff), Heard::Silent(Processed::Maybe), true),
        (failed(Failure::Connect), Heard::Silent(Processed::No), true),
    ] {
        assert_eq!((it, it.stops()), (expected, stops));
    }
    assert!(Heard::OtherCard.stops());
}

#[test]
fn an_answer_for_another_card_is_no_answer_to_the_question() {
    let profile = sandbox("one", "acme_one");
    let draft = Draft { card_reference: "token_1".into(), customer_id: "c".into(), ..Draft::default() };
    let order = order_of(&profile, &draft);
    let raw = RawReply { status: 200, headers: &[], body: SAMPLE.as_bytes() };
    let reply =
        Reply::Came(Exchange::read(&raw, Some(order.request()), Needles::default(), Timing::default()));
    assert_eq!(heard(&reply), Heard::OtherCard);
}

fn tried(number: u32, heard: Heard) -> Tried {
    let (verdict, status) = match heard {
        Heard::Answered => (Verdict::Usable, Some(200)),
        Heard::Silent(_) | Heard::Cancelled => (Verdict::NoAnswer, None),
        Heard::TooMany => (Verdict::Refused, Some(429)),
        Heard::KeyRefused => (Verdict::Refused, Some(401)),
        Heard::Fault => (Verdict::Refused, Some(502)),
        _ => (Verdict::Refused, Some(400)),
    };
    Tried { number, verdict, status, heard }
}

/// The conclusion where all calls of the plan but the one of an input said not found, and that one answered.
fn where_it_answers(plan: &Plan, input: Input) -> Conclusion {
    let at = plan.calls.iter().position(|call| call.input == input).unwrap();
    let heard = (0..=at).map(|place| if place == at { Heard::Answered } else { Heard::NotFound });
    let all: Vec<Tried> = (2..).zip(heard).map(|(number, heard)| tried(number, heard)).collect();
    let conclusion = conclude(plan, &all, &End::Done);
    assert_eq!(conclusion.answered, Some(at));
    conclusion
}

#[test]
fn the_input_that_answers_is_named_with_its_value() {
    let (world, base) = full();
    let plan = world.plan(base, MOST_CALLS);
    for (input, id, part) in [
        (Input::Merchant, "wrong-merchant", "as merchant acme_two (profile two) the card answers USABLE"),
        (Input::Customer, "wrong-customer", "with cust_typed the card answers USABLE"),
        (
            Input::Reference,
            "wrong-reference",
            "with token_ before it (token_a0c16957f9bf46b0966a91a35b555353)",
        ),
        (Input::Submerchant, "wrong-submerchant-missing", "with own_sub"),
        (Input::Routing, "wrong-routing", "with the customer_id as x-routing-id"),
    ] {
        let conclusion = where_it_answers(&plan, input);
        assert_eq!(conclusion.id, id);
        assert!(conclusion.meaning.text().contains(part), "{}", conclusion.meaning.text());
    }
    let (world, base) = full();
    let with = world.plan(Inputs { submerchant_id: "sent".into(), ..base.clone() }, MOST_CALLS);
    assert_eq!(where_it_answers(&with, Input::Submerchant).id, "wrong-submerchant-sent");
    let own = Profile { submerchant_id: String::new(), ..base.profile.clone() };
    let mut changed = world.plan(Inputs { profile: own, submerchant_id: "sent".into(), ..base }, MOST_CALLS);
    changed.calls.retain(|call| !call.inputs.submerchant_id.is_empty());
    assert_eq!(where_it_answers(&changed, Input::Submerchant).id, "wrong-submerchant");
}

/// The conclusion of a run of so many calls that said not found, then one that said this.
fn after(heard: &[Heard], end: &End, change: impl FnOnce(&mut Plan)) -> Conclusion {
    let (world, base) = full();
    let mut plan = world.plan(base, MOST_CALLS);
    plan.beyond = 0;
    change(&mut plan);
    let all: Vec<Tried> = (2..).zip(heard).map(|(number, heard)| tried(number, *heard)).collect();
    conclude(&plan, &all, end)
}

#[test]
fn every_conclusion_has_its_text_and_every_text_its_conclusion() {
    use Heard::{
        Answered, Cancelled, Fault, KeyRefused, NotFound, OriginRefused, OtherCard, Refused, TooMany,
    };
    let silent = Heard::Silent(Processed::Maybe);
    let done = |heard: &[Heard]| after(heard, &End::Done, |_| {});
    let conclusions = [
        done(&[NotFound, Answered, Answered]),
        done(&[NotFound, NotFound]),
        done(&[NotFound, Refused]),
        after(&[NotFound], &End::Done, |plan| plan.beyond = 3),
        done(&[NotFound, TooMany]),
        done(&[NotFound, KeyRefused]),
        done(&[OriginRefused]),
        done(&[Fault]),
        done(&[silent]),
        done(&[Heard::Unreadable]),
        done(&[OtherCard]),
        after(&[NotFound, Cancelled], &End::Cancelled, |_| {}),
        after(&[NotFound], &End::Cancelled, |_| {}),
        after(&[], &End::NotSent(Masked::ours("Why.")), |_| {}),
    ];
    let mut ids: BTreeSet<&str> = conclusions.iter().map(|it| it.id).collect();
    assert_eq!(ids.len(), conclusions.len());
    for it in &conclusions {
        for text in [&it.meaning, &it.action] {
            assert!(text.text().ends_with('.') && !text.text().contains(['{', '}']), "{}", text.text());
        }
        assert!(!it.source.is_empty(), "{}", it.id);
    }
    ids.extend([
        "wrong-merchant",
        "wrong-customer",
        "wrong-reference",
        "wrong-submerchant",
        "wrong-submerchant-missing",
        "wrong-submerchant-sent",
        "wrong-routing",
    ]);
    assert_eq!(ids, text_ids().collect());
}

#[test]
fn a_stopped_run_says_at_which_call_and_what_the_server_may_have_done() {
    let told = |heard, end| after(&[Heard::NotFound, heard], &end, |_| {}).meaning.text();
    let may = "may have processed it and minted a cryptogram";
    let silent = told(Heard::Silent(Processed::Maybe), End::Done);
    assert!(silent.contains("call #3") && silent.contains(may) && silent.contains("2 of "), "{silent}");
    assert!(!told(Heard::Silent(Processed::No), End::Done).contains(may));
    assert!(told(Heard::Cancelled, End::Cancelled).contains(may));
    assert!(
        told(Heard::KeyRefused, End::Done).contains("key of profile three"),
        "the second call is under it"
    );
}

#[test]
fn an_answer_weighs_more_than_how_the_run_ended() {
    let it = after(&[Heard::Answered, Heard::TooMany], &End::Done, |_| {});
    assert_eq!(it.id, "wrong-merchant");
    assert_eq!(after(&[Heard::Answered], &End::NotSent(Masked::ours("Why.")), |_| {}).id, "wrong-merchant");
}
