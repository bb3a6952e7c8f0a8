//! URL, method and headers of a pasted request.

use super::super::{Question, Seen, pasted};
use super::{Brought, names};
use crate::domain::calendar::is_day;
use crate::domain::clinic::{Authorization, Kind, Media, Place, Told};
use crate::domain::profile::{CALL_PATH, PRODUCTION_HOSTS, Profile, SANDBOX_HOST};
use crate::secret::Masked;

/// How a page of the documentation mistakes the path.
const MISTAKEN: &str = "/get/card";

pub(in super::super) const QUESTIONS: &[Question] = &[
    &[
        pasted("paste-host-of-profile", host_of_profile),
        pasted("paste-url-missing", |case| case.head()?.place.is_none().then(Seen::default)),
        pasted("paste-host-other", host_other),
    ],
    &[pasted("paste-plain-http", plain_http)],
    &[pasted("paste-key-in-url", |case| place(case)?.has_user.then(Seen::default))],
    &[pasted("paste-path-mistaken", path_mistaken), pasted("paste-path-other", path_other)],
    &[pasted("paste-query", |case| place(case)?.has_query.then(Seen::default))],
    &[pasted("paste-method", |case| (!case.head()?.is_post).then(Seen::default))],
    &[pasted("paste-glued-lines", |case| case.head()?.is_glued.then(Seen::default))],
    &[
        pasted("paste-auth-missing", auth_missing),
        pasted("paste-auth-no-colon", |case| authorization(case, Authorization::NoColon)),
        pasted("paste-auth-password", |case| authorization(case, Authorization::Password)),
        pasted("paste-auth-not-base64", |case| authorization(case, Authorization::NotBase64)),
        pasted("paste-auth-scheme", |case| authorization(case, Authorization::OtherScheme)),
    ],
    &[
        pasted("paste-merchant-missing", |case| case.head()?.merchant_id.is_none().then(Seen::default)),
        pasted("paste-merchant-case", merchant_case),
        pasted("paste-merchant-of-profile", merchant_of_profile),
        pasted("paste-merchant-other", merchant_other),
    ],
    &[
        pasted("paste-version-missing", |case| case.head()?.version.is_none().then(Seen::default)),
        pasted("paste-version-no-day", version_no_day),
    ],
    &[
        pasted("paste-routing-missing", |case| (!case.head()?.has_routing).then(Seen::default)),
        pasted("paste-routing-differs", routing_differs),
    ],
    &[
        pasted("paste-type-missing", |case| media(case, Media::Missing)),
        pasted("paste-type-form", |case| media(case, Media::Form)),
        pasted("paste-type-other", |case| media(case, Media::Other)),
    ],
    &[pasted("paste-header-twice", header_twice)],
];

fn place<'a>(case: &Brought<'a>) -> Option<&'a Place> {
    case.head()?.place.as_ref()
}

fn is_at(profile: &Profile, place: &Place) -> bool {
    place.host.plain() == Some(&profile.endpoint.authority())
}

fn host_of_profile(case: &Brought<'_>) -> Option<Seen> {
    let place = place(case).filter(|place| case.here().is_none_or(|here| !is_at(here, place)))?;
    let owners: Vec<&Profile> = case.others().filter(|other| is_at(other, place)).collect();
    let seen = Seen::at("host", place.host.clone()).word("profile", names(owners.iter().copied()));
    (!owners.is_empty()).then_some(seen)
}

/// Under a profile of a merchant, its host is the right one; else those of the contract are.
fn host_other(case: &Brought<'_>) -> Option<Seen> {
    let place = place(case)?;
    let host = place.host.plain().unwrap_or_default();
    let is_right = match case.here() {
        Some(here) => is_at(here, place),
        None => place.is_loopback || host == SANDBOX_HOST || PRODUCTION_HOSTS.contains(&host),
    };
    (!is_right).then(|| Seen::at("host", place.host.clone()))
}

fn plain_http(case: &Brought<'_>) -> Option<Seen> {
    let place = place(case)?;
    (!place.is_secure && !place.is_loopback).then(|| Seen::at("host", place.host.clone()))
}

