//! Consoles whose call found no card, and how the calls of their probe are answered.

use std::time::Duration;

use tokenscope::app::call::CallId;
use tokenscope::app::effect::{Effect, Ticket};
use tokenscope::app::event::{Event, Press, What};
use tokenscope::app::intent::{Edit, Intent};
use tokenscope::app::overlay::Overlay;
use tokenscope::app::probe::{Probe, Stage};
use tokenscope::app::state::{Settings, State};
use tokenscope::app::update;
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::exchange::{Exchange, RawReply, Reply, Timing};
use tokenscope::domain::guard::{Barred, Guard, Order};
use tokenscope::domain::history::{Details, Entry, Verdict};
use tokenscope::domain::profile::{Endpoint, Environment, KeySource, Profile};
use tokenscope::domain::request::Draft;
use tokenscope::domain::sent::Sent;
use tokenscope::secret::{Masked, Moment, Needles};

use super::orders;

pub const NOT_FOUND: &str =
    r#"{"error": true, "user_message": "Stored Card Entry Not Found", "error_message": "Not Found"}"#;

/// A call of a console that is on its way.
pub struct Flight {
    pub id: CallId,
    order: Order,
}

/// A console, the guard below it, and its clock.
pub struct Bench {
    pub state: State,
    pub now: Moment,
    guard: Guard,
    pub flight: Option<Flight>,
    /// Name of the profile and merchant of each call that was admitted.
    pub sent: Vec<(String, String)>,
    /// Other effects, by name.
    pub effects: Vec<&'static str>,
    /// Audit rows that wait for the disk.
    pub tickets: Vec<Ticket>,
    /// What was copied and exported.
    pub texts: Vec<String>,
}

fn of(name: &str, merchant: &str, endpoint: Endpoint) -> Profile {
    Profile {
        merchant_id: merchant.into(),
        key: KeySource::Env("KEY".into()),
        ..orders::profile(name, endpoint)
    }
}

/// Two profiles of the sandbox, two of production, one of a custom host, and one of the sandbox that asks for its key.
pub fn profiles() -> Vec<Profile> {
    let live = || Endpoint::production(None).unwrap();
    vec![
        of("one", "acme_one", Endpoint::sandbox()),
        of("two", "acme_two", Endpoint::sandbox()),
        of("live", "acme_live", live()),
        of("live-two", "acme_live_two", live()),
        of("lab", "acme_lab", Endpoint::custom("https://gw.example.internal").unwrap()),
        Profile { key: KeySource::Prompt, ..of("asks", "acme_asks", Endpoint::sandbox()) },
    ]
}

