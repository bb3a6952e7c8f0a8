//! What an error of the libraries means. It is told by its type and its kind; its text is never read and never shown.

use std::error::Error;
use std::io;

use rustls::{AlertDescription, CertificateError};

use super::clients::Route;
use crate::domain::failure::{Failure, TlsFault};

/// An error before the head of an answer was here.
pub(super) fn before_head(error: &reqwest::Error, route: &Route) -> Failure {
    if error.is_builder() {
        Failure::Unsendable
    } else if error.is_connect() {
        unconnected(error, route)
    } else {
        find(error).map_or(Failure::NoAnswer, unanswered)
    }
}

/// An error of a connection that stands, before the head of an answer was here.
pub(super) fn unanswered(error: &hyper::Error) -> Failure {
    if error.is_parse_too_large() {
        Failure::HeadersTooLarge
    } else if error.is_parse() {
        Failure::NotHttp
    } else {
        Failure::NoAnswer
    }
}

/// An error while a client was built: the trust store is read there.
pub(super) fn at_build(error: &reqwest::Error) -> Failure {
    match find::<rustls::Error>(error) {
        Some(rustls::Error::General(_)) => Failure::Tls(TlsFault::NoTrustStore),
        Some(_) => Failure::Tls(TlsFault::CaFile),
        None => Failure::Tls(TlsFault::Handshake),
    }
}

fn unconnected(error: &reqwest::Error, route: &Route) -> Failure {
    if let Some(fault) = find::<rustls::Error>(error) {
        Failure::Tls(tls(fault))
    } else if error.is_timeout() {
        Failure::ConnectTimeout
    } else if route.is_proxied() {
        Failure::Proxy
    } else if error.is_dns() {
        Failure::Name
    } else if route.is_secure() && chain(error).filter_map(|error| error.downcast_ref()).any(broke_off) {
        Failure::Tls(TlsFault::Handshake)
    } else {
        Failure::Connect
    }
}

/// Whether a connection stood and ended, which between TCP and HTTP can only be the handshake.
fn broke_off(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    matches!(
        error.kind(),
        Kind::UnexpectedEof | Kind::ConnectionReset | Kind::ConnectionAborted | Kind::BrokenPipe
    )
}

fn tls(error: &rustls::Error) -> TlsFault {
    use AlertDescription as Alert;
    use rustls::Error as Fault;
    match error {
        Fault::InvalidCertificate(fault) => certificate(fault),
        Fault::PeerIncompatible(_)
        | Fault::AlertReceived(
            Alert::ProtocolVersion | Alert::HandshakeFailure | Alert::InsufficientSecurity,
        ) => TlsFault::Version,
        _ => TlsFault::Handshake,
    }
}

/// `Other` is what a certificate comes as that is its own authority, the usual form of a self-signed one.
fn certificate(fault: &CertificateError) -> TlsFault {
    use CertificateError as Fault;
    match fault {
        Fault::Expired | Fault::ExpiredContext { .. } => TlsFault::Expired,
        Fault::NotValidYet | Fault::NotValidYetContext { .. } => TlsFault::NotYetValid,
        Fault::NotValidForName | Fault::NotValidForNameContext { .. } => TlsFault::WrongHost,
        Fault::UnknownIssuer | Fault::BadSignature | Fault::Other(_) => TlsFault::Untrusted,
        _ => TlsFault::Handshake,
    }
}

/// The first error of a type in the chain.
fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// An error and what it came from. An `io::Error` that wraps another is stepped into by hand, because its `source` leaves
/// out the one that it wraps.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| cause(*error))
}

fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}
