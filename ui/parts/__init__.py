"""Widgets that several pages use; each takes a ``Look`` first."""
