-- What the store keeps about people is sealed from here on; seal() is the program's (kiosk/store/sealing.py).
-- A sealed value is bound to table, row and column: personal is {"person", "answers", "summary"} of a dossier.
ALTER TABLE dossier ADD COLUMN personal BLOB NOT NULL DEFAULT x'';
UPDATE dossier SET personal = seal('dossier', id, 'personal',
  json_object(
    'person', CASE WHEN json_valid(person) THEN json(person) ELSE person END,
    'answers', CASE WHEN json_valid(answers) THEN json(answers) ELSE answers END,
    'summary', summary));
ALTER TABLE dossier DROP COLUMN person;
ALTER TABLE dossier DROP COLUMN answers;
ALTER TABLE dossier DROP COLUMN summary;

-- body_sha256 stays the hash of the bytes as they are sent.
DROP TRIGGER outbox_frozen;
UPDATE outbox SET body = seal('outbox', key, 'body', body), receipt = seal('outbox', key, 'receipt', receipt);
CREATE TRIGGER outbox_frozen BEFORE UPDATE OF key, dossier_id, rev, dest, kind, body, body_sha256 ON outbox
BEGIN SELECT raise(ABORT, 'the body of an outbox row is frozen'); END;

-- Scans are sealed under another name.
UPDATE attachment SET path = replace(path, '.pdf', '.bin');
