"""The writers of inboxes, of people's channels, and of what goes out through them."""

from bihuan.messages.actions.reading import mark_all_read, mark_read, mark_unread
from bihuan.messages.actions.telling import send, send_many
from bihuan.messages.rules import Telling

__all__ = ["Telling", "mark_all_read", "mark_read", "mark_unread", "send", "send_many"]
