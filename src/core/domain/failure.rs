//! What can go wrong between a send and an answer, each with its own sentence.
//!
//! Every failure says what happened, whether the server may have processed the call, and what to do next. Fetching again may
//! mint another cryptogram (contract/domain.md, section 1), so the middle part is what an engineer on production needs.

use crate::secret::{Masked, Unparsed};

/// Whether the server may have processed the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Processed {
    /// Not a byte of the request has left.
    No,
    /// The request has left; what the server did is unknown.
    Maybe,
}

/// Why a certificate or a handshake was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsFault {
    /// The certificate's time is over.
    Expired,
    /// The certificate's time has not come.
    NotYetValid,
    /// Nobody we trust has signed it.
    Untrusted,
    /// It is for another host.
    WrongHost,
    /// No common TLS version or cipher.
    Version,
    /// This machine trusts no authority at all.
    NoTrustStore,
    /// The `ca_file` of the profile cannot be read or holds no certificate.
    CaFile,
    /// Anything else.
    Handshake,
}

/// Why no whole answer came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The key was fetched for another profile or host, so the call was not made.
    ForeignKey,
    /// A value of the profile cannot stand in a request, so the call was not made.
    Unsendable,
    /// The host's name was not found.
    Name,
    /// No connection: refused, unreachable.
    Connect,
    /// No connection within its time.
    ConnectTimeout,
    /// TLS failed.
    Tls(TlsFault),
    /// The proxy of the profile refused or broke the tunnel.
    Proxy,
    /// No first byte of an answer within its time.
    FirstByteTimeout,
    /// No whole answer within its time.
    TotalTimeout,
    /// The answer is a redirect, which is never followed.
    Redirected {
        /// The HTTP status.
        status: u16,
        /// Its `Location`, sanitised.
        target: Masked,
    },
    /// The connection ended in the middle of the answer, or the answer broke HTTP's framing.
    CutOff,
    /// The connection ended before an answer.
    NoAnswer,
    /// What came is not HTTP.
    NotHttp,
    /// The body is larger than 1 MiB.
    BodyTooLarge,
    /// The headers are more than 100 or larger than 64 KiB.
    HeadersTooLarge,
    /// The user ended the call.
    Cancelled,
}

impl Failure {
    /// Whether the server may have processed the call.
    pub fn processed(&self) -> Processed {
        match self {
            Self::ForeignKey
            | Self::Unsendable
            | Self::Name
            | Self::Connect
            | Self::ConnectTimeout
            | Self::Tls(_)
            | Self::Proxy => Processed::No,
            _ => Processed::Maybe,
        }
    }

    /// What happened.
    pub fn what(&self) -> String {
        match self {
            Self::ForeignKey => "The key at hand belongs to another profile or host".into(),
            Self::Unsendable => "The request could not be built from this profile".into(),
            Self::Name => "The host's name could not be looked up".into(),
            Self::Connect => "No connection: the host refused it or cannot be reached".into(),
            Self::ConnectTimeout => "No connection within 5 s".into(),
            Self::Tls(fault) => fault.what().into(),
            Self::Proxy => "The proxy of this profile did not open a tunnel".into(),
            Self::FirstByteTimeout => "No byte of an answer within 15 s".into(),
            Self::TotalTimeout => "No whole answer within 30 s".into(),
            Self::Redirected { status, target } => {
                let target = if target.is_empty() { "nowhere".to_owned() } else { target.text() };
                format!("The server redirects (HTTP {status}) to {target}, and a redirect is never followed")
            }
            Self::CutOff => "The answer broke off or its length did not hold".into(),
            Self::NoAnswer => "The server closed the connection without an answer".into(),
            Self::NotHttp => "What the server sent is not HTTP".into(),
            Self::BodyTooLarge => "The answer is larger than 1 MiB and was not read".into(),
            Self::HeadersTooLarge => {
                "The answer has more than 100 headers or 64 KiB of them and was not read".into()
            }
            Self::Cancelled => "You cancelled the call".into(),
        }
    }

