"""What is no report: the refusal of a file, and how much of one is read."""

from __future__ import annotations

from bihuan.lib.refusals import Refusal

MAX_BYTES = 20 * 1024 * 1024
MAX_CHARACTERS = 2_000_000  # unpacked


class UnreadableError(Refusal):
    """A file that cannot be read as a report."""
