"""Pages of official papers: the desk where they are written, checked and signed off, and the public check."""
