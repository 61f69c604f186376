"""Persons, personal numbers and how they are masked."""
