"""What was done to people, units and accounts, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bihuan.components.timeline import Moment
from bihuan.history.models import Entry
from bihuan.lib.words import say
from bihuan.org.rules import ROLE_WORDS, Role

SAID: dict[str, tuple[str, str, Any]] = {
    "org.edition_loaded": ("载入行政区划", "loaded the regions", "plain"),
    "org.unit_opened": ("登记单位", "entered a unit", "info"),
    "org.unit_renamed": ("更改单位名称", "renamed a unit", "info"),
    "org.unit_merged": ("撤并单位", "merged a unit", "warn"),
    "org.unit_closed": ("撤销单位", "closed a unit", "warn"),
    "org.section_opened": ("设置科室", "opened a section", "plain"),
    "org.authority_set": ("设定主管机关", "set the authority", "warn"),
    "org.person_added": ("登记人员", "entered a person", "info"),
    "org.person_changed": ("更改人员信息", "changed a person's entry", "plain"),
    "org.appointed": ("任职", "gave a post", "info"),
    "org.post_ended": ("免职", "ended a post", "warn"),
    "org.handed_over": ("交接任职", "handed a post over", "info"),
    "org.role_granted": ("授予角色", "granted a role", "info"),
    "org.role_revoked": ("收回角色", "took a role away", "warn"),
    "org.roster_taken": ("导入名册", "took a roster in", "info"),
    "org.account_opened": ("开通账号", "opened an account", "info"),
    "org.account_closed": ("停用账号", "closed an account", "warn"),
    "org.account_reopened": ("启用账号", "reopened an account", "info"),
    "org.account_unlocked": ("解锁账号", "unlocked an account", "plain"),
    "org.password_reset": ("重置口令", "reset a password", "warn"),
    "org.password_changed": ("修改口令", "changed the password", "plain"),
    "org.policy_set": ("更改安全策略", "changed the security policy", "warn"),
    "org.token_made": ("新建令牌", "made a token", "plain"),
    "org.token_revoked": ("作废令牌", "revoked a token", "plain"),
    "org.token_used": ("使用令牌", "used a token", "plain"),
}


def moment(entry: Entry, names: Mapping[str, str]) -> Moment:
    """One entry, said. `names`: of identities, as `org.queries.names` gives them."""
    zh, en, tone = SAID[entry.verb]
    return Moment(entry.at, say(zh, en), names.get(entry.by, entry.by), "　".join(_detail(entry, names)), tone=tone)


def identities(entry: Entry) -> Iterator[str]:
    """Whose names the words need."""
    yield entry.by
    if entry.subject_kind == "person":
        yield f"person:{entry.subject_id}"
    for name in ("to", "person"):
        if isinstance(entry.values.get(name), int):
            yield f"person:{entry.values[name]}"


def _detail(entry: Entry, names: Mapping[str, str]) -> Iterator[str]:
    values: Mapping[str, Any] = entry.values
    if entry.subject_kind == "person":
        yield names.get(f"person:{entry.subject_id}", "")
    if isinstance(values.get("person"), int):
        yield names.get(f"person:{values['person']}", "")
    if isinstance(values.get("to"), int):
        yield "→ " + names.get(f"person:{values['to']}", "")
    if "role" in values:
        yield say(*ROLE_WORDS[Role(values["role"])])
    if isinstance(values.get("old"), dict):
        yield f"{values['old'].get('name', '')} → {values['new'].get('name', '')}"
    elif isinstance(values.get("name"), str):
        yield values["name"]
    for name in ("into_name", "region", "title", "source", "on"):
        if isinstance(values.get(name), str) and values[name]:
            yield f"→ {values[name]}" if name == "into_name" else values[name]
    if isinstance(values.get("changed"), dict):
        for name, (old, new) in values["changed"].items():
            yield f"{name}: {old} → {new}"
