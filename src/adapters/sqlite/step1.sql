PRAGMA application_id = 0x746f6b73;

-- AUTOINCREMENT: an id is never given twice, so a page that goes on "before id n" stays right while rows expire.
CREATE TABLE history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    profile TEXT NOT NULL,
    environment TEXT NOT NULL,
    host TEXT NOT NULL,
    card_reference TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    routing_id TEXT NOT NULL,
    submerchant_id TEXT NOT NULL,
    http_status INTEGER,
    verdict TEXT NOT NULL,
    summary TEXT NOT NULL,
    network TEXT NOT NULL,
    issuer TEXT NOT NULL,
    token_status TEXT NOT NULL,
    card_last_four TEXT NOT NULL,
    total_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX history_by_time ON history (at);

CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    deed TEXT NOT NULL,
    profile TEXT NOT NULL,
    host TEXT NOT NULL,
    card_reference TEXT NOT NULL,
    outcome TEXT NOT NULL,
    previous BLOB NOT NULL,
    mac BLOB NOT NULL
) STRICT;

CREATE TRIGGER audit_is_not_edited BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'append-only'); END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'append-only'); END;
