"""Pages of reports: what was handed in, what it adds up to, what a paper's numbers say."""
