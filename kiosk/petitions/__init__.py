"""Questions and petitions that people sent to the portal, and what the office answered."""
