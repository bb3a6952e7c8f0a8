//! Reads `[profiles.NAME]`: where a profile sends to, as whom, and with what care.

use toml::de::DeValue;

use super::document::{Document, Section, Wrong, wrong};
use super::schema::NOT_SET;
use super::schema::{flag, path, text};
use super::{DEFAULT_VERSION, DEMO, names, source};
use crate::domain::calendar::is_day;
use crate::domain::profile::{Colour, Endpoint, EndpointFault, Environment, Profile, Routing, SANDBOX_HOST};

/// The longest name of a profile: it stands in every header.
const LONGEST_NAME: usize = 32;
/// The longest merchant id that is sent.
const LONGEST_ID: usize = 256;
const COLOURS: [(&str, Colour); 7] = [
    ("default", Colour::Default),
    ("blue", Colour::Blue),
    ("green", Colour::Green),
    ("yellow", Colour::Yellow),
    ("magenta", Colour::Magenta),
    ("cyan", Colour::Cyan),
    ("red", Colour::Red),
];

/// Reads all profiles, in the order of the file.
pub(super) fn read<'a>(document: &mut Document<'a>, root: &Section<'a>) -> Vec<Profile> {
    let all = document.section(root, "profiles");
    let names = all.names();
    names.into_iter().filter_map(|(name, offset)| profile(document, &all, name, offset)).collect()
}

/// Whether a profile may be called so.
pub(crate) fn is_name(name: &str) -> bool {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    plain && (1..=LONGEST_NAME).contains(&name.len())
}

/// The mend of a profile's name that is not one of these.
pub(super) fn list_mend(known: &[&str]) -> String {
    let fit: Vec<&str> = known.iter().copied().filter(|name| is_name(name)).collect();
    if fit.is_empty() {
        return "add a profile as [profiles.NAME], or start with --demo".to_owned();
    }
    format!("there are: {}", fit.join(", "))
}

fn profile<'a>(document: &mut Document<'a>, all: &Section<'a>, name: &str, offset: usize) -> Option<Profile> {
    let line = document.line(offset);
    if !is_name(name) {
        let mend = format!("use letters, digits, - and _, at most {LONGEST_NAME}");
        document.refuse("profiles", line, &wrong("holds a name that no profile may have", mend));
        return None;
    }
    if name == DEMO {
        let mend = wrong("is the name of the built-in emulator", "give the profile another name");
        document.refuse(name, line, &mend);
        return None;
    }
    let at = document.section(all, name);
    if !at.is_there() {
        return None;
    }
    document.only(&at, &names::PROFILE);
    build(document, &at, name)
}

/// Reads everything, so that every fault is found, and only then gives up.
fn build<'a>(document: &mut Document<'a>, at: &Section<'a>, name: &str) -> Option<Profile> {
    let environment = environment(document, at);
    let endpoint = environment.and_then(|environment| endpoint(document, at, environment));
    let mend = "add merchant_id = \"...\", the x-merchantid of the merchant";
    let merchant_id = document.required(at, "merchant_id", mend, |value| id(value).map(ToOwned::to_owned));
    let version = document.value(at, "version", (DEFAULT_VERSION.to_owned(), DEFAULT_VERSION), version);
    let routing = document.value(at, "routing_id", (Routing::default(), "\"customer_id\""), routing);
    let reseller = flag(document, at, "reseller", false);
    let submerchant_id = document.value(at, "submerchant_id", (String::new(), "\"\""), submerchant_id);
    let colour = document.value(at, "colour", (Colour::default(), "\"default\""), colour);
    let key = source::read(document, at);
    let allow_reveal = flag(document, at, "allow_reveal", true);
    let read_only = flag(document, at, "read_only", false);
    let guard_production = document.value(at, "guard", (false, NOT_SET), |value| guard(value, environment));
    let ca_file =
        document.value(at, "ca_file", (None, NOT_SET), |value| ca_file(value, environment).map(Some));
    let ca_file = ca_file.and_then(|written| path(document, at, "ca_file", written));
    let proxy = document.value(at, "proxy", (None, NOT_SET), |value| proxy(value).map(Some));
    Some(Profile {
        name: name.to_owned(),
        endpoint: endpoint?,
        merchant_id: merchant_id?,
        version,
        routing,
        reseller,
        submerchant_id,
        colour,
        key: key?,
        allow_reveal,
        read_only,
        guard_production,
        ca_file,
        proxy,
    })
}

fn environment<'a>(document: &mut Document<'a>, at: &Section<'a>) -> Option<Environment> {
    let mend = "add environment = \"sandbox\", \"production\" or \"custom\"";
    document.required(at, "environment", mend, |value| match Environment::from_name(text(value)?) {
        Some(Environment::Emulator) => {
            Err(wrong("names the built-in emulator, which needs no profile", "start it with --demo"))
        }
        Some(environment) => Ok(environment),
        None => Err(wrong("is no environment", "write \"sandbox\", \"production\" or \"custom\"")),
    })
}

