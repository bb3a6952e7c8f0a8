//! The desk between the console's wish to send and the wire: guard, key, audit row, gateway, in this order.
//!
//! It holds at most one call; dropping it cancels the call at once. Keys are fetched at the first send of a profile and kept
//! until quit, reload or a 401. Must not know: the terminal, the screen.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use super::disk::Disk;
use crate::app::call::CallId;
use crate::app::event::What;
use crate::diagnosis::verdict::judge;
use crate::domain::exchange::Reply;
use crate::domain::guard::{ApiKey, Barred, Guard, Order};
use crate::domain::history::AuditRow;
use crate::domain::profile::{KeySource, Profile};
use crate::domain::request::ValidRequest;
use crate::domain::sent::Sent;
use crate::log::Log;
use crate::ports::{Clock, Gateway, KeyFault, Keys};
use crate::secret::Masked;

/// A call under way.
struct Flight {
    sent: Sent,
    /// Whether its audit row was asked for.
    asked: Rc<Cell<bool>>,
    /// How it ends.
    end: Pin<Box<dyn Future<Output = What>>>,
}

/// What the desk works with.
pub struct World<G, K> {
    /// Sends.
    pub gateway: Rc<G>,
    /// Fetches keys.
    pub keys: Rc<K>,
    /// The user's name on this machine, for the audit trail.
    pub who: Masked,
    /// What happens is told to it.
    pub log: Log,
}

/// A call that was admitted.
pub struct Admitted {
    id: CallId,
    order: Order,
    row: AuditRow,
    /// What is sent, for the screen.
    pub sent: Sent,
}

/// The desk. It can be seen from outside, so that `tests/isolation.rs` drives the very one that the console does.
pub struct Desk<G, K> {
    world: World<G, K>,
    guard: Guard,
    purse: Rc<RefCell<Vec<Rc<ApiKey>>>>,
    flight: Option<Flight>,
}

impl<G: Gateway + 'static, K: Keys + 'static> Desk<G, K> {
    /// A desk with nothing confirmed and no key.
    pub fn new(world: World<G, K>, read_only: bool) -> Self {
        Self { world, guard: Guard::new(read_only), purse: Rc::default(), flight: None }
    }

    /// The one place of the console where a send is decided.
    pub fn admit(
        &mut self,
        id: CallId,
        profile: &Profile,
        request: ValidRequest,
        typed: Option<&str>,
        clock: &impl Clock,
    ) -> Result<Admitted, Barred> {
        let order = self
            .guard
            .admit(profile, request, typed, clock.moment())
            .inspect(|order| self.world.log.call_admitted(order))
            .inspect_err(|barred| self.world.log.call_barred(profile, barred))?;
        let sent = Sent::of(&order, id.0, clock.stamp());
        let row = AuditRow::send(&sent, &self.world.who);
        Ok(Admitted { id, order, row, sent })
    }

    /// Whether the key of this order can only be had while the terminal is lent.
    pub fn needs_terminal(&self, admitted: &Admitted) -> bool {
        let profile = admitted.order.profile();
        matches!(profile.key, KeySource::Prompt | KeySource::Command { terminal: true, .. })
            && self.key(profile).is_none()
    }

    /// Fetches the key of an order while the terminal is lent.
    pub fn fetch_lent(
        &self,
        admitted: &Admitted,
    ) -> impl Future<Output = Result<ApiKey, KeyFault>> + use<G, K> {
        let (keys, profile) = (Rc::clone(&self.world.keys), admitted.order.profile().clone());
        let log = self.world.log.clone();
        async move {
            let fetched = match profile.key {
                KeySource::Prompt => ask(&*keys, &profile).await,
                _ => keys.fetch_lent(&profile).await,
            };
            told(&log, &profile, fetched)
        }
    }

    /// Keeps a key that was fetched.
    pub fn keep(&self, key: ApiKey) {
        self.purse.borrow_mut().push(Rc::new(key));
    }

