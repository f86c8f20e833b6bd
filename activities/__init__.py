"""What carries out what the core decides: idempotent activities with their dependencies injected."""
