"""What must reach the portal, written in the dossier's own transaction."""
