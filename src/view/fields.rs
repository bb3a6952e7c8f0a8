//! The fields of an answer, a refusal and a request as lines.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{palette, spans};
use crate::app::stage::{Kind, Stage};
use crate::domain::answer::{Answer, Field, Held, Refusal};
use crate::domain::exchange::{Exchange, Header};
use crate::domain::scripts;
use crate::domain::sent::Sent;
use crate::secret::Masked;
use crate::text;

/// Columns of a field's name.
pub(super) const NAME: usize = 11;

/// Columns that the token's side needs at least: a name, six digits, the mask and four digits.
const TOKEN_SIDE: usize = 27;

/// Columns of a value that are shown: many lines, and yet no frame is held up by an answer of a megabyte. An export has all.
const MOST: usize = 2_000;

/// What stands beside what is masked.
pub(super) struct Hints {
    /// Beside the cryptogram.
    pub(super) cryptogram: String,
    /// Beside a personal field.
    pub(super) personal: String,
}

/// A 200: token and card side by side, since the two have different numbers and expiries and only the token's go into a
/// payment (contract/domain.md, section 1); then what goes with the token; then the personal fields.
pub(super) fn answer(
    answer: &Answer,
    stage: &Stage,
    width: usize,
    hints: &Hints,
    stopwatch: Vec<Line<'static>>,
) -> Vec<Line<'static>> {
    let left = (width / 2).clamp(TOKEN_SIDE.min(width), 44);
    let mut lines: Vec<Line<'static>> =
        token(answer).into_iter().zip(card(answer)).map(|(token, card)| beside(token, card, left)).collect();
    lines.push(Line::default());
    lines.push(held("cryptogram", &answer.cryptogram, &hints.cryptogram));
    lines.push(line("ECI", &answer.eci));
    lines.extend(stopwatch);
    lines.push(line("requestor", &answer.token_requestor_id));
    lines.push(line("provider", &answer.token_details.provider));
    lines.push(line("category", &answer.token_details.provider_category));
    lines.push(Line::default());
    lines.extend(answer.personal().map(|(name, value)| held(name, value, &hints.personal)));
    lines.push(Line::default());
    for (name, kind, field) in
        [("reference", Kind::Card, &answer.reference), ("customer_id", Kind::Customer, &answer.customer_id)]
    {
        lines.extend(whole(name, &stage.shown_masked(kind, &field.to_show()), style(field), width));
    }
    lines.push(line("sub_type", &answer.sub_type));
    lines.push(line("country", &answer.issuer_country_code));
    lines.extend(marks(answer));
    lines
}

fn beside(token: Line<'static>, card: Line<'static>, left: usize) -> Line<'static> {
    let mut line = spans::fit(token, left);
    line.extend(card.spans);
    line
}

fn token(answer: &Answer) -> [Line<'static>; 5] {
    let details = &answer.token_details;
    let row = |name, value: &Masked, style| spans::field(name, 7, value, style);
    let number = match answer.token.value() {
        Some(_) => Masked::joined([details.first_six.shown(), Masked::hidden(), details.last_four.shown()]),
        None => answer.token.masked(),
    };
    let expiry = Masked::joined([details.exp_month.shown(), Masked::ours("/"), details.exp_year.shown()]);
    [
        Line::from(Span::styled("TOKEN into the payment", palette::heading())),
        row("number", &number, Style::new()),
        row("expiry", &expiry, Style::new()),
        row("state", &details.status.to_show(), palette::heading()),
        row("network", &answer.network.to_show(), style(&answer.network)),
    ]
}

fn card(answer: &Answer) -> [Line<'static>; 5] {
    let card = &answer.card_details;
    let row = |name, value: &Masked, style| spans::field(name, 6, value, style);
    [
        Line::from(Span::styled("CARD behind it", palette::heading())),
        row("ends", &card.last_four.to_show(), style(&card.last_four)),
        row("expiry", &card.exp_year.masked(), palette::quiet()),
        row("type", &answer.card_type.to_show(), style(&answer.card_type)),
        row("issuer", &answer.issuer.to_show(), style(&answer.issuer)),
    ]
}

