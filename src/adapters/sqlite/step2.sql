-- The timeline of an answer: by the card, or it reads the whole trail.
CREATE INDEX audit_by_card ON audit (card_reference);
