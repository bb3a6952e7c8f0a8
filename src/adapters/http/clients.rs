//! The clients: one for each way to a host, built at its first use.
//!
//! Cleartext goes to loopback only and trusts nobody, so that the built-in emulator runs on a machine without a trust store.
//! TLS trusts what the platform trusts (on Linux also `SSL_CERT_FILE` and `SSL_CERT_DIR`), and for a custom profile the
//! authority in its `ca_file` too. There is no switch that turns verification off, and `SSLKEYLOGFILE` is not honoured.

use std::fs::File;
use std::io::Read as _;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::{Certificate, Client, ClientBuilder, Proxy, redirect, retry, tls};
use tokio::sync::Mutex;

use super::marks::{Connecting, Lookup};
use super::pool::Taking;
use super::{MOST_HEADERS, fault};
use crate::domain::failure::{Failure, TlsFault};
use crate::domain::profile::{Endpoint, Environment, Profile};

/// How we call ourselves.
pub(super) const USER_AGENT: &str = concat!("tokenscope/", env!("CARGO_PKG_VERSION"));

/// The largest `ca_file` that is read.
const LARGEST_CA_FILE: u64 = 1024 * 1024;

/// The header size up to which HTTP/2 is parsed: twice what we take, so that a head between the two is refused by its size
/// and not as a broken connection.
const H2_HEADERS: u32 = 128 * 1024;

/// The way to a host: what a client depends on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Route {
    endpoint: Endpoint,
    ca_file: Option<PathBuf>,
    proxy: Option<String>,
}

impl Route {
    /// The way of a profile. Cleartext through a proxy is refused: it would carry the key beyond loopback.
    pub(super) fn of(profile: &Profile) -> Result<Self, Failure> {
        let route = Self {
            endpoint: profile.endpoint.clone(),
            ca_file: profile.ca_file.clone().filter(|_| profile.environment() == Environment::Custom),
            proxy: profile.proxy.clone(),
        };
        if route.is_proxied() && !route.is_secure() { Err(Failure::Proxy) } else { Ok(route) }
    }

    pub(super) fn is_proxied(&self) -> bool {
        self.proxy.is_some()
    }

    pub(super) fn is_secure(&self) -> bool {
        self.endpoint.is_secure()
    }

    /// Where it leads.
    pub(super) fn url(&self) -> String {
        self.endpoint.url()
    }
}

/// The clients built so far. A way that could not be built is tried again at the next send.
pub(super) struct Clients {
    connect: Duration,
    /// Whether their connections are taken, to stay open between calls.
    are_for_many: bool,
    built: Mutex<Vec<(Route, Client)>>,
}

impl Clients {
    pub(super) fn new(connect: Duration, are_for_many: bool) -> Self {
        Self { connect, are_for_many, built: Mutex::default() }
    }

    /// The client of a way, within the time that a call may take to connect. Whoever wants one while one is being built waits for
    /// that.
    pub(super) async fn get(&self, route: &Route) -> Result<Client, Failure> {
        tokio::time::timeout(self.connect, self.of(route)).await.unwrap_or(Err(Failure::ConnectTimeout))
    }

    async fn of(&self, route: &Route) -> Result<Client, Failure> {
        let mut built = self.built.lock().await;
        if let Some((_, client)) = built.iter().find(|(known, _)| known == route) {
            return Ok(client.clone());
        }
        let client = self.make(route).await?;
        built.push((route.clone(), client.clone()));
        Ok(client)
    }

    /// One that trusts somebody is built on a thread of its own, since the trust store is some hundred files on a disk.
    async fn make(&self, route: &Route) -> Result<Client, Failure> {
        let (wanted, builder) = (route.clone(), strict(self.connect, self.are_for_many));
        if !route.is_secure() {
            return build(&wanted, builder);
        }
        let building = tokio::task::spawn_blocking(move || build(&wanted, builder));
        building.await.unwrap_or(Err(Failure::Tls(TlsFault::Handshake)))
    }
}

fn build(route: &Route, builder: ClientBuilder) -> Result<Client, Failure> {
    // Somebody may have installed it before us; then there is nothing to do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = if route.is_secure() { tls(builder, route)? } else { cleartext(builder) };
    builder.build().map_err(|error| fault::at_build(&error))
}

/// What holds for every call, whatever its way.
fn strict(connect: Duration, is_for_many: bool) -> ClientBuilder {
    let builder = Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(connect)
        .dns_resolver(Lookup)
        .connector_layer(Connecting)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .no_proxy()
        .referer(false)
        // 0, so that a connection is made in the task that asks: marks and pool rely on it.
        .pool_max_idle_per_host(0)
        .http1_max_headers(MOST_HEADERS)
        .http2_max_header_list_size(H2_HEADERS);
    if is_for_many { builder.http1_only().connector_layer(Taking) } else { builder }
}

/// `localhost` is this machine whatever a name service says, since the key goes there in clear text.
fn cleartext(builder: ClientBuilder) -> ClientBuilder {
    let here = [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))];
    builder.tls_certs_only([]).resolve_to_addrs("localhost", &here)
}

fn tls(builder: ClientBuilder, route: &Route) -> Result<ClientBuilder, Failure> {
    let mut builder = builder.https_only(true).tls_version_min(tls::Version::TLS_1_2);
    if let Some(proxy) = &route.proxy {
        builder = builder.proxy(tunnel(proxy)?);
    }
    if let Some(path) = &route.ca_file {
        builder = builder.tls_certs_merge(authorities(path).ok_or(Failure::Tls(TlsFault::CaFile))?);
    }
    Ok(builder)
}

/// A proxy of any other scheme would be left out without a word, and the call made without it.
fn tunnel(proxy: &str) -> Result<Proxy, Failure> {
    let is_http = proxy.starts_with("http://") || proxy.starts_with("https://");
    is_http.then(|| Proxy::all(proxy).ok()).flatten().ok_or(Failure::Proxy)
}

fn authorities(path: &Path) -> Option<Vec<Certificate>> {
    let mut pem = Vec::new();
    File::open(path).ok()?.take(LARGEST_CA_FILE).read_to_end(&mut pem).ok()?;
    Certificate::from_pem_bundle(&pem).ok().filter(|all| !all.is_empty())
}
