//! Many calls side by side: a crew shares them out among its lanes, which are threads with connections of their own, and holds
//! each to its limits.
//!
//! The limits are held on the caller's thread, since a server can keep a lane busy for longer than they are. Must not know: what
//! a call is made for, in which order they end.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::time::Instant;

use super::Limits;
use super::marks::Marks;
use super::reading::Reading;
use super::slot::{Call, Ended, Lane, Told};
use super::thread::CallThread;
use super::wire::Common;
use crate::domain::exchange::Reply;
use crate::domain::failure::Failure;
use crate::domain::guard::{ApiKey, Order};
use crate::ports::{Crew, Crews, Due};

/// The most threads that calls are made on: more answers a second than they can mask no API gives.
const MOST_LANES: usize = 4;

/// The gateway for many calls over HTTP/1.1, which keeps connections open between them.
pub struct Many {
    limits: Limits,
    connections: usize,
}

impl Many {
    /// With up to so many connections at once, which end with their crew; what their buffers held is wiped then. Nobody is
    /// connected to before the first send.
    pub fn new(connections: usize) -> Self {
        Self::with_limits(connections, Limits::default())
    }

    /// With limits of a test's own.
    pub fn with_limits(connections: usize, limits: Limits) -> Self {
        Self { limits, connections: connections.max(1) }
    }
}

impl Crews for Many {
    /// Its calls are spread over the cores of the machine.
    fn crew<W: Send + 'static, T: Send + 'static>(
        &self,
        make: fn(W, Reply) -> T,
    ) -> impl Crew<W, T> + use<W, T> {
        let cores = available_parallelism().map_or(1, usize::from);
        let lanes = cores.min(MOST_LANES).min(self.connections);
        HttpCrew::new(self.limits, lanes, self.connections.div_ceil(lanes), make)
    }
}

/// The lanes, and what is under way on them.
struct HttpCrew<W, T> {
    limits: Limits,
    make: fn(W, Reply) -> T,
    /// Never empty.
    lanes: Vec<Manned<W, T>>,
    told: Arc<Told<T>>,
    /// What the calls have in common.
    common: Option<Arc<Common>>,
    /// In the order in which they began; one that ended stays until those before it did.
    under_way: VecDeque<Arc<Call<W>>>,
    /// What the caller ended, to be told with the next that ended.
    given_up: Vec<(u64, T)>,
    /// No call can be late before.
    look: Instant,
}

/// A lane with its thread.
struct Manned<W, T> {
    lane: Arc<Lane<W, T>>,
    /// Started by the first call that needs it.
    thread: Option<CallThread>,
    slots: usize,
    under_way: usize,
    /// To be handed over.
    calls: Vec<Arc<Call<W>>>,
}

impl<W: Send + 'static, T: Send + 'static> HttpCrew<W, T> {
    fn new(limits: Limits, lanes: usize, kept: usize, make: fn(W, Reply) -> T) -> Self {
        let told = Arc::new(Told::new());
        let lane = || Lane::new(limits.connect, kept, Arc::clone(&told), make);
        let lanes = (0..lanes).map(|_| Manned::new(lane())).collect();
        let (under_way, look) = (VecDeque::new(), now() + limits.shortest());
        Self { limits, make, lanes, told, common: None, under_way, given_up: Vec::new(), look }
    }

    /// Gives a call to the lane with the fewest of them. So none has more than its part of them, and of the connections.
    fn begin(&mut self, key: &ApiKey, due: Due<W>) {
        let marks = Marks::of_now();
        let fewest = self.lanes.iter_mut().enumerate().min_by_key(|(_, lane)| lane.under_way);
        let lane =
            fewest.ok_or(Failure::Connect).and_then(|(place, lane)| lane.start().map(|()| (place, lane)));
        let common = common(&mut self.common, &due.order, key);
        match common.and_then(|common| Ok((common, lane?))) {
            Ok((common, (place, lane))) => {
                let reading = Reading { asked: due.order.shared_request(), common, marks };
                let call = Arc::new(Call::new(due.number, place, reading, due.what));
                lane.begin(Arc::clone(&call));
                self.under_way.push_back(call);
            }
            Err(failure) => self.given_up.push((due.number, (self.make)(due.what, marks.failed(failure)))),
        }
    }

    fn poll_ended(&mut self, context: &Context<'_>) -> Poll<Vec<(u64, T)>> {
        let ended = self.told.take(context.waker());
        if ended.is_empty() && self.given_up.is_empty() {
            return Poll::Pending;
        }
        let mut made = std::mem::take(&mut self.given_up);
        made.extend(ended.into_iter().map(|ended| self.made(ended)));
        while self.under_way.front().is_some_and(|call| call.is_ended()) {
            self.under_way.pop_front();
        }
        Poll::Ready(made)
    }

    fn made(&mut self, ended: Ended<T>) -> (u64, T) {
        let made = ended.made.unwrap_or_else(|panic| resume_unwind(panic));
        self.leave(ended.lane);
        (ended.number, made)
    }

    fn leave(&mut self, lane: usize) {
        if let Some(lane) = self.lanes.get_mut(lane) {
            lane.under_way -= 1;
        }
    }

