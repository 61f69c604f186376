"""Structured fuzzing of everything that reads what a card, a code or a file says."""
