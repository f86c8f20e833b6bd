"""Pages as people see them: a real Chromium before the whole running system."""
