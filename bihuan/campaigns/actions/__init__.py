"""The writers of campaigns."""

from bihuan.campaigns.actions.campaigns import describe, open_campaign
from bihuan.campaigns.actions.closings import close_campaign_period, correct_closed
from bihuan.campaigns.actions.dividing import (
    DutySaid,
    Wanted,
    add_duties,
    ask,
    drop_asked,
    drop_duty,
    for_each,
    key_for,
    write_duty,
)
from bihuan.campaigns.actions.expecting import Wish as ListWish
from bihuan.campaigns.actions.expecting import exempt, issue_lists, withdraw_list
from bihuan.campaigns.actions.importing import choose, keep_division, shown, take_division
from bihuan.campaigns.actions.lists import drop_unit_list, set_unit_list
from bihuan.campaigns.actions.planning import (
    add_paragraph,
    drop_paragraph,
    move_paragraph,
    new_key,
    new_plan,
    new_version,
    write_paragraph,
)
from bihuan.campaigns.actions.preparing import prepare, take_back
from bihuan.campaigns.actions.publishing import OnPaper, Published, publish
from bihuan.campaigns.actions.receiving import mark, mark_on_paper
from bihuan.campaigns.actions.reminding import Reminded, remind, remind_due, set_reminding
from bihuan.campaigns.actions.years import Ask as FollowAsk
from bihuan.campaigns.actions.years import add_node, drop_node, follow_up, start_from
from bihuan.campaigns.refusals import CampaignError

__all__ = [
    "CampaignError",
    "DutySaid",
    "FollowAsk",
    "ListWish",
    "OnPaper",
    "Published",
    "Reminded",
    "Wanted",
    "add_duties",
    "add_node",
    "add_paragraph",
    "ask",
    "choose",
    "close_campaign_period",
    "correct_closed",
    "describe",
    "drop_asked",
    "drop_duty",
    "drop_node",
    "drop_paragraph",
    "drop_unit_list",
    "exempt",
    "follow_up",
    "for_each",
    "issue_lists",
    "keep_division",
    "key_for",
    "mark",
    "mark_on_paper",
    "move_paragraph",
    "new_key",
    "new_plan",
    "new_version",
    "open_campaign",
    "prepare",
    "publish",
    "remind",
    "remind_due",
    "set_reminding",
    "set_unit_list",
    "shown",
    "start_from",
    "take_back",
    "take_division",
    "withdraw_list",
    "write_duty",
    "write_paragraph",
]
