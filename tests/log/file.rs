//! The file: for its owner alone, never through a link, and in nobody's way.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::Command;

use super::{Home, Run, events, finish, records};

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o7777
}

/// The same command in a shell that has done `first` before.
fn under(first: &str, command: &Command) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.env_clear().args(["-c", &format!("{first}; exec \"$0\" \"$@\"")]).arg(command.get_program());
    shell.args(command.get_args());
    shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell
}

/// The call went as it always does: answered, and in the history.
fn assert_usual(home: &Home, run: &Run) {
    assert_eq!((run.exit, run.err.as_str()), (0, ""));
    assert!(run.out.starts_with("USABLE"), "{}", run.out);
    // A new row stands in SQLite's log.
    let history = fs::read(home.path().join(".local/share/tokenscope/history.db-wal")).unwrap();
    let reference = super::hostile::order::REFERENCE.as_bytes();
    assert!(history.windows(reference.len()).any(|window| window == reference));
}

#[test]
fn the_log_is_closed_to_others_under_an_open_umask() {
    let home = Home::new();
    assert_usual(&home, &finish(under("umask 000", &home.command("trace", &["--demo", "fetch"]))));
    assert_eq!((mode(&home.log()), mode(home.log().parent().unwrap())), (0o600, 0o700));
    assert_eq!(mode(&home.path().join(".local")), 0o700);
}

#[test]
fn the_log_goes_where_the_data_folder_is_named() {
    let home = Home::new();
    let folder = home.path().join("elsewhere");
    assert_eq!(home.run(&["--data-dir", folder.to_str().unwrap(), "--demo", "fetch"]).exit, 0);
    assert!(!records(&folder.join("tokenscope.log")).is_empty());
    assert!(!home.log().exists());
}

#[test]
fn a_link_in_the_place_of_the_log_is_not_followed() {
    for name in ["theirs", "nowhere"] {
        let home = Home::new();
        home.make_state();
        let theirs = home.path().join("theirs");
        fs::write(&theirs, "theirs").unwrap();
        fs::set_permissions(&theirs, PermissionsExt::from_mode(0o600)).unwrap();
        symlink(home.path().join(name), home.log()).unwrap();
        assert_usual(&home, &home.run(&["--demo", "fetch"]));
        assert_eq!(fs::read_to_string(&theirs).unwrap(), "theirs");
        assert!(!home.path().join("nowhere").exists());
        assert!(fs::symlink_metadata(home.log()).unwrap().is_symlink());
    }
}

#[test]
fn a_file_of_others_or_open_to_them_is_not_written() {
    for bits in [0o644, 0o660, 0o602] {
        let home = Home::new();
        home.make_state();
        fs::write(home.log(), "before\n").unwrap();
        fs::set_permissions(home.log(), PermissionsExt::from_mode(bits)).unwrap();
        assert_usual(&home, &home.run(&["--demo", "fetch"]));
        assert_eq!((fs::read_to_string(home.log()).unwrap().as_str(), mode(&home.log())), ("before\n", bits));
    }
    if rustix::process::geteuid().is_root() {
        let home = Home::new();
        home.make_state();
        fs::write(home.log(), "before\n").unwrap();
        fs::set_permissions(home.log(), PermissionsExt::from_mode(0o600)).unwrap();
        chown(home.log(), Some(65_534), None).unwrap();
        assert_usual(&home, &home.run(&["--demo", "fetch"]));
        assert_eq!(fs::read_to_string(home.log()).unwrap(), "before\n");
    }
}

#[test]
fn a_log_that_cannot_be_written_changes_nothing_for_the_call() {
    let home = Home::new();
    fs::create_dir_all(home.log()).unwrap();
    fs::set_permissions(home.log().parent().unwrap(), PermissionsExt::from_mode(0o700)).unwrap();
    assert_usual(&home, &home.run(&["--demo", "fetch"]));
    let run = home.run(&["--data-dir", "/dev/null/none", "--demo", "fetch"]);
    assert!(run.exit == 0 && run.out.starts_with("USABLE") && run.err.lines().count() == 1, "{}", run.err);
}

#[test]
fn a_full_disk_changes_nothing_for_the_call() {
    let home = Home::new();
    assert_eq!(home.run(&["--demo", "fetch"]).exit, 0);
    let line = fs::read_to_string(home.log()).unwrap().lines().next().unwrap().to_owned() + "\n";
    let before = line.repeat(1_040_000 / line.len());
    fs::write(home.log(), &before).unwrap();
    // Room for the database, but none behind the end of the log. The shell lets the write fail instead of ending us.
    let limited = under("trap '' XFSZ; ulimit -f 1000", &home.command("trace", &["--demo", "fetch"]));
    assert_usual(&home, &finish(limited));
    assert_eq!(fs::read_to_string(home.log()).unwrap().len(), before.len());
    assert_usual(&home, &home.run_at("info", &["--demo", "fetch"]));
    let records = records(&home.log());
    assert_eq!(events(&records).last(), Some(&"ended"), "and with room again it goes on");
}

#[test]
fn programs_at_once_write_whole_records_into_one_file() {
    let home = Home::new();
    let spawn =
        |_| home.command("trace", &["--demo", "fetch"]).stdout(std::process::Stdio::null()).spawn().unwrap();
    let children: Vec<_> = (0..4).map(spawn).collect();
    let mut numbers: Vec<u32> = children.iter().map(std::process::Child::id).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let records = records(&home.log());
    let mut told: Vec<u32> =
        records.iter().filter(|it| it.event.as_deref() == Some("call_replied")).map(|it| it.pid).collect();
    told.sort_unstable();
    numbers.sort_unstable();
    assert_eq!(told, numbers);
}
