-- Which account made a row: a pseudonym, or the station where nobody is logged in. NULL: from before accounts
-- were kept; then it is the station. Rows are sent under the station's account whoever made them.
ALTER TABLE outbox ADD COLUMN made_by TEXT;
CREATE TRIGGER outbox_maker_fixed BEFORE UPDATE OF made_by, station ON outbox
BEGIN SELECT raise(ABORT, 'who made an outbox row is fixed'); END;
