//! The console without its terminal: the real state and `update`, the real desk, disk, keys and gateway. What the loop of
//! `runtime::console` does with an effect is done here with the same calls.

use std::cell::Cell;
use std::collections::{HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use crossterm::event::KeyEvent;
use tokenscope::adapters::export::Export;
use tokenscope::adapters::http::Http;
use tokenscope::adapters::keys::KeyFetcher;
use tokenscope::adapters::private::Folders;
use tokenscope::adapters::sqlite::Sqlite;
use tokenscope::app::call::CallId;
use tokenscope::app::effect::Effect;
use tokenscope::app::event::{Event, Press, What};
use tokenscope::app::intent::Intent;
use tokenscope::app::probe::Probe;
use tokenscope::app::state::{Settings, State};
use tokenscope::app::update;
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::exchange::Reply;
use tokenscope::domain::failure::Failure;
use tokenscope::domain::guard::Barred;
use tokenscope::domain::history::{AuditRow, Page};
use tokenscope::domain::profile::{Environment, Profile};
use tokenscope::domain::request::{Draft, ValidRequest};
use tokenscope::log::Log;
use tokenscope::ports::{Clock, Ledger, LedgerFault};
use tokenscope::runtime::desk::{Desk, World};
use tokenscope::runtime::disk::{Disk, Store};
use tokenscope::runtime::keys;
use tokenscope::secret::{Masked, Moment};
use tokio::sync::mpsc::Receiver;

use crate::dice::Dice;
use crate::hostile::server::DEADLINE;
use crate::houses::{KeyFile, at_host, key_files, profiles};
use crate::rules::{Name, Rules, host};
use crate::street::Street;

/// Steps that are told when one fails.
const TOLD: usize = 40;

/// Rows of history that are read at once.
const FEW_ROWS: u32 = 10;

/// A clock that the walk sets.
#[derive(Clone)]
struct Hand(Rc<Cell<Duration>>);

impl Clock for Hand {
    fn moment(&self) -> Moment {
        Moment(self.0.get())
    }

    fn stamp(&self) -> Stamp {
        Stamp(1_795_430_000_000 + i64::try_from(self.0.get().as_millis()).unwrap())
    }
}

pub struct Bench {
    pub state: State,
    pub dice: Dice,
    pub street: Street,
    pub rules: Rules,
    pub files: HashMap<&'static str, KeyFile>,
    desk: Desk<Http, KeyFetcher>,
    disk: Disk,
    results: Receiver<What>,
    hand: Hand,
    data: PathBuf,
    /// The call under way.
    flight: Option<Name>,
    references: u32,
    told: VecDeque<String>,
}

impl Bench {
    pub fn new(folder: &Path, street: Street, seed: u64) -> Self {
        let files = key_files(folder);
        let profiles = profiles(&files, &street.proxy_url());
        let keys = KeyFetcher::new(&profiles, None);
        let world = World {
            gateway: Rc::new(Http::new()),
            keys: Rc::new(keys),
            who: Masked::ours("walker"),
            log: Log::off(),
        };
        let (data, exports) = (folder.join("data"), folder.join("exports"));
        let opened = data.clone();
        let open = move || Store {
            ledger: ledger(&opened),
            exporter: Box::new(Export::new(exports)),
            log: Log::off(),
        };
        let hand = Hand(Rc::new(Cell::new(Duration::from_mins(1))));
        let (disk, results) = Disk::start(Box::new(open), hand.stamp(), 7);
        Self {
            state: State::new(Settings::default(), profiles, 0),
            dice: Dice::new(seed),
            street,
            rules: Rules::default(),
            files,
            desk: Desk::new(world, false),
            disk,
            results,
            hand,
            data,
            flight: None,
            references: 0,
            told: VecDeque::new(),
        }
    }

    /// Remembers a step for the case that one fails.
    pub fn tell(&mut self, step: String) {
        if self.told.len() == TOLD {
            self.told.pop_front();
        }
        self.told.push_back(step);
    }

    pub fn pass(&self, time: Duration) {
        self.hand.0.set(self.hand.0.get() + time);
    }

    /// Fills the form with a reference that no call has had.
    pub fn fill(&mut self) {
        self.references += 1;
        let reference = format!("token_{}", self.references);
        self.state.form.fill(Draft {
            card_reference: reference,
            customer_id: "c_1".into(),
            ..Draft::default()
        });
    }

    /// Presses a key as the terminal reports it.
    pub fn key(&mut self, key: &KeyEvent) {
        for part in keys::keys(&self.state, key) {
            let press = keys::press(&self.state, key, part, self.hand.moment());
            self.happen(What::Pressed(press));
        }
    }

    /// Wants something, as the palette or a key of the user's own could.
    pub fn want(&mut self, intent: Intent) {
        let came = self.hand.moment();
        self.happen(What::Pressed(Press { intent: Some(intent), printable: false, repeat: false, came }));
    }

    pub fn happen(&mut self, what: What) {
        let before = self.state.current;
        let event = Event { at: self.hand.moment(), stamp: self.hand.stamp(), what };
        let effects = update(&mut self.state, event);
        if self.state.current != before {
            self.rules.disarm();
            if effects.iter().any(|effect| matches!(effect, Effect::Abort(_))) {
                self.rules.count("switched in a call");
            }
        }
        for effect in effects {
            self.act(effect);
        }
        self.check();
    }

    fn act(&mut self, effect: Effect) {
        match effect {
            Effect::Send { id, profile, request, typed } => {
                self.send(id, &profile, request, typed.as_deref());
            }
            Effect::Abort(_) => {
                self.desk.abort();
                self.flight = None;
                self.rules.count("cancelled");
            }
            Effect::Disarm => self.desk.disarm(),
            Effect::Audit(ticket, row) => {
                let row = AuditRow { at: self.hand.stamp(), who: Masked::ours("walker"), ..*row };
                self.disk.audit(ticket, Box::new(row));
            }
            Effect::Record(entry) => self.disk.record(entry),
            // A few rows do; reading hundreds after each call would be most of the walk.
            Effect::LoadHistory(page) => self.disk.page(Page { limit: FEW_ROWS, ..page }),
            Effect::FindHistory(query) => self.disk.find(query),
            Effect::LoadTimeline(id, of) => self.disk.timeline(id, of),
            Effect::Export(text, form) => self.disk.export(text, form, self.hand.stamp()),
            Effect::CountHistory
            | Effect::Purge
            | Effect::Reload
            | Effect::Renew
            // No walk opens a report.
            | Effect::OpenReport(..)
            | Effect::ReadReport(..)
            | Effect::CloseReport
            | Effect::Copy(_)
            | Effect::Repaint
            | Effect::Suspend
            | Effect::Quit => {}
        }
    }

    fn send(&mut self, id: CallId, profile: &Profile, request: ValidRequest, typed: Option<&str>) {
        let now = self.hand.moment();
        self.check_probe(profile);
        let allowed = self.rules.allows(profile, typed, now);
        let name = (host(profile), request.card_reference().to_owned());
        match self.desk.admit(id, profile, request, typed, &self.hand) {
            Ok(admitted) => {
                assert!(allowed, "admitted under {} with {typed:?}", profile.name);
                assert!(self.flight.is_none(), "a second call beside the first");
                let in_file = self.files[name.0.as_str()].key.clone();
                self.rules.admit(profile, name.clone(), typed, in_file.as_deref(), now);
                self.flight = Some(name);
                self.happen(What::Admitted { id, sent: Box::new(admitted.sent.clone()) });
                assert!(!self.desk.needs_terminal(&admitted));
                self.desk.launch(admitted, &self.disk);
            }
            Err(barred) => {
                assert!(!allowed, "barred under {}: {barred}", profile.name);
                self.rules.count(if barred == Barred::Unconfirmed { "unconfirmed" } else { "wrong words" });
                self.happen(What::Barred { id, barred });
            }
        }
    }

    /// A probe stays in the environment of the profile in use, whatever else it varies.
    fn check_probe(&mut self, profile: &Profile) {
        let own = self.state.profile().unwrap();
        let (here, is_own) = (own.environment(), own.name == profile.name);
        if !self.state.probe().is_some_and(Probe::is_running) {
            return assert!(is_own, "a send under {} and not under the profile in use", profile.name);
        }
        assert_eq!(profile.environment(), here, "a probe under {}", profile.name);
        self.rules.count("probed");
        if !is_own {
            self.rules.count("probed under another profile");
        }
        if here == Environment::Production {
            self.rules.count("probed at production");
        }
    }

    /// Holds what the hosts have seen against the rules.
    pub fn check(&mut self) {
        self.street.new_tunnels().iter().for_each(|head| Rules::check_tunnel(head));
        for request in self.street.news() {
            self.rules.check(&request);
        }
    }

    /// Waits so long for news of the network or the disk; tells whether there were any.
    pub async fn turn(&mut self, patience: Duration) -> bool {
        tokio::select! {
            biased;
            Some(what) = self.results.recv() => self.happen(what),
            what = self.desk.landed(&self.hand) => self.land(what),
            () = tokio::time::sleep(patience) => return false,
        }
        true
    }

    /// The call under way has ended by itself.
    fn land(&mut self, what: What) {
        let name = self.flight.take().expect("a call under way");
        let key = self.street.last_key(&name);
        self.check();
        match &what {
            What::Replied { reply: Reply::Came(exchange), .. } => {
                self.rules.land(&name);
                if exchange.status == 401 {
                    self.rules.count("401");
                    let in_file = self.files[name.0.as_str()].key.as_deref();
                    let profile = self.state.call.sent().expect("a call under way").profile.text();
                    self.rules.refuse(&profile, &key.expect("a request"), in_file);
                }
            }
            What::Replied { reply: Reply::Failed(failure, _), .. } => {
                let known =
                    matches!(failure, Failure::NoAnswer | Failure::CutOff | Failure::Redirected { .. });
                assert!(known, "{failure:?} under {name:?}");
                self.rules.land(&name);
            }
            What::KeyFailed { .. } => self.rules.count("no key"),
            _ => panic!("the call ended in another way"),
        }
        self.rules.check_landed(&name);
        self.happen(what);
    }

    pub fn is_under_way(&self) -> bool {
        self.state.call.flight().is_some()
    }

    /// Waits until no call is under way. An answer may be held after it was released, so it is released again and again.
    pub async fn settle(&mut self) {
        let start = Instant::now();
        while self.is_under_way() {
            assert!(start.elapsed() < DEADLINE, "the call never ended");
            self.street.release();
            self.turn(Duration::from_millis(20)).await;
        }
    }

    /// Waits until the host has the request of the call under way, or it has ended without.
    pub async fn reach(&mut self) {
        let before = self.street.count();
        while self.is_under_way() && self.street.count() == before {
            self.turn(Duration::from_millis(2)).await;
        }
    }

    /// Writes another key into the file of a host, or makes the file one that no key can be fetched from.
    pub fn change_file(&mut self, host: &'static str, usable: bool) {
        let spoil = self.dice.below(4);
        let file = self.files.get_mut(host).unwrap();
        self.rules.replace(file.key.as_deref());
        file.rotate();
        if !usable {
            file.spoil(spoil);
        }
    }

    /// The profile gets another host, merchant and key under its name, as a changed config gives it. The two of production
    /// change places, so that each has a host and a key file of its own.
    pub fn edit(&mut self, place: usize) {
        let pairs =
            [["api.juspay.in", "api-ns1.juspay.in"], ["one.example.internal", "two.example.internal"]];
        let here = host(&self.state.profiles[place]);
        let Some([one, two]) = pairs.into_iter().find(|pair| pair.contains(&here.as_str())) else { return };
        for profile in &mut self.state.profiles {
            let other = match host(profile) {
                at if at == one => two,
                at if at == two => one,
                _ => continue,
            };
            *profile = at_host(&self.files, profile, other);
        }
        self.rules.count("profile edited");
    }

    /// Every request of production stands in the audit trail, which was written before it left.
    pub fn assert_audited(&self) {
        let db = rusqlite::Connection::open(self.data.join("history.db")).unwrap();
        let sql = "SELECT count(*) FROM audit WHERE deed = 'send' AND outcome = 'asked' AND host LIKE 'api%'";
        let rows: u32 = db.query_row(sql, [], |row| row.get(0)).unwrap();
        let requests = self.rules.at_production();
        assert!(rows >= requests, "{rows} rows for {requests} requests");
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let told: Vec<&String> = self.told.iter().collect();
            eprintln!("the last steps: {told:#?}\n{:?}", self.rules.tally);
        }
    }
}

fn ledger(data: &Path) -> Result<Box<dyn Ledger>, LedgerFault> {
    Ok(Box::new(Sqlite::open(&Folders::open(data, data)?)?))
}
