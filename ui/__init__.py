"""What people see. Qt lives here and nowhere else; pages hold no rules and no SQL."""
