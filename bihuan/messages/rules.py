"""What a message is made of, when it may be shown, and what was on a list. Pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class QuietHours:
    """免打扰时段: from an evening's hour to the next morning's, by the campaign's clock. A default of ours: the rule
    against formalism on phones asks that people be left in peace (facts §11.5) and names no hours."""

    begin: dt.time = dt.time(21, 0)
    end: dt.time = dt.time(7, 30)

    @property
    def fits(self) -> bool:
        """Whether a working day is left between them: with less, people would hear of nothing in time."""
        day = dt.timedelta(hours=self.begin.hour - self.end.hour, minutes=self.begin.minute - self.end.minute)
        return day >= SHORTEST_DAY

    def show_from(self, local: dt.datetime, *, urgent: bool = False) -> dt.datetime:
        """The moment from which a message born at `local` is shown: at once, or when the quiet hours end."""
        if urgent or self.end <= local.time() < self.begin:
            return local
        morning = local.replace(hour=self.end.hour, minute=self.end.minute, second=0, microsecond=0)
        return morning if local.time() < self.end else morning + dt.timedelta(days=1)


SHORTEST_DAY = dt.timedelta(hours=8)
QUIET = QuietHours()
LONGEST = 300  # characters of a message
LONGEST_TOPIC, LONGEST_KEY, LONGEST_URL = 100, 120, 200


@dataclass(frozen=True, slots=True)
class Telling:
    """What one person is to be told.

    Args:
        to: the key of the person.
        topic: what it is about, such as "submission:12": an unread message on it takes this one in.
        key: of the event, such as "submission:12:returned:3".
        words: Chinese and English.
        url: the path of the page to go to.
        urgent: shown in the quiet hours too.
        count: of the events that it stands for, where it is one for several.

    Raises:
        ValueError: a topic, key or address too long to be kept whole: cut, two of them might become one; no event.
    """

    to: int
    topic: str
    key: str
    words: tuple[str, str]
    url: str
    urgent: bool = False
    count: int = 1

    def __post_init__(self) -> None:
        if len(self.topic) > LONGEST_TOPIC or len(self.key) > LONGEST_KEY or len(self.url) > LONGEST_URL:
            raise ValueError(f"too long for a message: {self.topic!r}, {self.key!r}, {self.url!r}")
        if self.count < 1:
            raise ValueError(f"a message tells of one event at least: {self.key!r}")


_SNAPSHOT = re.compile(r"([0-9]{1,18}):([0-9]{1,18}):((?:[0-9]{1,18}(?:,|$))*)")


def is_snapshot(text: str) -> bool:
    """Whether a text can be what `queries.snapshot` gave: PostgreSQL's "xmin:xmax:those between that were open"."""
    found = _SNAPSHOT.fullmatch(text)
    if found is None or text.endswith(","):
        return False
    low, high = int(found[1]), int(found[2])
    between = [int(number) for number in found[3].split(",") if number]
    rising = all(one < two for one, two in pairwise(between))
    return 0 < low <= high and rising and all(low <= number < high for number in between)
