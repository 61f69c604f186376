-- How often a row failed for reasons of its own, while the destination took others.
ALTER TABLE outbox ADD COLUMN own_failures INTEGER NOT NULL DEFAULT 0 CHECK(own_failures >= 0);
