//! Wrong encodings of a body, and escapes in whatever part of an answer can hold one.

use tokenscope::diagnosis::verdict::judge;
use tokenscope::domain::calendar::Stamp;
use tokenscope::domain::exchange::{Outcome, Reply};
use tokenscope::domain::failure::Unreadable;
use tokenscope::domain::history::Verdict;
use tokenscope::domain::sent::Sent;
use tokenscope::report;
use tokenscope::secret::{MASK, Masked, Unparsed};
use tokenscope::text::is_dangerous;

use super::SAMPLE;
use super::calls::{assert_kept_as, exchange_of, send};
use super::hostile::order::{came, custom, draft, order_of};
use super::hostile::server::{Server, http};

/// A 200 with a body of bytes.
fn of_bytes(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{headers}content-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn utf_16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

async fn unreadable(bytes: Vec<u8>) -> Unreadable {
    let reply = send(&Server::answering(bytes), &draft()).await;
    assert_kept_as(Verdict::Unreadable, &reply);
    match came(reply).outcome {
        Outcome::Unreadable(fault) => fault,
        _ => panic!("it was read"),
    }
}

#[tokio::test]
async fn a_body_in_another_encoding_is_unreadable_whatever_its_type_says() {
    let marked = format!("\u{feff}{SAMPLE}");
    let text = SAMPLE.replace("Rohit", "Zo\u{eb}");
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let broken = latin.iter().position(|byte| *byte == 0xeb).unwrap();
    for charset in ["utf-16", "iso-8859-1", "utf-8", "x-unknown"] {
        let kind = format!("content-type: application/json; charset={charset}\r\n");
        for bytes in [utf_16(&marked, u16::to_le_bytes), utf_16(&marked, u16::to_be_bytes)] {
            let fault = unreadable(of_bytes(&kind, &bytes)).await;
            assert_eq!(fault, Unreadable::Body(Unparsed::NotUtf8 { offset: 0 }));
        }
        for bytes in [utf_16(SAMPLE, u16::to_le_bytes), utf_16(SAMPLE, u16::to_be_bytes)] {
            let fault = unreadable(of_bytes(&kind, &bytes)).await;
            assert!(matches!(fault, Unreadable::Body(Unparsed::NotJson(_))), "{fault:?}");
        }
        let fault = unreadable(of_bytes(&kind, &latin)).await;
        assert_eq!(fault, Unreadable::Body(Unparsed::NotUtf8 { offset: broken }));
    }
}

#[tokio::test]
async fn a_body_of_utf_8_is_read_whatever_its_type_says_and_with_a_mark_in_front() {
    let marked = format!("\u{feff}{SAMPLE}");
    for kind in [
        "",
        "content-type: application/json; charset=utf-16\r\n",
        "content-type: text/html; charset=utf-7\r\n",
        "content-type: application/json\r\ncontent-type: text/plain\r\n",
        "content-type: \u{202e}\r\n",
    ] {
        for body in [SAMPLE, &marked] {
            let exchange = exchange_of(of_bytes(kind, body.as_bytes())).await;
            assert!(matches!(exchange.outcome, Outcome::Answered(_)), "{kind}");
        }
    }
    let twice = unreadable(of_bytes("", format!("\u{feff}{marked}").as_bytes())).await;
    assert!(matches!(twice, Unreadable::Body(Unparsed::NotJson(_))), "{twice:?}");
}

/// The head of a gzip file and of a zlib stream, and a plain text after each.
const COMPRESSED: [&[u8]; 2] =
    [b"\x1f\x8b\x08\0\0\0\0\0\0\x03{\"reference\":\"a\"}", b"\x78\x9c\xab\x56\x2a\x4a"];

#[tokio::test]
async fn a_compressed_body_is_not_decoded_with_its_header_or_without() {
    for body in COMPRESSED {
        let fault = unreadable(of_bytes("", body)).await;
        assert!(matches!(fault, Unreadable::Body(_)), "{fault:?}");
        assert_eq!(unreadable(of_bytes("content-encoding: gzip\r\n", body)).await, Unreadable::Encoded);
    }
}

#[tokio::test]
async fn a_content_encoding_other_than_identity_is_unreadable_wherever_it_stands() {
    let one = |coding: &str| format!("content-encoding: {coding}\r\n");
    for codings in [
        vec!["gzip"],
        vec!["identity", "gzip"],
        vec!["gzip", "identity"],
        vec!["identity, br"],
        vec!["identity;q=1"],
        vec!["x\u{202e}"],
        vec![""],
    ] {
        let headers: String = codings.iter().map(|coding| one(coding)).collect();
        assert_eq!(unreadable(of_bytes(&headers, SAMPLE.as_bytes())).await, Unreadable::Encoded, "{headers}");
    }
    for codings in [vec!["identity"], vec![" Identity "], vec!["identity", "IDENTITY"]] {
        let headers: String = codings.iter().map(|coding| one(coding)).collect();
        let exchange = exchange_of(of_bytes(&headers, SAMPLE.as_bytes())).await;
        assert!(matches!(exchange.outcome, Outcome::Answered(_)), "{headers}");
    }
}

/// Escapes in every part of an answer that can carry them: reason phrase, header values, names and values of the body.
fn escaping() -> Vec<u8> {
    let nasty = r"\u001b]52;c;eA==\u0007\u202e\u200b\u009b31m";
    let body = SAMPLE
        .replace("Paytm", &format!("Pay{nasty}tm"))
        .replace("\"ACTIVE\"", &format!("\"AC{nasty}TIVE\""))
        .replace("\"eci\"", &format!("\"x{nasty}\": \"{nasty}\", \"eci\""));
    let head = [
        &b"HTTP/1.1 200 O\xe2\x80\xaeK\xc2\x9b31m\r\nx-request-id: req\xe2\x80\xae\xe2\x80\x8b\xc2\x9b31m\xff\r\n"[..],
        b"x-trace-id: \x9b31m\r\ncontent-type: application/json; \xe2\x80\xae\r\n",
        b"retry-after: 5\xe2\x80\xa2\xe2\x80\xa2\r\nset-cookie: sid=77; Path=/\r\n",
    ]
    .concat();
    [head, format!("content-length: {}\r\n\r\n{body}", body.len()).into_bytes()].concat()
}

/// A reply as every form of report, and as its row of history.
fn told(reply: &Reply) -> [String; 5] {
    let at = Stamp(1_795_458_005_000);
    let sent = Sent::of(&order_of(&custom("http://127.0.0.1:1"), &draft()), 1, at);
    let judgement = judge(reply, Some(&sent), at.date_in_india());
    let call = report::Call { sent: &sent, reply, judgement: &judgement };
    let entry = report::entry(&call);
    let row = [&entry.summary, &entry.network, &entry.issuer, &entry.token_status].map(Masked::text);
    [
        report::text(&call).text(),
        report::json(&call).text(),
        report::export_json(&call).text(),
        report::markdown(&call).text(),
        row.join("\n"),
    ]
}

#[tokio::test]
async fn escapes_of_every_part_of_an_answer_come_out_visible_and_as_nothing_else() {
    let reply = send(&Server::answering(escaping()), &draft()).await;
    for text in told(&reply) {
        let escaped = text.replace(MASK, "");
        let bad: Vec<char> = escaped.chars().filter(|c| *c != '\n' && is_dangerous(*c)).collect();
        assert!(bad.is_empty(), "{bad:?} in {text}");
        assert!(text.contains("202e}"), "the escapes are really there: {text}");
        assert!(!text.contains("sid=77") && !text.contains("O\\u{202e}K"), "{text}");
    }
    let exchange = came(reply);
    let shown = |name: &str| exchange.header(name).unwrap().text();
    assert_eq!(shown("x-request-id"), "req\\u{202e}\\u{200b}\\u{9b}31m\u{fffd}");
    assert_eq!((shown("x-trace-id"), shown("set-cookie")), ("\u{fffd}31m".into(), MASK.into()));
    assert_eq!(shown("retry-after"), "5\\u{2022}\\u{2022}");
}

#[tokio::test]
async fn every_cookie_is_masked_however_many_there_are() {
    let cookies = ["set-cookie: sid=77", "Set-Cookie: x-request-id=88", "set-cookie2: old=99"];
    let exchange = exchange_of(http("200 OK", &cookies, SAMPLE)).await;
    let of_cookies = exchange.headers.iter().filter(|header| header.name.text().contains("cookie"));
    assert_eq!(of_cookies.clone().count(), 3);
    assert!(of_cookies.into_iter().all(|header| header.value.text() == MASK));
}
