"""Small pure helpers that any room may use, one noun a file."""
