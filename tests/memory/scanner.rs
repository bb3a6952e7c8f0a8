//! The scanner itself, against a process whose memory is known.

use std::process::{Child, Command, Stdio};

use tokenscope::selfaudit::memory::{CannotLook, Form, Needle, scan};

use crate::secrets::{Secrets, api_key};
use crate::support::eventually;

/// A process that holds a text in its argument block and then sleeps.
struct Holder(Child);

impl Holder {
    fn of(text: &str) -> Self {
        let holder = Self(Command::new("sleep").arg("600").env("HELD", text).spawn().unwrap());
        let status = format!("/proc/{}/comm", holder.0.id());
        eventually("it is itself", || {
            std::fs::read_to_string(&status).is_ok_and(|name| name == "sleep\n").then_some(())
        });
        holder
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_text_is_found_in_another_process_by_name_and_place_and_only_where_it_is() {
    let (held, other) = (api_key(), Secrets::new());
    let holder = Holder::of(&held);
    let needles = [Needle::new("held", &held).unwrap(), Needle::new("other", &other.cryptogram).unwrap()];
    let found = scan(holder.0.id(), &needles).unwrap();
    assert_eq!(found.len(), 1, "{found:x?}");
    let one = &found[0];
    assert_eq!((one.needle.as_str(), one.form, one.map.as_str()), ("held", Form::Text, "[stack]"));
    assert_eq!(one.length, held.len());
    assert!(!format!("{found:?}").contains(&held[..6]), "what is found is told without its value");
}

#[test]
fn a_process_that_is_gone_is_no_clean_one() {
    let mut ended = Command::new("true").stdout(Stdio::null()).spawn().unwrap();
    let needles = [Needle::new("key", api_key()).unwrap()];
    let pid = ended.id();
    eventually("it has ended", || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        stat.contains(") Z ").then_some(())
    });
    assert_eq!(scan(pid, &needles), Err(CannotLook::NoProcess), "dead and not waited for");
    ended.wait().unwrap();
    assert_eq!(scan(pid, &needles), Err(CannotLook::NoProcess));
}