fn is_path(case: &Brought<'_>, place: &Place) -> bool {
    let path = place.path.plain();
    path == Some(CALL_PATH) || path.is_some() && path == case.here().map(|here| here.endpoint.path())
}

fn path_mistaken(case: &Brought<'_>) -> Option<Seen> {
    let path = &place(case)?.path;
    path.text().ends_with(MISTAKEN).then(|| Seen::at("path", path.clone()).word("path", path.clone()))
}

fn path_other(case: &Brought<'_>) -> Option<Seen> {
    let place = place(case)?;
    (!is_path(case, place)).then(|| Seen::at("path", place.path.clone()))
}

fn authorization(case: &Brought<'_>, is: Authorization) -> Option<Seen> {
    (case.head()?.authorization == is).then(|| Seen::at("Authorization", Masked::hidden()))
}

/// A browser leaves it out of a HAR file unless it is told otherwise.
fn auth_missing(case: &Brought<'_>) -> Option<Seen> {
    let how = match case.pasted.kind {
        Kind::Har => " or was left out of the HAR file, which browsers do by default",
        _ => "",
    };
    let is_missing = case.head()?.authorization == Authorization::Missing;
    is_missing.then(|| Seen::default().says("how", how))
}

fn value(told: Option<&Told>) -> Option<&Masked> {
    match told? {
        Told::Value(value) => Some(value),
        Told::Later => None,
    }
}

fn merchant<'a>(case: &Brought<'a>) -> Option<(&'a Masked, &'a str)> {
    let value = value(case.head()?.merchant_id.as_ref())?;
    let text = value.plain()?;
    case.here().is_none_or(|here| here.merchant_id != text).then_some((value, text))
}

/// It differs from the profile's by case, or from that of another profile where none is in use.
fn merchant_case(case: &Brought<'_>) -> Option<Seen> {
    let (value, text) = merchant(case)?;
    if case.others().any(|other| other.merchant_id == text) {
        return None;
    }
    let mut likely = case.here().into_iter().chain(case.others());
    let meant = likely.find(|it| it.merchant_id.eq_ignore_ascii_case(text))?;
    let right = Masked::typed(&meant.merchant_id);
    Some(
        Seen::at("x-merchantid", value.clone())
            .word("right", right)
            .word("profile", Masked::typed(&meant.name)),
    )
}

fn merchant_of_profile(case: &Brought<'_>) -> Option<Seen> {
    let (value, text) = merchant(case)?;
    let owners: Vec<&Profile> = case.others().filter(|other| other.merchant_id == text).collect();
    let seen = Seen::at("x-merchantid", value.clone()).word("profile", names(owners.iter().copied()));
    (!owners.is_empty()).then_some(seen)
}

fn merchant_other(case: &Brought<'_>) -> Option<Seen> {
    let (value, _) = merchant(case)?;
    let here = case.here()?;
    Some(Seen::at("x-merchantid", value.clone()).word("right", Masked::typed(&here.merchant_id)))
}

fn version_no_day(case: &Brought<'_>) -> Option<Seen> {
    let value = value(case.head()?.version.as_ref())?;
    (!value.plain().is_some_and(is_day)).then(|| Seen::at("version", value.clone()))
}

fn routing_differs(case: &Brought<'_>) -> Option<Seen> {
    let draft = &case.pasted.draft;
    let (routing, customer) = (draft.routing_id.as_str(), draft.customer_id.as_str());
    let differs =
        case.pasted.head.is_some() && !routing.is_empty() && !customer.is_empty() && routing != customer;
    let seen = Seen::at("x-routing-id", Masked::typed(routing)).and("customer_id", Masked::typed(customer));
    differs.then_some(seen)
}

fn media(case: &Brought<'_>, is: Media) -> Option<Seen> {
    (case.head()?.media == is).then(Seen::default)
}

fn header_twice(case: &Brought<'_>) -> Option<Seen> {
    let twice = &case.head()?.twice;
    (!twice.is_empty()).then(|| Seen::default().says("names", &twice.join(", ")))
}
