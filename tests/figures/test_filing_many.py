"""Many figures filed at once are what each filed alone would be."""

from __future__ import annotations

from small_tree import AT, BY, Tree, content, span

from bihuan.figures import actions
from bihuan.figures.actions import Filing
from bihuan.figures.models import Figure
from bihuan.figures.rules import Kind


def test_a_known_key_gives_the_figure_that_is_there(tree: Tree) -> None:
    wanted = [
        Filing(kind=Kind.RECORD, content=content(tree["广河"], span(number, number)), key=key)
        for number, key in enumerate(("a", "b", "a"))
    ]
    first = actions.file_many(wanted, by=BY, at=AT)
    assert first[0] == first[2] != first[1]
    assert actions.file_many(wanted, by=BY, at=AT) == first
    assert Figure.objects.count() == 2
