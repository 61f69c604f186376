"""Ticket printers (ESC/POS), and a simulated one that listens on TCP."""
