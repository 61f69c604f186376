"""The inside of the simulated ticket printer."""
