"""The chip of the Vietnamese identity card (ICAO Doc 9303) over PC/SC."""
