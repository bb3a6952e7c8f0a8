//! What comes in from the terminal: keys, pasted text, resizes, focus.
//!
//! Wraps crossterm's stream so that it can be stopped for certain: the stream's thread keeps reading
//! for a moment after the stream is dropped, and two readers on one terminal steal each other's bytes.
//! Bytes that the thread has read before it went stay in crossterm's queue and are delivered after the
//! next start. A key whose bytes came in two goes is put together again by `rejoin`, which waits for the rest of it for
//! some milliseconds: there is a timer then, and none else. Must not know what a key means. Tested in `tests/pty_terminal.rs` with bursts, pastes and
//! type-ahead around a lent terminal.

use std::convert::Infallible;
use std::future::{pending, poll_fn};
use std::io;
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use crossterm::event::{Event, EventStream, KeyEvent, MouseEvent};
use futures_util::Stream;
use futures_util::task::AtomicWaker;
use tokio::sync::oneshot;
use tokio::time::error::Elapsed;
use tokio::time::timeout_at;

use super::private::Private;
use super::quiet::{self, Found, Quiet};
use super::rejoin::{Rejoin, Way};
use super::tty;
use crate::secret::Moment;

/// One event of the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputEvent {
    /// A key, as the terminal reported it.
    Key(KeyEvent),
    /// Bracketed paste, whole, whatever it holds. crossterm keeps a copy for the life of the process,
    /// so a secret is never asked for this way: see [`super::prompt`].
    Pasted(String),
    /// The terminal has another size now, in cells.
    Resized {
        /// Cells in a row.
        columns: u16,
        /// Rows.
        rows: u16,
    },
    /// The terminal came to the front.
    FocusGained,
    /// The terminal went to the back.
    FocusLost,
    /// The mouse, where it was asked for.
    Mouse(MouseEvent),
}

impl From<Event> for InputEvent {
    fn from(event: Event) -> Self {
        match event {
            Event::Key(key) => Self::Key(key),
            Event::Paste(text) => Self::Pasted(text),
            Event::Resize(columns, rows) => Self::Resized { columns, rows },
            Event::FocusGained => Self::FocusGained,
            Event::FocusLost => Self::FocusLost,
            Event::Mouse(mouse) => Self::Mouse(mouse),
        }
    }
}

/// The reader of the terminal. One at a time in a process.
#[derive(Debug)]
pub struct Input {
    reading: Option<Reading>,
    private: Option<Private>,
    quiet: Quiet,
    rejoin: Rejoin,
    /// When the last event came, as [`Self::came`] tells it.
    taken: Moment,
    /// Until when the rest of what is held back is waited for.
    until: Option<Instant>,
}

/// Events that come closer than this came at once: no two keys of a person do.
const AT_ONCE: Duration = Duration::from_millis(5);

/// How long the rest of a key may take that was read in two goes. The terminal has it, but may still be handing it on.
const REST: Duration = Duration::from_millis(50);

/// The same of a paste: what comes of it after that is taken for keys, each of which does something.
const PASTE_REST: Duration = Duration::from_secs(1);

/// How long is looked for what was read ahead: with no time at all crossterm does not even look into its own buffer.
const AHEAD: Duration = Duration::from_millis(2);

/// Drops what the stopped reader read ahead, as in a paste right behind the key. It may be part of a value, and would be taken
/// for keys and pastes of a pane once the reader runs again.
fn forget_ahead() {
    while crossterm::event::poll(AHEAD).is_ok_and(|is_there| is_there) {
        // A reader that fails here fails again when it is started.
        let _ = crossterm::event::read();
    }
}

#[derive(Debug)]
struct Reading {
    stream: EventStream,
    /// The terminal that it reads, to ask whether more waits there.
    tty: OwnedFd,
    relay: Arc<Relay>,
    /// Closed when the last handle on the relay is dropped.
    gone: oneshot::Receiver<Infallible>,
}

/// The waker that crossterm's thread is given. The thread holds it exactly while it reads, so its death
/// is the news that the thread reads no more; crossterm has no other way to tell.
#[derive(Debug)]
struct Relay {
    consumer: AtomicWaker,
    found: Found,
    _alive: oneshot::Sender<Infallible>,
}

impl Wake for Relay {
    fn wake(self: Arc<Self>) {
        self.found.tell(quiet::now());
        self.consumer.wake();
    }
}

impl Input {
    /// Starts to read.
    ///
    /// # Errors
    /// There is no terminal to read from.
    pub fn start() -> io::Result<Self> {
        let (quiet, rejoin) = (Quiet::default(), Rejoin::default());
        let mut input =
            Self { reading: None, private: None, quiet, rejoin, taken: Moment::default(), until: None };
        input.restart()?;
        Ok(input)
    }

    /// Starts to read again after [`Self::stop`]; nothing happens where it reads already.
    ///
    /// # Errors
    /// There is no terminal to read from.
    pub fn restart(&mut self) -> io::Result<()> {
        self.private = None;
        if self.reading.is_none() {
            // crossterm panics where there is none.
            let tty = tty::open()?;
            let (alive, gone) = oneshot::channel();
            let relay = Relay { consumer: AtomicWaker::new(), found: Found::default(), _alive: alive };
            let relay = Arc::new(relay);
            self.reading = Some(Reading { stream: EventStream::new(), tty, relay, gone });
        }
        Ok(())
    }

