//! The header: where a send goes, in words and colour, on every screen.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::{Frame, ink, palette};
use crate::app::stage::Kind;
use crate::app::state::State;
use crate::secret::Masked;

/// Columns that a part needs to be cut to; with fewer it would say nothing.
const LEAST: usize = 12;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, state: &State) {
    ink::draw(frame, area, [line(state, usize::from(area.width))]);
}

/// The parts in the order of their weight; the first that does not fit is cut, and what comes after it is left out.
fn line(state: &State, width: usize) -> Line<'static> {
    let mut line = Line::default();
    for (text, style) in parts(state) {
        let left = width.saturating_sub(line.width());
        let fits = text.width() <= left;
        if fits || left >= LEAST {
            line.push_span(Span::styled(crate::text::cut(&text, left), style));
        }
        if !fits {
            break;
        }
    }
    line
}

fn parts(state: &State) -> Vec<(String, Style)> {
    let Some(profile) = state.profile_at_work() else { return Vec::new() };
    let shown = |text: &str| Masked::typed(text).text();
    let environment = profile.environment();
    let mut parts =
        vec![(format!(" {} ", environment.word()), palette::environment(environment, profile.is_guarded()))];
    if state.stage.on {
        parts.push((" STAGE ".into(), palette::stage()));
    }
    if state.settings.read_only || profile.read_only {
        parts.push((" READ-ONLY ".into(), palette::selected()));
    }
    if state.history.fault.is_some() {
        parts.push((" NO HISTORY ".into(), palette::bad().patch(palette::selected())));
    }
    parts.push((
        format!(" {}", shown(&profile.name)),
        palette::heading().patch(palette::profile(profile.colour)),
    ));
    parts.push((format!("  {}", shown(&profile.endpoint.authority())), Style::new()));
    if let Some(proxy) = &profile.proxy {
        let authority = proxy.split_once("://").map_or(proxy.as_str(), |(_, authority)| authority);
        parts.push((format!("  via {}", shown(authority)), palette::label()));
    }
    if !state.settings.trust_note.is_empty() {
        parts.push((format!("  {}", shown(&state.settings.trust_note)), palette::label()));
    }
    let merchant = state.stage.shown(Kind::Merchant, &profile.merchant_id).text();
    parts.push((format!("  merchant {merchant}"), palette::label()));
    parts.push((format!("  key: {}", profile.key.word()), palette::label()));
    parts
}
