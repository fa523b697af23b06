"""What the shell of a page shows around it. The room that assembles the site fills it in; a page does without."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """One address of the reader's own navigation. `icon` is a name of the icon set; `count` is shown when above 0."""

    title: str
    url: str
    icon: str
    current: bool = False
    count: int = 0


@dataclass(frozen=True, slots=True)
class Shell:
    """Addresses that the shell links to ("" leaves one out), who is signed in, how much is unread."""

    home_url: str = "/"
    language_url: str = ""
    sign_in_url: str = ""
    sign_out_url: str = ""
    account_url: str = ""
    inbox_url: str = ""
    person: str = ""
    reader: str = ""  # their key: what a browser keeps is kept under it, and two people may have one name
    unit: str = ""
    unread: int = 0
