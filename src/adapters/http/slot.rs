//! What a lane does: its slots take calls from its inbox, each one after the other, and tell what was made of the replies.
//!
//! A slot stays for the whole of a batch, so that a call costs no task of its own, and each of them waits for the others before
//! it asks again. Owns: that a call ends once, by its slot or by the caller who gave it up. Must not know: which calls there
//! are, how long they may take.

use std::any::Any;
use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::mem;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::task::AtomicWaker;

use super::clients::Clients;
use super::lock;
use super::marks::Marks;
use super::pool::Pool;
use super::reading::Reading;
use crate::domain::exchange::{Exchange, Reply};
use crate::domain::failure::Failure;

/// So many replies wait to be told, where their lane has more to do: a caller who is woken for each pays for that as much as for
/// its way through the kernel.
const MOST_UNTOLD: usize = 16;

/// A call, seen by its lane and by the caller.
pub(super) struct Call<W> {
    /// The caller's number for it.
    pub(super) number: u64,
    /// Which lane it is made on.
    pub(super) lane: usize,
    reading: Reading,
    /// What the reply is made something of with. Whoever takes it ends the call.
    what: Mutex<Option<W>>,
    /// Waits for the reply.
    slot: AtomicWaker,
}

impl<W> Call<W> {
    pub(super) fn new(number: u64, lane: usize, reading: Reading, what: W) -> Self {
        Self { number, lane, reading, what: Mutex::new(Some(what)), slot: AtomicWaker::new() }
    }

    pub(super) fn marks(&self) -> &Arc<Marks> {
        &self.reading.marks
    }

    pub(super) fn is_ended(&self) -> bool {
        lock(&self.what).is_none()
    }

    /// Ends the call without a reply, unless there is one already; its connection is closed.
    pub(super) fn give_up(&self) -> Option<W> {
        let what = self.end()?;
        self.slot.wake();
        Some(what)
    }

    fn end(&self) -> Option<W> {
        lock(&self.what).take()
    }

    /// Does what the call is about; `None` once it was given up.
    async fn unless_given_up<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        poll_fn(|context| {
            self.slot.register(context.waker());
            if self.is_ended() { Poll::Ready(None) } else { work.as_mut().poll(context).map(Some) }
        })
        .await
    }
}

/// What became of a call.
pub(super) struct Ended<T> {
    pub(super) number: u64,
    pub(super) lane: usize,
    /// What was made of the reply, or the panic in its place.
    pub(super) made: Result<T, Box<dyn Any + Send>>,
}

/// What all lanes tell their caller.
pub(super) struct Told<T> {
    ended: Mutex<Vec<Ended<T>>>,
    caller: AtomicWaker,
}

impl<T> Told<T> {
    pub(super) fn new() -> Self {
        Self { ended: Mutex::default(), caller: AtomicWaker::new() }
    }

    /// What ended since this was asked last. Whoever asks is woken once there is more.
    pub(super) fn take(&self, caller: &Waker) -> Vec<Ended<T>> {
        self.caller.register(caller);
        mem::take(&mut *lock(&self.ended))
    }
}

/// What the slots of a lane share with the caller.
pub(super) struct Lane<W, T> {
    inbox: Mutex<Inbox<W>>,
    told: Arc<Told<T>>,
    /// Ended calls that the caller was not woken for.
    untold: AtomicUsize,
    clients: Clients,
    pool: Pool,
    make: fn(W, Reply) -> T,
}

/// Calls that wait for a slot, or slots that wait for a call.
struct Inbox<W> {
    calls: VecDeque<Arc<Call<W>>>,
    waiting: Vec<Waker>,
}

impl<W: Send + 'static, T: Send + 'static> Lane<W, T> {
    /// Which keeps up to so many connections open.
    pub(super) fn new(connect: Duration, kept: usize, told: Arc<Told<T>>, make: fn(W, Reply) -> T) -> Self {
        let inbox = Mutex::new(Inbox { calls: VecDeque::new(), waiting: Vec::new() });
        let (clients, pool) = (Clients::new(connect, true), Pool::new(kept));
        Self { inbox, told, untold: AtomicUsize::new(0), clients, pool, make }
    }

