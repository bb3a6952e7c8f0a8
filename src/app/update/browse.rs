//! `b`: the report of a batch, as a list to look through. It fills the form and neither switches the profile nor sends.

use super::go::moved;
use super::{fill, press};
use crate::app::browse::{Browse, News, Reading, Stage};
use crate::app::effect::Effect;
use crate::app::intent::{Edit, Move};
use crate::app::overlay::Overlay;
use crate::app::state::{State, Tone};
use crate::batch::{PAGE, Seen, Which};
use crate::domain::request::Draft;
use crate::ports::ReportFault;
use crate::secret::Masked;
use crate::text::is_dangerous;

/// Rows that are loaded before the one under the cursor, and how near to the end of those loaded the next are asked for.
const AROUND: u64 = 50;

/// Asks for a path, or goes on where the last report was left.
pub(super) fn open(state: &mut State) -> Vec<Effect> {
    press::cover(state, Overlay::Report)
}

/// A change of the path.
pub(super) fn edit(browse: &mut Browse, edit: Edit) {
    if matches!(browse.stage, Stage::Path) {
        browse.fault = None;
        browse.path.cursor.edit(&mut browse.path.typed, edit);
    }
}

/// A path that is pasted.
pub(super) fn pasted(state: &mut State, text: &str) {
    if !matches!(state.browse.stage, Stage::Path) {
        state.say(Tone::Plain, "There is nothing to paste into here: Esc closes the report.");
    } else if text.chars().any(is_dangerous) {
        state.say(
            Tone::Bad,
            "Nothing was pasted: it holds a line break or an invisible character; copy the path alone.",
        );
    } else {
        state.browse.fault = None;
        let line = &mut state.browse.path;
        line.cursor.insert(&mut line.typed, text);
    }
}

/// Enter: opens the report, the row, or fills the form from it.
pub(super) fn accept(state: &mut State) -> Vec<Effect> {
    let browse = &mut state.browse;
    match &browse.stage {
        Stage::Path => {
            browse.id += 1;
            browse.stage = Stage::Opening;
            browse.fault = None;
            vec![Effect::OpenReport(browse.id, browse.path.typed.clone())]
        }
        Stage::Listed if browse.count() > 0 => {
            vec![Effect::ReadReport(browse.id, Reading::Whole(browse.which, browse.cursor))]
        }
        Stage::Opening | Stage::Listed => Vec::new(),
        Stage::Whole { .. } => fill_form(state),
    }
}

/// Fills the form from the row under the cursor, or from the one that is shown.
pub(super) fn fill_form(state: &mut State) -> Vec<Effect> {
    let browse = &state.browse;
    let row = match &browse.stage {
        Stage::Whole { row, .. } => Some(&row.seen),
        Stage::Listed => browse.row(browse.cursor),
        Stage::Path | Stage::Opening => None,
    };
    let Some(row) = row.cloned() else { return Vec::new() };
    let text = |masked: &Masked| masked.plain().map(str::to_owned);
    let (Some(card_reference), Some(customer_id)) = (text(&row.card_reference), text(&row.customer_id))
    else {
        state.say(Tone::Bad, "Nothing was filled in: an id of this row is masked in the report. Take it from the input of the batch.");
        return Vec::new();
    };
    let submerchant_id = state.profile().map(|it| it.submerchant_id.clone()).unwrap_or_default();
    state.overlays.retain(|overlay| !matches!(overlay, Overlay::Report));
    let draft = Draft { card_reference, customer_id, submerchant_id, ..Draft::default() };
    fill::fill(state, draft, &origin(&row))
}

fn origin(row: &Seen) -> String {
    format!("row {} of the report, asked on profile {}", row.row, row.profile.text())
}

/// All rows, or those that are not USABLE.
pub(super) fn switch(state: &mut State) -> Vec<Effect> {
    let browse = &mut state.browse;
    if !matches!(browse.stage, Stage::Listed) {
        return Vec::new();
    }
    browse.which = match browse.which {
        Which::All => Which::Unusable,
        Which::Unusable => Which::All,
    };
    (browse.cursor, browse.first, browse.asked) = (0, 0, None);
    browse.rows.clear();
    read_around(browse)
}

/// The movement of the cursor, or of the lines of a row.
pub(super) fn go(state: &mut State, step: Move) -> Vec<Effect> {
    let lines = state.scroll_limit.saturating_add(1);
    let browse = &mut state.browse;
    let count = usize::try_from(browse.count()).unwrap_or(usize::MAX);
    match &mut browse.stage {
        Stage::Whole { scroll, .. } => *scroll = moved(*scroll, step, lines),
        Stage::Listed => {
            browse.cursor = moved(usize::try_from(browse.cursor).unwrap_or(usize::MAX), step, count) as u64;
            return read_around(browse);
        }
        Stage::Path | Stage::Opening => {}
    }
    Vec::new()
}

/// Asks for the rows around the cursor, where they are neither loaded nor asked for.
fn read_around(browse: &mut Browse) -> Vec<Effect> {
    let (from, count) = (browse.cursor.saturating_sub(AROUND), browse.count());
    let loaded = browse.first..browse.first + browse.rows.len() as u64;
    let to = (browse.cursor + AROUND).min(count);
    let has_all = from >= loaded.start && to <= loaded.end;
    let is_asked = browse.asked.is_some_and(|first| from >= first && to <= first + PAGE as u64);
    if count == 0 || has_all || is_asked {
        return Vec::new();
    }
    // Twice as much before the cursor as has to be there, so that going back does not ask at each row.
    let first = browse.cursor.saturating_sub(2 * AROUND);
    browse.asked = Some(first);
    vec![Effect::ReadReport(browse.id, Reading::Page(browse.which, first))]
}

/// What comes of the report that is open.
pub(super) fn came(state: &mut State, id: u32, news: News) -> Vec<Effect> {
    let browse = &mut state.browse;
    if id != browse.id || matches!(browse.stage, Stage::Path) {
        return Vec::new();
    }
    match news {
        News::Failed(fault) => fail(browse, fault),
        News::Counted(counted) => {
            if matches!(browse.stage, Stage::Opening) {
                browse.stage = Stage::Listed;
            }
            browse.counted = *counted;
            return read_around(browse);
        }
        News::Page { which, first, rows } if which == browse.which => {
            browse.asked.take_if(|asked| *asked == first);
            (browse.first, browse.rows) = (first, rows);
        }
        News::Page { .. } => {}
        News::Whole(Some(row)) => browse.stage = Stage::Whole { row, scroll: 0 },
        News::Whole(None) => fail(browse, ReportFault::Disk),
    }
    Vec::new()
}

/// Back to the path, with what was typed and why it does not do.
fn fail(browse: &mut Browse, fault: ReportFault) {
    let path = std::mem::take(&mut browse.path);
    *browse = Browse { id: browse.id, path, fault: Some(fault), ..Browse::default() };
}

/// Esc: from a row to the list, from the list to the panes. The report stays where it was until another path is typed.
pub(super) fn back(state: &mut State) -> Vec<Effect> {
    let browse = &mut state.browse;
    match browse.stage {
        Stage::Whole { .. } => {
            browse.stage = Stage::Listed;
            return Vec::new();
        }
        Stage::Opening => browse.stage = Stage::Path,
        Stage::Path => drop(state.overlays.pop()),
        Stage::Listed => {
            state.overlays.pop();
            let path = std::mem::take(&mut browse.path);
            *browse = Browse { id: browse.id, path, ..Browse::default() };
        }
    }
    vec![Effect::CloseReport]
}
