-- Questions and petitions at the portal, row by row as its feed told them; words is sealed
-- ({"question", "answer", "by", "position"}), bound to "origin:seq". Who asked isn't kept.
CREATE TABLE petition_told(
  petition TEXT NOT NULL,
  origin TEXT NOT NULL,
  seq INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  due_at INTEGER,
  procedure TEXT NOT NULL,
  state TEXT NOT NULL,
  answer TEXT NOT NULL,
  answered_at INTEGER,
  words BLOB NOT NULL,
  came_at INTEGER NOT NULL,
  PRIMARY KEY(origin, seq)) STRICT;
CREATE INDEX petition_told_of ON petition_told(petition, asked_at);