    /// Takes calls in, and wakes one slot for all of them: it wakes the next itself, on its own thread, where that is cheap.
    pub(super) fn take_in(&self, calls: impl Iterator<Item = Arc<Call<W>>>) {
        let mut inbox = lock(&self.inbox);
        inbox.calls.extend(calls);
        let slot = inbox.waiting.pop();
        drop(inbox);
        slot.into_iter().for_each(Waker::wake);
    }

    /// Wakes the caller for what ended; called whenever the lane has nothing else to do.
    pub(super) fn tell(&self) {
        if self.untold.swap(0, Ordering::Relaxed) > 0 {
            self.told.caller.wake();
        }
    }

    /// Makes calls, one after the other, as long as the lane is there.
    pub(super) async fn slot(self: Arc<Self>) {
        loop {
            let call = self.next().await;
            match AssertUnwindSafe(self.made(&call)).catch_unwind().await {
                Ok(None) => {}
                Ok(Some(made)) => self.end(&call, Ok(made)),
                Err(panic) => self.end(&call, Err(panic)),
            }
            drop(call);
            let_others_first().await;
        }
    }

    fn next(&self) -> impl Future<Output = Arc<Call<W>>> {
        poll_fn(|context| {
            let mut inbox = lock(&self.inbox);
            // It may stand there still, where it was woken for something else, and would then be woken while it has a call.
            inbox.waiting.retain(|slot| !slot.will_wake(context.waker()));
            let Some(call) = inbox.calls.pop_front() else {
                inbox.waiting.push(context.waker().clone());
                return Poll::Pending;
            };
            let other = if inbox.calls.is_empty() { None } else { inbox.waiting.pop() };
            drop(inbox);
            other.into_iter().for_each(Waker::wake);
            Poll::Ready(call)
        })
    }

    /// What is made of the reply to a call; `None` where it was given up. What the reply holds of secrets is dropped here.
    async fn made(&self, call: &Call<W>) -> Option<T> {
        let marks = call.marks();
        let asking = Arc::clone(marks).during(self.ask(&call.reading));
        let asked = call.unless_given_up(asking).await?;
        let reply = asked.map_or_else(|failure| marks.failed(failure), Reply::Came);
        call.end().map(|what| (self.make)(what, reply))
    }

    /// Sends the request, once, and reads its answer.
    async fn ask(&self, reading: &Reading) -> Result<Exchange, Failure> {
        let route = &reading.common.route;
        let (client, request) = (|| self.clients.get(route), || reading.common.request(&reading.asked));
        self.pool.call(route, client, request, |response| reading.read(response)).await
    }

    fn end(&self, call: &Call<W>, made: Result<T, Box<dyn Any + Send>>) {
        lock(&self.told.ended).push(Ended { number: call.number, lane: call.lane, made });
        if self.untold.fetch_add(1, Ordering::Relaxed) + 1 >= MOST_UNTOLD {
            self.tell();
        }
    }
}

