//! Things that end in any order, and are taken in that in which they began.

use std::collections::VecDeque;

/// What began and was not taken yet.
#[derive(Debug)]
pub struct InOrder<T> {
    /// The number of the first.
    first: u64,
    all: VecDeque<Option<T>>,
}

impl<T> InOrder<T> {
    /// Nothing yet.
    pub fn new() -> Self {
        Self { first: 0, all: VecDeque::new() }
    }

    /// How many began and were not taken.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether everything was taken.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The number of the next that begins.
    pub fn next_number(&self) -> u64 {
        self.first + self.all.len() as u64
    }

    /// One more begins; it may have ended already.
    pub fn begin(&mut self, ended: Option<T>) {
        self.all.push_back(ended);
    }

    /// The one of this number ended. A number that nothing has that is here is passed over.
    pub fn end(&mut self, number: u64, ended: T) {
        let place = number.checked_sub(self.first).and_then(|place| usize::try_from(place).ok());
        if let Some(place) = place.and_then(|place| self.all.get_mut(place)) {
            *place = Some(ended);
        }
    }

    /// Whether the first has ended.
    pub fn has_ended(&self) -> bool {
        self.all.front().is_some_and(Option::is_some)
    }

    /// Takes the first, where it has ended.
    pub fn take(&mut self) -> Option<T> {
        let ended = self.all.front_mut()?.take()?;
        self.all.pop_front();
        self.first += 1;
        Some(ended)
    }
}

impl<T> Default for InOrder<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_early_waits_for_those_before_it() {
        let mut order = InOrder::new();
        let [first, second, third] = [(); 3].map(|()| {
            let number = order.next_number();
            order.begin(None);
            number
        });
        order.end(third, "third");
        order.end(second, "second");
        assert_eq!((order.has_ended(), order.take(), order.len()), (false, None, 3));
        order.end(first, "first");
        assert!(order.has_ended());
        assert_eq!(
            [order.take(), order.take(), order.take(), order.take()],
            [Some("first"), Some("second"), Some("third"), None]
        );
        assert!(order.is_empty());
    }

    #[test]
    fn what_has_ended_when_it_begins_has_its_place_too() {
        let mut order = InOrder::new();
        order.begin(Some("a"));
        let number = order.next_number();
        order.begin(None);
        order.begin(Some("c"));
        assert_eq!((order.take(), order.take()), (Some("a"), None));
        order.end(number, "b");
        order.end(number + 9, "nobody");
        order.end(0, "taken");
        assert_eq!((order.take(), order.take(), order.len()), (Some("b"), Some("c"), 0));
    }
}
