"""Procedures as versioned data: forms, components, fees, working calendar, due dates."""