    /// Whether what is read is kept by nobody.
    pub fn is_private(&self) -> bool {
        self.private.is_some()
    }

    /// Reads on in such a way that what is typed and pasted is kept by nobody, until [`Self::restart`].
    ///
    /// # Errors
    /// There is no controlling terminal; then it reads on as it did.
    pub async fn go_private(&mut self) -> io::Result<()> {
        self.stop().await;
        forget_ahead();
        self.rejoin = Rejoin::default();
        match Private::open() {
            Ok(private) => self.private = Some(private),
            Err(error) => {
                self.restart()?;
                return Err(error);
            }
        }
        Ok(())
    }

    /// Stops, and returns when the reader's thread touches the terminal no more: from then on the next
    /// byte typed belongs to whoever reads next.
    pub async fn stop(&mut self) {
        self.private = None;
        self.rejoin.forget();
        self.until = None;
        if let Some(Reading { stream, relay, gone, .. }) = self.reading.take() {
            drop(stream);
            drop(relay);
            // It carries nothing: what is waited for is that its sender dies.
            let _ = gone.await;
        }
    }

    /// The next event; `None` at the end of input. Pending for as long as the reader is stopped.
    /// Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<InputEvent> {
        if let Some(private) = &mut self.private {
            return private.next(&mut self.quiet).await;
        }
        if self.reading.is_none() {
            return pending().await;
        }
        loop {
            if let Some(event) = self.rejoin.next() {
                return Some(event);
            }
            match self.come().await {
                Ok(event) => self.take(event?),
                Err(_nothing_more) => self.end(),
            }
        }
    }

    /// What comes from crossterm, or the word that the rest of what is held back did not.
    async fn come(&mut self) -> Result<Option<InputEvent>, Elapsed> {
        let until = self.until;
        let coming = poll_fn(|context| self.poll_next(context));
        match until {
            Some(until) => timeout_at(until.into(), coming).await,
            None => Ok(coming.await),
        }
    }

    fn take(&mut self, event: InputEvent) {
        let moment = self.quiet.moment();
        let is_close = moment.since(self.taken) < AT_ONCE;
        self.taken = moment;
        self.rejoin.take(event, Way { is_close, has_more: self.has_more() });
        self.wait_for_rest();
    }

    /// The time is over, but not for bytes that nobody came to read.
    fn end(&mut self) {
        if !self.has_more() {
            self.rejoin.end();
        }
        self.wait_for_rest();
    }

    fn wait_for_rest(&mut self) {
        let rest = if self.rejoin.is_in_paste() { PASTE_REST } else { REST };
        self.until = self.rejoin.is_holding().then(|| quiet::now() + rest);
    }

    fn has_more(&self) -> bool {
        self.reading.as_ref().is_some_and(|reading| tty::has_unread(&reading.tty))
    }

    fn poll_next(&mut self, context: &Context<'_>) -> Poll<Option<InputEvent>> {
        let Some(reading) = &mut self.reading else { return Poll::Pending };
        reading.relay.consumer.register(context.waker());
        let waker = Waker::from(Arc::clone(&reading.relay));
        let polled = Pin::new(&mut reading.stream).poll_next(&mut Context::from_waker(&waker));
        match polled {
            Poll::Pending => self.quiet.look(quiet::now()),
            Poll::Ready(_) => self.quiet.came(reading.relay.found.take()),
        }
        polled.map(|event| event.and_then(Result::ok).map(InputEvent::from))
    }

    /// When the last event came, by a clock that runs only while there is nothing to read.
    pub fn came(&self) -> Moment {
        self.quiet.moment()
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyCode;
    use futures_util::FutureExt;

    use super::*;

    /// One that does not read, and has no terminal.
    fn stopped() -> Input {
        let (quiet, rejoin) = (Quiet::default(), Rejoin::default());
        Input { reading: None, private: None, quiet, rejoin, taken: Moment::default(), until: None }
    }

    fn come(input: &mut Input, codes: impl IntoIterator<Item = KeyCode>) {
        codes.into_iter().for_each(|code| input.take(InputEvent::Key(code.into())));
    }

    fn is_waiting_for(input: &Input, least: Duration, most: Duration) -> bool {
        input.until.is_some_and(|until| {
            let left = until.saturating_duration_since(quiet::now());
            least < left && left <= most
        })
    }

    #[test]
    fn what_came_before_the_stop_stays_until_the_reader_starts_again() {
        let mut input = stopped();
        come(&mut input, [KeyCode::Char('j'), KeyCode::Esc]);
        assert!(input.rejoin.is_holding() && input.until.is_some());
        input.stop().now_or_never().expect("nothing to wait for");
        assert!(!input.rejoin.is_holding() && input.until.is_none());
        assert_eq!(input.next().now_or_never(), None);
        assert_eq!(input.rejoin.next(), Some(InputEvent::Key(KeyCode::Char('j').into())));
    }

    #[test]
    fn the_rest_of_a_paste_is_waited_for_longer_than_that_of_a_key() {
        let mut input = stopped();
        come(&mut input, [KeyCode::Esc]);
        come(&mut input, "[200".chars().map(KeyCode::Char));
        assert!(is_waiting_for(&input, Duration::ZERO, REST));
        come(&mut input, "~prod".chars().map(KeyCode::Char));
        assert!(is_waiting_for(&input, REST, PASTE_REST));
    }
}
