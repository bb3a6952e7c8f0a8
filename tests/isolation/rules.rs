//! What has to hold at every step, kept beside the program and not taken from it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use tokenscope::domain::profile::{Environment, Profile};
use tokenscope::secret::Moment;

use crate::street::Request;

/// A guarded profile needs no words for this long after a send.
const ARMED_FOR: Duration = Duration::from_mins(15);

/// What a host may see: how its keys begin, and its merchant id.
pub const RIGHTS: [(&str, &str, &str); 5] = [
    ("sandbox.juspay.in", "sandbox-key-", "acme_test"),
    ("api.juspay.in", "production-key-", "acme_live"),
    ("api-ns1.juspay.in", "static-key-", "acme_static"),
    ("one.example.internal", "first-key-", "acme_one"),
    ("two.example.internal", "second-key-", "acme_two"),
];

/// How often something has happened; a walk in which it has not proves nothing.
pub type Tally = BTreeMap<&'static str, u32>;

/// Host and reference of a call.
pub type Name = (String, String);

/// Calls of one name that were admitted.
#[derive(Default)]
struct Admission {
    times: u32,
    /// Keys that it may not use: a host has refused them, and no file holds them any more.
    banned: HashSet<String>,
}

#[derive(Default)]
pub struct Rules {
    armed: Option<(String, Moment)>,
    admitted: HashMap<Name, Admission>,
    seen: HashMap<Name, u32>,
    landed: HashMap<Name, u32>,
    /// Keys that got a 401 under a profile, while their file still holds them and nobody has fetched them again for it.
    refused: HashSet<(String, String)>,
    /// The same once no file holds them. A key is kept for one profile, and refused for that one.
    retired: HashSet<(String, String)>,
    pub tally: Tally,
}

/// A profile as the guard has to know it: one that is another host, merchant or name is another profile.
fn identity(profile: &Profile) -> String {
    format!("{} {} {}", profile.name, profile.endpoint.url(), profile.merchant_id)
}

pub fn host(profile: &Profile) -> String {
    profile.endpoint.authority()
}

impl Rules {
    pub fn count(&mut self, what: &'static str) {
        *self.tally.entry(what).or_default() += 1;
    }

    /// Whether a send may be admitted now.
    pub fn allows(&self, profile: &Profile, typed: Option<&str>, now: Moment) -> bool {
        let is_armed =
            self.armed.as_ref().is_some_and(|(armed, until)| *armed == identity(profile) && now < *until);
        match typed {
            _ if profile.environment() != Environment::Production => true,
            Some(words) => words == format!("prod {}", profile.merchant_id),
            None => is_armed,
        }
    }

    /// A send was admitted; `in_file` is the key that could be fetched for it.
    pub fn admit(
        &mut self,
        profile: &Profile,
        name: Name,
        typed: Option<&str>,
        in_file: Option<&str>,
        now: Moment,
    ) {
        if profile.environment() == Environment::Production {
            self.count(if typed.is_some() { "confirmed by words" } else { "armed" });
            self.armed = Some((identity(profile), now.plus(ARMED_FOR)));
        }
        if let Some(key) = in_file {
            self.refused.remove(&(profile.name.clone(), key.to_owned()));
        }
        let of_profile = self.retired.iter().filter(|(refused, _)| *refused == profile.name);
        let retired: HashSet<String> = of_profile.map(|(_, key)| key.clone()).collect();
        let admission = self.admitted.entry(name).or_default();
        admission.times += 1;
        admission.banned = if admission.times == 1 { retired } else { &admission.banned & &retired };
    }

    /// The profile was switched.
    pub fn disarm(&mut self) {
        self.armed = None;
    }

    /// A call has ended of which the server has to have seen one request.
    pub fn land(&mut self, name: &Name) {
        *self.landed.entry(name.clone()).or_default() += 1;
    }

