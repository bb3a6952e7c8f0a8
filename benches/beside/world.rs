//! What all measures share: the server, the homes, the programs. Everything it makes is below the target folder, on the
//! disk that was built on, and goes with it.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::floor;
use crate::home::{Home, INSTALLED, OURS, REFERENCE};
use crate::peers::{self, Peer};
use crate::program::{ENTER, Kind, Program, Sending, Step};
use crate::server::{BIG, Server};

/// Rows of a short history, enough for a list that is longer than its pane.
pub const FEW: u32 = 60;

/// Fills the form from the newest row.
const FILL: [Step; 3] = [Step::Key(b"4"), Step::Key(ENTER), Step::Key(b"2")];

/// On the screen with every whole answer of the server.
const ANSWERED: &str = "HTTP 200";

pub struct World {
    root: TempDir,
    pub server: Server,
    pub peers: Vec<Peer>,
    /// A copy of this program, so that the floor shares no page with the bench and the server.
    floor: PathBuf,
}

impl World {
    pub fn make(peers: Vec<Peer>) -> Self {
        let root = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder in target");
        let floor = root.path().join("floor");
        std::fs::copy(std::env::current_exe().expect("this program"), &floor).expect("a copy");
        std::fs::copy(OURS, root.path().join(INSTALLED)).expect("a copy");
        Self { root, server: Server::start(), peers, floor }
    }

    /// A folder that is made anew unless it is there.
    pub fn home(&self, name: &str) -> (Home, bool) {
        Home::at(self.root.path().join(name))
    }

    /// A home of ours with a history of so many rows.
    pub fn kept(&self, name: &str, rows: u32, reference: &str) -> Home {
        let (home, is_new) = self.home(name);
        if is_new {
            home.configure(&self.server);
            if rows > 0 {
                eprintln!("  {rows} rows of history");
                home.seed(rows, reference);
            }
        }
        home
    }

    /// Ours with a history of so many rows.
    pub fn ours(&self, rows: u32) -> Program {
        let home = self.kept(&format!("rows-{rows}"), rows, REFERENCE);
        let name = match rows {
            0 => "tokenscope, no history".to_owned(),
            FEW => "tokenscope".to_owned(),
            rows => format!("tokenscope, {} rows", crate::stats::grouped(rows)),
        };
        Self::console(name, home, (rows > 1).then_some("card_2"))
    }

    /// Ours with a home of its own, to which its calls are added.
    pub fn ours_to_send(&self) -> Program {
        let home = self.kept("sends", FEW, REFERENCE);
        Self::console("tokenscope".to_owned(), home, None)
    }

    /// Ours with an answer of 1 MiB on the screen.
    pub fn ours_with_big_answer(&self) -> Program {
        let home = self.kept("big-answer", FEW, &format!("token_{BIG}"));
        let mut program = Self::console("tokenscope, 1 MiB answer".to_owned(), home, None);
        program.to_list = FILL.to_vec();
        program.to_list.extend([Step::Key(b"s"), Step::Shows(ANSWERED), Step::Key(b"4")]);
        // The age of the answer, once a second.
        program.tick = 40;
        program
    }

    fn console(name: String, home: Home, filled: Option<&'static str>) -> Program {
        let list = filled.map(Step::Shows);
        Program {
            name,
            kind: Kind::Ours,
            argv: vec![home.installed().into()],
            home,
            ready: "CUSTOM".to_owned(),
            filled,
            to_list: list.into_iter().chain([Step::Key(b"4")]).collect(),
            sending: Some(Sending { before: FILL.to_vec(), key: b"s" }),
            tick: 0,
        }
    }

    pub fn floor(&self) -> Program {
        Program {
            name: "floor".to_owned(),
            kind: Kind::Floor,
            argv: vec![self.floor.clone().into(), "--as-floor".into()],
            home: self.home("floor-home").0,
            ready: floor::READY.to_owned(),
            filled: None,
            to_list: Vec::new(),
            sending: None,
            tick: 0,
        }
    }

    /// The floor of a call.
    pub fn bare_post(&self) -> &Path {
        &self.floor
    }

    /// The peers that have a screen.
    pub fn consoles(&self) -> Vec<Program> {
        self.peers.iter().filter_map(|peer| peers::console(peer, self)).collect()
    }

    /// Where a peer is, if it was named.
    pub fn peer(&self, name: &str) -> Option<&Path> {
        self.peers.iter().find(|peer| peer.name == name).map(|peer| peer.path.as_path())
    }
}
