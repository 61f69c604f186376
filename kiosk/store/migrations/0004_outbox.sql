-- What is sent first: what a citizen waits for with money, then dossiers, then news of their progress.
ALTER TABLE outbox ADD COLUMN urgency INTEGER NOT NULL GENERATED ALWAYS AS (
  CASE kind WHEN 'payment' THEN 0 WHEN 'cancel' THEN 0 WHEN 'progress' THEN 2 WHEN 'status' THEN 2 ELSE 1 END
) VIRTUAL;

-- How far the machine's clock was off when the row was made, in milliseconds to be added; NULL: not known.
ALTER TABLE outbox ADD COLUMN clock_offset_ms INTEGER;

-- Also rows that the destination took without a receipt: they are asked after again.
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox(dest, urgency, next_at, seq) WHERE state IN ('ready', 'sent');
