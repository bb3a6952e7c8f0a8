//! A profile: one merchant on one host with one key. The key is bound to the profile, and the profile to its host.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The host of the sandbox (contract, "Endpoints").
pub const SANDBOX_HOST: &str = "sandbox.juspay.in";

/// The hosts of production: the contract's, and the static one (contract/domain.md, section 7, source JP-INTRO).
pub const PRODUCTION_HOSTS: [&str; 2] = ["api.juspay.in", "api-ns1.juspay.in"];

/// The path of the call (contract, "Endpoints").
pub const CALL_PATH: &str = "/v4/card/get";

/// The name of the built-in emulator's profile; no profile of a file may take it.
pub const DEMO: &str = "demo";

/// The header `version` where a profile names none: the contract's example, and the only version that it documents.
pub const DEFAULT_VERSION: &str = "2023-01-01";

/// The domain that a custom profile may not name.
const JUSPAY_DOMAIN: &str = "juspay.in";

/// Where a profile sends to, in one word. [`Environment::word`] stands in the header of every screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// The built-in emulator on loopback.
    Emulator,
    /// The API's sandbox.
    Sandbox,
    /// The API's production: real cards.
    Production,
    /// A host of the user's own.
    Custom,
}

impl Environment {
    /// The word on the screen (INTERFACE, "Words on the screen").
    pub fn word(self) -> &'static str {
        match self {
            Self::Emulator => "EMULATOR",
            Self::Sandbox => "SANDBOX",
            Self::Production => "PRODUCTION",
            Self::Custom => "CUSTOM",
        }
    }

    /// The word in config files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Emulator => "emulator",
            Self::Sandbox => "sandbox",
            Self::Production => "production",
            Self::Custom => "custom",
        }
    }

    /// Reads [`Environment::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Emulator, Self::Sandbox, Self::Production, Self::Custom]
            .into_iter()
            .find(|it| it.name() == name)
    }
}

/// Where the call goes: scheme, host, port and path. Its constructors are the only way to name a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    environment: Environment,
    secure: bool,
    host: String,
    port: Option<u16>,
    path: String,
}

/// Why a base URL is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointFault {
    /// Neither `https://` nor loopback `http://`.
    #[error("starts with neither https:// nor, for loopback, http://")]
    Scheme,
    /// `http` to a host that is not loopback.
    #[error("is http to a host that is not loopback, which would send the key in clear text")]
    Cleartext,
    /// A user or password in the URL.
    #[error("holds a user name or password, which belongs into a key source")]
    UserInfo,
    /// A host of Juspay in a custom profile.
    #[error("names a juspay.in host, which only the environments sandbox and production may")]
    Juspay,
    /// Anything else that is no base URL.
    #[error("is not a base URL such as https://gateway.example.internal")]
    NotAUrl,
    /// A production host that the contract does not know.
    #[error("is not a host of production (api.juspay.in or api-ns1.juspay.in)")]
    NotProduction,
}

impl Endpoint {
    /// The sandbox.
    pub fn sandbox() -> Self {
        Self::https(Environment::Sandbox, SANDBOX_HOST)
    }

    /// Production, at one of its known hosts; `None` takes the contract's.
    pub fn production(host: Option<&str>) -> Result<Self, EndpointFault> {
        let [default, _] = PRODUCTION_HOSTS;
        let host = host.unwrap_or(default);
        let known =
            PRODUCTION_HOSTS.iter().find(|known| **known == host).ok_or(EndpointFault::NotProduction)?;
        Ok(Self::https(Environment::Production, known))
    }

    /// The built-in emulator.
    pub fn emulator(address: SocketAddr) -> Self {
        Self {
            environment: Environment::Emulator,
            secure: false,
            host: address.ip().to_string(),
            port: Some(address.port()),
            path: CALL_PATH.to_owned(),
        }
    }

