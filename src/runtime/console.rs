//! The loop: one consumer, keys before results before timers, and asleep while nothing moves.
//!
//! Nothing blocks in it: the disk has a thread, a call is a future, a name lookup is the resolver's. A frame is drawn at
//! once if the last one is older than `FRAME`, else when it is, so that a burst of keys costs few frames. The end of a call
//! does not wait for that, nor does what time changes, and no key waits for the frame of that.

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::copy::{Copier, Tried};
use super::desk::{Admitted, Desk, World};
use super::disk::{Disk, OpenStore};
use super::input::{Input, InputEvent};
use super::lend::{Lent, lend};
use super::reload::{Fresh, Reloader};
use super::shelf::Shelf;
use super::signals::{self, Cause, Signalled, Signals};
use super::terminal::Terminal;
use super::{keys, panics, tty};
use crate::app::effect::{Effect, Ticket};
use crate::app::event::{Event, What};
use crate::app::mouse::Deed;
use crate::app::state::State;
use crate::app::{pass, update};
use crate::domain::history::{self, AuditRow};
use crate::log::Log;
use crate::ports::{self, Clipboard, Clock, Configs, CopyWay, Gateway, Keys, LedgerFault};
use crate::secret::{Masked, Moment};
use crate::view;

/// The shortest time between two frames.
const FRAME: Duration = Duration::from_millis(8);

/// What the console is made of.
pub struct Parts<G, K, C, B, R> {
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
    /// Reads the config anew.
    pub configs: R,
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

/// How the console ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Why.
    pub ended: Ended,
    /// Whether a call was on the wire, which the server may have processed all the same.
    pub left_call: bool,
}

/// Runs the console until it ends; the terminal is given back then.
///
/// # Errors
/// There is no terminal, or it went away while something was written.
pub async fn run<G, K, C, B, R>(parts: Parts<G, K, C, B, R>) -> io::Result<Outcome>
where
    G: Gateway + 'static,
    K: Keys + 'static,
    C: Clock,
    B: Clipboard + 'static,
    R: Configs<Fresh = Fresh<K, B>> + 'static,
{
    let mut console = Console::start(parts)?;
    let ended = console.go().await;
    let left_call = console.finish();
    // A terminal that went away mid-write is lost, however the write put it.
    Ok(Outcome { ended: ended.unwrap_or(Ended::TerminalLost), left_call })
}

struct Console<G, K, C, B, R> {
    state: State,
    terminal: Terminal,
    input: Input,
    signals: Signals,
    lost: tty::Lost,
    desk: Desk<G, K>,
    copier: Copier<B>,
    reloader: Reloader<R, K, B>,
    /// Of a config that was read and is about to be taken.
    fresh: Option<(K, B)>,
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
enum Woken<K, B> {
    Signal(Signalled),
    Input(Option<InputEvent>),
    Happened(What),
    Landed(What),
    Due,
    Tried(Tried),
    Read(Result<Fresh<K, B>, Masked>),
    Draw,
    Ended(Ended),
}

impl<G, K, C, B, R> Console<G, K, C, B, R>
where
    G: Gateway + 'static,
    K: Keys + 'static,
    C: Clock,
    B: Clipboard + 'static,
    R: Configs<Fresh = Fresh<K, B>> + 'static,
{
    fn start(parts: Parts<G, K, C, B, R>) -> io::Result<Self> {
        let Parts { mut state, world, clock, clipboard, open_store, reports, retention_days, mouse, configs } =
            parts;
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
            reloader: Reloader::new(configs),
            fresh: None,
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
                Woken::Landed(what) => {
                    self.happened(what).await?;
                    self.draw()?;
                }
                Woken::Due => {
                    let last = self.drawn;
                    self.happened(What::Due).await?;
                    // The end of a reveal has drawn already.
                    if self.dirty {
                        self.draw()?;
                    }
                    self.drawn = last;
                }
                Woken::Tried(tried) => self.copied(tried).await?,
                Woken::Read(read) => self.read(read).await?,
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

    async fn wake(&mut self) -> Woken<K, B> {
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
            () = tokio::task::yield_now(), if late => Woken::Due,
            event = self.input.next() => Woken::Input(event),
            Some(what) = self.results.recv() => Woken::Happened(what),
            what = self.desk.landed(&self.clock) => Woken::Landed(what),
            tried = self.copier.tried() => Woken::Tried(tried),
            what = self.shelf.news() => Woken::Happened(what),
            read = self.reloader.read() => Woken::Read(read),
            () = after(frame) => Woken::Draw,
            () = after(due) => Woken::Due,
        }
    }

    fn draw(&mut self) -> io::Result<()> {
        if !pass(&mut self.state, self.clock.moment()).is_empty() {
            self.terminal.full_repaint()?;
        }
        let state = &mut self.state;
        self.terminal.draw(|frame| {
            state.settle(view::seen(frame.area(), state));
            view::draw(frame, state);
        })?;
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
            Some(InputEvent::Mouse(mouse)) => match self.pointed(mouse) {
                Some(what) => what,
                None => return Ok(()),
            },
            Some(InputEvent::FocusGained) => return Ok(()),
        };
        self.happened(what).await
    }

