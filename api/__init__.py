"""The house's door: pages and HTTP interface; it decides nothing and keeps nothing."""