    /// A host has refused this key of a profile, and the call that brought it has ended.
    pub fn refuse(&mut self, profile: &str, key: &str, in_file: Option<&str>) {
        let kept = if in_file == Some(key) { &mut self.refused } else { &mut self.retired };
        kept.insert((profile.to_owned(), key.to_owned()));
    }

    /// A key file holds something else now.
    pub fn replace(&mut self, old: Option<&str>) {
        self.retired.extend(self.refused.extract_if(|(_, key)| Some(key.as_str()) == old));
    }

    /// The proxy hears a host and nothing else.
    pub fn check_tunnel(head: &str) {
        let lower = head.to_ascii_lowercase();
        for word in ["authorization", "x-merchantid", "basic ", "-key-", "acme", "cookie"] {
            assert!(!lower.contains(word), "the proxy saw {word}: {head}");
        }
    }

    /// A host has seen a request.
    pub fn check(&mut self, request: &Request) {
        let host = &request.tunnel;
        assert!(request.names.iter().all(|name| name == host), "two hosts in {request:?}");
        let (_, prefix, merchant_id) =
            *RIGHTS.iter().find(|(known, ..)| known == host).expect("a known host");
        assert!(request.key.starts_with(prefix), "a key of another host in {request:?}");
        assert_eq!(request.merchant_id, merchant_id, "{request:?}");

        let name = (host.clone(), request.reference.clone());
        let seen = self.seen.entry(name.clone()).or_default();
        *seen += 1;
        let admission = self.admitted.get(&name);
        let admission = admission.unwrap_or_else(|| panic!("nobody admitted {request:?}"));
        assert!(*seen <= admission.times, "sent {seen} times, admitted {}: {request:?}", admission.times);
        assert!(!admission.banned.contains(&request.key), "a key that was refused in {request:?}");
        self.count(match host.as_str() {
            "sandbox.juspay.in" => "requests at the sandbox",
            "one.example.internal" | "two.example.internal" => "requests at custom hosts",
            _ => "requests at production",
        });
    }

    /// Every call that has ended was seen.
    pub fn check_landed(&self, name: &Name) {
        let count = |of: &HashMap<Name, u32>| of.get(name).copied().unwrap_or_default();
        assert!(count(&self.seen) >= count(&self.landed), "an answer without a request: {name:?}");
    }

    /// The walk has been everywhere, often enough to prove something.
    pub fn assert_thorough(&self) {
        for (what, least) in [
            ("requests at the sandbox", 200),
            ("requests at production", 200),
            ("requests at custom hosts", 200),
            ("confirmed by words", 50),
            ("armed", 50),
            ("wrong words", 20),
            ("unconfirmed", 50),
            ("pasted words", 5),
            ("cancelled", 50),
            ("switched in a call", 20),
            ("held", 50),
            ("401", 20),
            ("no key", 10),
            ("key rotated", 20),
            ("stale news", 50),
            ("hours passed", 20),
            ("profile edited", 10),
            ("probed", 100),
            ("probed under another profile", 10),
            ("probed at production", 20),
        ] {
            let times = self.tally.get(what).copied().unwrap_or_default();
            assert!(times >= least, "{what}: only {times} times in {:?}", self.tally);
        }
    }

    /// Each call that was admitted has ended in one way, and was sent once at most.
    pub fn assert_once(&self) {
        let (seen, landed): (u32, u32) = (self.seen.values().sum(), self.landed.values().sum());
        let admitted: u32 = self.admitted.values().map(|admission| admission.times).sum();
        let (cancelled, unsent) = (self.tally["cancelled"], self.tally["no key"]);
        assert_eq!(admitted, landed + cancelled + unsent);
        assert!(
            (landed..=landed + cancelled).contains(&seen),
            "{landed} landed, {cancelled} cancelled, {seen} seen"
        );
    }

    /// Requests that production has seen.
    pub fn at_production(&self) -> u32 {
        let is_production = |(host, _): &&Name| host.starts_with("api");
        self.seen.iter().filter(|(name, _)| is_production(name)).map(|(_, times)| times).sum()
    }
}