    /// What the mouse did, where it is asked for and there is something under it.
    fn pointed(&self, mouse: MouseEvent) -> Option<What> {
        let deed = match mouse.kind {
            MouseEventKind::Down(MouseButton::Left) => Deed::Click,
            MouseEventKind::ScrollUp => Deed::Up,
            MouseEventKind::ScrollDown => Deed::Down,
            _ => return None,
        };
        let (target, limit) = view::hit(self.terminal.area(), &self.state, (mouse.column, mouse.row))?;
        Some(What::Pointed { deed, target, limit })
    }

    async fn pressed(&mut self, key: &crossterm::event::KeyEvent) -> io::Result<()> {
        // What the second of them means is known once the first has done what it does.
        for part in keys::keys(&self.state, key) {
            let press = keys::press(&self.state, key, part, self.input.came());
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
        let name = |state: &State| state.profile().map(|profile| profile.name.clone());
        let before = name(&self.state);
        let effects = update(&mut self.state, event);
        if let Some(profile) = self.state.profile().filter(|_| name(&self.state) != before) {
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
            Effect::FindHistory(query) => self.disk.find(query),
            Effect::CountHistory => self.disk.count(),
            Effect::Purge => self.purge(),
            Effect::Reload => self.reloader.start(),
            Effect::Renew => self.renew(),
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

    /// What was read is taken with [`Effect::Renew`], or goes where the state does not take it.
    async fn read(&mut self, read: Result<Fresh<K, B>, Masked>) -> io::Result<()> {
        let news = read.map(|Fresh { news, keys, clipboard }| {
            self.fresh = Some((keys, clipboard));
            news
        });
        self.happened(What::Reloaded(news)).await?;
        self.fresh = None;
        Ok(())
    }

    fn renew(&mut self) {
        if let Some((keys, clipboard)) = self.fresh.take() {
            self.desk.renew(keys);
            self.copier.renew(clipboard);
        }
    }

    fn purge(&self) {
        let (at, who) = (self.clock.stamp(), self.who.clone());
        let row = move |outcome: &str| AuditRow {
            at,
            who: who.clone(),
            ..AuditRow::about_all(history::Deed::Purge, outcome)
        };
        self.disk.purge(row);
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

    /// Ends everything, and says whether a call was on the wire.
    fn finish(mut self) -> bool {
        let left_call = self.desk.is_on_the_wire();
        if left_call {
            self.leave_call();
        }
        let Self { terminal, disk, mut desk, .. } = self;
        drop(terminal);
        desk.abort();
        drop(desk);
        disk.close();
        left_call
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
