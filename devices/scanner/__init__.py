"""Paper scanners through SANE, and a simulated one."""