    /// A host of the user's own. A path in the base URL is kept and [`CALL_PATH`] appended.
    pub fn custom(base_url: &str) -> Result<Self, EndpointFault> {
        let (secure, rest) = match (base_url.strip_prefix("https://"), base_url.strip_prefix("http://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err(EndpointFault::Scheme),
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = read_authority(authority)?;
        if !secure && !is_loopback(&host) {
            return Err(EndpointFault::Cleartext);
        }
        let path = read_path(path)?;
        Ok(Self { environment: Environment::Custom, secure, host, port, path })
    }

    fn https(environment: Environment, host: &str) -> Self {
        Self { environment, secure: true, host: host.to_owned(), port: None, path: CALL_PATH.to_owned() }
    }

    /// The whole URL of the call.
    pub fn url(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{}{}", self.authority(), self.path)
    }

    /// The path of the call; a custom host may have its own before the contract's.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Host, and port where it is not the scheme's own.
    pub fn authority(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }

    /// Whether the call is encrypted; only loopback may be without.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// The environment that this endpoint belongs to.
    pub fn environment(&self) -> Environment {
        self.environment
    }
}

fn read_authority(authority: &str) -> Result<(String, Option<u16>), EndpointFault> {
    if authority.contains('@') {
        return Err(EndpointFault::UserInfo);
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let port = port.map(|port| port.parse().map_err(|_| EndpointFault::NotAUrl)).transpose()?;
    let host = host.to_ascii_lowercase();
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = match inner {
        Some(ip) => ip.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'))
        }
    };
    let bare = host.trim_end_matches('.');
    if !is_host || bare.is_empty() || bare.starts_with(['-', '.']) {
        return Err(EndpointFault::NotAUrl);
    }
    if bare == JUSPAY_DOMAIN || bare.ends_with(".juspay.in") {
        return Err(EndpointFault::Juspay);
    }
    Ok((host, port))
}

/// Takes what RFC 3986 lets stand in a path and no step such as `..`: a client would write anything else in its own way, and
/// the URL that is shown and copied has to be the one that is asked for.
fn read_path(path: &str) -> Result<String, EndpointFault> {
    let path = path.trim_end_matches('/');
    let is_step = |part: &str| matches!(part.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..");
    if !path.bytes().all(is_path_byte) || path.split('/').any(is_step) {
        return Err(EndpointFault::NotAUrl);
    }
    Ok(if path.is_empty() { CALL_PATH.to_owned() } else { format!("/{path}{CALL_PATH}") })
}

fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/-._~%!$&'()*+,;=:@".contains(&byte)
}

fn is_loopback(host: &str) -> bool {
    let ip = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || ip.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Where the API key of a profile comes from. The key itself is never part of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// An environment variable: the weaker source, since it stays in the process's environment block.
    Env(String),
    /// A command whose output is the key.
    Command {
        /// Program and arguments; no shell.
        argv: Vec<String>,
        /// Whether the console lends the terminal to it.
        terminal: bool,
    },
    /// A file that only its owner can read.
    File(PathBuf),
    /// Asked for, without echo, and kept in memory only.
    Prompt,
    /// The built-in emulator's own key.
    Emulator,
}

impl KeySource {
    /// Where the key comes from, in a word or two, for the header.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Env(_) => "environment",
            Self::Command { .. } => "command",
            Self::File(_) => "file",
            Self::Prompt => "prompt",
            Self::Emulator => "built in",
        }
    }
}

/// How the header `x-routing-id` is filled when the user leaves it empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Routing {
    /// It follows `customer_id`, as the contract recommends.
    #[default]
    CustomerId,
    /// The form asks for it.
    Ask,
}

/// The colour that a profile is marked with, beside its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Colour {
    #[default]
    Default,
    Blue,
    Green,
    Yellow,
    Magenta,
    Cyan,
    Red,
}

/// One merchant on one host with one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Its name in the config.
    pub name: String,
    /// Where it sends to.
    pub endpoint: Endpoint,
    /// Header `x-merchantid`; case-sensitive.
    pub merchant_id: String,
    /// Header `version`, `YYYY-MM-DD`.
    pub version: String,
    /// How an empty routing id is filled.
    pub routing: Routing,
    /// Whether the merchant is a reseller, whose calls need a submerchant id.
    pub reseller: bool,
    /// The submerchant id that the form starts with; empty for none.
    pub submerchant_id: String,
    /// Its colour.
    pub colour: Colour,
    /// Where its key comes from.
    pub key: KeySource,
    /// Whether the cryptogram may be revealed.
    pub allow_reveal: bool,
    /// Whether nothing can be sent.
    pub read_only: bool,
    /// Whether a custom profile is guarded like production.
    pub guard_production: bool,
    /// A certificate authority of the user's own (custom only).
    pub ca_file: Option<PathBuf>,
    /// An HTTP proxy, shown in the header.
    pub proxy: Option<String>,
}