/// Goes behind all that the thread could do now: answers that are here are read before more is asked, since each request that
/// leaves wakes a server, which on the same machine takes the core from whoever wakes it.
async fn let_others_first() {
    let mut has_waited = false;
    poll_fn(|context| {
        if mem::replace(&mut has_waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::task::{Context, Wake};

    use super::*;
    use crate::adapters::http::wire::Common;
    use crate::domain::guard::{ApiKey, Guard};
    use crate::domain::request::Draft;
    use crate::secret::{Moment, Secret};

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    impl Count {
        fn with_waker() -> (Arc<Self>, Waker) {
            let count = Arc::new(Self::default());
            (Arc::clone(&count), count.into())
        }

        fn woken(&self) -> usize {
            self.0.load(Ordering::Relaxed)
        }
    }

    fn lane() -> Lane<u64, u64> {
        Lane::new(Duration::ZERO, 1, Arc::new(Told::new()), |what, _| what)
    }

    /// A call with its place as what it is for.
    fn call(place: u64) -> Arc<Call<u64>> {
        let profile = crate::config::demo_profile(([127, 0, 0, 1], 1).into(), "acme");
        let asked = Draft { card_reference: "r".into(), customer_id: "c".into(), ..Draft::default() };
        let asked = asked.validate(&profile).unwrap();
        let order = Guard::new(false).admit(&profile, asked, None, Moment::default()).unwrap();
        let key = ApiKey::bind(&profile, Secret::new("synthetic"));
        let common = Common::of(&order, key.of(&order).unwrap(), true).ok().map(Arc::new).unwrap();
        let reading = Reading { asked: order.shared_request(), common, marks: Marks::of_now() };
        Arc::new(Call::new(place, 0, reading, place))
    }

    /// The place of the call that a slot finds, if there is one.
    fn next(lane: &Lane<u64, u64>, slot: &Waker) -> Option<u64> {
        match pin!(lane.next()).poll(&mut Context::from_waker(slot)) {
            Poll::Ready(call) => Some(call.number),
            Poll::Pending => None,
        }
    }

    #[test]
    fn calls_that_come_together_wake_a_slot_each_however_often_it_looked_before() {
        let (lane, [(one, first), (other, second)]) = (lane(), [Count::with_waker(), Count::with_waker()]);
        let looked = [&second, &first, &first].map(|slot| next(&lane, slot));
        assert_eq!(looked, [None; 3]);
        lane.take_in([call(1), call(2)].into_iter());
        assert_eq!((one.woken(), other.woken()), (1, 0));
        assert_eq!(next(&lane, &first), Some(1));
        assert_eq!((one.woken(), other.woken()), (1, 1), "the first wakes the second, and not itself");
        assert_eq!((next(&lane, &second), next(&lane, &first)), (Some(2), None));
    }

    #[test]
    fn a_slot_that_has_a_call_does_not_take_the_place_of_one_that_waits() {
        let (lane, slots) = (lane(), [(); 3].map(|()| Count::with_waker()));
        let [(idle, second), (_, first), (_, third)] = &slots;
        assert_eq!([second, first, third].map(|slot| next(&lane, slot)), [None; 3]);
        lane.take_in([call(1)].into_iter());
        assert_eq!(next(&lane, first), Some(1), "though it was the third that was woken");
        assert_eq!(next(&lane, third), None);
        lane.take_in([call(2), call(3)].into_iter());
        assert_eq!((next(&lane, third), idle.woken()), (Some(2), 1));
    }

    #[test]
    fn a_slot_goes_behind_the_others_before_it_takes_its_next_call() {
        let (lane, (woken, waker)) = (Arc::new(lane()), Count::with_waker());
        let calls = [call(1), call(2)];
        assert_eq!(calls.each_ref().map(|call| call.give_up()), [Some(1), Some(2)]);
        lane.take_in(calls.into_iter());
        let mut slot = pin!(Arc::clone(&lane).slot());
        let mut left = || {
            assert!(slot.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
            lock(&lane.inbox).calls.len()
        };
        assert_eq!((left(), woken.woken()), (1, 1), "it has itself woken, and ended one call only");
        assert_eq!(left(), 0);
    }

    #[test]
    fn the_caller_is_woken_by_an_idle_lane_or_for_a_bunch() {
        let (lane, (caller, waker)) = (lane(), Count::with_waker());
        assert!(lane.told.take(&waker).is_empty());
        lane.tell();
        let end = |count: usize| (0..count).for_each(|_| lane.end(&call(3), Ok(3)));
        end(MOST_UNTOLD - 1);
        assert_eq!(caller.woken(), 0);
        lane.tell();
        assert_eq!(caller.woken(), 1);
        assert_eq!(lane.told.take(&waker).len(), MOST_UNTOLD - 1);
        end(MOST_UNTOLD);
        assert_eq!(caller.woken(), 2);
        lane.tell();
        assert_eq!((caller.woken(), lane.told.take(&waker).len()), (2, MOST_UNTOLD));
    }

    #[test]
    fn a_call_ends_once_and_what_waits_for_it_is_woken_where_it_is_given_up() {
        let (call, (slot, waker)) = (call(1), Count::with_waker());
        let mut context = Context::from_waker(&waker);
        let mut waiting = pin!(call.unless_given_up(std::future::pending::<()>()));
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        assert_eq!((call.give_up(), slot.woken()), (Some(1), 1));
        assert_eq!(waiting.as_mut().poll(&mut context), Poll::Ready(None));
        assert_eq!((call.give_up(), call.end(), call.is_ended()), (None, None, true));
        let mut unsent = pin!(call.unless_given_up(async { panic!("it was given up before it began") }));
        assert!(unsent.as_mut().poll(&mut context).is_ready());
    }
}
