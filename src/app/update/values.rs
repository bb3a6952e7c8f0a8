//! Plain ids that are pasted together, one a line or one a cell of a spreadsheet's row: they fill the form in order.

use crate::app::intent::Intent;
use crate::app::state::{State, Tone};
use crate::domain::request::{Draft, RequestField};
use crate::secret::Masked;
use crate::text::is_dangerous;

/// Columns of a value in the notice.
const SHOWN: usize = 40;

/// Fills the form; `false` where the text is not several ids. What was not given stays, but for the routing id, which belongs to
/// the customer before.
pub(super) fn fill(state: &mut State, text: &str) -> bool {
    let Some(values) = split(text) else { return false };
    let mut draft = Draft { routing_id: String::new(), ..state.form.draft.clone() };
    let mut told = Masked::ours("Filled in order: ");
    for (place, (field, value)) in RequestField::ALL.into_iter().zip(&values).enumerate() {
        (*value).clone_into(draft.get_mut(field));
        told.push_ours(if place == 0 { "" } else { ", " });
        told.push_ours(&format!("{} ", field.name()));
        told.push(&shown(value));
    }
    told.push_ours(&format!(". Nothing is sent before {}.", state.key(Intent::Send)));
    state.form.fill(draft);
    state.notice = Some(crate::app::state::Notice { tone: Tone::Plain, text: told });
    true
}

fn shown(value: &str) -> Masked {
    if value.is_empty() { Masked::ours("left empty") } else { Masked::typed(value).cut(SHOWN) }
}

/// The ids, each in its place; `None` for one alone, more than the form has fields, or a text with blanks in it.
fn split(text: &str) -> Option<Vec<&str>> {
    let row = text.trim_matches([' ', '\n', '\r']);
    let cells: Vec<&str> = if row.contains('\t') {
        // An empty cell keeps its place.
        row.split('\t').map(str::trim).collect()
    } else {
        row.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect()
    };
    let is_id = |cell: &&str| !cell.chars().any(|c| c.is_whitespace() || is_dangerous(c));
    let fits = (2..=RequestField::ALL.len()).contains(&cells.len());
    (fits && cells.iter().all(is_id)).then_some(cells)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn lines_and_cells_are_told_from_one_id_and_from_prose() {
        assert_eq!(split("ref\ncust"), Some(vec!["ref", "cust"]));
        assert_eq!(split("ref\r\ncust\r\n"), Some(vec!["ref", "cust"]));
        assert_eq!(split("ref\tcust\t\tsub\n"), Some(vec!["ref", "cust", "", "sub"]));
        for other in
            ["ref", "ref cust", "a\nb\nc\nd\ne", "the card\nof Ann", "ref\tcust\nref\tcust", "a\nb\u{200b}"]
        {
            assert_eq!(split(other), None, "{other}");
        }
    }
}
