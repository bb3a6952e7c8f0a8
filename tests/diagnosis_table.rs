//! Every token state with every network and every ECI: the verdicts and the word about the ECI, written down by hand from
//! contract/domain.md, sections 3 and 4.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod replies;

use replies::{answered, judged, usable};
use tokenscope::domain::history::Verdict;
use tokenscope::domain::history::Verdict::{NotUsable, Usable};

/// State as JSON, the verdict, and the finding that gives it.
const STATES: [(&str, Verdict, &str); 10] = [
    ("\"ACTIVE\"", Usable, "usable"),
    ("\"active\"", Usable, "usable"),
    ("\"SUSPENDED\"", NotUsable, "token-suspended"),
    ("\"INACTIVE\"", NotUsable, "token-inactive"),
    ("\"EXPIRED\"", NotUsable, "token-expired"),
    ("\"DELETED\"", NotUsable, "token-deleted"),
    ("\"DEACTIVATED\"", NotUsable, "token-deactivated"),
    ("\"PENDING_REVIEW\"", NotUsable, "token-state-unknown"),
    ("\"\"", NotUsable, "token-state-missing"),
    ("null", NotUsable, "token-state-missing"),
];

/// What is said of an ECI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// Nothing: it is one of the network's own.
    Nothing,
    /// Another family's.
    Foreign,
    /// Nobody's.
    Unknown,
    /// There is none.
    Missing,
    /// No source says what it means.
    NotJudged,
}

use Said::{Foreign, Missing, NotJudged, Nothing, Unknown};

const ECIS: [&str; 12] = [
    "\"00\"", "\"01\"", "\"02\"", "\"05\"", "\"06\"", "\"07\"", "\"7\"", "7", "\"03\"", "\"99\"", "\"\"",
    "null",
];

/// Of each network, what is said of each ECI, in the order of [`ECIS`].
const NETWORKS: [(&str, [Said; 12]); 9] = [
    //             00       01       02       05       06       07       7        7        03       99       ""       null
    (
        "VISA",
        [
            Foreign, Foreign, Foreign, Nothing, Nothing, Nothing, Nothing, Nothing, Unknown, Unknown,
            Missing, Missing,
        ],
    ),
    (
        "AMEX",
        [
            Foreign, Foreign, Foreign, Nothing, Nothing, Nothing, Nothing, Nothing, Unknown, Unknown,
            Missing, Missing,
        ],
    ),
    (
        "DINERS",
        [
            Foreign, Foreign, Foreign, Nothing, Nothing, Nothing, Nothing, Nothing, Unknown, Unknown,
            Missing, Missing,
        ],
    ),
    (
        "DISCOVER",
        [
            Foreign, Foreign, Foreign, Nothing, Nothing, Nothing, Nothing, Nothing, Unknown, Unknown,
            Missing, Missing,
        ],
    ),
    (
        "UPI",
        [
            Foreign, Foreign, Foreign, Nothing, Nothing, Nothing, Nothing, Nothing, Unknown, Unknown,
            Missing, Missing,
        ],
    ),
    (
        "JCB",
        [
            Foreign, Foreign, Foreign, Nothing, Nothing, Nothing, Nothing, Nothing, Unknown, Unknown,
            Missing, Missing,
        ],
    ),
    (
        "MASTERCARD",
        [
            Nothing, Nothing, Nothing, Foreign, Nothing, Nothing, Nothing, Nothing, Unknown, Unknown,
            Missing, Missing,
        ],
    ),
    (
        "RUPAY",
        [
            NotJudged, NotJudged, NotJudged, NotJudged, NotJudged, NotJudged, NotJudged, NotJudged,
            NotJudged, NotJudged, Missing, Missing,
        ],
    ),
    (
        "MAESTRO",
        [
            NotJudged, NotJudged, NotJudged, NotJudged, NotJudged, NotJudged, NotJudged, NotJudged,
            NotJudged, NotJudged, Missing, Missing,
        ],
    ),
];

fn id(said: Said) -> Option<&'static str> {
    match said {
        Nothing => None,
        Foreign => Some("eci-other-family"),
        Unknown => Some("eci-unknown"),
        Missing => Some("eci-missing"),
        NotJudged => Some("eci-not-judged"),
    }
}

#[test]
fn every_state_network_and_eci_comes_to_the_verdict_that_was_written_down() {
    for (state, verdict, gives) in STATES {
        for (network, all_said) in NETWORKS {
            for (eci, said) in ECIS.into_iter().zip(all_said) {
                let body = usable()
                    .replace("\"status\": \"ACTIVE\"", &format!("\"status\": {state}"))
                    .replace("\"eci\": \"07\"", &format!("\"eci\": {eci}"))
                    .replace("\"VISA\"", &format!("\"{network}\""));
                let judgement = judged(&answered(&body));
                let about = format!("{state} {network} {eci}");
                assert_eq!((judgement.verdict, judgement.finding.id), (verdict, gives), "{about}");
                let eci_finding = judgement.findings().map(|it| it.id).find(|id| id.starts_with("eci-"));
                assert_eq!(eci_finding, id(said), "{about}");
            }
        }
    }
}

#[test]
fn an_eci_that_is_usual_for_a_token_is_said_to_be_normal() {
    for (network, eci) in [("VISA", "07"), ("JCB", "7"), ("MASTERCARD", "06")] {
        let body =
            usable().replace("\"07\"", &format!("\"{eci}\"")).replace("\"VISA\"", &format!("\"{network}\""));
        let meaning = judged(&answered(&body)).finding.meaning.text();
        assert!(
            meaning.contains(&format!("ECI 0{} is normal here", eci.trim_start_matches('0'))),
            "{meaning}"
        );
    }
    let silent = judged(&answered(&usable().replace("\"VISA\"", "\"RUPAY\""))).finding.meaning.text();
    assert!(silent.ends_with("it can be used now."), "{silent}");
}
