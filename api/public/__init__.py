"""Pages for those who complain: the form, the receipt, the way of one's own complaint."""
