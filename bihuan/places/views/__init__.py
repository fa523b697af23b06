"""Pages of registers and places."""
