"""The writers of inboxes, of people's channels, and of what goes out through them."""

from bihuan.messages.actions.channels import (
    ChannelError,
    GatewayWish,
    StaleChannelError,
    add_channel,
    end_channel,
    pause_channel,
    resume_channel,
    set_gateway,
    set_quiet_hours,
    set_scope,
    test_channel,
)
from bihuan.messages.actions.outgoing import begin, finish, recover, sendable
from bihuan.messages.actions.reading import mark_all_read, mark_read, mark_unread
from bihuan.messages.actions.telling import send, send_many
from bihuan.messages.rules import Telling

__all__ = [
    "ChannelError",
    "GatewayWish",
    "StaleChannelError",
    "Telling",
    "add_channel",
    "begin",
    "end_channel",
    "finish",
    "mark_all_read",
    "mark_read",
    "mark_unread",
    "pause_channel",
    "recover",
    "resume_channel",
    "send",
    "send_many",
    "sendable",
    "set_gateway",
    "set_quiet_hours",
    "set_scope",
    "test_channel",
]
