"""Who may read the history of the whole installation."""

from __future__ import annotations

from bihuan.org.access import NotThere, Reader, Verb
from bihuan.org.rules import Role

SEE_HISTORY = Verb("web.see_history", Role.AUDIT_ADMIN, Role.OPERATOR, Role.LEADER)
AUDIT = Verb("web.audit", Role.AUDIT_ADMIN)
# What administrators do to each other's accounts is the auditor's to read, not the office's.
OF_ADMINISTRATION = ("account", "policy", "token")


def history_without(reader: Reader) -> tuple[str, ...]:
    """The kinds of things whose history the reader does not see.

    The history knows no places: whoever works for a part of the installation reads that of each thing on its own page.

    Raises:
        NotThere: it is not for this reader at all.
    """
    if reader.at_top(AUDIT):
        return ()
    if reader.at_top(SEE_HISTORY):
        return OF_ADMINISTRATION
    raise NotThere
