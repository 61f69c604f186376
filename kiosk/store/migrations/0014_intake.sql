-- What is prepared while a review page is read (received_at NULL), and what was received and isn't in the register
-- yet: rarely more than a row, and none at rest. It holds the numbers that are given to it: the day's serial, and
-- the number of its ticket. body is sealed (person, answers, papers, card check); files: the SHA-256 of each paper,
-- with blanks between; shown_at as in dossier.
CREATE TABLE intake(
  id          INTEGER PRIMARY KEY,
  key         TEXT NOT NULL,
  dossier_id  TEXT NOT NULL,
  received_at INTEGER,
  agency      TEXT NOT NULL,
  day         TEXT NOT NULL,
  serial      INTEGER NOT NULL CHECK(serial > 0),
  series      TEXT NOT NULL,
  number      INTEGER NOT NULL CHECK(number > 0),
  files       TEXT NOT NULL,
  body        BLOB NOT NULL,
  shown_at    INTEGER
) STRICT;
