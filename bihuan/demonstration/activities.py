"""The consultation day in Kangle, as its liaison reports it on the day: model data, told in the words of the report."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bihuan.activities import actions
from bihuan.activities import queries as activities
from bihuan.activities.access import the_kind
from bihuan.activities.actions import Said, Taking
from bihuan.activities.rules import PLAN_ITEMS, Part
from bihuan.demonstration.story import Story, moment

if TYPE_CHECKING:
    from bihuan.campaigns.models import Campaign
    from bihuan.demonstration.office import Office

DAY = dt.date(2023, 6, 12)
_KEYS = uuid.UUID("0b1f6a0e-6a3c-5d0a-9d59-6f2b8e6b7c51")  # namespace of the story's keys: told twice, it is filed once


@dataclass(frozen=True)
class Activities:
    """What was done in the story, reported where it was done."""

    office: Office
    campaign: Campaign

    def put(self, story: Story) -> None:
        story.put(moment(DAY.month, DAY.day, 17, 30), self._kangle)

    def _kangle(self, at: dt.datetime) -> None:
        by, unit = self.office.county_liaison.by, self.office.county_unit
        key = uuid.uuid5(_KEYS, f"{self.campaign.pk}:kangle")
        if activities.by_key(key):
            return
        said = Said(
            kind=the_kind("consultation"),
            unit=unit,
            region=unit.region,
            start=DAY,
            end=DAY,
            title="临夏州2023年“安全生产月”宣传咨询日活动",
            place_words="胭脂湖公园百姓大舞台",
            starts_at=dt.time(9),
            expected_attendance=2000,
            who="州县分管领导、安委会成员单位、部分企业负责人以及周边群众、媒体记者",
            subjects=("law", "traffic", "fire", "school", "electricity", "fraud", "first_aid"),
            audiences=("officials", "members", "principals", "public", "media"),
            campaign=self.campaign,
            units=(
                Taking(Part.HOST, words="州安委办"),
                Taking(Part.HOST, self.office.unit),
                Taking(Part.JOINT, words="康乐县安委办"),
                Taking(Part.JOINT, unit),
            ),
            numbers={"participants:人": "2000余"},
        )
        activity = actions.file_activity(said=said, key=key, by=by, at=at)
        actions.write_safety_plan(
            activity=activity,
            expected_version=0,
            items=dict.fromkeys(PLAN_ITEMS, "示例：方案已与公安机关共同制定，从略"),
            by_government="示例：州人民政府直接举办",
            by=by,
            at=at,
        )
