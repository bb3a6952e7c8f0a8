//! Exports into real folders: names, modes, links, folders of others, a disk without room.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    reason = "a test fails by panicking"
)]
#![expect(clippy::disallowed_methods, reason = "tests put files in the way of the adapter")]

mod child;

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use child::{assert_passes, below, child, is_root, mode, ordinary_child};
use tokenscope::adapters::export::Export;
use tokenscope::adapters::private::Folder;
use tokenscope::domain::calendar::Stamp;
use tokenscope::ports::{ExportFault, ExportForm, Exporter};
use tokenscope::secret::{MASK, Masked, Needles};

/// 2023-11-14T22:13:20.789Z
const AT: Stamp = Stamp(1_700_000_000_789);

fn write(folder: &Path, text: &str) -> Result<PathBuf, ExportFault> {
    Export::new(folder.to_path_buf()).write(&Masked::ours(text), ExportForm::Markdown, AT)
}

fn set(path: &Path, bits: u32) {
    std::fs::set_permissions(path, PermissionsExt::from_mode(bits)).unwrap();
}

#[test]
fn a_document_is_written_whole_with_its_masks() {
    let temp = tempfile::tempdir().unwrap();
    let text = Masked::free_text("card 4111111111111111 of Ann", &Needles::default());
    let path = Export::new(temp.path().join("exports")).write(&text, ExportForm::Json, AT).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("card {MASK} of Ann"));
    assert_eq!(below(temp.path()), [path, temp.path().join("exports")]);
}

#[test]
fn a_name_is_made_of_the_time_and_a_random_part_only() {
    let temp = tempfile::tempdir().unwrap();
    let export = Export::new(temp.path().to_path_buf());
    for (form, ending) in [(ExportForm::Markdown, ".md"), (ExportForm::Json, ".json")] {
        let path = export.write(&Masked::ours("../../etc/passwd -rf"), form, AT).unwrap();
        assert_eq!(path.parent(), Some(temp.path()));
        let name = path.file_name().unwrap().to_str().unwrap();
        let random = name.strip_prefix("tokenscope-20231114T221320Z-").unwrap().strip_suffix(ending).unwrap();
        assert!(random.len() == 8 && random.bytes().all(|b| b.is_ascii_hexdigit()), "{random}");
    }
}

#[test]
fn exports_of_one_moment_do_not_meet() {
    let temp = tempfile::tempdir().unwrap();
    for n in 0..20 {
        write(temp.path(), &n.to_string()).unwrap();
    }
    assert_eq!(below(temp.path()).len(), 20);
}

#[test]
fn exports_are_closed_to_others_under_an_open_umask() {
    let temp = tempfile::tempdir().unwrap();
    assert_passes(child("child_exports_under_an_open_umask", temp.path()));
}

#[test]
#[ignore = "run by exports_are_closed_to_others_under_an_open_umask"]
fn child_exports_under_an_open_umask() {
    let Some(root) = child::folder() else { return };
    rustix::process::umask(rustix::fs::Mode::empty());
    let path = write(&root.join("data/exports"), "text").unwrap();
    assert_eq!(mode(&path), 0o600);
    assert_eq!((mode(&root.join("data/exports")), mode(&root.join("data"))), (0o700, 0o700));
}

#[test]
fn an_export_is_written_although_somebody_holds_the_folder() {
    let temp = tempfile::tempdir().unwrap();
    let half = Folder::readable(temp.path()).unwrap().make(".0123456789abcdef.part");
    let held = std::fs::File::open(temp.path()).unwrap();
    held.lock().unwrap();
    write(temp.path(), "text").unwrap();
    assert!(half.is_ok() && below(temp.path()).len() == 2, "it may be their half of a file, and stays");
    drop(held);
    write(temp.path(), "text").unwrap();
    assert_eq!(below(temp.path()).len(), 2, "nobody writes, so it is swept");
}

#[test]
fn a_folder_that_others_may_write_is_refused_and_one_they_may_read_is_taken() {
    let temp = tempfile::tempdir().unwrap();
    for bits in [0o770, 0o720, 0o702, 0o1777] {
        set(temp.path(), bits);
        assert_eq!(write(temp.path(), "text"), Err(ExportFault::Unsafe), "{bits:o}");
    }
    assert!(below(temp.path()).is_empty());
    set(temp.path(), 0o755);
    assert_eq!(mode(&write(temp.path(), "text").unwrap()), 0o600);
}

