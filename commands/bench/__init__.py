"""`huiyin bench`: what the system does on this machine, always as ratios or counts of one run."""
