"""The case page and its actions: what a case looks like to the institution's own people, and how they act on it."""
