"""Files that people send: read within limits, known by their content, kept, given back inert."""
