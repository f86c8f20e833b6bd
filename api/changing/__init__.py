"""Changing the rules of running cases: another version of a procedure, a newly published calendar."""
