//! Wakes whoever waits for calls once for several that ended together.
//!
//! A caller of many calls that is woken for each of them costs as much as the answer's way through the kernel. So what a
//! thread of calls has to wake waits until it has nothing else to do, or until it is a bunch. Must not know: what a call is.

use std::cell::RefCell;
use std::sync::Arc;
use std::task::{Wake, Waker};

/// So many wait at most, so that a thread that is never idle keeps nobody waiting.
const MOST: usize = 8;

thread_local! {
    /// Who waits to be woken by this thread; `None` where each is woken at once.
    static WAITING: RefCell<Option<Vec<Waker>>> = const { RefCell::new(None) };
}

/// From now on this thread wakes in bunches: [`wake_all`] has to be called whenever it goes idle, and [`end`] at its end.
pub(super) fn begin() {
    WAITING.set(Some(Vec::with_capacity(MOST)));
}

/// Wakes all that wait.
pub(super) fn wake_all() {
    let waiting = WAITING.with_borrow_mut(|waiting| waiting.as_mut().map(std::mem::take));
    waiting.into_iter().flatten().for_each(Waker::wake);
}

/// Wakes all that wait, and from now on each at once.
pub(super) fn end() {
    WAITING.take().into_iter().flatten().for_each(Waker::wake);
}

/// A waker in a bunch with others, where the thread that wakes it makes bunches.
pub(super) fn in_bunch(waker: &Waker) -> Waker {
    Arc::new(InBunch(waker.clone())).into()
}

struct InBunch(Waker);

impl Wake for InBunch {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        match wait(&self.0) {
            None => self.0.wake_by_ref(),
            Some(MOST..) => wake_all(),
            Some(_) => {}
        }
    }
}

/// Puts a waker to those that wait, and returns how many they are; `None` where this thread makes no bunches, or ends.
fn wait(waker: &Waker) -> Option<usize> {
    let add = |waiting: &mut Vec<Waker>| {
        waiting.push(waker.clone());
        waiting.len()
    };
    WAITING.try_with(|waiting| waiting.borrow_mut().as_mut().map(add)).ok().flatten()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn what_is_woken_waits_for_the_idle_thread_or_for_a_bunch() {
        let count = Arc::new(Count::default());
        let woken = || count.0.load(Ordering::Relaxed);
        let waker = in_bunch(&Waker::from(Arc::clone(&count)));
        waker.wake_by_ref();
        assert_eq!(woken(), 1, "this thread makes no bunches yet");
        begin();
        (1..MOST).for_each(|_| waker.wake_by_ref());
        assert_eq!(woken(), 1);
        wake_all();
        assert_eq!(woken(), MOST);
        (0..MOST).for_each(|_| waker.wake_by_ref());
        assert_eq!(woken(), 2 * MOST);
        waker.wake_by_ref();
        end();
        assert_eq!(woken(), 2 * MOST + 1);
        waker.wake();
        assert_eq!(woken(), 2 * MOST + 2);
    }
}
