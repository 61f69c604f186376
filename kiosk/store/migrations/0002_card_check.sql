-- How the person of a dossier was identified, and whether the signer of the card was confirmed later.
-- Free of personal data: a document signer signs many thousands of cards. A dossier of before has no row.
CREATE TABLE card_check(
  dossier_id    TEXT PRIMARY KEY REFERENCES dossier(id),
  source        TEXT NOT NULL CHECK(source IN ('chip','qr','typed')),
  access        TEXT NOT NULL,
  lamp_read     TEXT NOT NULL CHECK(lamp_read IN ('ok','failed','unknown','absent')),
  why_read      TEXT NOT NULL,
  lamp_intact   TEXT NOT NULL CHECK(lamp_intact IN ('ok','failed','unknown','absent')),
  why_intact    TEXT NOT NULL,
  lamp_trusted  TEXT NOT NULL CHECK(lamp_trusted IN ('ok','failed','unknown','absent')),
  why_trusted   TEXT NOT NULL,
  lamp_genuine  TEXT NOT NULL CHECK(lamp_genuine IN ('ok','failed','unknown','absent')),
  why_genuine   TEXT NOT NULL,
  mismatches    TEXT NOT NULL,
  signer        BLOB,
  signer_sha256 TEXT NOT NULL,
  confirmation  TEXT NOT NULL DEFAULT 'none' CHECK(confirmation IN
                ('none','waiting','confirmed','refused','gave_up')),
  attempts      INTEGER NOT NULL DEFAULT 0 CHECK(attempts >= 0),
  next_at       INTEGER NOT NULL DEFAULT 0,
  last_error    TEXT NOT NULL DEFAULT '',
  answered_at   INTEGER,
  answered_by   TEXT NOT NULL DEFAULT '',
  CHECK(confirmation = 'none' OR signer IS NOT NULL),
  CHECK((confirmation IN ('confirmed','refused')) = (answered_at IS NOT NULL))
) STRICT;
CREATE INDEX card_check_waiting ON card_check(next_at) WHERE confirmation = 'waiting';
CREATE INDEX card_check_alarms ON card_check(answered_at) WHERE confirmation = 'refused';
CREATE TRIGGER card_check_no_delete BEFORE DELETE ON card_check
BEGIN SELECT raise(ABORT, 'a card check stays with its dossier'); END;
CREATE TRIGGER card_check_answered BEFORE UPDATE OF confirmation ON card_check
WHEN OLD.confirmation IN ('none','confirmed','refused')
BEGIN SELECT raise(ABORT, 'an answer about a signer is final'); END;
