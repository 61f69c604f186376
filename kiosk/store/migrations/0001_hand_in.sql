-- Times are INTEGER milliseconds since 1970 UTC; days are 'YYYY-MM-DD' of the office; money is whole đồng.

CREATE TABLE meta(
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

-- Queue tickets. A number of a series is given once a day.
CREATE TABLE counter_day(
  office TEXT NOT NULL,
  day    TEXT NOT NULL,
  series TEXT NOT NULL,
  last   INTEGER NOT NULL CHECK(last > 0),
  PRIMARY KEY(office, day, series)
) STRICT;

CREATE TABLE ticket(
  id         INTEGER PRIMARY KEY,
  office     TEXT NOT NULL,
  day        TEXT NOT NULL,
  series     TEXT NOT NULL,
  number     INTEGER NOT NULL CHECK(number > 0),
  class      TEXT NOT NULL DEFAULT 'normal',
  arrived_at INTEGER NOT NULL,
  vt         INTEGER NOT NULL,
  state      TEXT NOT NULL DEFAULT 'waiting' CHECK(state IN
             ('issued','waiting','called','serving','hold','done','no_show','transferred','cancelled')),
  -- How far the paper came. No printer proves that paper came out: unconfirmed is an honest end.
  printed    TEXT NOT NULL DEFAULT 'issued' CHECK(printed IN
             ('issued','sent','confirmed','unconfirmed','failed')),
  UNIQUE(office, day, series, number)
) STRICT;

-- Every dossier serial that was given, so that none is given twice even if a station's range changes.
CREATE TABLE serial(
  agency TEXT NOT NULL,
  day    TEXT NOT NULL,
  number INTEGER NOT NULL CHECK(number > 0),
  PRIMARY KEY(agency, day, number)
) STRICT, WITHOUT ROWID;

-- The only table with personal data in the clear (person, answers, summary).
CREATE TABLE dossier(
  id             TEXT PRIMARY KEY,
  code           TEXT NOT NULL UNIQUE,
  key            TEXT NOT NULL UNIQUE,
  agency         TEXT NOT NULL,
  station        TEXT NOT NULL,
  procedure      TEXT NOT NULL,
  version        TEXT NOT NULL,
  procedure_name TEXT NOT NULL,
  sector         TEXT NOT NULL,
  sector_name    TEXT NOT NULL,
  person         TEXT NOT NULL,
  answers        TEXT NOT NULL,
  summary        TEXT NOT NULL,
  fee            INTEGER NOT NULL CHECK(fee >= 0),
  state          INTEGER NOT NULL CHECK(state BETWEEN 1 AND 10),
  received_at    INTEGER NOT NULL,
  due_at         INTEGER NOT NULL CHECK(due_at >= received_at),
  term           TEXT NOT NULL,
  ticket         INTEGER NOT NULL UNIQUE REFERENCES ticket(id),
  shown_at       INTEGER
) STRICT;
CREATE INDEX dossier_recent ON dossier(received_at);
CREATE INDEX dossier_not_shown ON dossier(received_at) WHERE shown_at IS NULL;

CREATE TABLE attachment(
  sha256     TEXT PRIMARY KEY CHECK(length(sha256) = 64),
  size       INTEGER NOT NULL CHECK(size >= 0),
  media_type TEXT NOT NULL,
  path       TEXT NOT NULL,
  state      TEXT NOT NULL DEFAULT 'stored' CHECK(state IN ('stored','uploading','uploaded','lost')),
  upload_url TEXT,
  offset     INTEGER NOT NULL DEFAULT 0 CHECK(offset BETWEEN 0 AND size)
) STRICT;

CREATE TABLE component(
  dossier_id  TEXT NOT NULL REFERENCES dossier(id),
  position    INTEGER NOT NULL,
  code        TEXT NOT NULL,
  name        TEXT NOT NULL,
  originals   INTEGER NOT NULL CHECK(originals >= 0),
  certified   INTEGER NOT NULL CHECK(certified >= 0),
  photocopies INTEGER NOT NULL CHECK(photocopies >= 0),
  pages       INTEGER NOT NULL CHECK(pages >= 0),
  copies      INTEGER NOT NULL CHECK(copies >= 0),
  sha256      TEXT REFERENCES attachment(sha256),
  PRIMARY KEY(dossier_id, position)
) STRICT;

-- What happened, in order, without gaps; one canonical byte form per entry, no personal data.
CREATE TABLE journal(
  idx     INTEGER PRIMARY KEY CHECK(idx >= 0),
  subject TEXT NOT NULL,
  entry   BLOB NOT NULL
) STRICT;
CREATE INDEX journal_subject ON journal(subject, idx);
CREATE TRIGGER journal_without_gaps BEFORE INSERT ON journal
WHEN NEW.idx <> (SELECT coalesce(max(idx) + 1, 0) FROM journal)
BEGIN SELECT raise(ABORT, 'the journal has no gaps'); END;
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal
BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal
BEGIN SELECT raise(ABORT, 'the journal is append-only'); END;

-- What must leave the building. The body is frozen as bytes; a row is never deleted.
CREATE TABLE outbox(
  seq          INTEGER PRIMARY KEY,
  key          TEXT NOT NULL UNIQUE,
  dossier_id   TEXT NOT NULL REFERENCES dossier(id),
  station      TEXT NOT NULL,
  rev          INTEGER NOT NULL CHECK(rev > 0),
  dest         TEXT NOT NULL,
  kind         TEXT NOT NULL,
  body         BLOB NOT NULL,
  body_sha256  BLOB NOT NULL CHECK(length(body_sha256) = 32),
  state        TEXT NOT NULL DEFAULT 'ready' CHECK(state IN
               ('ready','sending','sent','acknowledged','needs_attention','quarantined')),
  attempts     INTEGER NOT NULL DEFAULT 0 CHECK(attempts >= 0),
  next_at      INTEGER NOT NULL DEFAULT 0,
  lease_until  INTEGER,
  lease_by     TEXT,
  last_status  INTEGER,
  last_error   TEXT,
  created_wall INTEGER NOT NULL,
  created_mono INTEGER NOT NULL,
  boot_id      TEXT NOT NULL,
  receipt      BLOB,
  UNIQUE(dossier_id, rev, kind),
  CHECK((state = 'sending') = (lease_until IS NOT NULL)),
  CHECK((lease_until IS NULL) = (lease_by IS NULL)),
  CHECK(state <> 'acknowledged' OR receipt IS NOT NULL)
) STRICT;
CREATE INDEX outbox_due ON outbox(dest, next_at, seq) WHERE state = 'ready';
CREATE INDEX outbox_open ON outbox(dossier_id, dest, seq) WHERE state <> 'acknowledged';
CREATE TRIGGER outbox_no_delete BEFORE DELETE ON outbox
BEGIN SELECT raise(ABORT, 'an outbox row is never deleted'); END;
CREATE TRIGGER outbox_frozen BEFORE UPDATE OF key, dossier_id, rev, dest, kind, body, body_sha256 ON outbox
BEGIN SELECT raise(ABORT, 'the body of an outbox row is frozen'); END;

-- Each change of an outbox row.
CREATE TABLE attempt_log(
  id          INTEGER PRIMARY KEY,
  outbox_seq  INTEGER NOT NULL REFERENCES outbox(seq),
  at_wall     INTEGER NOT NULL,
  state       TEXT NOT NULL,
  http_status INTEGER,
  error_class TEXT,
  duration_ms INTEGER,
  detail      TEXT
) STRICT;
CREATE INDEX attempt_log_row ON attempt_log(outbox_seq, id);
CREATE TRIGGER attempt_log_no_update BEFORE UPDATE ON attempt_log
BEGIN SELECT raise(ABORT, 'the attempt log is append-only'); END;
CREATE TRIGGER attempt_log_no_delete BEFORE DELETE ON attempt_log
BEGIN SELECT raise(ABORT, 'the attempt log is append-only'); END;
