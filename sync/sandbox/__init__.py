"""The reference portal: the national adapter API over HTTP with its own database and switchable faults."""
