"""The append-only journal: who did what, when; one canonical byte form per row."""
