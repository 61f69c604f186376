"""A whole identity card in Python, with a synthetic person and scripted faults."""
