"""The API under /api/v1: what the pages do, for programs. Each operation is one call into a room's actions or queries,
through the same access functions as the page; no tables, no rules of its own but how much it answers."""
