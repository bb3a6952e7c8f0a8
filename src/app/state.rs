//! All that the console knows.

use std::ops::Range;
use std::time::Duration;

use super::browse::Browse;
use super::call::{Call, CallId, Record};
use super::effect::Ticket;
use super::form::Form;
use super::intent::{Intent, Pane};
use super::keymap::Keymap;
use super::mouse::Target;
use super::narrow::Narrowed;
use super::overlay::Overlay;
use super::search::{Searches, Seen};
use super::session::Session;
use super::stage::Stage;
use super::stopwatch::Age;
use super::update::TRIES;
use crate::diagnosis::lint::{Linted, lint};
use crate::domain::gateway::PaymentGateway;
use crate::domain::history::Entry;
use crate::domain::profile::Profile;
use crate::domain::sent::Sent;
use crate::domain::trail::Trace;
use crate::ports::LedgerFault;

use crate::secret::{Grant, MASK, MASK_ASCII, Masked, Moment, PrintKey};
use crate::theme::{self, Themes};

/// How often a countdown is drawn anew.
const SECOND: Duration = Duration::from_secs(1);

/// How often a running stopwatch is drawn anew.
const STOPWATCH: Duration = Duration::from_millis(100);

/// Rows of history that are gone through with each frame; a start loads fewer.
pub(super) const AT_HAND: usize = 1_000;

/// What the console was started with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long a reveal lasts.
    pub reveal_for: Duration,
    /// Whether losing the focus masks; on guarded profiles it always does.
    pub hide_on_focus_loss: bool,
    /// Whether nothing can be sent.
    pub read_only: bool,
    /// The gateway whose needs are told with each answer.
    pub gateway: Option<&'static PaymentGateway>,
    /// What the header says about trust: `SSL_CERT_FILE` and the like; empty for nothing.
    pub trust_note: String,
    /// Whether bullets and box lines can be drawn.
    pub unicode: bool,
    /// Whether colours are wanted.
    pub colour: bool,
    /// Whether it is started for the first time, and nobody told it anything.
    pub welcome: bool,
    /// The keys, with those of the user.
    pub keymap: Keymap,
    /// The name of the theme that is drawn, one of [`Themes::names`].
    pub theme: String,
    /// The themes that can be chosen.
    pub themes: Themes,
    /// Whether tmux stands between us and the terminal.
    pub in_tmux: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            reveal_for: Duration::from_secs(20),
            hide_on_focus_loss: true,
            read_only: false,
            gateway: None,
            trust_note: String::new(),
            unicode: true,
            colour: true,
            welcome: false,
            keymap: Keymap::default(),
            theme: theme::DARK.to_owned(),
            themes: Themes::default(),
            in_tmux: false,
        }
    }
}

impl Settings {
    /// The mask in a text that leaves the screen.
    pub fn mask(&self) -> &'static str {
        if self.unicode { MASK } else { MASK_ASCII }
    }
}

/// What is revealed now.
#[derive(Debug)]
pub struct Reveal {
    /// Which call's.
    pub id: CallId,
    /// What of it.
    pub what: Revealed,
    /// Until when.
    pub grant: Grant,
}

/// What can be revealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revealed {
    /// The cryptogram, alone.
    Cryptogram,
    /// The personal fields.
    Identity,
}

/// How grave a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something went as wanted.
    Good,
    /// Something to know.
    Plain,
    /// Something was refused or failed.
    Bad,
}

/// One line for the user, until the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How grave.
    pub tone: Tone,
    /// The sentence.
    pub text: Masked,
}

/// The history pane.
#[derive(Debug, Default)]
pub struct History {
    /// Rows, newest first.
    pub rows: Vec<Entry>,
    /// The row under the cursor.
    pub cursor: usize,
    /// Whether the oldest row is among them.
    pub complete: bool,
    /// The rows that hold what is searched for; they are shown in place of all.
    pub narrowed: Option<Narrowed>,
    /// Queries so far.
    pub queries: u32,
    /// Why there is no history.
    pub fault: Option<LedgerFault>,
}

impl History {
    /// The other calls about the card of a row, newest first. A row that was kept under no reference has none.
    pub fn others_of<'a>(&'a self, row: &'a Entry) -> impl Iterator<Item = &'a Entry> {
        let is_named = row.card_reference.plain().is_some_and(|reference| !reference.is_empty());
        self.rows
            .iter()
            .filter(move |other| is_named && other.id != row.id && other.card_reference == row.card_reference)
    }

    /// The newest rows, as many as can be gone through with each frame however far down somebody has been.
    pub fn at_hand(&self) -> &[Entry] {
        self.rows.get(..AT_HAND).unwrap_or(&self.rows)
    }

    /// Whether there are more rows than can be gone through with each frame.
    pub fn is_long(&self) -> bool {
        self.rows.len() > AT_HAND
    }

    /// How many rows are shown.
    pub fn count(&self) -> usize {
        self.narrowed.as_ref().map_or(self.rows.len(), Narrowed::count)
    }

