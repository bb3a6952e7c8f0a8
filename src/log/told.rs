//! The records of our own: what is told of a call, a key, the ledger and an export.
//!
//! Info for what happened, warn for what failed or was refused, debug for a step on the way. The console and the headless
//! `fetch` tell the same through here. Never a header's value, a body, a key, or where a key lies.

use std::path::Path;

use super::{Field, Level, Log, Value};
use crate::domain::exchange::{Reply, Timing};
use crate::domain::guard::{Barred, Order};
use crate::domain::history::Verdict;
use crate::domain::profile::Profile;
use crate::domain::sent::Sent;
use crate::domain::trail::GAP;
use crate::ports::{ExportFault, KeyFault, LedgerFault};
use crate::secret::Masked;

impl Log {
    /// The program has read its config and runs a command.
    pub fn started(&self, command: &'static str) {
        let version = env!("CARGO_PKG_VERSION");
        self.note(Level::Info, "started", vec![("version", version.into()), ("command", command.into())]);
    }

    /// The program is about to end with this exit code.
    pub fn ended(&self, exit: u8) {
        self.note(Level::Info, "ended", vec![("exit", u32::from(exit).into())]);
    }

    /// Another profile is in use.
    pub fn profile_switched(&self, profile: &Profile) {
        self.note(Level::Info, "profile_switched", of_profile(profile));
    }

    /// The guard let a call pass.
    pub fn call_admitted(&self, order: &Order) {
        let mut fields = of_profile(order.profile());
        fields.push(("card_reference", Masked::typed(order.request().card_reference()).into()));
        self.note(Level::Debug, "call_admitted", fields);
    }

    /// The guard did not. That a confirmation is asked for is the way of every first send on production.
    pub fn call_barred(&self, profile: &Profile, barred: &Barred) {
        let level = if *barred == Barred::Unconfirmed { Level::Info } else { Level::Warn };
        self.note(level, "call_barred", with(of_profile(profile), ("why", sentence(barred))));
    }

    /// The key of a profile is at hand. Of the source no more than its kind.
    pub fn key_fetched(&self, profile: &Profile) {
        self.note(Level::Info, "key_fetched", of_key(profile));
    }

    /// The key could not be had, so nothing was sent.
    pub fn key_failed(&self, profile: &Profile, fault: &KeyFault) {
        self.note(Level::Warn, "key_failed", with(of_key(profile), ("why", sentence(fault))));
    }

    /// A call is on its way.
    pub fn call_sent(&self, sent: &Sent) {
        self.note(Level::Info, "call_sent", of_call(sent));
    }

    /// A call has ended by itself; `finding` names the rule that gave the verdict, and with it the kind of a failure.
    pub fn call_replied(&self, sent: &Sent, reply: &Reply, verdict: Verdict, finding: &'static str) {
        let (status, timing) = match reply {
            Reply::Came(exchange) => (Some(exchange.status), exchange.timing),
            Reply::Failed(_, timing) => (None, *timing),
        };
        let (level, event) = match verdict {
            Verdict::Usable | Verdict::NotUsable => (Level::Info, "call_replied"),
            Verdict::Refused | Verdict::Unreadable => (Level::Warn, "call_replied"),
            Verdict::NoAnswer => (Level::Warn, "call_failed"),
        };
        let mut fields = of_call(sent);
        fields.extend([("verdict", verdict.word().into()), ("finding", finding.into())]);
        fields.extend(status.map(|status| ("http_status", u32::from(status).into())));
        self.note(level, event, with(fields, ("total_ms", total_ms(timing))));
    }

    /// The user has cancelled a call, by itself or with a profile switch or the quit.
    pub fn call_cancelled(&self, sent: &Sent) {
        self.note(Level::Info, "call_cancelled", of_call(sent));
    }

    /// History and audit trail are open.
    pub fn ledger_opened(&self) {
        self.note(Level::Info, "ledger_opened", Vec::new());
    }

    /// History or audit trail could not be opened, read or written; `doing` says which.
    pub fn ledger_failed(&self, doing: &'static str, fault: LedgerFault) {
        self.note(Level::Warn, "ledger_failed", vec![("doing", doing.into()), ("why", sentence(&fault))]);
    }

    /// The end of the audit trail is not where it was left.
    pub fn trail_gapped(&self) {
        self.note(Level::Warn, "trail_gapped", vec![("why", GAP.into())]);
    }

    /// An export is on disk. Of its path the name, which is made of the time and a random part.
    pub fn export_written(&self, path: &Path) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        self.note(Level::Info, "export_written", vec![("file", Masked::typed(&name).into())]);
    }

    /// An export could not be written.
    pub fn export_failed(&self, fault: ExportFault) {
        self.note(Level::Warn, "export_failed", vec![("why", sentence(&fault))]);
    }
}

fn with(mut fields: Vec<Field>, field: Field) -> Vec<Field> {
    fields.push(field);
    fields
}

/// A fault of ours says what, why and what to do next, and never a value.
fn sentence(fault: &impl std::error::Error) -> Value {
    Masked::ours(&fault.to_string()).into()
}

fn of_profile(profile: &Profile) -> Vec<Field> {
    vec![
        ("profile", Masked::typed(&profile.name).into()),
        ("environment", profile.environment().name().into()),
        ("host", Masked::typed(&profile.endpoint.authority()).into()),
    ]
}

fn of_key(profile: &Profile) -> Vec<Field> {
    with(of_profile(profile), ("source", profile.key.word().into()))
}

fn of_call(sent: &Sent) -> Vec<Field> {
    vec![
        ("call", sent.number.into()),
        ("profile", (&sent.profile).into()),
        ("environment", sent.environment.name().into()),
        ("host", (&sent.host).into()),
        ("card_reference", (&sent.card_reference).into()),
    ]
}

fn total_ms(timing: Timing) -> Value {
    u64::try_from(timing.total.as_millis()).unwrap_or(u64::MAX).into()
}
