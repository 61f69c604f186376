-- What a dossier's fees ask. Void and refund have a reason; nothing is ever deleted. Money is whole đồng.
CREATE TABLE fee_claim(
  id           TEXT PRIMARY KEY,
  dossier_id   TEXT NOT NULL REFERENCES dossier(id),
  fee_code     TEXT NOT NULL,
  fee_name     TEXT NOT NULL,
  kind         TEXT NOT NULL CHECK(kind IN ('phi','le_phi')),
  amount       INTEGER NOT NULL CHECK(amount >= 0),
  collect      TEXT NOT NULL CHECK(collect IN ('before','after','exempt')),
  exempt_why   TEXT NOT NULL DEFAULT '',
  exempt_proof TEXT NOT NULL DEFAULT '',
  state        TEXT NOT NULL DEFAULT 'unpaid' CHECK(state IN ('unpaid','pending','paid','refunded','void')),
  reason       TEXT NOT NULL DEFAULT '',
  made_at      INTEGER NOT NULL,
  changed_at   INTEGER NOT NULL,
  CHECK((collect = 'exempt') = (amount = 0)),
  CHECK(collect <> 'exempt' OR (exempt_why <> '' AND exempt_proof <> '' AND state IN ('unpaid','void'))),
  CHECK(state NOT IN ('void','refunded') OR reason <> '')
) STRICT;
CREATE UNIQUE INDEX fee_claim_one ON fee_claim(dossier_id, fee_code) WHERE state <> 'void';
CREATE TRIGGER fee_claim_fixed BEFORE UPDATE OF id, dossier_id, fee_code, kind, amount, collect ON fee_claim
BEGIN SELECT raise(ABORT, 'a claim is voided and made anew, never rewritten'); END;
CREATE TRIGGER fee_claim_moves BEFORE UPDATE OF state ON fee_claim
WHEN NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN
  ('unpaid>pending','unpaid>paid','unpaid>void','pending>paid','pending>void','paid>refunded')
BEGIN SELECT raise(ABORT, 'no lawful move of a claim'); END;
CREATE TRIGGER fee_claim_no_delete BEFORE DELETE ON fee_claim
BEGIN SELECT raise(ABORT, 'a claim is voided, never deleted'); END;

-- Tries to pay a claim at the payment platform. Written before anything is sent; one open at a time.
CREATE TABLE payment_attempt(
  reference  TEXT PRIMARY KEY,
  claim_id   TEXT NOT NULL REFERENCES fee_claim(id),
  amount     INTEGER NOT NULL CHECK(amount > 0),
  state      TEXT NOT NULL DEFAULT 'started' CHECK(state IN ('started','waiting','paid','failed')),
  url        TEXT NOT NULL DEFAULT '',
  why        TEXT NOT NULL DEFAULT '',
  started_at INTEGER NOT NULL,
  started_by TEXT NOT NULL,
  asked      INTEGER NOT NULL DEFAULT 0,
  next_at    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX payment_attempt_open ON payment_attempt(claim_id) WHERE state IN ('started','waiting');
CREATE INDEX payment_attempt_due ON payment_attempt(next_at) WHERE state IN ('started','waiting');
CREATE TRIGGER payment_attempt_no_delete BEFORE DELETE ON payment_attempt
BEGIN SELECT raise(ABORT, 'an attempt ends, it is never deleted'); END;

-- Money that came, whatever way, also twice, also a wrong sum.
CREATE TABLE payment(
  id          INTEGER PRIMARY KEY,
  claim_id    TEXT NOT NULL REFERENCES fee_claim(id),
  reference   TEXT REFERENCES payment_attempt(reference),
  channel     TEXT NOT NULL CHECK(channel IN ('platform','cash','transfer')),
  number      TEXT NOT NULL CHECK(number <> ''),
  amount      INTEGER NOT NULL CHECK(amount > 0),
  taken_at    INTEGER NOT NULL,
  day         TEXT NOT NULL,
  noted_at    INTEGER NOT NULL,
  noted_by    TEXT NOT NULL,
  standing    TEXT NOT NULL CHECK(standing IN ('counted','extra','held')),
  bill_sha256 TEXT NOT NULL DEFAULT '',
  CHECK((channel = 'platform') = (reference IS NOT NULL)),
  UNIQUE(channel, number)
) STRICT;
CREATE UNIQUE INDEX payment_counted ON payment(claim_id) WHERE standing = 'counted';
CREATE INDEX payment_day ON payment(day);
CREATE TRIGGER payment_fixed BEFORE UPDATE OF claim_id, reference, channel, number, amount, taken_at, day ON payment
BEGIN SELECT raise(ABORT, 'money that came is never rewritten'); END;
CREATE TRIGGER payment_no_delete BEFORE DELETE ON payment
BEGIN SELECT raise(ABORT, 'money that came is never deleted'); END;

-- Money to be given back, and given back.
CREATE TABLE refund(
  payment_id  INTEGER PRIMARY KEY REFERENCES payment(id),
  reason      TEXT NOT NULL CHECK(reason <> ''),
  proposed_at INTEGER NOT NULL,
  proposed_by TEXT NOT NULL,
  done_at     INTEGER,
  done_by     TEXT NOT NULL DEFAULT '',
  evidence    TEXT NOT NULL DEFAULT '',
  CHECK((done_at IS NULL) = (done_by = '')),
  CHECK((done_at IS NULL) = (evidence = ''))
) STRICT;
CREATE TRIGGER refund_no_delete BEFORE DELETE ON refund
BEGIN SELECT raise(ABORT, 'a refund is never deleted'); END;

-- Days that were compared and closed, with the report as it was.
CREATE TABLE payment_day_closed(
  day       TEXT PRIMARY KEY,
  report    TEXT NOT NULL,
  closed_at INTEGER NOT NULL,
  closed_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER payment_day_closed_fixed BEFORE UPDATE ON payment_day_closed
BEGIN SELECT raise(ABORT, 'a closed day stays as it is'); END;
CREATE TRIGGER payment_day_closed_no_delete BEFORE DELETE ON payment_day_closed
BEGIN SELECT raise(ABORT, 'a closed day stays'); END;