impl Profile {
    /// The environment, in one word.
    pub fn environment(&self) -> Environment {
        self.endpoint.environment()
    }

    /// Whether a send asks for a typed confirmation.
    pub fn is_guarded(&self) -> bool {
        self.guard_production || self.environment() == Environment::Production
    }

    /// What has to be typed before the first send of a guarded profile (INTERFACE, "Production guard").
    pub fn confirmation(&self) -> String {
        format!("prod {}", self.merchant_id)
    }
}

/// The profile of the built-in emulator, whose address is known only once it runs.
pub fn demo_profile(address: SocketAddr, merchant_id: &str) -> Profile {
    Profile {
        name: DEMO.to_owned(),
        endpoint: Endpoint::emulator(address),
        merchant_id: merchant_id.to_owned(),
        version: DEFAULT_VERSION.to_owned(),
        routing: Routing::CustomerId,
        reseller: false,
        submerchant_id: String::new(),
        colour: Colour::Default,
        key: KeySource::Emulator,
        allow_reveal: true,
        read_only: false,
        guard_production: false,
        ca_file: None,
        proxy: None,
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_endpoints_are_the_contracts() {
        assert_eq!(Endpoint::sandbox().url(), "https://sandbox.juspay.in/v4/card/get");
        assert_eq!(Endpoint::production(None).unwrap().url(), "https://api.juspay.in/v4/card/get");
        assert_eq!(Endpoint::production(Some("api-ns1.juspay.in")).unwrap().authority(), "api-ns1.juspay.in");
        assert_eq!(
            Endpoint::production(Some("api.juspay.in.evil.example")),
            Err(EndpointFault::NotProduction)
        );
    }

    #[test]
    fn a_custom_endpoint_keeps_its_path_and_is_https_but_for_loopback() {
        let url = |base: &str| Endpoint::custom(base).map(|endpoint| endpoint.url());
        assert_eq!(
            url("https://gw.example.internal/pay/"),
            Ok("https://gw.example.internal/pay/v4/card/get".to_owned())
        );
        assert_eq!(url("http://127.0.0.1:8080"), Ok("http://127.0.0.1:8080/v4/card/get".to_owned()));
        assert_eq!(url("http://[::1]:8080"), Ok("http://[::1]:8080/v4/card/get".to_owned()));
        assert_eq!(url("http://gw.example.internal"), Err(EndpointFault::Cleartext));
        assert_eq!(url("http://127.0.0.1.example.com"), Err(EndpointFault::Cleartext));
        assert_eq!(url("ftp://x"), Err(EndpointFault::Scheme));
        assert_eq!(url("https://u:p@gw.example"), Err(EndpointFault::UserInfo));
        for base in ["https://", "https://a b", "https://gw.example:x", "https://gw.example/?q", "https://-"]
        {
            assert_eq!(url(base), Err(EndpointFault::NotAUrl), "{base}");
        }
    }

    #[test]
    fn a_path_that_a_client_would_rewrite_is_refused() {
        for path in ["a b", "{a,b}", "[1-9]", "\"a\"", "<a>", "a`b`", "a|b", "a^b", "a\\b", "ä", "\u{1b}[2J"]
        {
            let base = format!("https://gw.example/{path}");
            assert_eq!(Endpoint::custom(&base), Err(EndpointFault::NotAUrl), "{base}");
        }
        for path in ["..", "a/../b", "a/.", "%2e%2E/a", ".%2e"] {
            let base = format!("https://gw.example/{path}");
            assert_eq!(Endpoint::custom(&base), Err(EndpointFault::NotAUrl), "{base}");
        }
        let kept = "https://gw.example/a.b/..c/%20'$(x)';&*!";
        assert_eq!(Endpoint::custom(kept).unwrap().url(), format!("{kept}{CALL_PATH}"));
    }

    #[test]
    fn a_custom_endpoint_cannot_name_a_juspay_host() {
        for base in [
            "https://api.juspay.in",
            "https://API.JUSPAY.IN.",
            "https://x.juspay.in:8443/v4",
            "https://juspay.in",
        ] {
            assert_eq!(Endpoint::custom(base), Err(EndpointFault::Juspay), "{base}");
        }
        assert!(Endpoint::custom("https://notjuspay.in").is_ok());
    }
}
