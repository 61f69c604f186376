"""The technician's face."""
