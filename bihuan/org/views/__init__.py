"""Pages of people, units and accounts."""
