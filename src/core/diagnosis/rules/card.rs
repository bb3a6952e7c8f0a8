//! The card behind the token: its expiry, which is not the token's, and the account that it belongs to.

use super::{Answered, Question, Seen, answer, state};
use crate::domain::answer::Answer;
use crate::secret::is_over;

pub(super) const QUESTIONS: &[Question] = &[
    &[answer("card-expiry-unreadable", expiry_unreadable), answer("card-expired", expired)],
    &[answer("par-form", par_form), answer("par-prefix", par_prefix)],
];

/// Fires by whether the card's expiry is over, of which nothing is known where it is no month and year.
fn by_expiry(case: &Answered<'_>, is: fn(Option<bool>) -> bool) -> Option<Seen> {
    let card = &case.answer.card_details;
    let (month, year) = (card.exp_month.value()?, card.exp_year.value()?);
    is(is_over(month, year, (case.today.year(), case.today.month()))).then(|| seen(case.answer))
}

fn seen(answer: &Answer) -> Seen {
    let card = &answer.card_details;
    Seen::at("card_details.exp_month", card.exp_month.masked())
        .and("card_details.exp_year", card.exp_year.masked())
}

fn expiry_unreadable(case: &Answered<'_>) -> Option<Seen> {
    by_expiry(case, |over| over.is_none())
}

fn expired(case: &Answered<'_>) -> Option<Seen> {
    by_expiry(case, |over| over == Some(true)).filter(|_| state::is_active(case))
}

fn par_form(case: &Answered<'_>) -> Option<Seen> {
    let par = &case.answer.card_details.par;
    let facts = par.value()?.facts();
    let is_par = facts.length == 29 && facts.capitals_and_digits;
    (!is_par).then(|| Seen::at("card_details.par", par.masked()))
}

fn par_prefix(case: &Answered<'_>) -> Option<Seen> {
    let (network, par) = (case.network?, &case.answer.card_details.par);
    let prefix = network.par.as_deref()?;
    let is_odd = !par.value()?.begins_with(prefix);
    is_odd.then(|| {
        let seen = Seen::at("card_details.par", par.masked()).and("network", case.answer.network.shown());
        seen.says("prefix", prefix).says("network", network.name())
    })
}
