"""The citizen's face: one page one file."""
