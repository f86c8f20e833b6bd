"""Scenarios: one complaint's story in virtual time, and what must come of it."""
