//! What was found in a pasted request, in writing. Of the request itself only the ids of the form are told.

use super::json::{self, Json, named};
use super::{facts, findings, layout, markdown, redacted_by};
use crate::diagnosis::Finding;
use crate::diagnosis::lint::matters;
use crate::domain::clinic::Pasted;
use crate::domain::profile::Profile;
use crate::domain::request::RequestField;
use crate::secret::Masked;

/// A pasted request that was looked at.
#[derive(Clone, Copy)]
pub struct Checked<'a> {
    /// The request, stripped.
    pub pasted: &'a Pasted,
    /// What it was compared with.
    pub profile: Option<&'a Profile>,
    /// What was found, the most severe first.
    pub found: &'a [Finding],
}

impl Checked<'_> {
    /// Whether anything matters.
    pub fn differs(&self) -> bool {
        self.found.iter().any(matters)
    }

    /// The word on the first line.
    fn word(&self) -> &'static str {
        if self.differs() { "DIFFERS" } else { "IN ORDER" }
    }

    /// How much was found, and what was dropped.
    pub fn summary(&self) -> String {
        let kind = self.pasted.kind.word();
        let told = match self.found.iter().filter(|finding| matters(finding)).count() {
            0 => format!("This {kind} is as the contract wants it."),
            1 => format!("One thing in this {kind} is not as the contract wants it."),
            count => format!("{count} things in this {kind} are not as the contract wants them."),
        };
        match self.pasted.dropped.words() {
            dropped if dropped.is_empty() => told,
            dropped => format!("{told} Dropped: {dropped}."),
        }
    }

    fn profile(&self) -> Option<Masked> {
        self.profile.map(|profile| Masked::typed(&profile.name))
    }

    /// The ids by name; empty for none.
    fn ids(&self) -> [(&'static str, Masked); 4] {
        RequestField::ALL.map(|field| (field.name(), Masked::typed(self.pasted.draft.get(field))))
    }

    fn rows(&self) -> Vec<facts::Row> {
        let ids = self.ids().into_iter().filter(|(_, id)| !id.is_empty());
        let profile = self.profile().map(|name| ("compared with profile", name));
        ids.chain(profile).map(|(label, value)| facts::Row { label, value }).collect()
    }
}

/// For eyes.
pub fn checked_text(checked: &Checked<'_>) -> Masked {
    let mut out = Masked::ours(checked.word());
    out.end_line();
    layout::push_broken(&mut out, "  ", &Masked::ours(&checked.summary()));
    if !checked.found.is_empty() {
        out.end_line();
        findings::push_all(&mut out, "  ", checked.found);
    }
    if !checked.rows().is_empty() {
        out.end_line();
        layout::push_rows(&mut out, &checked.rows());
    }
    out
}

/// For a program.
pub fn checked_json(checked: &Checked<'_>) -> Masked {
    let text = |text: Masked| if text.is_empty() { Json::Null } else { Json::text(text) };
    let mut members = vec![
        named("kind", Json::ours(checked.pasted.kind.word())),
        named("differs", Json::flag(checked.differs())),
        named("summary", Json::ours(&checked.summary())),
        named("profile", text(checked.profile().unwrap_or_default())),
    ];
    members.extend(checked.ids().map(|(name, id)| named(name, text(id))));
    members.push(named("findings", Json::List(checked.found.iter().map(json::finding).collect())));
    json::written(&Json::Map(members))
}

/// For a ticket.
pub fn checked_markdown(checked: &Checked<'_>) -> Masked {
    let mut out = Masked::ours(&format!("# {}", checked.word()));
    for line in [String::new(), format!("> {}", redacted_by()), String::new(), checked.summary()] {
        out.end_line();
        out.push_ours(&line);
    }
    out.end_line();
    let mut inside = Masked::default();
    findings::push_all(&mut inside, "", checked.found);
    if !checked.found.is_empty() {
        markdown::push_block(&mut out, "Findings", &inside);
    }
    let mut inside = Masked::default();
    layout::push_rows(&mut inside, &checked.rows());
    if !inside.is_empty() {
        markdown::push_block(&mut out, "Request", &inside);
    }
    out
}
