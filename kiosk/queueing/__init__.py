"""Queue tickets: series, numbers."""
