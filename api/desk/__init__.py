"""Pages of those who receive and handle complaints: the worklist, and receiving one."""
