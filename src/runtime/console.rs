//! The loop: one consumer, keys before results before timers, and asleep while nothing moves.
//!
//! Nothing blocks in it: the disk has a thread, a call is a future, a name lookup is the resolver's. A frame is drawn at
//! once if the last one is older than `FRAME`, else when it is, so that a burst of keys costs few frames.

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::copy::{Copier, Tried};
use super::desk::{Admitted, Desk, World};
use super::disk::{Disk, OpenStore};
use super::input::{Input, InputEvent};
use super::lend::{Lent, lend};
use super::shelf::Shelf;
use super::signals::{self, Cause, Signalled, Signals};
use super::terminal::Terminal;
use super::{keys, panics, tty};
use crate::app::effect::{Effect, Ticket};
use crate::app::event::{Event, What};
use crate::app::state::State;
use crate::app::{pass, update};
use crate::domain::history::AuditRow;
use crate::log::Log;
use crate::ports::{self, Clipboard, Clock, CopyWay, Gateway, Keys, LedgerFault};
use crate::secret::{Masked, Moment};
use crate::view;

/// The shortest time between two frames.
const FRAME: Duration = Duration::from_millis(8);

/// What the console is made of.
pub struct Parts<G, K, C, B> {
    /// What it knows at the start.
    pub state: State,
    /// Gateway and keys.
    pub world: World<G, K>,
    /// Tells the time.
    pub clock: C,
    /// The clipboard of this machine.
    pub clipboard: Rc<B>,
    /// Opens history and exports, on the disk thread.
    pub open_store: OpenStore,
    /// Opens reports of batches, on a thread of theirs.
    pub reports: Arc<dyn ports::Shelf>,
    /// Days that history is kept.
    pub retention_days: u32,
    /// Whether the mouse is reported.
    pub mouse: bool,
}

/// Why the console ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The user quit, or the terminal's input ended.
    Quit,
    /// A signal.
    Signal(Cause),
    /// The terminal is gone.
    TerminalLost,
    /// A panic on some thread.
    Panicked,
    /// Somebody else could read or change the data, so the console does not run.
    Unsafe(LedgerFault),
}

/// Runs the console until it ends; the terminal is given back then.
///
/// # Errors
/// There is no terminal, or it went away while something was written.
pub async fn run<G: Gateway + 'static, K: Keys + 'static, C: Clock, B: Clipboard + 'static>(
    parts: Parts<G, K, C, B>,
) -> io::Result<Ended> {
    let mut console = Console::start(parts)?;
    let ended = console.go().await;
    console.finish();
    match ended {
        // A terminal that went away mid-write is lost, however the write put it.
        Err(_) => Ok(Ended::TerminalLost),
        ended => ended,
    }
}

struct Console<G, K, C, B> {
    state: State,
    terminal: Terminal,
    input: Input,
    signals: Signals,
    lost: tty::Lost,
    desk: Desk<G, K>,
    copier: Copier<B>,
    disk: Disk,
    shelf: Shelf,
    results: tokio::sync::mpsc::Receiver<What>,
    clock: C,
    who: Masked,
    log: Log,
    drawn: Moment,
    dirty: bool,
    ended: Option<Ended>,
}

/// What woke the loop.
enum Woken {
    Signal(Signalled),
    Input(Option<InputEvent>),
    Happened(What),
    Tried(Tried),
    Draw,
    Ended(Ended),
}

