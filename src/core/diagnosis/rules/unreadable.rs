//! A body that cannot be read as the contract. What is wrong and where is the fault's own sentence, without content.

use super::{Question, Seen, Unread, unread};
use crate::diagnosis::{around, ours};
use crate::domain::failure::Unreadable::{Body, Encoded, NotAnObject, NotTheContract};
use crate::secret::Unparsed::{CutShort, Empty, Markup, NotJson, NotUtf8, TooDeep, TooManyKeys};

pub(super) const QUESTIONS: &[Question] = &[&[
    unread("body-empty", |it| seen(it, matches!(it.fault, Body(Empty)))),
    unread("body-markup", |it| seen(it, matches!(it.fault, Body(Markup)))),
    unread("body-not-utf8", |it| seen(it, matches!(it.fault, Body(NotUtf8 { .. })))),
    unread("body-cut-short", |it| seen(it, matches!(it.fault, Body(CutShort(_))))),
    unread("body-not-json", |it| seen(it, matches!(it.fault, Body(NotJson(_))))),
    unread("body-too-deep", |it| seen(it, matches!(it.fault, Body(TooDeep)))),
    unread("body-too-many-keys", |it| seen(it, matches!(it.fault, Body(TooManyKeys)))),
    unread("body-encoded", |it| seen(it, matches!(it.fault, Encoded))),
    unread("body-no-object", |it| seen(it, matches!(it.fault, NotAnObject))),
    unread("body-other-object", |it| seen(it, matches!(it.fault, NotTheContract))),
]];

/// Says the content type too: a page of HTML tells of something in between.
fn seen(case: &Unread<'_>, fires: bool) -> Option<Seen> {
    if !fires {
        return None;
    }
    let what = case.fault.what();
    let told = Seen::default().says("next", case.fault.next());
    Some(match case.exchange.header("content-type") {
        Some(kind) => told
            .and("content-type", kind.clone())
            .word("what", around(&format!("{what}; its content-type is \""), kind, "\".")),
        None => told.word("what", ours(&format!("{what}."))),
    })
}