    /// Sets the call going.
    pub fn launch(&mut self, admitted: Admitted, disk: &Disk) {
        let (gateway, keys, purse) =
            (Rc::clone(&self.world.gateway), Rc::clone(&self.world.keys), Rc::clone(&self.purse));
        let key = self.key(admitted.order.profile());
        let Admitted { id, order, row, sent } = admitted;
        let (trail, log, leaving) = (disk.trail(), self.world.log.clone(), sent.clone());
        let asked = Rc::new(Cell::new(false));
        let is_asked = Rc::clone(&asked);
        let end = async move {
            let key = match key {
                Some(key) => key,
                None => match told(&log, order.profile(), keys.fetch(order.profile()).await) {
                    Ok(key) => Rc::new(key),
                    Err(fault) => return What::KeyFailed { id, fault },
                },
            };
            is_asked.set(true);
            if let Err(fault) = trail.write(row).await
                && order.profile().is_guarded()
            {
                return What::SendNotAudited { id, fault };
            }
            log.call_sent(&leaving);
            let reply = gateway.send(&order, &key).await;
            settle(&purse, key, &reply);
            What::Replied { id, reply }
        };
        self.flight = Some(Flight { sent, asked, end: Box::pin(end) });
    }

    fn key(&self, profile: &Profile) -> Option<Rc<ApiKey>> {
        self.purse.borrow().iter().find(|key| key.fits(profile)).cloned()
    }

    /// Whether a call is under way that may be on the wire. Before its audit row nothing of it leaves.
    pub fn is_on_the_wire(&self) -> bool {
        self.flight.as_ref().is_some_and(|flight| flight.asked.get())
    }

    /// Drops the call under way.
    pub fn abort(&mut self) {
        if let Some(Flight { sent, .. }) = self.flight.take() {
            self.world.log.call_cancelled(&sent);
        }
    }

    /// Takes back the confirmation of a guarded profile.
    pub fn disarm(&mut self) {
        self.guard.disarm();
    }

    /// Takes another source of keys in. Those that were fetched are forgotten, that of a call under way too, and nothing is
    /// confirmed any longer.
    pub fn renew(&mut self, keys: K) {
        self.world.keys = Rc::new(keys);
        self.purse = Rc::default();
        self.guard.disarm();
    }

    /// How the call under way ended; pending while there is none.
    pub async fn landed(&mut self, clock: &impl Clock) -> What {
        let Some(Flight { sent, end, .. }) = &mut self.flight else { return std::future::pending().await };
        let what = end.await;
        if let What::Replied { reply, .. } = &what {
            let judgement = judge(reply, Some(sent), clock.stamp().date_in_india());
            self.world.log.call_replied(sent, reply, judgement.verdict, judgement.finding.id);
        }
        self.flight = None;
        what
    }
}

/// Tells the log whether a key was to be had.
fn told(log: &Log, profile: &Profile, fetched: Result<ApiKey, KeyFault>) -> Result<ApiKey, KeyFault> {
    fetched.inspect(|_| log.key_fetched(profile)).inspect_err(|fault| log.key_failed(profile, fault))
}

/// Asks for a key on the terminal that is lent.
async fn ask(keys: &impl Keys, profile: &Profile) -> Result<ApiKey, KeyFault> {
    let prompt = format!("API key of profile {} (not shown): ", Masked::typed(&profile.name).text());
    let typed = super::prompt::prompt_secret(&prompt).await.map_err(|_| KeyFault::NotTyped)?;
    keys.typed(profile, &typed)
}

/// Keeps the key of an answered call; one that the API did not accept is forgotten, so that the next send fetches it anew.
fn settle(purse: &RefCell<Vec<Rc<ApiKey>>>, key: Rc<ApiKey>, reply: &Reply) {
    let mut purse = purse.borrow_mut();
    purse.retain(|kept| !Rc::ptr_eq(kept, &key));
    if !matches!(reply, Reply::Came(exchange) if exchange.status == 401) {
        purse.push(key);
    }
}
