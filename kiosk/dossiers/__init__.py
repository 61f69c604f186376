"""Dossiers: code, state, register, components and attachments."""
