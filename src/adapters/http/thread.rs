//! The thread that calls are made on, with a runtime of its own.
//!
//! What a server sends takes time to read: a megabyte to parse and mask, a flood of interim answers that the library skips
//! in one go. On the caller's loop that would hold up its keys, its timers and the limits of the call itself.

use std::future::Future;
use std::io;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::thread;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::domain::failure::Failure;

/// The thread; dropping it ends whatever runs there.
pub(super) struct CallThread {
    handle: Handle,
    _end: oneshot::Sender<()>,
}

impl CallThread {
    /// Starts the thread. It sleeps while nothing is under way, and does this each time before. Where the system gives no thread,
    /// it gives no connection either.
    pub(super) fn start(before_sleep: impl Fn() + Send + Sync + 'static) -> Result<Self, Failure> {
        let runtime = builder().on_thread_park(before_sleep).build();
        runtime.and_then(Self::started).map_err(|_| Failure::Connect)
    }

    fn started(runtime: Runtime) -> io::Result<Self> {
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel::<()>();
        thread::Builder::new().name("http".into()).spawn(move || {
            // It ends by the sender's drop, so there is never a value.
            let _ = runtime.block_on(ended);
            // A name lookup that hangs is nobody's business any more.
            runtime.shutdown_background();
        })?;
        Ok(Self { handle, _end: end })
    }

    /// Does the work on the thread. Dropping what is returned drops the work.
    pub(super) fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, Failure>> + Send + 'static,
    ) -> Running<T> {
        Running(self.handle.spawn(work))
    }

    /// Does the work on the thread before what comes later; nobody waits for it.
    pub(super) fn begin(&self, work: impl Future<Output = ()> + Send + 'static) {
        drop(self.handle.spawn(work));
    }
}

fn builder() -> Builder {
    let mut builder = Builder::new_current_thread();
    builder.enable_all();
    builder
}

/// Work on the thread.
pub(super) struct Running<T>(JoinHandle<Result<T, Failure>>);

impl<T> Future for Running<T> {
    type Output = Result<T, Failure>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let done = ready!(Pin::new(&mut self.0).poll(context));
        Poll::Ready(done.unwrap_or_else(|error| match error.try_into_panic() {
            Ok(payload) => resume_unwind(payload),
            Err(_) => Err(Failure::Cancelled),
        }))
    }
}

impl<T> Drop for Running<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    impl CallThread {
        /// A thread on which one thing may block at a time, so that a test can keep name lookups waiting.
        pub(in super::super) fn with_one_lookup() -> Self {
            Self::started(builder().max_blocking_threads(1).build().unwrap()).unwrap()
        }

        /// Keeps name lookups waiting until the sender that it gives is dropped.
        pub(in super::super) fn block_lookups(&self) -> mpsc::Sender<()> {
            let (hold, until) = mpsc::channel::<()>();
            self.handle.spawn_blocking(move || until.recv());
            hold
        }

        /// Waits until the lookups that wait now are done.
        pub(in super::super) async fn finish_lookups(&self) {
            self.handle.spawn_blocking(|| {}).await.unwrap();
        }
    }

    /// Far more than anything here takes on a loaded machine.
    const DEADLINE: Duration = Duration::from_secs(10);

    async fn forever() -> Result<(), Failure> {
        std::future::pending().await
    }

    #[tokio::test]
    async fn work_that_blocks_its_thread_leaves_the_loop_of_the_caller_alone() {
        let thread = CallThread::start(|| {}).unwrap();
        let (hold, until) = mpsc::channel::<()>();
        let (tell, told) = oneshot::channel();
        let work = thread.run(async move {
            let _ = tell.send(());
            Ok(until.recv_timeout(DEADLINE))
        });
        let turn = async {
            told.await.unwrap();
            drop(hold);
        };
        let (ended, ()) = tokio::join!(work, turn);
        assert_eq!(ended, Ok(Err(mpsc::RecvTimeoutError::Disconnected)), "the caller had no turn meanwhile");
    }

    #[tokio::test]
    async fn dropping_what_is_returned_drops_the_work() {
        let thread = CallThread::start(|| {}).unwrap();
        let (tell, told) = oneshot::channel();
        let (inside, dropped) = oneshot::channel::<()>();
        let work = thread.run(async move {
            let _inside = inside;
            let _ = tell.send(());
            forever().await
        });
        told.await.unwrap();
        drop(work);
        assert!(tokio::time::timeout(DEADLINE, dropped).await.unwrap().is_err());
    }

    #[tokio::test]
    async fn dropping_the_thread_ends_what_runs_there() {
        let thread = CallThread::start(|| {}).unwrap();
        let work = thread.run(forever());
        drop(thread);
        assert_eq!(tokio::time::timeout(DEADLINE, work).await, Ok(Err(Failure::Cancelled)));
    }

    #[tokio::test]
    #[should_panic(expected = "made up")]
    async fn a_panic_of_the_work_is_one_of_the_caller() {
        let thread = CallThread::start(|| {}).unwrap();
        let _ = thread.run(async { if true { panic!("made up") } else { Ok(()) } }).await;
    }
}
