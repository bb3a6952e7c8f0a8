//! The one place that decides whether a call may be sent. It sits below every user interface.
//!
//! A `ports::Gateway` takes an [`Order`] only, and an `Order` is made by [`Guard::admit`] only: so a
//! read-only console, an unconfirmed production or a key of another profile cannot be got round by pressing other keys.

use std::sync::Arc;
use std::time::Duration;

use super::profile::{Endpoint, Profile};
use super::request::ValidRequest;
use crate::secret::{Moment, Secret};

/// A guarded profile stays armed for this long after its last send.
pub const ARMED_FOR: Duration = Duration::from_mins(15);

/// A call that may be sent: which profile, which request.
pub struct Order {
    profile: Arc<Profile>,
    request: Arc<ValidRequest>,
}

impl Order {
    /// The profile it is sent under.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// What is asked.
    pub fn request(&self) -> &ValidRequest {
        &self.request
    }

    /// The profile, for what outlives the order; orders that one guard admitted in a row under the same profile share it.
    pub fn shared_profile(&self) -> Arc<Profile> {
        Arc::clone(&self.profile)
    }

    /// What is asked, for what outlives the order.
    pub fn shared_request(&self) -> Arc<ValidRequest> {
        Arc::clone(&self.request)
    }
}

// A copy would be a second send that no guard has seen.
static_assertions::assert_not_impl_any!(Order: Clone, std::fmt::Debug, std::fmt::Display);

/// Why a call is not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Barred {
    /// The whole console is read-only.
    #[error("nothing was sent: the console was started with --read-only; start it without to send")]
    ReadOnly,
    /// The profile is read-only.
    #[error("nothing was sent: this profile has read_only = true; change the profile or its config to send")]
    ProfileReadOnly,
    /// The profile is guarded and not armed.
    #[error("nothing was sent: this profile reaches production, which has to be confirmed first")]
    Unconfirmed,
    /// What was typed is not the confirmation.
    #[error("nothing was sent: what was typed is not the confirmation of this profile")]
    WrongConfirmation,
}

/// Keeps what was confirmed.
pub struct Guard {
    read_only: bool,
    armed: Option<Armed>,
    /// The profile of the last order, as it was then.
    last: Option<Arc<Profile>>,
}

struct Armed {
    profile: Arc<Profile>,
    until: Moment,
}

impl Guard {
    /// A guard with nothing confirmed.
    pub fn new(read_only: bool) -> Self {
        Self { read_only, armed: None, last: None }
    }

    /// Admits a request under a profile, or says why not. `typed` is the confirmation, word for word
    /// ([`Profile::confirmation`]); a guarded profile that is armed needs none.
    pub fn admit(
        &mut self,
        profile: &Profile,
        request: ValidRequest,
        typed: Option<&str>,
        now: Moment,
    ) -> Result<Order, Barred> {
        if self.read_only {
            return Err(Barred::ReadOnly);
        }
        if profile.read_only {
            return Err(Barred::ProfileReadOnly);
        }
        let profile = self.shared(profile);
        if profile.is_guarded() {
            self.confirm(&profile, typed, now)?;
        }
        self.last = Some(Arc::clone(&profile));
        Ok(Order { profile, request: Arc::new(request) })
    }

    /// The profile of the last order where it is that one, or the same in every point, else a copy.
    fn shared(&self, profile: &Profile) -> Arc<Profile> {
        let is_it = |last: &Profile| std::ptr::eq(last, profile) || last == profile;
        let last = self.last.as_ref().filter(|last| is_it(last));
        last.map_or_else(|| Arc::new(profile.clone()), Arc::clone)
    }

    fn confirm(&mut self, profile: &Arc<Profile>, typed: Option<&str>, now: Moment) -> Result<(), Barred> {
        let armed = self.is_armed(profile, now);
        match typed {
            Some(typed) if typed != profile.confirmation() => return Err(Barred::WrongConfirmation),
            None if !armed => return Err(Barred::Unconfirmed),
            _ => {}
        }
        self.armed = Some(Armed { profile: Arc::clone(profile), until: now.plus(ARMED_FOR) });
        Ok(())
    }

    /// Whether the profile, as it is now, was confirmed and has sent in the last fifteen minutes.
    pub fn is_armed(&self, profile: &Profile, now: Moment) -> bool {
        self.armed.as_ref().is_some_and(|armed| *armed.profile == *profile && now < armed.until)
    }

    /// Takes the confirmation back: at a profile switch and a reload.
    pub fn disarm(&mut self) {
        self.armed = None;
    }
}

/// An API key, bound to the profile and the host that it was fetched for.
pub struct ApiKey {
    profile: String,
    endpoint: Endpoint,
    /// Shared with what is made of it for the wire, so that it is known which key that is of; never a copy of the text.
    key: Arc<Secret>,
}

impl ApiKey {
    /// Binds a key to a profile.
    pub fn bind(profile: &Profile, key: Secret) -> Self {
        Self { profile: profile.name.clone(), endpoint: profile.endpoint.clone(), key: Arc::new(key) }
    }

    /// The key, if it is this order's: same profile, same host.
    pub fn of(&self, order: &Order) -> Option<&Arc<Secret>> {
        self.fits(order.profile()).then_some(&self.key)
    }