    /// Whether the server may have processed it, in words.
    pub fn doubt(&self) -> &'static str {
        match self.processed() {
            Processed::No => "Nothing was sent to the API, so it processed nothing.",
            Processed::Maybe => "The server may have processed the call and minted a cryptogram.",
        }
    }

    /// What to do next.
    pub fn next(&self) -> &'static str {
        match self {
            Self::ForeignKey => "Switch to the profile again, so that its own key is fetched, then send.",
            Self::Unsendable => {
                "Check `merchant_id`, `version` and `base_url` of this profile for characters that do not belong there."
            }
            Self::Name => "Check the host in the header, then this machine's network and name service.",
            Self::Connect | Self::ConnectTimeout => {
                "Check network, VPN and firewall towards the host in the header, then send again."
            }
            Self::Tls(fault) => fault.next(),
            Self::Proxy => "Check `proxy` of this profile and that it allows CONNECT to this host.",
            Self::Redirected { .. } => {
                "Something between you and the API answers in its place: check host, proxy and captive portal."
            }
            Self::NotHttp | Self::HeadersTooLarge | Self::BodyTooLarge => {
                "Check that host and port are the API's, and what stands between."
            }
            Self::FirstByteTimeout | Self::TotalTimeout | Self::CutOff | Self::NoAnswer => {
                "Send once more if a second cryptogram does no harm; if it happens again, escalate with the time of this call."
            }
            Self::Cancelled => "Send again when you are ready.",
        }
    }

    /// All three in one line.
    pub fn sentence(&self) -> String {
        format!("{}. {} {}", self.what(), self.doubt(), self.next())
    }
}

impl TlsFault {
    fn what(self) -> &'static str {
        match self {
            Self::Expired => "TLS refused: the server's certificate has expired",
            Self::NotYetValid => "TLS refused: the server's certificate is not valid yet",
            Self::Untrusted => {
                "TLS refused: no authority that this machine trusts has signed the server's certificate"
            }
            Self::WrongHost => "TLS refused: the server's certificate is for another host",
            Self::Version => "TLS refused: the server offers neither TLS 1.2 nor 1.3",
            Self::NoTrustStore => "TLS refused: this machine has no certificate authorities",
            Self::CaFile => {
                "TLS refused: the `ca_file` of this profile cannot be read or holds no certificate"
            }
            Self::Handshake => "TLS refused: the handshake failed",
        }
    }

    fn next(self) -> &'static str {
        match self {
            Self::Expired | Self::NotYetValid => {
                "Check this machine's clock, then tell the owner of the host."
            }
            Self::Untrusted => {
                "Look for a TLS-inspecting proxy; for a host of your own name its authority as `ca_file` in a custom profile."
            }
            Self::WrongHost => "Check host, DNS and hosts file: this is not the server you asked for.",
            Self::NoTrustStore => "Install ca-certificates, or name `ca_file` in a custom profile.",
            Self::CaFile => {
                "Check the path under `ca_file` and that the file holds certificates in PEM form."
            }
            Self::Version | Self::Handshake => {
                "Check what stands between you and the host; there is no switch that turns verification off."
            }
        }
    }
}

/// Why a whole answer cannot be read as the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// The body is not JSON that we take.
    Body(Unparsed),
    /// JSON, but not an object.
    NotAnObject,
    /// An object with none of the contract's fields.
    NotTheContract,
    /// A `Content-Encoding`, which we did not ask for and do not decode.
    Encoded,
}

impl Unreadable {
    /// What is wrong and where, without content.
    pub fn what(self) -> String {
        match self {
            Self::Body(Unparsed::Empty) => "The body is empty".into(),
            Self::Body(Unparsed::Markup) => "The body is a page of HTML or XML in place of JSON".into(),
            Self::Body(Unparsed::NotUtf8 { offset }) => {
                format!("The body is not UTF-8 from byte {offset} on")
            }
            Self::Body(Unparsed::CutShort(spot)) => {
                format!(
                    "The JSON ends in the middle of a value, at line {} column {}",
                    spot.line, spot.column
                )
            }
            Self::Body(Unparsed::NotJson(spot)) => {
                format!("The body is not JSON from line {} column {} on", spot.line, spot.column)
            }
            Self::Body(Unparsed::TooDeep) => "The JSON is nested deeper than 127 levels".into(),
            Self::Body(Unparsed::TooManyKeys) => "The JSON has more than 10,000 keys".into(),
            Self::NotAnObject => "The body is JSON but not an object".into(),
            Self::NotTheContract => "The body is a JSON object with none of the contract's fields".into(),
            Self::Encoded => "The body is compressed, which was not asked for and is not decoded".into(),
        }
    }

    /// What to do next.
    pub fn next(self) -> &'static str {
        "Check that host and path are the API's and what stands between (proxy, firewall, captive portal); the server may have processed the call."
    }

    /// Both in one line.
    pub fn sentence(self) -> String {
        format!("{}. {}", self.what(), self.next())
    }
}
