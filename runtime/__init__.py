"""What every process of the house stands on: settings, keys, the connection to Temporal, links, tokens, logs."""
