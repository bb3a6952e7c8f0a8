//! Things that hang: a resolver, a host that takes no connection, a proxy that says nothing.
#![allow(dead_code, unreachable_pub, reason = "each test crate uses its own part")]

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

/// What the console is started with so that no name lookup of it ends; it tells of lookups and connections in the trace.
/// Once the file `disk` is there, no write to a place of a file ends either.
pub fn environment(trace: &Path, disk: &Path) -> [(&'static str, String); 3] {
    let text = |path: &Path| path.display().to_string();
    [("LD_PRELOAD", text(&library())), ("STUCK_TRACE", text(trace)), ("STUCK_DISK", text(disk))]
}

fn library() -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stuck/shim.c");
    let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join("stuck-shim.so");
    // Other tests may be loading the one that is there.
    let thread = format!("{:?}", thread::current().id());
    let digits: String = thread.chars().filter(char::is_ascii_digit).collect();
    let fresh = library.with_extension(format!("{}-{digits}", std::process::id()));
    let options = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o"];
    let built = Command::new("cc").args(options).arg(&fresh).arg(source).arg("-ldl").status().unwrap();
    assert!(built.success(), "the shim does not compile");
    std::fs::rename(fresh, &library).unwrap();
    library
}

/// A host that takes no more connections, and drops the first packet of each, as one does to which no way leads.
pub struct Unreachable {
    pub address: SocketAddr,
    _listener: tokio::net::TcpListener,
    _runtime: tokio::runtime::Runtime,
    _waiting: Vec<TcpStream>,
}

impl Unreachable {
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let listener = runtime.block_on(async {
            let socket = tokio::net::TcpSocket::new_v4().unwrap();
            socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
            socket.listen(1).unwrap()
        });
        let address = listener.local_addr().unwrap();
        let connect = || TcpStream::connect_timeout(&address, Duration::from_millis(300));
        let waiting: Vec<_> = std::iter::from_fn(|| connect().ok()).take(64).collect();
        assert!(waiting.len() < 64, "the queue of connections is full by now");
        Self { address, _listener: listener, _runtime: runtime, _waiting: waiting }
    }
}

/// Takes every connection and says nothing.
pub fn mute() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || listener.incoming().flatten().collect::<Vec<_>>());
    address
}

/// Writes the config of a console with one profile; `lines` are those of the profile that matter.
pub fn configure(home: &Path, lines: &str) {
    let folder = home.join(".config/tokenscope");
    std::fs::create_dir_all(&folder).unwrap();
    let text = format!(
        "default_profile = \"stuck\"\n[profiles.stuck]\nmerchant_id = \"acme\"\nversion = \"2023-01-01\"\n{lines}\n"
    );
    let path = folder.join("config.toml");
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// A key file, as a line of a profile.
pub fn key(home: &Path) -> String {
    let path = home.join("key");
    std::fs::write(&path, "synthetic-key\n").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    format!("key = {{ file = \"{}\" }}", path.display())
}
