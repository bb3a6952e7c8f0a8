//! A call as a command line for a POSIX shell: the contract's request as it was sent, with a placeholder for the key.
//!
//! Whatever did not come from this program stands inside single quotes, where a shell expands nothing. The lines of comment
//! hold words of ours only, since an interactive zsh reads them as commands.

use super::redacted_by;
use crate::domain::sent::Sent;
use crate::secret::{Masked, Piece};

/// The key as the shell puts it in. Without one it says so and sends nothing; braces keep zsh from reading `:` as a modifier.
const KEY: &str = r#"-u "${JUSPAY_API_KEY:?}:""#;

/// The redacted call as a command line. It does not end in a line feed, so that a paste alone runs nothing.
pub fn curl(sent: &Sent) -> Masked {
    let mut out = Masked::default();
    for note in notes(sent) {
        out.push_ours(&format!("# {note}"));
        out.end_line();
    }
    for (place, line) in command(sent).iter().enumerate() {
        if place > 0 {
            out.push_ours(r" \");
            out.end_line();
            out.push_ours("  ");
        }
        out.push(line);
    }
    out
}

/// Plain words and no sign that means something to a shell.
fn notes(sent: &Sent) -> Vec<String> {
    let mut notes = vec![
        format!("{}.", redacted_by()),
        "Put the API key into the variable JUSPAY_API_KEY first. The answer comes unmasked.".to_owned(),
    ];
    if sent.guarded {
        notes.push("PRODUCTION: each run may mint a cryptogram for a real card.".to_owned());
    }
    if !sent.verbatim {
        notes
            .push("It will not work as it is: something in it is masked or written as an escape.".to_owned());
    }
    notes
}

/// One line an option. Status and headers are printed with the body (`-i`), since they explain it, and no progress (`-sS`).
/// A key in clear text stays on this machine, whatever proxy the environment names. `--data-raw` reads no file.
fn command(sent: &Sent) -> Vec<Masked> {
    let is_cleartext = sent.url.text().starts_with("http://");
    let mut lines = vec![argument("curl -sSi ", &sent.url)];
    lines.extend(is_cleartext.then(|| Masked::ours("--noproxy '*'")));
    lines.push(Masked::ours(KEY));
    lines.extend([
        header("x-merchantid", &sent.merchant_id),
        header("version", &sent.version),
        header("x-routing-id", &sent.routing_id),
        header("Content-Type", &Masked::ours("application/json")),
        argument("--data-raw ", &body(sent)),
    ]);
    lines
}

fn header(name: &str, value: &Masked) -> Masked {
    argument("-H ", &Masked::joined([Masked::ours(name), Masked::ours(": "), value.clone()]))
}

/// The body in the contract's order, `submerchantId` only where it is not empty.
fn body(sent: &Sent) -> Masked {
    let mut out = Masked::ours("{");
    out.push(&member("card_reference", &sent.card_reference));
    out.push_ours(",");
    out.push(&member("customer_id", &sent.customer_id));
    if !sent.submerchant_id.is_empty() {
        out.push_ours(",");
        out.push(&member("submerchantId", &sent.submerchant_id));
    }
    out.push_ours("}");
    out
}

fn member(name: &str, value: &Masked) -> Masked {
    Masked::joined([Masked::ours(&format!("\"{name}\":")), value.json_string()])
}

/// An option and one word for a shell: within single quotes nothing means anything but the quote, which ends the word, stands
/// for itself behind a backslash, and begins it again.
fn argument(option: &str, value: &Masked) -> Masked {
    let mut out = Masked::ours(option);
    out.push_ours("'");
    for piece in value.pieces() {
        match piece {
            Piece::Text(text) => out.push_ours(&text.replace('\'', r"'\''")),
            Piece::Mask => out.push(&Masked::hidden()),
        }
    }
    out.push_ours("'");
    out
}
