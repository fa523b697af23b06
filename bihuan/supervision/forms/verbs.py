"""Small forms: one a verb, with the version that the person saw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.loop.actions import Offer, Said
from bihuan.loop.forms import FilesField
from bihuan.supervision.forms.fields import day_field, keyed, line, one_of, texts
from bihuan.supervision.rules import OUTCOMES


class SeenForm(forms.Form):
    """What every verb says: which version was on the page."""

    version = forms.IntegerField(widget=forms.HiddenInput(), min_value=0, max_value=10**9)

    def __init__(self, data: Any = None, files: Any = None, *, version: int, verb: str) -> None:
        super().__init__(data, files, initial={"version": version}, auto_id=f"{verb}_%s")
        self.fields |= self.more()

    def more(self) -> dict[str, forms.Field]:
        """The verb's own fields."""
        return {}

    @property
    def shown(self) -> bool:
        """Whether there is anything to fill in."""
        return len(self.fields) > 1


class ReasonForm(SeenForm):
    def more(self) -> dict[str, forms.Field]:
        return {"text": texts(_("原因"))}


class RemarkForm(SeenForm):
    def more(self) -> dict[str, forms.Field]:
        return {"text": texts(_("备注"), required=False, rows=2)}


class SummaryForm(SeenForm):
    def more(self) -> dict[str, forms.Field]:
        return {"text": texts(_("督查小结"), rows=5)}


class ReturnForm(SeenForm):
    def more(self) -> dict[str, forms.Field]:
        hint = _("原时限已过的必填。")
        return {
            "text": texts(_("退回的原因")),
            "due_on": day_field(_("重新办结的时限"), required=False, help_text=hint),
        }


class AnswerForm(SeenForm):
    def more(self) -> dict[str, forms.Field]:
        return {
            "text": texts(_("办理情况"), rows=5),
            "photos": FilesField(label=_("照片"), kind="photo", required=False),
            "files": FilesField(label=_("佐证文件"), kind="file", required=False),
        }

    def said(self) -> Said:
        """What the valid form says."""
        given = self.cleaned_data
        evidence = [
            Offer(kind, item.name or "", content=item.read())
            for kind, name in (("photo", "photos"), ("file", "files"))
            for item in given.get(name) or ()
        ]
        return Said(text=given["text"], evidence=tuple(evidence))


class StrikeForm(SeenForm):
    def more(self) -> dict[str, forms.Field]:
        return {
            "verdict": line(_("办理评价"), required=False, hint=_("如：满意、基本满意、不满意。")),
            "archive_number": line(_("归档号"), required=False, most=60),
        }


class TalkForm(SeenForm):
    def more(self) -> dict[str, forms.Field]:
        return {
            "held_on": day_field(_("约谈日期")),
            "place": line(_("地点")),
            "attended": line(_("约谈人和被约谈人"), most=200),
            "record": texts(_("约谈纪要"), rows=5),
        }


class ObjectionForm(SeenForm):
    def more(self) -> dict[str, forms.Field]:
        return {"text": texts(_("异议的事实和理由"), rows=5)}


class ReviewForm(SeenForm):
    def more(self) -> dict[str, forms.Field]:
        return {"outcome": one_of(_("复核结果"), OUTCOMES), "text": texts(_("复核意见"), rows=5)}


class ReviewerForm(SeenForm):
    """Whom to name; those who took part in the conclusion are not among them."""

    def __init__(self, data: Any = None, files: Any = None, *, people: Sequence[Any] = (), **more: Any) -> None:
        self.people = {person.pk: person for person in people}
        super().__init__(data, files, **more)

    def more(self) -> dict[str, forms.Field]:
        return {"reviewer": keyed(_("复核人"), self.people.values(), lambda person: person.name)}


class SeenThereForm(forms.Form):
    """查看情况 of one look."""

    def __init__(self, data: Any = None, *, pk: int = 0) -> None:
        super().__init__(data, auto_id=f"look{pk}_%s")
        self.fields["text"] = texts(_("查看情况"), rows=2)


class FoundForm(forms.Form):
    """发现的问题 of one look."""

    def __init__(self, data: Any = None, *, pk: int = 0) -> None:
        super().__init__(data, auto_id=f"found{pk}_%s")
        self.fields["text"] = texts(_("发现的问题"), rows=2)


class SettledForm(forms.Form):
    """整改到位."""

    def __init__(self, data: Any = None, *, pk: int = 0) -> None:
        super().__init__(data, auto_id=f"settled{pk}_%s")
        self.fields["text"] = texts(_("整改到位的情况"), rows=2)
