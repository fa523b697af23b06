"""Each step of a paper tells those whom it concerns next, and nobody else."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from cast import Cast
from sample_papers import report_paper
from test_desk_actions import DAY, NO_FONTS, prints

from bihuan.documents import actions
from bihuan.documents.models import Document
from bihuan.messages.models import Message

NOON = dt.datetime(2026, 7, 6, 4, tzinfo=dt.UTC)


def told() -> dict[str, str]:
    """Who has an unread message, and its words; all are then taken for read."""
    found = {message.recipient.name: message.zh for message in Message.objects.filter(read_at=None)}
    Message.objects.update(read_at=NOON)
    return found


@pytest.fixture
def draft(cast: Cast, settings: object, tmp_path: Path) -> Document:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    paper = report_paper(number=None, date=None, annexes=())
    return actions.draft(
        key="k", paper=paper, prefix="临州安办", region=cast.prefecture, book="example", by=cast.operator.by, at=NOON
    )


def test_each_step_tells_the_next(cast: Cast, draft: Document) -> None:
    assert told() == {"白核稿": f"《{draft.title}》已拟稿，待核稿"}
    draft = actions.send_back(document=draft, reason="缺附件", by=cast.checker.by, at=NOON)
    assert told() == {"马拟稿": f"《{draft.title}》被退回：缺附件"}
    draft = actions.check(document=draft, by=cast.checker.by, at=NOON)
    assert told() == {"王签发": f"《{draft.title}》已核稿，等您签发"}
    draft = actions.sign_off(document=draft, day=DAY, fonts=NO_FONTS, printer=prints, by=cast.leader.by, at=NOON)
    assert set(told()) == {"马拟稿", "白核稿"}
    actions.deliver(document=draft, units=[cast.kangle_bureau], by=cast.operator.by, at=NOON)
    assert told() == {"康联络": f"《{draft.title}》请签收"}
    actions.deliver(document=draft, units=[cast.kangle_bureau], by=cast.operator.by, at=NOON)
    assert told() == {}


def test_a_step_that_fails_tells_nobody(cast: Cast, draft: Document) -> None:
    told()
    with pytest.raises(actions.SamePersonError):
        actions.check(document=draft, by=cast.operator.by, at=NOON)
    assert told() == {}
