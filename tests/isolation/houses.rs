//! The profiles of the walk, and for each host that they reach a key file of its own.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tokenscope::domain::profile::{Endpoint, KeySource, Profile};

use crate::hostile::order::profile;
use crate::rules::RIGHTS;

/// The key file of a host.
pub struct KeyFile {
    path: PathBuf,
    prefix: &'static str,
    written: u32,
    /// The key that can be fetched from it.
    pub key: Option<String>,
}

impl KeyFile {
    /// Writes a new key.
    pub fn rotate(&mut self) {
        self.written += 1;
        let key = format!("{}{}", self.prefix, self.written);
        self.write(&key, 0o600);
        self.key = Some(key);
    }

    /// Makes it a file that no key can be fetched from.
    pub fn spoil(&mut self, how: usize) {
        let key = self.key.take().unwrap();
        match how {
            0 => fs::remove_file(&self.path).unwrap(),
            1 => self.write(&key, 0o644),
            2 => self.write(&format!("{key}\n{key}"), 0o600),
            _ => self.write("", 0o600),
        }
    }

    fn write(&self, text: &str, mode: u32) {
        fs::write(&self.path, text).unwrap();
        fs::set_permissions(&self.path, fs::Permissions::from_mode(mode)).unwrap();
    }
}

pub fn key_files(folder: &Path) -> HashMap<&'static str, KeyFile> {
    let file = |(host, prefix, _): (&'static str, &'static str, &str)| {
        let mut file = KeyFile { path: folder.join(prefix), prefix, written: 0, key: None };
        file.rotate();
        (host, file)
    };
    RIGHTS.map(file).into()
}

pub fn profiles(files: &HashMap<&'static str, KeyFile>, proxy: &str) -> Vec<Profile> {
    let of = |name: &str, host: &str| {
        let bare = Profile { proxy: Some(proxy.to_owned()), ..profile(name, Endpoint::sandbox()) };
        at_host(files, &bare, host)
    };
    vec![
        of("sandbox", "sandbox.juspay.in"),
        of("production", "api.juspay.in"),
        of("static", "api-ns1.juspay.in"),
        of("custom", "one.example.internal"),
    ]
}

/// A profile at a host, with that host's merchant and key file.
pub fn at_host(files: &HashMap<&'static str, KeyFile>, old: &Profile, host: &str) -> Profile {
    let (_, _, merchant_id) = RIGHTS.iter().find(|(known, ..)| *known == host).unwrap();
    let endpoint = match host {
        "sandbox.juspay.in" => Endpoint::sandbox(),
        "one.example.internal" | "two.example.internal" => {
            Endpoint::custom(&format!("https://{host}/pay")).unwrap()
        }
        _ => Endpoint::production(Some(host)).unwrap(),
    };
    Profile {
        endpoint,
        merchant_id: (*merchant_id).to_owned(),
        key: KeySource::File(files[host].path.clone()),
        ..old.clone()
    }
}
