"""What the pages of supervision show their readers: one module a kind of thing."""
