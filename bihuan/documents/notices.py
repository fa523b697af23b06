"""Remarks set on the grid: a thin frame that takes as many whole lines as the remark has, the same for both writers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bihuan.documents.fonts import FontSet
from bihuan.documents.gb9704 import LINE_PITCH_PT
from bihuan.documents.paper import Notice
from bihuan.documents.typesetting import TYPE_WIDTH_PT, Ruler, Run

#: From the edge of the type area to the text in the frame.
INSET_PT: Final = 8.0
STROKE_PT: Final = 0.5
#: White above and below the frame. Lines of an editor reach further up from their type than down: to the eye it is
#: equal.
ABOVE_PT: Final = 6.0
BELOW_PT: Final = 1.0


@dataclass(frozen=True, slots=True)
class SetNotice:
    """A remark ready to print: its lines, and in points their distance and the white below the last one."""

    lines: tuple[tuple[Run, ...], ...]
    pitch: float
    foot: float

    @property
    def inner(self) -> float:
        """The height inside the frame, in points."""
        return self.pitch * len(self.lines) + self.foot


def set_notice(notice: Notice, fonts: FontSet) -> SetNotice:
    """Break a remark into lines; frame and white come out of the lines' own distance."""
    room = TYPE_WIDTH_PT - 2 * INSET_PT
    lines = Ruler(fonts).set([Run(notice.text, "kai")], room, room)
    foot = 0.0 if len(lines) == 1 else 2.0
    return SetNotice(lines, LINE_PITCH_PT - (ABOVE_PT + BELOW_PT + 2 * STROKE_PT + foot) / len(lines), foot)
