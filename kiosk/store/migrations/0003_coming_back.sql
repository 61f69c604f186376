-- Where each feed of the portal stands. The cursor is the portal's own number within its origin, never a time.
CREATE TABLE feed(
  source      TEXT PRIMARY KEY,
  origin      TEXT NOT NULL DEFAULT '',
  cursor      INTEGER NOT NULL DEFAULT 0 CHECK(cursor >= 0),
  tag         TEXT NOT NULL DEFAULT '',
  answered_at INTEGER,
  changed_at  INTEGER,
  fault       TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

-- Rows of a feed that could not be understood; they never hold up those behind them.
CREATE TABLE feed_unfit(
  source  TEXT NOT NULL,
  origin  TEXT NOT NULL,
  seq     INTEGER NOT NULL,
  why     TEXT NOT NULL,
  came_at INTEGER NOT NULL,
  PRIMARY KEY(source, origin, seq)
) STRICT, WITHOUT ROWID;

-- States of dossiers as they came, also of dossiers that aren't ours. A dossier's state follows from all of them.
CREATE TABLE dossier_event(
  origin    TEXT NOT NULL,
  seq       INTEGER NOT NULL CHECK(seq > 0),
  code      TEXT NOT NULL,
  state     INTEGER NOT NULL CHECK(state BETWEEN 1 AND 10),
  at        INTEGER NOT NULL,
  procedure TEXT NOT NULL,
  key       TEXT NOT NULL,
  came_at   INTEGER NOT NULL,
  PRIMARY KEY(origin, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX dossier_event_code ON dossier_event(code, at, seq);
CREATE TRIGGER dossier_event_no_update BEFORE UPDATE ON dossier_event
BEGIN SELECT raise(ABORT, 'what came is never changed'); END;
CREATE TRIGGER dossier_event_no_delete BEFORE DELETE ON dossier_event
BEGIN SELECT raise(ABORT, 'what came is never deleted'); END;

-- Where portal and station don't say the same; both versions stay readable.
CREATE TABLE dossier_conflict(
  id       INTEGER PRIMARY KEY,
  code     TEXT NOT NULL,
  kind     TEXT NOT NULL CHECK(kind IN ('state','procedure','rewritten','other')),
  origin   TEXT NOT NULL,
  seq      INTEGER NOT NULL,
  ours     TEXT NOT NULL,
  theirs   TEXT NOT NULL,
  winner   TEXT NOT NULL CHECK(winner IN ('portal','station')),
  noted_at INTEGER NOT NULL,
  seen_at  INTEGER,
  seen_by  TEXT NOT NULL DEFAULT '',
  UNIQUE(code, kind, origin, seq, theirs)
) STRICT;
CREATE INDEX dossier_conflict_open ON dossier_conflict(noted_at) WHERE seen_at IS NULL;
CREATE TRIGGER dossier_conflict_no_delete BEFORE DELETE ON dossier_conflict
BEGIN SELECT raise(ABORT, 'a conflict is seen, never deleted'); END;

-- The catalogue that came by feed. A version that was once published is never changed and never deleted:
-- drafts and dossiers keep the one they were begun under.
CREATE TABLE catalogue_file(
  code    TEXT NOT NULL,
  version TEXT NOT NULL,
  sha256  TEXT NOT NULL CHECK(length(sha256) = 64),
  content BLOB NOT NULL,
  offered INTEGER NOT NULL CHECK(offered IN (0, 1)),
  came_at INTEGER NOT NULL,
  PRIMARY KEY(code, version)
) STRICT;
CREATE INDEX catalogue_file_sha256 ON catalogue_file(sha256);
CREATE TRIGGER catalogue_file_no_delete BEFORE DELETE ON catalogue_file
BEGIN SELECT raise(ABORT, 'a published version stays'); END;

-- The signed lists that were applied.
CREATE TABLE catalogue_release(
  serial    INTEGER PRIMARY KEY CHECK(serial > 0),
  made_at   INTEGER NOT NULL,
  came_at   INTEGER NOT NULL,
  manifest  TEXT NOT NULL,
  signature BLOB NOT NULL
) STRICT;
