"""The gateway that vouches for the signers of ID cards: asked while a card is read, and again later."""