    /// A row that is shown, by its place.
    pub fn shown_at(&self, place: usize) -> Option<&Entry> {
        match &self.narrowed {
            Some(narrowed) => narrowed.row(place, &self.rows),
            None => self.rows.get(place),
        }
    }

    /// The rows that are shown at some places.
    pub fn shown(&self, places: Range<usize>) -> impl Iterator<Item = (usize, &Entry)> {
        let places = places.start..places.end.min(self.count());
        places.filter_map(|place| Some((place, self.shown_at(place)?)))
    }

    /// Where a row is shown, by its id.
    pub(super) fn place_of(&self, id: Option<i64>) -> Option<usize> {
        self.shown(0..usize::MAX).find(|(_, row)| Some(row.id) == id).map(|(place, _)| place)
    }

    /// The row under the cursor.
    pub fn row(&self) -> Option<&Entry> {
        self.shown_at(self.cursor)
    }

    /// A row that is loaded, by its id.
    pub fn find(&self, id: i64) -> Option<&Entry> {
        let further = self.narrowed.iter().flat_map(|narrowed| &narrowed.further);
        self.rows.iter().chain(further).find(|row| row.id == id)
    }
}

/// What is known of the audit trail.
#[derive(Debug, Default)]
pub struct Trail {
    /// Which call the rows are about.
    pub id: Option<CallId>,
    /// What was done with its answer, newest last.
    pub rows: Vec<Trace>,
    /// Whether its end was not where it had been left, at the start.
    pub gapped: bool,
}

/// How the answer pane shows the answer.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct AnswerView {
    /// The raw masked JSON instead of the fields.
    pub raw: bool,
    /// What was done with it and where the time went, too.
    pub timing: bool,
    /// Lines scrolled down.
    pub scroll: usize,
}

/// What is being copied.
#[derive(Debug, Default)]
pub struct Copies {
    /// How many were asked for with an audit row; it is the number of the last one.
    pub count: u32,
    /// The text of the last one, while it waits for its row.
    pub waiting: Option<Masked>,
    /// The field that was copied last, by its label.
    pub last_field: Option<&'static str>,
}

/// What the accident guard remembers.
#[derive(Debug, Default)]
pub struct Hands {
    /// When the last printable key came, on the reader's clock, as all here.
    pub printable: Option<Moment>,
    /// When the last send was asked for.
    pub send: Option<Moment>,
    /// When the last reveal was asked for.
    pub reveal: Option<Moment>,
    /// When the personal fields were last asked for.
    pub identity: Option<Moment>,
    /// How many characters of the words that are typed came faster than a person types.
    pub rushed: usize,
    /// What was clicked last, and when by the console's clock.
    pub click: Option<(Target, Moment)>,
}

/// All that the console knows.
pub struct State {
    /// What it was started with.
    pub settings: Settings,
    /// Whether others look at the screen.
    pub stage: Stage,
    /// The profiles; never empty.
    pub profiles: Vec<Profile>,
    /// The profile in use, by its place.
    pub current: usize,
    /// The one used before.
    pub previous: Option<usize>,
    /// The row under the cursor of the profiles pane.
    pub profile_cursor: usize,
    /// The focused pane.
    pub focus: Pane,
    /// Whether the focused pane has the screen to itself, without a frame.
    pub zoomed: bool,
    /// What is searched for.
    pub searches: Searches,
    /// What the view has seen last; told by the runtime before each frame.
    pub seen: Seen,
    /// What lies over the panes, top last.
    pub overlays: Vec<Overlay>,
    /// The request form.
    pub form: Form,
    /// What was sent in this session, newest first, for the values that a field had before.
    pub used: Vec<Sent>,
    /// The call that the answer pane is about.
    pub call: Call,
    /// The ended call that it was about before a probe's call; it comes back where that one brings nothing.
    pub aside: Option<Box<Record>>,
    /// Profiles whose key is at hand, by name: a call was made under them, and the key was not refused since.
    pub unlocked: Vec<Masked>,
    /// Calls made so far.
    pub calls: u32,
    /// Calls of this session that may have reached production, under whichever profile.
    pub production_calls: u32,
    /// How long the calls took.
    pub session: Session,
    /// How the answer is shown.
    pub answer: AnswerView,
    /// What is revealed.
    pub reveal: Option<Reveal>,
    /// The audit row that a reveal or an export waits for; forgotten by everything that moves on.
    pub pending: Option<Ticket>,
    /// Which answer values were compared with, and how often.
    pub compared: (CallId, u32),
    /// What is being copied.
    pub copies: Copies,
    /// The key under which what is not kept of an answer can be told from a later one's, once the history is open.
    pub print_key: Option<PrintKey>,
    /// The history pane.
    pub history: History,
    /// The audit trail.
    pub trail: Trail,
    /// The report of a batch that is looked at.
    pub browse: Browse,
    /// One line for the user.
    pub notice: Option<Notice>,
    /// How far that which takes the movement keys can be scrolled; told by the runtime before each frame.
    pub scroll_limit: usize,
    /// The accident guard.
    pub hands: Hands,
    /// When the last event came.
    pub now: Moment,
}

