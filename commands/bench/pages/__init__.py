"""How long the main pages take on the server, and how heavy they are, with many cases in the records."""
