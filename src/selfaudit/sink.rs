//! A place where text comes out, what came out there, and whether a secret is in it.
//!
//! A search that found nothing counts only where the same search, over the same bytes with one secret put into them, does find
//! it, and where the sink tells of the call at all. Tested: here.

use super::marker::Marker;

/// What came out at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sink {
    /// What it is called.
    pub name: String,
    /// Every byte of it.
    pub bytes: Vec<u8>,
    /// What must be in it; a sink that does not hold it was not really looked at.
    pub holds: Option<String>,
}

/// What the search says of a sink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Searched {
    /// The sink.
    pub name: String,
    /// How many bytes were looked at.
    pub bytes: usize,
    /// Secrets that the same search finds once they are put into the same bytes, of how many.
    pub control: (usize, usize),
    /// Whether it holds what it has to hold.
    pub is_seen: bool,
    /// The secrets that were found, by name.
    pub found: Vec<&'static str>,
}

impl Searched {
    /// Whether the answer of the search means something.
    pub fn could_look(&self) -> bool {
        self.is_seen && self.control.0 == self.control.1
    }

    /// Whether nothing was found, and that means something.
    pub fn is_clean(&self) -> bool {
        self.could_look() && self.found.is_empty()
    }
}

impl Sink {
    /// A sink that has to hold a text.
    pub fn holding(name: &str, bytes: impl Into<Vec<u8>>, text: &str) -> Self {
        Self { name: name.to_owned(), bytes: bytes.into(), holds: Some(text.to_owned()) }
    }

    /// A sink that may hold anything or nothing.
    pub fn of(name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.to_owned(), bytes: bytes.into(), holds: None }
    }

    /// Looks for every secret.
    pub fn search(&self, markers: &[Marker]) -> Searched {
        let text = String::from_utf8_lossy(&self.bytes);
        let control = markers.iter().filter(|marker| marker.is_in(&self.with(&marker.value))).count();
        Searched {
            name: self.name.clone(),
            bytes: self.bytes.len(),
            control: (control, markers.len()),
            is_seen: self.holds.as_ref().is_none_or(|wanted| text.contains(wanted.as_str())),
            found: markers.iter().filter(|marker| marker.is_in(&text)).map(|marker| marker.name).collect(),
        }
    }

    /// The same bytes with a text in their middle.
    fn with(&self, text: &str) -> String {
        let (before, behind) = self.bytes.split_at(self.bytes.len() / 2);
        String::from_utf8_lossy(&[before, text.as_bytes(), behind].concat()).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selfaudit::encode;
    use crate::selfaudit::marker::Markers;

    #[test]
    fn a_clean_sink_is_clean_and_a_planted_one_names_the_secret() {
        let markers = Markers::fresh().unwrap();
        let all = markers.all();
        let clean =
            Sink::holding("log", format!("sent {} 1732530000000", markers.reference), &markers.reference);
        let searched = clean.search(&all);
        assert!(searched.is_clean(), "{searched:?}");
        for (secret, name) in
            [(&markers.cryptogram, "cryptogram"), (&markers.key, "API key"), (&markers.token, "token")]
        {
            let part = secret.get(2..12).unwrap();
            for planted in
                [part.to_owned(), part.to_lowercase(), encode::hex(secret), encode::base64(secret, 1, true)]
            {
                let leak = Sink { bytes: clean.with(&planted).into_bytes(), ..clean.clone() };
                let searched = leak.search(&all);
                assert!(searched.found.contains(&name) && !searched.is_clean(), "{planted}: {searched:?}");
            }
        }
    }

    #[test]
    fn a_sink_that_tells_nothing_of_the_call_was_not_looked_at() {
        let markers = Markers::fresh().unwrap();
        let silent = Sink::holding("log", "nothing", &markers.reference).search(&markers.all());
        assert!(!silent.could_look() && !silent.is_clean());
    }

    #[test]
    fn bytes_that_are_no_text_are_searched_too() {
        let markers = Markers::fresh().unwrap();
        let bytes = [&[0, 159, 146, 150][..], markers.cryptogram.as_bytes(), &[255]].concat();
        assert_eq!(Sink::of("database", bytes).search(&markers.all()).found, ["cryptogram"]);
    }
}
