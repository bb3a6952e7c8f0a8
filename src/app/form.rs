//! The request form: the draft, the selected field, what hinders a send, and the way back.

use super::intent::Edit;
use super::line::Cursor;
use super::recall::Recall;
use super::undo::{Past, Run};
use crate::domain::request::{Draft, FieldFault, Likeness, RequestField};

/// The reference of the contract's own sample (contract, "Sample Request"); the emulator answers it.
pub const SAMPLE_REFERENCE: &str = "token_a0c16957f9bf46b0966a91a35b555353";

/// The customer of the contract's own sample.
pub const SAMPLE_CUSTOMER: &str = "juspaytest_cust";

/// The request form.
#[derive(Debug, Default)]
pub struct Form {
    /// What was typed.
    pub draft: Draft,
    /// Whether the selected field is being edited.
    pub editing: bool,
    /// What hindered the last send; cleared by a change of the field.
    pub faults: Vec<FieldFault>,
    selected: usize,
    cursor: Cursor,
    past: Past,
    recall: Option<Recall>,
}

impl Form {
    /// A form with a profile's default submerchant id.
    pub fn new(submerchant_id: &str) -> Self {
        Self {
            draft: Draft { submerchant_id: submerchant_id.to_owned(), ..Draft::default() },
            ..Self::default()
        }
    }

    /// Fills in the contract's own sample.
    pub fn fill_sample(&mut self) {
        self.fill(Draft {
            card_reference: SAMPLE_REFERENCE.to_owned(),
            customer_id: SAMPLE_CUSTOMER.to_owned(),
            ..Draft::default()
        });
        self.forget_past();
    }

    /// Replaces the whole draft.
    pub fn fill(&mut self, draft: Draft) {
        self.change(None, |form| form.draft = draft);
        self.faults.clear();
        self.editing = false;
        self.select(self.selected);
    }

    /// Takes the default submerchant id of another profile.
    pub fn take_submerchant(&mut self, submerchant_id: String) {
        self.change(None, |form| form.draft.submerchant_id = submerchant_id);
        self.select(self.selected);
    }

    /// Takes the last change back.
    pub fn undo(&mut self) {
        if let Some((draft, place)) = self.past.take() {
            self.draft = draft;
            self.faults.clear();
            self.select(place);
        }
    }

    /// Whether there is a change to take back.
    pub fn has_past(&self) -> bool {
        !self.past.is_empty()
    }

    /// From here on there is nothing to take back.
    pub fn forget_past(&mut self) {
        self.past.forget();
        self.recall = None;
    }

    /// Puts the next older value of the selected field into it; `values` are those used before. `false` where there is none.
    pub fn recall_older(&mut self, values: impl FnOnce() -> Vec<String>) -> bool {
        let typed = self.draft.get(self.field());
        let mut recall = self.recall.take().unwrap_or_else(|| Recall::new(typed, values()));
        let value = recall.older().map(str::to_owned);
        self.put_recalled(value, recall)
    }

    /// The way back from there, in the end to what was being typed. `false` where that stands there.
    pub fn recall_newer(&mut self) -> bool {
        let Some(mut recall) = self.recall.take() else { return false };
        let value = recall.newer().map(str::to_owned);
        self.put_recalled(value, recall)
    }

    fn put_recalled(&mut self, value: Option<String>, recall: Recall) -> bool {
        let (field, is_there) = (self.field(), value.is_some());
        if let Some(value) = value {
            self.change(Some(Run::Recalling(field)), |form| *form.draft.get_mut(field) = value);
            self.cursor = Cursor::at_end(self.draft.get(field));
            self.touched(field);
        }
        self.recall = Some(recall);
        is_there
    }

    /// Makes a change that can be taken back.
    fn change(&mut self, run: Option<Run>, change: impl FnOnce(&mut Self)) {
        let (before, place) = (self.draft.clone(), self.selected);
        change(self);
        self.recall = None;
        if self.draft == before {
            return self.past.end_run();
        }
        self.past.keep(&before, place, run);
        for field in RequestField::ALL {
            if self.draft.likeness(field) == Some(Likeness::Card) {
                self.past.forget_parts(field);
            }
        }
    }

    /// The selected field.
    pub fn field(&self) -> RequestField {
        RequestField::ALL.get(self.selected).copied().unwrap_or(RequestField::CardReference)
    }

    /// Selects a field by its place; the places before the first and behind the last are those.
    pub fn select(&mut self, place: usize) {
        self.selected = place.min(RequestField::ALL.len() - 1);
        self.past.end_run();
        self.recall = None;
        self.cursor = Cursor::at_end(self.draft.get(self.field()));
    }

    /// Selects the field so many places down, or up where negative.
    pub fn step(&mut self, places: isize) {
        self.select(self.selected.saturating_add_signed(places));
    }

    /// Selects the field so many places further, round and round.
    pub fn turn(&mut self, places: usize) {
        self.select((self.selected + places) % RequestField::ALL.len());
    }

    /// Changes the selected field.
    pub fn edit(&mut self, edit: Edit) {
        let field = self.field();
        self.change(Run::of(edit, field), |form| form.cursor.edit(form.draft.get_mut(field), edit));
        self.touched(field);
    }

    /// Puts a pasted text into the selected field.
    pub fn insert(&mut self, text: &str) {
        let field = self.field();
        self.change(None, |form| form.cursor.insert(form.draft.get_mut(field), text));
        self.touched(field);
    }

    /// The text before and behind the cursor of the selected field.
    pub fn split(&self) -> (&str, &str) {
        self.cursor.split(self.draft.get(self.field()))
    }

    /// What hinders a send because of this field.
    pub fn fault(&self, field: RequestField) -> Option<FieldFault> {
        self.faults.iter().copied().find(|fault| fault.field() == Some(field))
    }

    /// Takes the faults of a send that was not made and selects the first field at fault.
    pub fn blame(&mut self, faults: Vec<FieldFault>) {
        let place = |fault: &FieldFault| RequestField::ALL.iter().position(|it| Some(*it) == fault.field());
        if let Some(first) = faults.iter().filter_map(place).min() {
            self.select(first);
        }
        self.faults = faults;
    }

    fn touched(&mut self, field: RequestField) {
        self.faults.retain(|fault| fault.field() != Some(field));
    }
}
