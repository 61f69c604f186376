"""The demo's small desk: put a card on the reader, load pages, cut the network, see what was printed."""
