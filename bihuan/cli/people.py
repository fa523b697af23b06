"""Commands about people: the first administrators, and a way back in when none of them can."""

from __future__ import annotations

import argparse

from bihuan.cli.installed import django
from bihuan.cli.terminal import WELL, BadInputError, tell
from bihuan.lib.words import say


def first(arguments: argparse.Namespace) -> int:
    with django():
        from django.utils import timezone

        from bihuan.org import actions, queries
        from bihuan.org.gate import local_day
        from bihuan.org.rules import ROLE_WORDS, Role

        names = {
            Role.SYSTEM_ADMIN: arguments.system,
            Role.SECURITY_ADMIN: arguments.security,
            Role.AUDIT_ADMIN: arguments.audit,
        }
        at = timezone.now()
        opened = actions.first_administrators(
            region=queries.the_one_called(arguments.region),
            unit=arguments.unit,
            names={role: name for role, name in names.items() if name},
            on=local_day(at),
            by="system:installation",
            at=at,
        )
        tell(
            say(
                "一次性口令只显示这一次，14 天内有效：", "the one-time passwords are shown this once, good for 14 days:"
            )
        )
        for role, once in zip(names, opened, strict=True):
            print(f"{say(*ROLE_WORDS[role])}\t{once.account.person.name}\t{once.account.name}\t{once.password}")
    return WELL


def reset(arguments: argparse.Namespace) -> int:
    with django():
        from django.utils import timezone

        from bihuan.org import actions, queries

        account = queries.account_called(arguments.name)
        if account is None:
            zh, en = f"没有登录名“{arguments.name}”", f"there is no sign-in name “{arguments.name}”"
            raise BadInputError(say(zh, en))
        once = actions.reset_password(account=account, by="system:installation", at=timezone.now())
        tell(say("一次性口令只显示这一次：", "the one-time password is shown this once:"))
        print(f"{once.account.person.name}\t{once.account.name}\t{once.password}")
    return WELL
