//! The export: a preview, an audit row, a file.

use std::path::PathBuf;

use super::{press, reveal};
use crate::app::call::Record;
use crate::app::effect::{Effect, Ticket};
use crate::app::overlay::{Overlay, Preview};
use crate::app::state::{State, Tone};
use crate::app::why::sentence;
use crate::domain::history::Deed;
use crate::ports::{ExportFault, ExportForm};
use crate::report;
use crate::secret::Masked;

/// `x`: shows what would be written.
pub(super) fn preview(state: &mut State) -> Vec<Effect> {
    let Some(record) = state.record() else { return Vec::new() };
    let form = ExportForm::default();
    let preview = Preview { form, text: state.staged(render(record, form)), scroll: 0, writing: false };
    press::cover(state, Overlay::Export(preview))
}

/// `f`: the other form.
pub(super) fn other_form(state: &mut State) -> Vec<Effect> {
    let (Some(record), Some(Overlay::Export(preview))) = (state.call.record(), state.overlays.last()) else {
        return Vec::new();
    };
    let form = match preview.form {
        ExportForm::Markdown => ExportForm::Json,
        ExportForm::Json => ExportForm::Markdown,
    };
    let text = state.staged(render(record, form));
    if let Some(Overlay::Export(preview)) = state.overlays.last_mut() {
        *preview = Preview { form, text, scroll: 0, writing: preview.writing };
    }
    Vec::new()
}

fn render(record: &Record, form: ExportForm) -> Masked {
    let call = report::Call { sent: &record.sent, reply: &record.reply, judgement: &record.judgement };
    match form {
        ExportForm::Markdown => report::markdown(&call),
        ExportForm::Json => report::export_json(&call),
    }
}

/// Enter in the preview: the audit row first.
pub(super) fn accept(state: &mut State) -> Vec<Effect> {
    let Some(record) = state.call.record() else { return Vec::new() };
    let ticket = Ticket::Export(record.id);
    let row = reveal::audit_row(&record.sent, Deed::Export);
    match state.overlays.last_mut() {
        Some(Overlay::Export(preview)) if !preview.writing => preview.writing = true,
        _ => return Vec::new(),
    }
    state.pending = Some(ticket);
    vec![Effect::Audit(ticket, Box::new(row))]
}

/// The audit row is on disk: writes what was previewed.
pub(super) fn write(state: &mut State) -> Vec<Effect> {
    match state.overlays.last() {
        Some(Overlay::Export(preview)) => vec![Effect::Export(preview.text.clone(), preview.form)],
        _ => Vec::new(),
    }
}

/// The file is there, or is not; either way the preview goes and the line says which.
pub(super) fn exported(state: &mut State, result: Result<PathBuf, ExportFault>) -> Vec<Effect> {
    state.overlays.retain(|overlay| !matches!(overlay, Overlay::Export(_)));
    match result {
        Ok(path) => state.say(Tone::Good, &format!("Written to {}", path.display())),
        Err(fault) => state.say(Tone::Bad, &sentence(&fault.to_string())),
    }
    Vec::new()
}
