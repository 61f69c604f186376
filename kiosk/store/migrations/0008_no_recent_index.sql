-- What came last is found by the row number; every hand-in wrote a page of this index for nothing.
DROP INDEX dossier_recent;