/// What is wrong with the answer as an answer.
fn marks(answer: &Answer) -> Vec<Line<'static>> {
    let mismatches =
        answer.mismatches.iter().map(|mismatch| format!("! {} is not the one asked for", mismatch.name()));
    let duplicated = answer.duplicated.iter().map(|path| format!("! {path} stands there more than once"));
    mismatches.chain(duplicated).map(|mark| Line::styled(mark, palette::bad())).collect()
}

/// A refusal: what the API said, as it said it.
pub(super) fn refusal(refusal: &Refusal, width: usize) -> Vec<Line<'static>> {
    let all = [
        ("error_code", &refusal.error_code),
        ("code", &refusal.info_code),
        ("category", &refusal.info_category),
        ("developer", &refusal.info_developer_message),
        ("user", &refusal.user_message),
        ("user", &refusal.info_user_message),
        ("message", &refusal.error_message),
        ("error", &refusal.error),
        ("status", &refusal.status),
    ];
    let mut lines = vec![Line::styled("What the API said", palette::heading())];
    let present = all.iter().filter(|(_, field)| field.is_present());
    lines.extend(present.flat_map(|(name, field)| whole(name, &field.to_show(), style(field), width)));
    if lines.len() == 1 {
        lines.push(Line::styled("nothing that the contract names", palette::quiet()));
    }
    lines.push(Line::default());
    lines
}

/// The request as it was sent.
pub(super) fn sent(sent: &Sent, width: usize) -> Vec<Line<'static>> {
    let rows = [
        ("host", &sent.host),
        ("merchant", &sent.merchant_id),
        ("reference", &sent.card_reference),
        ("customer_id", &sent.customer_id),
        ("routing", &sent.routing_id),
        ("submerchant", &sent.submerchant_id),
    ];
    let mut lines = vec![Line::styled("What was sent", palette::heading())];
    let told = rows.into_iter().filter(|(name, value)| *name != "submerchant" || !value.is_empty());
    lines.extend(told.flat_map(|(name, value)| whole(name, value, Style::new(), width)));
    lines
}

/// A name and its value, on as many lines as it takes to show all of it, up to a length that no honest one has.
pub(super) fn whole(name: &str, value: &Masked, style: Style, width: usize) -> Vec<Line<'static>> {
    let room = width.saturating_sub(NAME + 1);
    if value.plain().is_some_and(|text| !text::is_wider(text, room.min(MOST))) {
        return vec![spans::field(name, NAME, value, style)];
    }
    let value = &value.cut(MOST);
    let parts = spans::wrap_masked(value, room);
    // One that mixes scripts stays together behind its badge.
    if parts.len() < 2 || scripts::is_mixed(value) {
        return vec![spans::field(name, NAME, value, style)];
    }
    let names = std::iter::once(name).chain(std::iter::repeat(""));
    parts.iter().zip(names).map(|(part, name)| spans::field(name, NAME, part, style)).collect()
}

/// The headers of an answer.
pub(super) fn headers(exchange: &Exchange) -> Vec<Line<'static>> {
    let line = |header: &Header| {
        let mut line = Line::from(spans::of(&header.name, palette::label()));
        line.push_span(Span::raw(" "));
        line.extend(spans::of(&header.value, Style::new()));
        line
    };
    exchange.headers.iter().map(line).collect()
}

fn style(field: &Field) -> Style {
    if matches!(field, Field::Shown(text) if !text.is_empty()) { Style::new() } else { palette::quiet() }
}

fn line(name: &str, field: &Field) -> Line<'static> {
    spans::field(name, NAME, &field.to_show(), style(field))
}

fn held(name: &str, held: &Held, hint: &str) -> Line<'static> {
    let mut line = spans::field(name, NAME, &held.masked(), palette::quiet());
    if held.value().is_some() {
        line.push_span(Span::styled(hint.to_owned(), palette::quiet()));
    }
    line
}
