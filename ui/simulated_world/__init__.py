"""The desk of the demo: what a person's hands and the outside world would do."""
