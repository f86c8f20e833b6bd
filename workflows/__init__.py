"""The durable shell: one workflow a case. It does everything by activities and decides nothing; the core decides."""
