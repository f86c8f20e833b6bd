"""The crash harness: a whole system of its own is broken at random, and then has to prove that nothing was lost."""