/// `host` and `base_url` are read whatever the environment, so that neither is passed over in silence.
fn endpoint<'a>(document: &mut Document<'a>, at: &Section<'a>, environment: Environment) -> Option<Endpoint> {
    let standard = match environment {
        Environment::Production => Endpoint::production(None).ok(),
        _ => Some(Endpoint::sandbox()),
    };
    let written = "the environment's own";
    let endpoint =
        document.value(at, "host", (standard, written), |value| host(value, environment).map(Some));
    if environment == Environment::Custom {
        let mend = "add base_url = \"https://...\", the address before /v4/card/get";
        return document.required(at, "base_url", mend, |value| custom(text(value)?));
    }
    document.value(at, "base_url", ((), NOT_SET), |_| {
        Err(wrong("is for the environment custom only", "take it out, or write environment = \"custom\""))
    });
    endpoint
}

fn host(value: &DeValue<'_>, environment: Environment) -> Result<Endpoint, Wrong> {
    let host = text(value)?;
    match environment {
        Environment::Production => Endpoint::production(Some(host)).map_err(|fault| {
            wrong(fault.to_string(), "write one of the two, or environment = \"custom\" with a base_url")
        }),
        Environment::Sandbox if host == SANDBOX_HOST => Ok(Endpoint::sandbox()),
        Environment::Sandbox => Err(wrong(
            format!("is not the host of the sandbox ({SANDBOX_HOST})"),
            "take it out, or write environment = \"custom\" with a base_url",
        )),
        _ => Err(wrong("is for the environment production only", "write base_url = \"https://...\" instead")),
    }
}

fn custom(base_url: &str) -> Result<Endpoint, Wrong> {
    Endpoint::custom(base_url).map_err(|fault| {
        let mend = match fault {
            EndpointFault::Juspay => "write environment = \"sandbox\" or \"production\" and no base_url",
            EndpointFault::UserInfo => "take the part before the @ out and name a source under key",
            EndpointFault::Cleartext | EndpointFault::Scheme => "write https://",
            _ => "write scheme, host and at most port and path",
        };
        wrong(fault.to_string(), mend)
    })
}

/// An id that goes into a header as it is.
fn id<'a>(value: &'a DeValue<'_>) -> Result<&'a str, Wrong> {
    let id = text(value)?;
    if id.is_empty() {
        return Err(wrong("is empty", "write the id as the dashboard shows it"));
    }
    if id.len() > LONGEST_ID || !id.bytes().all(|b| b.is_ascii_graphic()) {
        let what = "is not an id (visible ASCII without blanks, at most 256 characters)";
        return Err(wrong(what, "write the id as the dashboard shows it"));
    }
    Ok(id)
}

fn submerchant_id(value: &DeValue<'_>) -> Result<String, Wrong> {
    if text(value)?.is_empty() { Ok(String::new()) } else { id(value).map(ToOwned::to_owned) }
}

/// A date without quotes is a date in TOML, and what is meant is plain.
fn version(value: &DeValue<'_>) -> Result<String, Wrong> {
    let written = match value {
        DeValue::Datetime(date) => date.to_string(),
        other => text(other)?.to_owned(),
    };
    let fault =
        || wrong("is not a day of the calendar", format!("write YYYY-MM-DD, such as \"{DEFAULT_VERSION}\""));
    if is_day(&written) { Ok(written) } else { Err(fault()) }
}

fn routing(value: &DeValue<'_>) -> Result<Routing, Wrong> {
    match text(value)? {
        "customer_id" => Ok(Routing::CustomerId),
        "ask" => Ok(Routing::Ask),
        _ => Err(wrong("is no rule for x-routing-id", "write \"customer_id\" or \"ask\"")),
    }
}

fn colour(value: &DeValue<'_>) -> Result<Colour, Wrong> {
    let name = text(value)?;
    let known = COLOURS.iter().find(|(known, _)| *known == name);
    known.map(|(_, colour)| *colour).ok_or_else(|| {
        let names = COLOURS.map(|(name, _)| format!("\"{name}\"")).join(", ");
        wrong("is no colour of a profile", format!("write one of {names}"))
    })
}

fn guard(value: &DeValue<'_>, environment: Option<Environment>) -> Result<bool, Wrong> {
    if text(value)? != "production" {
        return Err(wrong("is no guard", "write \"production\" or take it out"));
    }
    custom_only(environment).map(|()| true)
}

fn ca_file<'a>(value: &'a DeValue<'_>, environment: Option<Environment>) -> Result<&'a str, Wrong> {
    custom_only(environment)?;
    text(value)
}

fn custom_only(environment: Option<Environment>) -> Result<(), Wrong> {
    match environment {
        Some(Environment::Custom) | None => Ok(()),
        Some(_) => Err(wrong("is for the environment custom only", "take it out")),
    }
}

/// Scheme, host and port of a proxy. A user name or password is refused: it would lie in the file as text.
fn proxy(value: &DeValue<'_>) -> Result<String, Wrong> {
    let url = text(value)?;
    if url.contains('@') {
        return Err(wrong("holds a user name or password", "take the part before the @ out"));
    }
    let fault = || wrong("is not the address of a proxy", "write http://HOST:PORT");
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://")).ok_or_else(fault)?;
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !rest.ends_with(']') => (host, port.parse::<u16>().ok()),
        _ => (rest, Some(0)),
    };
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match inner {
        Some(ip) => ip.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
        }
    };
    if is_host && port.is_some() { Ok(url.strip_suffix('/').unwrap_or(url).to_owned()) } else { Err(fault()) }
}
