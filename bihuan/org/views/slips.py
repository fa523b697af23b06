"""What is handed to people whose account was opened: whose it is, the name to sign in with, the one-time password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.org import actions, queries


@dataclass(frozen=True, slots=True)
class Slip:
    name: str
    unit: str
    sign_in_name: str
    password: str

    @property
    def line(self) -> str:
        """The slip as a line of a table, for the file that the page asks for."""
        return "\t".join((self.name, self.unit, self.sign_in_name, self.password))


def slips(opened: Sequence[actions.Once]) -> list[Slip]:
    """A slip for each account, with the unit that its person stands in."""
    units = queries.unit_names([once.account.person_id for once in opened])
    return [
        Slip(once.account.person.name, units.get(once.account.person_id, ""), once.account.name, once.password)
        for once in opened
    ]
