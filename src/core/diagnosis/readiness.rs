//! Whether an answer has what a gateway needs of it in the next payment call, parameter by parameter.
//!
//! Owns: what a parameter's field comes to. Must not know: which gateways there are ([`PaymentGateway`]), how it is shown.
//! Nothing but masked values leaves. Tested: `tests/readiness.rs`.

use super::verdict::Judgement;
use super::{Severity, around, ours};
use crate::domain::answer::{Answer, Field, Held};
use crate::domain::gateway::{Demand, PaymentGateway};
use crate::domain::history::Verdict;
use crate::secret::Masked;

/// The parameter of which two pages say two things.
const LAST_FOUR: &str = "token.card_last_four";

/// What the field of a parameter comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// There.
    There,
    /// There, and a finding warns of it.
    Doubtful,
    /// There, and it cannot be used.
    Unusable,
    /// Not there.
    Missing,
}

/// A parameter of the payment call and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The parameter.
    pub parameter: &'static str,
    /// The field of the answer; empty where the answer has none.
    pub field: &'static str,
    /// Whether the gateway needs it.
    pub demand: Demand,
    /// What its field comes to.
    pub state: State,
    /// The value, masked.
    pub value: Masked,
    /// What else there is to say.
    pub note: Option<Masked>,
}

/// Whether the cryptogram has to be URL-encoded in `tavv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// It holds one of `/ + =`.
    Needed,
    /// It holds none.
    NotNeeded,
    /// There is no cryptogram.
    Nothing,
}

/// How ready an answer is for a gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readiness {
    /// For which.
    pub gateway: &'static PaymentGateway,
    /// The parameters, in the order of the matrix.
    pub needs: Vec<Need>,
    /// What `tavv` takes.
    pub encoding: Encoding,
    /// Whether the answer can be used at all.
    pub usable: bool,
}

impl State {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::There => "there",
            Self::Doubtful => "doubtful",
            Self::Unusable => "unusable",
            Self::Missing => "missing",
        }
    }

    fn is_there(self) -> bool {
        matches!(self, Self::There | Self::Doubtful)
    }
}

impl Encoding {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Needed => "needed",
            Self::NotNeeded => "not needed",
            Self::Nothing => "no cryptogram",
        }
    }

    /// The sentence for it.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Needed => "URL-encode the cryptogram in tavv: it holds / + or =.",
            Self::NotNeeded => "The cryptogram holds none of / + =, so tavv takes it as it is.",
            Self::Nothing => "There is no cryptogram to send as tavv.",
        }
    }
}

impl Readiness {
    /// Whether the payment call has all that it needs.
    pub fn is_ready(&self) -> bool {
        self.usable && self.lacking(Demand::Mandatory).next().is_none()
    }

    /// The parameters of a demand that this answer does not satisfy.
    pub fn lacking(&self, demand: Demand) -> impl Iterator<Item = &'static str> {
        let is_lacking = move |need: &&Need| need.demand == demand && !need.state.is_there();
        self.needs.iter().filter(is_lacking).map(|need| need.parameter)
    }

    /// In one sentence.
    pub fn sentence(&self) -> String {
        let name = &self.gateway.name;
        let list = |demand| self.lacking(demand).collect::<Vec<_>>().join(", ");
        let (mandatory, conditional) = (list(Demand::Mandatory), list(Demand::Conditional));
        match (self.usable, mandatory.is_empty(), conditional.is_empty()) {
            (_, false, _) => format!("Not ready for {name}: no usable {mandatory}."),
            (false, true, _) => {
                format!("Not ready for {name}: the token cannot be used, whatever {name} needs.")
            }
            (true, true, true) => format!("Ready for {name}: nothing that it needs is missing."),
            (true, true, false) => {
                format!("Ready for {name}, but it lacks {conditional}, which {name} needs in some cases.")
            }
        }
    }
}

/// How ready a judged answer is for a gateway.
pub fn readiness(gateway: &'static PaymentGateway, answer: &Answer, judgement: &Judgement) -> Readiness {
    let parameters = gateway.parameters(answer.network.plain());
    let need = |(parameter, demand): (&'static crate::domain::gateway::Parameter, Demand)| {
        let (there, value) = at(answer, &parameter.field);
        Need {
            parameter: &parameter.name,
            field: &parameter.field,
            demand,
            state: if there == State::There { doubt(judgement, &parameter.field) } else { there },
            value,
            note: note(answer, &parameter.name, &parameter.field),
        }
    };
    let encoding = match answer.cryptogram.value().map(|secret| secret.facts().form_encoded) {
        Some(true) => Encoding::Needed,
        Some(false) => Encoding::NotNeeded,
        None => Encoding::Nothing,
    };
    let needs = parameters.into_iter().map(need).collect();
    Readiness { gateway, needs, encoding, usable: judgement.verdict == Verdict::Usable }
}

/// Whether a field of the answer is there, and its masked value.
fn at(answer: &Answer, path: &str) -> (State, Masked) {
    match path {
        "authentication_details.token" => held(&answer.token),
        "authentication_details.cryptogram" => held(&answer.cryptogram),
        "card_details.par" => held(&answer.card_details.par),
        "token_details.exp_month" => shown(&answer.token_details.exp_month),
        "token_details.exp_year" => shown(&answer.token_details.exp_year),
        "token_details.provider_category" => shown(&answer.token_details.provider_category),
        "card_details.last_four" => shown(&answer.card_details.last_four),
        "token_requestor_id" => shown(&answer.token_requestor_id),
        "eci" => shown(&answer.eci),
        _ => (State::Missing, Masked::default()),
    }
}

fn held(held: &Held) -> (State, Masked) {
    let state = match held {
        Held::Unusable => State::Unusable,
        _ if held.value().is_some() => State::There,
        _ => State::Missing,
    };
    (state, held.masked())
}

fn shown(field: &Field) -> (State, Masked) {
    let state = match field {
        Field::Hidden => State::Unusable,
        Field::Shown(text) if !text.is_empty() => State::There,
        _ => State::Missing,
    };
    (state, field.shown())
}

/// What the findings say of a field that is there.
fn doubt(judgement: &Judgement, path: &str) -> State {
    let is_of = |finding: &&super::Finding| finding.evidence.iter().any(|evidence| evidence.field == path);
    match judgement.findings().filter(is_of).map(|finding| finding.severity).max() {
        Some(Severity::Bad) => State::Unusable,
        Some(Severity::Warning) => State::Doubtful,
        _ => State::There,
    }
}

fn note(answer: &Answer, parameter: &str, field: &str) -> Option<Masked> {
    if field.is_empty() {
        return Some(ours("no field of this answer holds it: the network gave it when the card was saved"));
    }
    let token = answer.token_details.last_four.shown();
    let note = "the card's, as is likely; another page speaks of the token's, which are ";
    (parameter == LAST_FOUR).then(|| around(note, &token, ""))
}
