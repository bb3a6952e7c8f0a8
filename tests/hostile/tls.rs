//! TLS servers with certificates of every kind.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::server::{Peer, Server, Tap};

pub type Stream = StreamOwned<ServerConnection, Tap>;

/// When a certificate holds.
#[derive(Clone, Copy)]
pub enum Holds {
    Now,
    Before,
    Later,
}

/// A certificate authority of a test's own.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new() -> Self {
        Self::with(KeyPair::generate().unwrap())
    }

    fn with(key: KeyPair) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    /// The same authority in another process; what is compared of it is its name and its key.
    pub fn read_key(path: &Path) -> Self {
        Self::with(KeyPair::from_pem(&std::fs::read_to_string(path).unwrap()).unwrap())
    }

    /// Writes its key for [`Authority::read_key`].
    pub fn write_key(&self, path: &Path) {
        std::fs::write(path, self.0.key().serialize_pem()).unwrap();
    }

    /// Writes its certificate for a `ca_file` or `SSL_CERT_FILE`.
    pub fn write(&self, path: &Path) {
        std::fs::File::create(path).unwrap().write_all(self.0.pem().as_bytes()).unwrap();
    }

    /// A server with a certificate of this authority for a name or address.
    pub fn certify(&self, name: &str, holds: Holds) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let certificate = params(name, holds).signed_by(&key, &self.0).unwrap();
        config(certificate.der().clone(), &key, &[&rustls::version::TLS13, &rustls::version::TLS12])
    }

    /// The same, with one version of TLS only.
    pub fn certify_under(&self, version: &'static rustls::SupportedProtocolVersion) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let certificate = params("127.0.0.1", Holds::Now).signed_by(&key, &self.0).unwrap();
        config(certificate.der().clone(), &key, &[version])
    }
}

/// A server whose certificate nobody signed but itself; `authority` makes it one of its own, as `openssl req -x509` does.
pub fn self_signed(name: &str, authority: bool) -> ServerConfig {
    let key = KeyPair::generate().unwrap();
    let mut params = params(name, Holds::Now);
    if authority {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    let certificate = params.self_signed(&key).unwrap();
    config(certificate.der().clone(), &key, &[&rustls::version::TLS13])
}

fn params(name: &str, holds: Holds) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    (params.not_before, params.not_after) = match holds {
        Holds::Now => (date_time_ymd(2020, 1, 1), date_time_ymd(2999, 1, 1)),
        Holds::Before => (date_time_ymd(2000, 1, 1), date_time_ymd(2001, 1, 1)),
        Holds::Later => (date_time_ymd(2998, 1, 1), date_time_ymd(2999, 1, 1)),
    };
    params
}

fn config(
    certificate: CertificateDer<'static>,
    key: &KeyPair,
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> ServerConfig {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap()
}

/// The head of TLS 1.1: an alert that says so, and a hello of that version.
pub fn tls_1_1() -> [Vec<u8>; 2] {
    let alert = vec![0x15, 3, 2, 0, 2, 2, 70];
    let mut hello = vec![0x16, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2];
    hello.extend_from_slice(&[7; 32]);
    hello.extend_from_slice(&[0, 0xc0, 0x13, 0]);
    [alert, hello]
}

/// The kinds of the TLS records that these bytes are; panics where they are something else, such as HTTP.
pub fn records(mut bytes: &[u8]) -> Vec<u8> {
    let mut kinds = Vec::new();
    while let [kind, 3, 1..=4, high, low, rest @ ..] = bytes {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        kinds.push(*kind);
        bytes = rest.get(length..).expect("a whole record");
    }
    assert_eq!(bytes, b"", "no TLS");
    kinds
}

/// The kinds of record that carry a handshake and its end, and the one that carries data.
pub const ALERT: u8 = 0x15;
pub const HANDSHAKE: u8 = 0x16;
pub const APPLICATION: u8 = 0x17;

/// A TLS server; `script` runs on each connection, before its handshake.
pub fn serve(config: ServerConfig, script: impl Fn(Peer<Stream>) + Send + Sync + 'static) -> Server {
    let config = Arc::new(config);
    Server::run(move |peer| script(accept(peer, &config)))
}

/// Puts TLS onto a connection.
pub fn accept(peer: Peer<Tap>, config: &Arc<ServerConfig>) -> Peer<Stream> {
    let connection = ServerConnection::new(Arc::clone(config)).unwrap();
    peer.over(|stream| StreamOwned::new(connection, stream))
}

/// A TLS server that answers each request with these bytes and an orderly close.
pub fn answering(config: ServerConfig, bytes: Vec<u8>) -> Server {
    serve(config, move |mut peer| {
        peer.read_request();
        peer.write(&bytes);
        peer.stream.conn.send_close_notify();
        let _ = peer.stream.flush();
    })
}
