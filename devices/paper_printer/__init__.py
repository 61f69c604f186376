"""A4 printers (IPP), and a simulated one that prints into a folder."""