    /// Whether the key was fetched for this profile and its host.
    pub fn fits(&self, profile: &Profile) -> bool {
        self.profile == profile.name && self.endpoint == profile.endpoint
    }
}

static_assertions::assert_not_impl_any!(
    ApiKey: std::fmt::Debug, std::fmt::Display, Clone, PartialEq, std::hash::Hash, std::ops::Deref, AsRef<str>, serde::Serialize
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::request::Draft;

    const WORDS: Option<&str> = Some("prod acme");

    fn production() -> Profile {
        let demo = crate::domain::profile::demo_profile(([127, 0, 0, 1], 1).into(), "acme");
        Profile { name: "prod".into(), endpoint: Endpoint::production(None).unwrap(), ..demo }
    }

    fn at(minutes: u64, seconds: u64) -> Moment {
        Moment(Duration::from_mins(minutes) + Duration::from_secs(seconds))
    }

    /// Asks the guard; `None` is yes.
    fn ask(guard: &mut Guard, profile: &Profile, typed: Option<&str>, now: Moment) -> Option<Barred> {
        let asked = Draft { card_reference: "r".into(), customer_id: "c".into(), ..Draft::default() };
        guard.admit(profile, asked.validate(profile).unwrap(), typed, now).err()
    }

    #[test]
    fn production_needs_its_words_to_the_letter() {
        let (mut guard, prod) = (Guard::new(false), production());
        assert_eq!(ask(&mut guard, &prod, None, at(0, 0)), Some(Barred::Unconfirmed));
        for wrong in ["", "prod", "prod acme ", " prod acme", "PROD acme", "prod ACME", "prod other", "acme"]
        {
            assert_eq!(
                ask(&mut guard, &prod, Some(wrong), at(0, 0)),
                Some(Barred::WrongConfirmation),
                "{wrong}"
            );
            assert!(!guard.is_armed(&prod, at(0, 0)));
        }
        assert_eq!(ask(&mut guard, &prod, WORDS, at(0, 0)), None);
        assert_eq!(ask(&mut guard, &prod, Some("prod"), at(0, 0)), Some(Barred::WrongConfirmation));
    }

    #[test]
    fn a_confirmation_holds_until_fifteen_minutes_without_a_send() {
        let (mut guard, prod) = (Guard::new(false), production());
        assert_eq!(ask(&mut guard, &prod, WORDS, at(0, 0)), None);
        assert_eq!(ask(&mut guard, &prod, None, at(14, 59)), None);
        assert_eq!(ask(&mut guard, &prod, None, at(29, 58)), None, "counted from the last send");
        assert_eq!(ask(&mut guard, &prod, None, at(44, 58)), Some(Barred::Unconfirmed));
    }

    #[test]
    fn a_confirmation_is_of_one_profile_as_it_was_and_can_be_taken_back() {
        let (mut guard, prod) = (Guard::new(false), production());
        assert_eq!(ask(&mut guard, &prod, WORDS, at(0, 0)), None);
        let namesake = Profile { name: "prod2".into(), ..production() };
        let elsewhere =
            Profile { endpoint: Endpoint::production(Some("api-ns1.juspay.in")).unwrap(), ..production() };
        for other in [namesake, elsewhere, Profile { merchant_id: "acme2".into(), ..production() }] {
            assert_eq!(ask(&mut guard, &other, None, at(0, 1)), Some(Barred::Unconfirmed));
        }
        guard.disarm();
        assert_eq!(ask(&mut guard, &prod, None, at(0, 1)), Some(Barred::Unconfirmed));
    }

    #[test]
    fn orders_in_a_row_share_a_profile_that_stayed_the_same() {
        let (mut guard, prod) = (Guard::new(false), production());
        let mut shared = |profile: &Profile| {
            let asked = Draft { card_reference: "r".into(), customer_id: "c".into(), ..Draft::default() };
            let request = asked.validate(profile).unwrap();
            guard.admit(profile, request, Some(&profile.confirmation()), at(0, 0)).unwrap().shared_profile()
        };
        let first = shared(&prod);
        assert!(Arc::ptr_eq(&first, &shared(&prod)));
        let changed = Profile { merchant_id: "acme2".into(), ..production() };
        assert_eq!(*shared(&changed), changed);
    }

    #[test]
    fn what_is_read_only_sends_nothing_whatever_is_typed() {
        let prod = production();
        assert_eq!(ask(&mut Guard::new(true), &prod, WORDS, at(0, 0)), Some(Barred::ReadOnly));
        let locked = Profile { read_only: true, ..production() };
        assert_eq!(ask(&mut Guard::new(false), &locked, WORDS, at(0, 0)), Some(Barred::ProfileReadOnly));
    }

    #[test]
    fn a_custom_profile_is_guarded_where_it_says_so_and_free_else() {
        let endpoint = Endpoint::custom("https://gw.example.internal").unwrap();
        let free = Profile { endpoint, ..production() };
        assert_eq!(ask(&mut Guard::new(false), &free, None, at(0, 0)), None);
        let guarded = Profile { guard_production: true, ..free };
        assert_eq!(ask(&mut Guard::new(false), &guarded, None, at(0, 0)), Some(Barred::Unconfirmed));
    }
}
