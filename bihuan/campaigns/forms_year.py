"""Forms of the year around a campaign."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.campaigns import rules
from bihuan.campaigns.actions import FollowAsk
from bihuan.campaigns.forms import _text, named_units
from bihuan.lib.words import say
from bihuan.org.forms.entries import CHINESE, day_field

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from bihuan.campaigns.models import Paragraph, UnitList
    from bihuan.campaigns.yearly import Node
    from bihuan.org.models import Unit


class NodeForm(forms.Form):
    name = _text(_("节点名称"), 60, required=True)
    first = day_field(_("开始日期"))
    last = day_field(_("结束日期"), required=False, help_text=_("只有一天的不用填。"))
    source = _text(_("依据"), 200, required=True, help_text=_("哪份文件、哪一年定的。"))


class FollowUpForm(forms.Form):
    """Something to be done at a node, by units, by a day."""

    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput())
    node = forms.ChoiceField(label=_("节点"), required=False)
    paragraph = forms.ChoiceField(
        label=_("来自方案"),
        required=False,
        widget=forms.Select(CHINESE),
        help_text=_("选了方案的一段，下面两项可不填。"),
    )
    title = _text(_("要做什么"), 200)
    demand = _text(_("工作要求"), rules.LONGEST_TEXT, rows=3)
    unit_list = forms.ChoiceField(label=_("承办单位名单"), required=False, widget=forms.Select(CHINESE))
    names = _text(_("或逐个填写承办单位"), 3000, rows=2, help_text=_("一行一个单位名称，或用顿号隔开。"))
    due_on = day_field(_("完成时限"), required=False, help_text=_("不填就是节点的最后一天。"))

    def __init__(
        self,
        data: Any = None,
        *,
        nodes: Sequence[Node],
        lists: Sequence[UnitList],
        units: QuerySet[Unit],
        paragraphs: Sequence[Paragraph],
    ) -> None:
        super().__init__(data, initial={"key": uuid.uuid4().hex})
        self.nodes = {node.code: node for node in nodes}
        self.paragraphs = {row.key: row for row in paragraphs}
        self.rows = units
        named = [(code, say(node.zh, node.en or node.zh)) for code, node in self.nodes.items()]
        self._choose("node", [("", say("不在节点上", "at no node")), *named])
        self._choose("paragraph", [("", "—"), *((key, row.heading) for key, row in self.paragraphs.items())])
        own = [(str(row.pk), f"{row.name}（{getattr(row, 'size', 0)}）") for row in lists]
        self._choose("unit_list", [("", "—"), *own])

    def _choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_names(self) -> list[Unit]:
        return named_units(self.cleaned_data["names"], self.rows, at_most=200)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not given.get("title") and not given.get("paragraph"):
            self.add_error("title", say("请写要做什么，或选方案的一段", "say what, or choose a part of the plan"))
        if not given.get("unit_list") and not given.get("names"):
            self.add_error("unit_list", say("请选择承办单位", "choose the units that do it"))
        if not given.get("due_on") and not given.get("node"):
            self.add_error("due_on", say("请填完成时限", "say by when"))
        return given

    def units(self, listed: Mapping[int, Sequence[Unit]]) -> list[Unit]:
        """The units of the valid form."""
        given = self.cleaned_data
        chosen = listed.get(int(given["unit_list"]), []) if given["unit_list"] else []
        return [*chosen, *given["names"]]

    def ask(self, units: Sequence[Unit]) -> FollowAsk:
        """What the valid form says."""
        given = self.cleaned_data
        node, part = self.nodes.get(given["node"]), self.paragraphs.get(given["paragraph"])
        due_on = given["due_on"] or (node.last if node else None)
        assert due_on is not None  # of a valid form
        return FollowAsk(
            key=given["key"],
            title=given["title"] or (part.heading if part else ""),
            units=units,
            due_on=due_on,
            demand=given["demand"] or (part.text if part else ""),
            node=(node.code, node.zh) if node else ("", ""),
            paragraph=part.key if part else "",
        )
