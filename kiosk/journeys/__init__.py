"""What people walk through, as plain state machines without windows."""
