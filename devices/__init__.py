"""What is plugged in: ID-card reader, scanner, printers. Knows nothing of the office."""
