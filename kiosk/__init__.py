"""Một Cửa: the office itself (procedures, dossiers, queue, papers, journeys, store)."""