/// A row of history under the first profile.
pub fn seen(customer: &str) -> Entry {
    Entry {
        id: 1,
        at: super::AT,
        profile: Masked::ours("one"),
        environment: Environment::Sandbox,
        host: Masked::ours("sandbox.juspay.in"),
        card_reference: Masked::ours("token_1"),
        customer_id: Masked::ours(customer),
        routing_id: Masked::ours(customer),
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

impl Bench {
    /// A console on this profile with the form filled in.
    pub fn new(current: usize) -> Self {
        let mut state = State::new(Settings::default(), profiles(), current);
        state.history.rows = vec![seen("cust_b")];
        state.form.fill(Draft {
            card_reference: "a0c16957f9bf46b0966a91a35b555353".into(),
            customer_id: "cust_a".into(),
            ..Draft::default()
        });
        let now = Moment(Duration::from_mins(1));
        Self {
            state,
            now,
            guard: Guard::new(false),
            flight: None,
            sent: Vec::new(),
            effects: Vec::new(),
            tickets: Vec::new(),
            texts: Vec::new(),
        }
    }

    /// With a call that found no card.
    pub fn refused(current: usize) -> Self {
        let mut bench = Self::new(current);
        bench.press(Intent::Send);
        if bench.state.profile().unwrap().is_guarded() {
            let words = bench.state.profile().unwrap().confirmation();
            bench.types(&words);
            bench.press(Intent::Open);
        }
        bench.answer(400, NOT_FOUND);
        bench.sent.clear();
        bench.effects.clear();
        bench
    }

    /// With the plan on the screen.
    pub fn planned(current: usize) -> Self {
        let mut bench = Self::refused(current);
        bench.press(Intent::Probe);
        assert!(matches!(bench.probe().stage, Stage::Planned));
        bench
    }

    /// With the first call on its way.
    pub fn running(current: usize) -> Self {
        let mut bench = Self::planned(current);
        bench.press(Intent::Open);
        assert!(bench.flight.is_some());
        bench
    }

    pub fn probe(&self) -> &Probe {
        let Some(Overlay::Probe(probe)) = self.state.overlays.last() else {
            panic!("no probe in {:?}", self.state.overlays)
        };
        probe
    }

    /// The id of the conclusion.
    pub fn concluded(&self) -> &'static str {
        let Stage::Ended { conclusion, .. } = &self.probe().stage else { panic!("{:?}", self.probe().stage) };
        conclusion.id
    }

    pub fn notice(&self) -> String {
        self.state.notice.as_ref().map(|notice| notice.text.text()).unwrap_or_default()
    }

    pub fn press(&mut self, intent: Intent) {
        self.now = self.now.plus(Duration::from_secs(1));
        let came = self.now;
        self.happen(What::Pressed(Press { intent: Some(intent), printable: true, repeat: false, came }));
    }

    pub fn types(&mut self, text: &str) {
        text.chars().for_each(|c| self.press(Intent::Edit(Edit::Insert(c))));
    }

    /// Lets something happen, and does with the effects what the loop does.
    pub fn happen(&mut self, what: What) {
        let effects = update(&mut self.state, Event { at: self.now, stamp: Stamp(1_795_430_000_000), what });
        for effect in effects {
            self.act(effect);
        }
    }

    fn act(&mut self, effect: Effect) {
        match effect {
            Effect::Send { id, profile, request, typed } => {
                assert!(self.flight.is_none(), "a second call beside the first");
                match self.guard.admit(&profile, request, typed.as_deref(), self.now) {
                    Ok(order) => self.admitted(id, &profile, order),
                    Err(barred) => self.barred(id, barred),
                }
            }
            Effect::Abort(id) => {
                let flight = self.flight.take();
                assert!(flight.is_some_and(|flight| flight.id == id), "nothing to abort");
                self.effects.push("abort");
            }
            Effect::Disarm => self.guard.disarm(),
            Effect::Audit(ticket, row) => {
                let is_probes = row.outcome.text().ends_with(", probe");
                self.effects.push(if is_probes { "audit of a probe" } else { "audit" });
                self.tickets.push(ticket);
            }
            Effect::Copy(text) | Effect::Export(text, _) => self.texts.push(text.text()),
            Effect::Record(_) => self.effects.push("record"),
            _ => {}
        }
    }

    fn admitted(&mut self, id: CallId, profile: &Profile, order: Order) {
        self.sent.push((profile.name.clone(), order.request().customer_id().to_owned()));
        let sent = Sent::of(&order, id.0, Stamp(1_795_430_000_000));
        self.flight = Some(Flight { id, order });
        self.happen(What::Admitted { id, sent: Box::new(sent) });
    }

    fn barred(&mut self, id: CallId, barred: Barred) {
        self.happen(What::Barred { id, barred });
    }

    /// Ends the call under way with this status and body.
    pub fn answer(&mut self, status: u16, body: &str) {
        let flight = self.flight.take().expect("a call under way");
        let raw = RawReply { status, headers: &[], body: body.as_bytes() };
        let exchange =
            Exchange::read(&raw, Some(flight.order.request()), Needles::default(), Timing::default());
        self.happen(What::Replied { id: flight.id, reply: Reply::Came(exchange) });
    }

    /// Ends the call under way with a usable answer to what was asked.
    pub fn answer_well(&mut self) {
        let request = self.flight.as_ref().expect("a call under way").order.request().clone();
        let body = super::sample()
            .replace(orders::REFERENCE, request.card_reference())
            .replace(orders::CUSTOMER, request.customer_id());
        self.answer(200, &body);
    }

    /// Ends the call under way without an answer.
    pub fn fail(&mut self, failure: tokenscope::domain::failure::Failure) {
        let flight = self.flight.take().expect("a call under way");
        self.happen(What::Replied { id: flight.id, reply: Reply::Failed(failure, Timing::default()) });
    }
}
