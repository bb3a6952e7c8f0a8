//! The isolation probe on the screen: its plan, the calls made so far, and where it stands.
//!
//! Owns: what the overlay holds, and when the probe is of use. Must not know: how it is drawn. What moves it on is
//! `update/probe`. Tested: `tests/update_probe.rs`.

use super::call::{CallId, Record};
use super::intent::Intent;
use super::line::Cursor;
use super::state::State;
use crate::diagnosis::probe::{BUDGET, Conclusion, Heard, Inputs, Known, Plan, Tried, Variation};
use crate::domain::profile::Profile;
use crate::secret::Masked;

/// The isolation probe.
#[derive(Debug)]
pub struct Probe {
    /// Number and HTTP status of the call that was refused.
    pub refused: (u32, Option<u16>),
    /// The calls to be made.
    pub plan: Plan,
    /// Calls at most.
    pub budget: usize,
    /// Whether it goes on after the first answer.
    pub all: bool,
    /// Customer ids that were typed for it.
    pub customers: Vec<String>,
    /// The calls that were made, in the order of the plan.
    pub tried: Vec<Tried>,
    /// Where it stands.
    pub stage: Stage,
    /// The row under the cursor; the first is the refused call.
    pub cursor: usize,
}

/// Where a probe stands.
#[derive(Debug)]
pub enum Stage {
    /// The plan is shown.
    Planned,
    /// Another customer id is typed.
    Customer(Line),
    /// The next call waits for the typed words of its guarded profile.
    Words(Line),
    /// This call is made.
    Running(CallId),
    /// It has ended.
    Ended {
        /// What the calls come to.
        conclusion: Conclusion,
        /// Where the answer is, if there is one.
        answer: Option<Masked>,
    },
}

/// A line that is typed.
#[derive(Debug, Default)]
pub struct Line {
    /// What was typed so far.
    pub typed: String,
    /// Where the cursor stands.
    pub cursor: Cursor,
    /// Whether it is another text than the one asked for.
    pub wrong: bool,
}

impl Probe {
    /// The probe of a refused call.
    pub fn of(record: &Record, plan: Plan) -> Self {
        Self {
            refused: (record.sent.number, record.reply.status()),
            plan,
            budget: BUDGET,
            all: false,
            customers: Vec::new(),
            tried: Vec::new(),
            stage: Stage::Planned,
            cursor: 0,
        }
    }

    /// The call that comes next.
    pub fn next(&self) -> Option<&Variation> {
        self.plan.calls.get(self.tried.len())
    }

    /// The inputs of a row.
    pub fn row(&self, row: usize) -> Option<&Inputs> {
        match row.checked_sub(1) {
            None => Some(&self.plan.base),
            Some(place) => self.plan.calls.get(place).map(|call| &call.inputs),
        }
    }

    /// Rows of the table.
    pub fn rows(&self) -> usize {
        self.plan.calls.len() + 1
    }

    /// The line that is typed.
    pub fn line_mut(&mut self) -> Option<&mut Line> {
        match &mut self.stage {
            Stage::Customer(line) | Stage::Words(line) => Some(line),
            _ => None,
        }
    }

    /// Whether a call of it is under way.
    pub fn is_running(&self) -> bool {
        matches!(self.stage, Stage::Running(_))
    }

    /// Whether this call is its own, and under way.
    pub fn makes(&self, id: CallId) -> bool {
        matches!(self.stage, Stage::Running(running) if running == id)
    }

    /// The profiles that its calls are made under whose words have to be typed.
    pub fn guarded(&self) -> Vec<&Profile> {
        let mut guarded: Vec<&Profile> = Vec::new();
        for profile in self.plan.calls.iter().map(|call| &call.inputs.profile) {
            if profile.is_guarded() && !guarded.contains(&profile) {
                guarded.push(profile);
            }
        }
        guarded
    }
}

impl State {
    /// The probe, wherever it lies among the overlays.
    pub fn probe(&self) -> Option<&Probe> {
        self.overlays.iter().find_map(super::overlay::Overlay::probe)
    }

    /// The probe, to move it on.
    pub(super) fn probe_mut(&mut self) -> Option<&mut Probe> {
        self.overlays.iter_mut().find_map(super::overlay::Overlay::probe_mut)
    }

    /// The profile that the header speaks of: that of a probe's call while it is asked for or made, else the one in use.
    pub fn profile_at_work(&self) -> Option<&Profile> {
        let asks = |probe: &&Probe| matches!(probe.stage, Stage::Running(_) | Stage::Words(_));
        let call = self.probe().filter(asks).and_then(Probe::next);
        call.map(|call| &call.inputs.profile).or_else(|| self.profile())
    }

    /// The refused call that a probe can vary, or why there is none.
    pub fn probe_offer(&self) -> Result<(&Record, Inputs), String> {
        if self.call.flight().is_some() {
            let back = self.key(Intent::Back);
            return Err(format!("The probe waits for the call under way: {back} cancels it."));
        }
        let send = self.key(Intent::Send);
        let lacks = || format!("The probe needs a call that found no stored card: {send} sends the request.");
        let record = self.record().ok_or_else(lacks)?;
        let is_short_lived = record.judgement.findings().any(|finding| finding.id == "short-lived-token");
        let profile = self.profile().filter(|profile| Masked::typed(&profile.name) == record.sent.profile);
        let inputs = profile.and_then(|profile| Inputs::of(&record.sent, profile));
        match (Heard::of(&record.judgement, &record.reply), inputs) {
            (Heard::NotFound, _) if is_short_lived => Err(
                "The probe cannot help: the reference is a short-lived card_token (tkn_), which no other input finds. Take card_reference from List Cards.".into(),
            ),
            (Heard::NotFound, _) if self.settings.read_only || profile.is_none_or(|it| it.read_only) => {
                Err("The probe would send, and nothing is sent here: this console or profile is read-only.".into())
            }
            (Heard::NotFound, Some(inputs)) => Ok((record, inputs)),
            (Heard::NotFound, None) => Err(
                "The probe cannot vary this call: one of its ids is masked or shown as an escape. Type it anew and send it again.".into(),
            ),
            _ => Err(format!(
                "The probe helps where the API found no stored card, and this call ended otherwise: {} lists what was found.",
                self.key(Intent::Open)
            )),
        }
    }

    /// The calls that would be made for these inputs.
    pub(super) fn probe_plan(&self, base: Inputs, customers: &[String], budget: usize) -> Plan {
        let is_unlocked = |profile: &Profile| self.unlocked.contains(&Masked::typed(&profile.name));
        let known = Known {
            profiles: &self.profiles,
            is_unlocked: &is_unlocked,
            history: &self.history.rows,
            customers,
        };
        Plan::of(base, &known, budget)
    }
}