impl<G: Gateway + 'static, K: Keys + 'static, C: Clock, B: Clipboard + 'static> Console<G, K, C, B> {
    fn start(parts: Parts<G, K, C, B>) -> io::Result<Self> {
        let Parts { mut state, world, clock, clipboard, open_store, reports, retention_days, mouse } = parts;
        let signals = Signals::listen()?;
        let mut terminal = Terminal::take(mouse)?;
        state.now = clock.moment();
        terminal.draw(|frame| view::draw(frame, &state))?;
        let (disk, results) = Disk::start(open_store, clock.stamp(), retention_days);
        let (who, log) = (world.who.clone(), world.log.clone());
        let front = Desk::new(world, state.settings.read_only);
        let (input, lost, drawn) = (Input::start()?, tty::Lost::watch()?, clock.moment());
        Ok(Self {
            state,
            terminal,
            input,
            signals,
            lost,
            desk: front,
            copier: Copier::new(clipboard),
            disk,
            shelf: Shelf::new(reports),
            results,
            clock,
            who,
            log,
            drawn,
            dirty: false,
            ended: None,
        })
    }

    async fn go(&mut self) -> io::Result<Ended> {
        loop {
            match self.wake().await {
                Woken::Ended(ended) => return Ok(ended),
                Woken::Signal(signalled) => self.signalled(signalled)?,
                Woken::Input(event) => self.came_in(event).await?,
                Woken::Happened(what) => self.happened(what).await?,
                Woken::Tried(tried) => self.copied(tried).await?,
                Woken::Draw => self.draw()?,
            }
            self.settle_input().await?;
            if let Some(ended) = self.ended {
                return Ok(ended);
            }
            if self.dirty && self.clock.moment().since(self.drawn) >= FRAME {
                self.draw()?;
            }
        }
    }

    /// Reads the way that the state wants it, before the frame that asks for a value is drawn.
    async fn settle_input(&mut self) -> io::Result<()> {
        let wanted = self.state.wants_private_input();
        if wanted == self.input.is_private() {
            return Ok(());
        }
        if !wanted {
            return self.input.restart();
        }
        if self.input.go_private().await.is_err() {
            self.report(What::NoPrivateInput);
        }
        Ok(())
    }

    async fn wake(&mut self) -> Woken {
        let now = self.clock.moment();
        let frame = self.dirty.then(|| self.drawn.plus(FRAME).since(now));
        let due = self.state.next_due().map(|due| due.since(now));
        let late = due.is_some_and(|due| due.is_zero());
        tokio::select! {
            biased;
            signalled = self.signals.next() => Woken::Signal(signalled),
            () = self.lost.wait() => Woken::Ended(Ended::TerminalLost),
            () = panics::raised() => Woken::Ended(Ended::Panicked),
            // A flood of input must not hold up the end of a reveal.
            () = tokio::task::yield_now(), if late => Woken::Happened(What::Due),
            event = self.input.next() => Woken::Input(event),
            Some(what) = self.results.recv() => Woken::Happened(what),
            what = self.shelf.news() => Woken::Happened(what),
            what = self.desk.landed(&self.clock) => Woken::Happened(what),
            tried = self.copier.tried() => Woken::Tried(tried),
            () = after(frame) => Woken::Draw,
            () = after(due) => Woken::Happened(What::Due),
        }
    }

    fn draw(&mut self) -> io::Result<()> {
        if !pass(&mut self.state, self.clock.moment()).is_empty() {
            self.terminal.full_repaint()?;
        }
        let state = &self.state;
        let mut limit = 0;
        self.terminal.draw(|frame| {
            view::draw(frame, state);
            limit = view::scroll_limit(frame.area(), state);
        })?;
        self.state.scroll_limit = limit;
        self.drawn = self.clock.moment();
        self.dirty = false;
        Ok(())
    }

    fn signalled(&mut self, signalled: Signalled) -> io::Result<()> {
        match signalled {
            Signalled::Ended(cause) => self.ended = Some(Ended::Signal(cause)),
            Signalled::Suspended => {
                self.hide_now();
                self.terminal.leave();
                signals::stop_self();
            }
            Signalled::Resumed => {
                self.hide_now();
                self.terminal.resume()?;
                self.dirty = true;
            }
        }
        Ok(())
    }

    /// What is revealed goes before anything else happens to the screen.
    fn hide_now(&mut self) {
        let event = self.event(What::Resumed);
        // Its only effect is a repaint, and the terminal is taken anew anyway.
        drop(update(&mut self.state, event));
    }

    async fn came_in(&mut self, event: Option<InputEvent>) -> io::Result<()> {
        let what = match event {
            None => {
                self.ended = Some(Ended::Quit);
                return Ok(());
            }
            Some(InputEvent::Key(key)) => return self.pressed(&key).await,
            Some(InputEvent::Pasted(text)) => What::Pasted(text),
            Some(InputEvent::Resized { .. }) => What::Resized,
            Some(InputEvent::FocusLost) => What::FocusLost,
            Some(InputEvent::FocusGained | InputEvent::Mouse(_)) => return Ok(()),
        };
        self.happened(what).await
    }

    async fn pressed(&mut self, key: &crossterm::event::KeyEvent) -> io::Result<()> {
        for press in keys::presses(&self.state, key, self.input.came()) {
            self.happened(What::Pressed(press)).await?;
        }
        Ok(())
    }

    fn event(&self, what: What) -> Event {
        Event { at: self.clock.moment(), stamp: self.clock.stamp(), what }
    }

    async fn happened(&mut self, what: What) -> io::Result<()> {
        if let What::NoHistory(fault) = &what
            && fault.is_fatal()
        {
            self.ended = Some(Ended::Unsafe(*fault));
        }
        let event = self.event(what);
        self.dirty = true;
        let before = self.state.current;
        let effects = update(&mut self.state, event);
        if let Some(profile) = self.state.profile().filter(|_| self.state.current != before) {
            self.log.profile_switched(profile);
        }
        for effect in effects {
            self.act(effect).await?;
        }
        Ok(())
    }

    async fn act(&mut self, effect: Effect) -> io::Result<()> {
        match effect {
            Effect::Send { id, profile, request, typed } => {
                match self.desk.admit(id, &profile, request, typed.as_deref(), &self.clock) {
                    Ok(admitted) => self.send(id, admitted).await?,
                    Err(barred) => self.report(What::Barred { id, barred }),
                }
            }
            Effect::Abort(_) => self.desk.abort(),
            Effect::Disarm => self.desk.disarm(),
            Effect::Audit(ticket, row) => self.audit(ticket, *row),
            Effect::Record(entry) => self.disk.record(entry),
            Effect::LoadHistory(page) => self.disk.page(page),
            Effect::LoadTimeline(id, of) => self.disk.timeline(id, of),
            Effect::OpenReport(id, path) => self.shelf.open(id, path),
            Effect::ReadReport(id, reading) => self.shelf.read(id, reading),
            Effect::CloseReport => self.shelf.close(),
            Effect::Export(text, form) => self.disk.export(text, form, self.clock.stamp()),
            Effect::Copy(text) => self.copier.start(text, self.state.settings.mask()),
            Effect::Repaint => {
                self.terminal.full_repaint()?;
                self.draw()?;
            }
            Effect::Suspend => {
                self.terminal.leave();
                signals::stop_group();
            }
            Effect::Quit => self.ended = Some(Ended::Quit),
        }
        Ok(())
    }

    /// Shows that the call is on its way, borrows the terminal for the key where it has to, and lets it go.
    async fn send(&mut self, id: crate::app::call::CallId, admitted: Admitted) -> io::Result<()> {
        self.report(What::Admitted { id, sent: Box::new(admitted.sent.clone()) });
        if self.desk.needs_terminal(&admitted) {
            let fetch = self.desk.fetch_lent(&admitted);
            let lent = tokio::select! {
                biased;
                () = self.lost.wait() => {
                    self.ended = Some(Ended::TerminalLost);
                    return Ok(());
                }
                () = panics::raised() => {
                    self.ended = Some(Ended::Panicked);
                    return Ok(());
                }
                lent = lend(&mut self.terminal, &mut self.input, &mut self.signals, fetch) => lent?,
            };
            match lent {
                Lent::Ended(cause) => {
                    self.ended = Some(Ended::Signal(cause));
                    return Ok(());
                }
                Lent::Returned(Ok(key)) => self.desk.keep(key),
                Lent::Returned(Err(fault)) => {
                    self.report(What::KeyFailed { id, fault });
                    return Ok(());
                }
            }
        }
        self.desk.launch(admitted, &self.disk);
        Ok(())
    }

    /// What no tool took goes to the terminal.
    async fn copied(&mut self, tried: Tried) -> io::Result<()> {
        let Tried { text, tool } = tried;
        let result = match tool {
            Some(tool) => Ok(CopyWay::Tool(tool)),
            None => self.terminal.copy(&text, self.state.settings.mask()),
        };
        self.happened(What::Copied { text, result }).await
    }

    /// Tells the state what came of an effect; such news have no effects but a repaint, which the next frame is.
    fn report(&mut self, what: What) {
        let event = self.event(what);
        let effects = update(&mut self.state, event);
        if effects.iter().any(|effect| matches!(effect, Effect::Repaint)) {
            // Queued only; a terminal that is gone shows itself at the next frame.
            let _ = self.terminal.full_repaint();
        }
        self.dirty = true;
    }

    fn audit(&self, ticket: Ticket, row: AuditRow) {
        self.disk.audit(ticket, Box::new(AuditRow { at: self.clock.stamp(), who: self.who.clone(), ..row }));
    }

    /// A call on the wire leaves its rows; the disk thread has a moment for them.
    fn leave_call(&mut self) {
        let event = self.event(What::Left);
        for effect in update(&mut self.state, event) {
            match effect {
                Effect::Audit(ticket, row) => self.audit(ticket, *row),
                Effect::Record(entry) => self.disk.record(entry),
                _ => {}
            }
        }
    }

    fn finish(mut self) {
        if self.desk.is_on_the_wire() {
            self.leave_call();
        }
        let Self { terminal, disk, mut desk, .. } = self;
        drop(terminal);
        desk.abort();
        drop(desk);
        disk.close();
    }
}

/// Resolves after a time; never where there is none. After a stop time is over at once, so signals are let in first: what
/// was revealed is masked by SIGCONT before anything is drawn.
async fn after(time: Option<Duration>) {
    match time {
        Some(time) => {
            tokio::time::sleep(time).await;
            tokio::task::yield_now().await;
        }
        None => std::future::pending().await,
    }
}
