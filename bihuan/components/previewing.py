"""The preview of an uploaded table: its rows by what would come of them, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from bihuan.components import uploads
from bihuan.components.uploads import Upload
from bihuan.lib.words import say

ROWS = 50  # on a page
ALL = "all"
States = Mapping[Any, tuple[str, str, str]]  # a state → Chinese, English, tone; those at fault first


class Item(Protocol):
    """A row of a plan."""

    @property
    def state(self) -> StrEnum: ...


R = TypeVar("R", bound=Item)
R_co = TypeVar("R_co", bound=Item, covariant=True)
S = TypeVar("S")


class Plan(Protocol[R_co]):
    """What would come of a table. `acting`: the rows that would write something; `digest`: of what is shown."""

    @property
    def rows(self) -> Sequence[R_co]: ...

    @property
    def acting(self) -> Sequence[R_co]: ...

    @property
    def digest(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Tab:
    """The rows of one state, with their number."""

    state: str
    words: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Shown(Generic[S]):
    """A row with its state in words."""

    item: S
    words: str
    tone: str


@dataclass(frozen=True)
class Preview(Generic[S]):
    """One page of a plan, at most `ROWS` of the rows in the state that was asked for. A pager takes it as it is."""

    plan: Any
    tabs: list[Tab]
    rows: list[S]
    faults: int
    previous_url: str
    next_url: str
    back: str  # this page's own address

    @property
    def acting(self) -> int:
        return len(self.plan.acting)


def preview(
    query: QueryDict, plan: Plan[R], states: States, shown: Callable[[R, str, str], S] | None = None
) -> Preview[S]:
    """The page that an address asks for; where it names no state, the rows at fault, if there are any.

    Args:
        states: in the order of the tabs; one whose value is "fault" is what nobody can take.
        shown: makes a row for the template of (row, words of its state, tone); else `Shown`.
    """
    names = {str(state): words for state, words in states.items()}
    counts = dict.fromkeys(names, 0)
    for item in plan.rows:
        counts[str(item.state)] += 1
    faults = counts.get("fault", 0)
    asked, at = query.get("state", ""), query.get("page", "")
    state = asked if asked in counts or asked == ALL else "fault" if faults else ALL
    chosen = [item for item in plan.rows if state in (ALL, str(item.state))]
    page = min(int(at), max(len(chosen) - 1, 0) // ROWS) if at.isascii() and at.isdecimal() and len(at) < 7 else 0
    tabs = [Tab(ALL, say("全部", "all"), len(plan.rows), state == ALL)]
    tabs += [Tab(name, say(*words[:2]), counts[name], name == state) for name, words in names.items()]
    make: Callable[[R, str, str], Any] = shown or Shown
    here = f"?state={state}&page="
    return Preview(
        plan,
        tabs,
        [_made(make, item, names) for item in chosen[page * ROWS : (page + 1) * ROWS]],
        faults,
        f"{here}{page - 1}" if page else "",
        f"{here}{page + 1}" if (page + 1) * ROWS < len(chosen) else "",
        f"{here}{page}",
    )


def _made(make: Callable[[R, str, str], Any], item: R, names: Mapping[str, tuple[str, str, str]]) -> Any:
    zh, en, tone = names[str(item.state)]
    return make(item, say(zh, en), tone)


def choose_rows(request: HttpRequest, upload: Upload, page: str) -> HttpResponse:
    """Leave rows out that a preview's buttons name, or take them back in; then the same page of it again.

    Args:
        page: the address of the preview.
    """
    for name, out in (("leave", True), ("want", False)):
        if keys := [key[:100] for key in request.POST.getlist(name)[:ROWS]]:
            uploads.leave_out(upload, keys, out=out)
    back = request.POST.get("back", "")
    return HttpResponseRedirect(page + (back if back.startswith("?state=") else ""))
