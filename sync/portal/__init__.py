"""Drivers of the national portal."""
