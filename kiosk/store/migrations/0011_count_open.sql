-- The badge counts the open rows by state after every message: out of the index alone, without their pages.
DROP INDEX outbox_open;
CREATE INDEX outbox_open ON outbox(dest, urgency, next_at, seq, state) WHERE state <> 'acknowledged';
