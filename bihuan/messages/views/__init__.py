"""Pages of inboxes and of what goes out."""
