-- What two answers are compared by. The prints are MACs under a key of this installation, never of the token.
ALTER TABLE history ADD COLUMN token_expiry TEXT NOT NULL DEFAULT '';
ALTER TABLE history ADD COLUMN eci TEXT NOT NULL DEFAULT '';
ALTER TABLE history ADD COLUMN provider TEXT NOT NULL DEFAULT '';
ALTER TABLE history ADD COLUMN requestor TEXT NOT NULL DEFAULT '';
ALTER TABLE history ADD COLUMN par_print TEXT NOT NULL DEFAULT '';
ALTER TABLE history ADD COLUMN fingerprint_print TEXT NOT NULL DEFAULT '';
ALTER TABLE history ADD COLUMN cryptogram_print TEXT NOT NULL DEFAULT '';