#[test]
fn a_folder_of_somebody_else_is_refused() {
    if !is_root() {
        // Only root can give a folder away; but the root folder belongs to somebody else for everyone else.
        assert_eq!(write(Path::new("/"), "text"), Err(ExportFault::Unsafe));
        return;
    }
    let temp = tempfile::tempdir().unwrap();
    std::os::unix::fs::chown(temp.path(), Some(child::NOBODY), None).unwrap();
    assert_eq!(write(temp.path(), "text"), Err(ExportFault::Unsafe));
}

#[test]
fn a_link_to_a_folder_is_judged_by_its_target() {
    let temp = tempfile::tempdir().unwrap();
    let (target, link) = (temp.path().join("target"), temp.path().join("link"));
    std::fs::create_dir(&target).unwrap();
    symlink(&target, &link).unwrap();
    set(&target, 0o777);
    assert_eq!(write(&link, "text"), Err(ExportFault::Unsafe));
    set(&target, 0o700);
    assert_eq!(write(&link, "text").unwrap().parent(), Some(target.canonicalize().unwrap().as_path()));
}

#[test]
fn links_in_the_folder_are_neither_followed_nor_changed() {
    let temp = tempfile::tempdir().unwrap();
    let (exports, target) = (temp.path().join("exports"), temp.path().join("target"));
    let first = write(&exports, "first").unwrap();
    std::fs::write(&target, "theirs").unwrap();
    std::fs::remove_file(&first).unwrap();
    symlink(&target, &first).unwrap();
    let second = write(&exports, "second").unwrap();
    assert!(std::fs::symlink_metadata(&first).unwrap().is_symlink());
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "theirs");
    assert_eq!(std::fs::read_to_string(second).unwrap(), "second");
}

#[test]
fn a_folder_that_is_none_or_cannot_be_made_is_named() {
    let temp = tempfile::tempdir().unwrap();
    let file = temp.path().join("file");
    std::fs::write(&file, "").unwrap();
    for folder in [file.clone(), file.join("below"), PathBuf::new()] {
        assert_eq!(write(&folder, "text"), Err(ExportFault::NoFolder), "{}", folder.display());
    }
    symlink(temp.path().join("nowhere"), temp.path().join("dangling")).unwrap();
    assert_eq!(write(&temp.path().join("dangling"), "text"), Err(ExportFault::NoFolder));
    assert!(!temp.path().join("nowhere").exists());
}

#[test]
fn a_folder_that_may_not_be_written_is_named() {
    let temp = tempfile::tempdir().unwrap();
    assert_passes(ordinary_child("child_exports_into_a_closed_folder", temp.path()));
}

#[test]
#[ignore = "run by a_folder_that_may_not_be_written_is_named"]
fn child_exports_into_a_closed_folder() {
    let Some(root) = child::folder() else { return };
    let folder = root.join("exports");
    std::fs::create_dir(&folder).unwrap();
    for bits in [0o500, 0o000] {
        set(&folder, bits);
        assert_eq!(write(&folder, "text"), Err(ExportFault::NoFolder), "{bits:o}");
        assert_eq!(write(&folder.join("below"), "text"), Err(ExportFault::NoFolder), "{bits:o}");
    }
}

#[test]
fn without_room_nothing_of_the_file_stays() {
    let temp = tempfile::tempdir().unwrap();
    let limited = child("child_exports_more_than_fits", temp.path());
    // The limit is the process's; the shell sets it and lets the write fail instead of ending the process.
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\""]).arg(limited.get_program());
    shell.args(limited.get_args()).envs(limited.get_envs().filter_map(|(name, value)| Some((name, value?))));
    assert_passes(shell);
    assert_eq!(std::fs::read_dir(temp.path().join("exports")).unwrap().count(), 0);
}

#[test]
#[ignore = "run by without_room_nothing_of_the_file_stays"]
fn child_exports_more_than_fits() {
    let Some(root) = child::folder() else { return };
    assert_eq!(write(&root.join("exports"), &"x".repeat(100_000)), Err(ExportFault::Full));
}
