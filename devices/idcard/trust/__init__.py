"""Whom this office trusts to sign ID cards: country signers, lists of revoked ones, who let them in."""
