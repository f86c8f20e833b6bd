"""Stored histories of every scenario: what ran once must replay for ever, to the same events and the same limits."""
