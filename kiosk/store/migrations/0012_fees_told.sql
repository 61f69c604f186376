-- The state of a claim that the dossier's last planned message tells the portal; empty: none tells of this claim.
-- What was made before says of every fee that asks for money that it is unpaid.
ALTER TABLE fee_claim ADD COLUMN told TEXT NOT NULL DEFAULT '';
UPDATE fee_claim SET told = 'unpaid' WHERE amount > 0;
CREATE INDEX fee_claim_news ON fee_claim(dossier_id) WHERE told <> state AND state <> 'pending';
