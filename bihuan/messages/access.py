"""Who may set how messages reach people. One's own mail and channels are one's own: no role opens another's."""

from __future__ import annotations

from bihuan.messages import queries
from bihuan.messages.models import Channel
from bihuan.org.access import NotThere, Reader, Verb
from bihuan.org.rules import Role

SET_QUIET = Verb("messages.set_quiet", Role.OPERATOR, Role.SECURITY_ADMIN)
SET_GATEWAY = Verb("messages.set_gateway", Role.SYSTEM_ADMIN)
SEE_OUTGOING = Verb("messages.see_outgoing", Role.SYSTEM_ADMIN)


def own(reader: Reader) -> int:
    """The key of the person whose mail it is.

    Raises:
        NotThere: nobody is signed in.
    """
    if reader.person is None:
        raise NotThere
    return reader.person.pk


def the_channel(reader: Reader, pk: int) -> Channel:
    """One of the reader's own channels.

    Raises:
        NotThere: there is none, or it is somebody else's.
    """
    found = queries.own_channel(own(reader), pk)
    if found is None:
        raise NotThere
    return found


def over_all(reader: Reader, verb: Verb) -> None:
    """For what holds in the whole installation.

    Raises:
        NotThere: the reader may not, or only in a part of it.
    """
    if not reader.at_top(verb):
        raise NotThere
