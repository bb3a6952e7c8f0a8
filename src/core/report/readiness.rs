//! What a gateway needs of an answer, in writing. The matrix was published and may age, so its date stands with it.

use super::json::{Json, named};
use super::layout;
use crate::diagnosis::readiness::{Need, Readiness};
use crate::domain::gateway::published;
use crate::secret::Masked;

/// The heading.
pub fn readiness_title(readiness: &Readiness) -> String {
    format!("Gateway: {}", readiness.gateway.name)
}

/// Where the matrix comes from.
pub fn readiness_source() -> String {
    let (read, source, confidence) = published();
    format!("Matrix of {source}, read on {read} ({confidence}; it may age).")
}

/// The sentences and the parameters, each line after `indent`.
pub(super) fn push(out: &mut Masked, indent: &str, readiness: &Readiness) {
    let sentences = [readiness.sentence(), readiness.encoding.sentence().to_owned(), readiness_source()];
    for sentence in sentences {
        layout::push_broken(out, indent, &Masked::ours(&sentence));
    }
    for need in &readiness.needs {
        layout::push_labelled(out, &Masked::ours(&format!("{indent}{}", need.parameter)), &told(need));
    }
    for need in &readiness.needs {
        if let Some(note) = &need.note {
            let note = Masked::joined([Masked::ours(&format!("{}: ", need.parameter)), note.clone()]);
            layout::push_broken(out, indent, &note);
        }
    }
}

/// What there is of a parameter, and whether it is needed.
pub fn told(need: &Need) -> Masked {
    let words = Masked::ours(&format!("{}, {}", need.state.word(), need.demand.word()));
    if need.value.is_empty() {
        return words;
    }
    Masked::joined([words, Masked::ours(": "), need.value.clone()])
}

/// The object beside the findings.
pub(super) fn json(readiness: &Readiness) -> Json<'_> {
    let (read, source, confidence) = published();
    let members = [
        ("gateway", Json::ours(&readiness.gateway.id)),
        ("name", Json::ours(&readiness.gateway.name)),
        ("ready", Json::flag(readiness.is_ready())),
        ("summary", Json::ours(&readiness.sentence())),
        ("tavv_url_encoding", Json::ours(readiness.encoding.word())),
        ("fields", Json::List(readiness.needs.iter().map(need).collect())),
        ("published", Json::ours(read)),
        ("source", Json::ours(source)),
        ("confidence", Json::ours(confidence)),
    ];
    Json::Map(members.map(|(name, value)| named(name, value)).into())
}

fn need(need: &Need) -> Json<'_> {
    let field = if need.field.is_empty() { Json::Null } else { Json::ours(need.field) };
    let members = [
        ("parameter", Json::ours(need.parameter)),
        ("field", field),
        ("demand", Json::ours(need.demand.word())),
        ("state", Json::ours(need.state.word())),
        ("value", Json::lent(&need.value)),
        ("note", need.note.as_ref().map_or(Json::Null, Json::lent)),
    ];
    Json::Map(members.map(|(name, value)| named(name, value)).into())
}