impl State {
    /// A console on the profile at `current`.
    pub fn new(settings: Settings, profiles: Vec<Profile>, current: usize) -> Self {
        let submerchant =
            profiles.get(current).map(|profile| profile.submerchant_id.clone()).unwrap_or_default();
        Self {
            settings,
            stage: Stage::default(),
            profiles,
            current,
            previous: None,
            profile_cursor: current,
            focus: Pane::Request,
            zoomed: false,
            searches: Searches::default(),
            seen: Seen::default(),
            overlays: Vec::new(),
            form: Form::new(&submerchant),
            used: Vec::new(),
            call: Call::Idle,
            aside: None,
            unlocked: Vec::new(),
            calls: 0,
            production_calls: 0,
            session: Session::default(),
            answer: AnswerView::default(),
            reveal: None,
            pending: None,
            compared: (CallId::default(), 0),
            copies: Copies::default(),
            print_key: None,
            history: History::default(),
            trail: Trail::default(),
            browse: Browse::default(),
            notice: None,
            scroll_limit: usize::MAX - 1,
            hands: Hands::default(),
            now: Moment::default(),
        }
    }

    /// The profile in use.
    pub fn profile(&self) -> Option<&Profile> {
        self.profiles.get(self.current)
    }

    /// The ended call that the answer pane shows.
    pub fn record(&self) -> Option<&Record> {
        self.call.record()
    }

    /// The grant under which a thing may be painted now.
    pub fn grant(&self, what: Revealed) -> Option<&Grant> {
        let shown = self.record().filter(|_| !self.stage.on)?.id;
        let reveal = self.reveal.as_ref().filter(|reveal| reveal.what == what && reveal.id == shown)?;
        reveal.grant.is_valid(self.now).then_some(&reveal.grant)
    }

    /// What a dialog calls the key of an intent of its own.
    pub fn dialog_key(&self, intent: Intent) -> String {
        let first = self.settings.keymap.all_keys(intent).into_iter().next();
        first.unwrap_or_else(|| self.key(intent))
    }

    /// What a sentence calls that which starts an intent in the panes, by the user's own keys.
    pub fn key(&self, intent: Intent) -> String {
        self.settings.keymap.call(intent)
    }

    /// What to look at before the form is sent, with what the newest rows of history say. An empty field is no finding before
    /// a send was tried, since it may be about to be filled in.
    pub fn lint(&self) -> Vec<Linted> {
        let Some(profile) = self.profile() else { return Vec::new() };
        let mut found = lint(&self.form.draft, profile, self.history.at_hand());
        found.retain(|it| {
            !it.is_emptiness() || it.field.is_some_and(|field| self.form.fault(field).is_some())
        });
        found
    }

    /// How often values were compared with the answer of this call.
    pub fn compared_with(&self, id: CallId) -> u32 {
        if self.compared.0 == id { self.compared.1 } else { 0 }
    }

    /// How often a value can still be compared with the answer on the screen.
    pub fn tries_left(&self) -> u32 {
        self.record().map_or(0, |record| TRIES.saturating_sub(self.compared_with(record.id)))
    }

    /// Whether a value is typed or pasted that nothing may keep; then the runtime reads the keys itself.
    pub fn wants_private_input(&self) -> bool {
        matches!(self.overlays.last(), Some(Overlay::Compare(_)))
    }

    /// The age of the cryptogram on the screen; `None` where there is none.
    pub fn stopwatch(&self) -> Option<Age> {
        let record = self.record().filter(|record| record.holds_cryptogram())?;
        Some(Age::of(record.came, self.now))
    }

    /// The newest call at hand that fetched the card of this answer again: another console or a command did.
    pub fn superseded_by(&self) -> Option<&Entry> {
        let sent = &self.record()?.sent;
        self.history.at_hand().iter().find(|row| row.at > sent.at && row.is_answer_to(sent))
    }

    /// The newest call at hand before this one whose answer it took the place of.
    pub fn supersedes(&self) -> Option<&Entry> {
        let sent = &self.record().filter(|record| record.answer().is_some())?.sent;
        self.history.at_hand().iter().find(|row| row.at < sent.at && row.is_answer_to(sent))
    }

    /// When something on the screen changes by itself; `None` while nothing moves, and then the process sleeps.
    pub fn next_due(&self) -> Option<Moment> {
        let stopwatch = self.call.flight().map(|_| self.now.plus(STOPWATCH));
        let countdown = self.reveal.as_ref().map(|reveal| {
            let left = reveal.grant.until().since(self.now);
            let part = Duration::from_nanos(u64::from(left.subsec_nanos()));
            self.now.plus(if part.is_zero() { left.min(SECOND) } else { part })
        });
        let ageing = self.stopwatch().zip(self.record()).and_then(|(age, record)| age.next(record.came));
        // What waits for its audit row is looked after like what is revealed.
        let waiting = self.pending.map(|_| self.now.plus(SECOND));
        [stopwatch, countdown, ageing, waiting].into_iter().flatten().min()
    }

    /// Leaves a line for the user.
    pub fn say(&mut self, tone: Tone, sentence: &str) {
        self.notice = Some(Notice { tone, text: Masked::ours(sentence) });
    }
}