    /// Ends the calls that are late, and looks again when the next one may be.
    fn end_late(&mut self) {
        let mut next = self.limits.shortest();
        let calls: Vec<_> = self.under_way.iter().filter(|call| !call.is_ended()).cloned().collect();
        for call in calls {
            match self.limits.left(call.marks()) {
                Some((Duration::ZERO, late)) => self.end(&call, late),
                Some((left, _)) => next = next.min(left),
                None => {}
            }
        }
        self.look = now() + next;
    }

    fn end(&mut self, call: &Call<W>, late: Failure) {
        let Some(what) = call.give_up() else { return };
        self.leave(call.lane);
        self.given_up.push((call.number, (self.make)(what, call.marks().failed(late))));
    }
}

impl<W: Send + 'static, T: Send + 'static> Crew<W, T> for HttpCrew<W, T> {
    fn send(&mut self, key: &ApiKey, due: Vec<Due<W>>) {
        for due in due {
            self.begin(key, due);
        }
        self.lanes.iter_mut().for_each(Manned::hand_over);
    }

    async fn ended(&mut self) -> Vec<(u64, T)> {
        loop {
            let look = self.look;
            tokio::select! {
                biased;
                ended = poll_fn(|context| self.poll_ended(context)) => return ended,
                () = tokio::time::sleep_until(look) => self.end_late(),
            }
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "when to look at the limits of calls; nothing else is decided by it"
)]
fn now() -> Instant {
    Instant::now()
}

/// What an order has in common with those before it.
fn common(last: &mut Option<Arc<Common>>, order: &Order, key: &ApiKey) -> Result<Arc<Common>, Failure> {
    let key = key.of(order).ok_or(Failure::ForeignKey)?;
    let same = last.take().filter(|common| common.is_of(order, key));
    let common = same.map_or_else(|| Common::of(order, key, true).map(Arc::new), Ok)?;
    Ok(Arc::clone(last.insert(common)))
}

impl<W: Send + 'static, T: Send + 'static> Manned<W, T> {
    fn new(lane: Lane<W, T>) -> Self {
        Self { lane: Arc::new(lane), thread: None, slots: 0, under_way: 0, calls: Vec::new() }
    }

    fn start(&mut self) -> Result<(), Failure> {
        if self.thread.is_none() {
            // A slot that waits in its lane keeps the thread's runtime, and so whatever that does here.
            let lane = Arc::downgrade(&self.lane);
            let tell = move || lane.upgrade().iter().for_each(|lane| lane.tell());
            self.thread = Some(CallThread::start(tell)?);
        }
        Ok(())
    }

    fn begin(&mut self, call: Arc<Call<W>>) {
        self.under_way += 1;
        self.calls.push(call);
    }

    /// Hands over what began, with as many slots as there are calls under way.
    fn hand_over(&mut self) {
        let Some(thread) = self.thread.as_ref().filter(|_| !self.calls.is_empty()) else { return };
        while self.slots < self.under_way {
            self.slots += 1;
            thread.begin(Arc::clone(&self.lane).slot());
        }
        self.lane.take_in(self.calls.drain(..));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::guard::Guard;
    use crate::domain::profile::Profile;
    use crate::domain::request::Draft;
    use crate::secret::{Moment, Secret};

    fn profile() -> Profile {
        crate::config::demo_profile(([127, 0, 0, 1], 1).into(), "acme")
    }

    fn due(number: u64) -> Due<()> {
        let asked = Draft { card_reference: "r".into(), customer_id: "c".into(), ..Draft::default() };
        let asked = asked.validate(&profile()).unwrap();
        let order = Guard::new(false).admit(&profile(), asked, None, Moment::default()).unwrap();
        Due { number, order, what: () }
    }

    fn key() -> ApiKey {
        ApiKey::bind(&profile(), Secret::new("synthetic"))
    }

    #[test]
    fn calls_that_are_under_way_are_shared_out_evenly() {
        let mut crew = HttpCrew::new(Limits::default(), 3, 2, |(), _| ());
        let loads =
            |crew: &HttpCrew<(), ()>| crew.lanes.iter().map(|lane| lane.under_way).collect::<Vec<_>>();
        (0..6).for_each(|number| crew.begin(&key(), due(number)));
        assert_eq!(loads(&crew), [2, 2, 2]);
        crew.leave(1);
        crew.begin(&key(), due(6));
        assert_eq!(loads(&crew), [2, 2, 2]);
    }

    #[tokio::test]
    async fn slots_are_used_again_and_nothing_stays_of_calls_that_ended() {
        let mut crew = HttpCrew::new(Limits::default(), 2, 2, |(), reply: Reply| reply.status());
        for _ in 0..20 {
            crew.send(&key(), (0..4).map(due).collect());
            let mut ended = 0;
            while ended < 4 {
                ended += crew.ended().await.len();
            }
        }
        let left = |lane: &Manned<_, _>| (lane.slots, lane.under_way, lane.calls.len());
        let left: Vec<_> = crew.lanes.iter().map(left).collect();
        assert_eq!((left, crew.under_way.len()), (vec![(2, 0, 0); 2], 0));
    }
}
