"""Pages of matters: one matter and what is done to it, what is mine, the ledger."""
