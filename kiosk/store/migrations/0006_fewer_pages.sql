-- A hand-in writes whole pages, one or more of each table and index it touches: the same rows in fewer of them.

-- Components are only ever looked for by their dossier: the key is the table.
CREATE TABLE component_by_dossier(
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
) STRICT, WITHOUT ROWID;
INSERT INTO component_by_dossier
  SELECT dossier_id, position, code, name, originals, certified, photocopies, pages, copies, sha256
  FROM component ORDER BY dossier_id, position;
DROP TABLE component;
ALTER TABLE component_by_dossier RENAME TO component;

-- One index of what is not acknowledged instead of two. A dossier's own rows are found by UNIQUE(dossier_id, …).
DROP INDEX outbox_due;
DROP INDEX outbox_open;
CREATE INDEX outbox_open ON outbox(dest, urgency, next_at, seq) WHERE state <> 'acknowledged';

-- That a row is new says nothing that is looked for: only what came after is.
DROP INDEX attempt_log_row;
CREATE INDEX attempt_log_row ON attempt_log(outbox_seq, id) WHERE state <> 'ready' OR error_class IS NOT NULL;
