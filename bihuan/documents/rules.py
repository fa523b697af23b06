"""The life of an official paper: who may do what when, and how its number is written. Pure.

Sources: 党政机关公文处理工作条例 (中办发〔2012〕14号) ch. 4 (拟制: 起草、审核、签发); GB/T 9704-2012 §7.2.5 (发文字号).
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a paper stands."""

    DRAFT = "draft"  # 拟稿
    CHECKED = "checked"  # 核稿
    SIGNED = "signed"  # 签发: it has its number and is being printed
    ISSUED = "issued"  # 印发
    VOID = "void"  # 作废: a draft that was given up, with the reason


class Relation(StrEnum):
    """Why a paper refers to an earlier one, which itself never changes."""

    ERRATUM = "erratum"  # 更正
    WITHDRAWAL = "withdrawal"  # 撤回
    ANSWER = "answer"  # 批复、复函


class Format(StrEnum):
    DOCX = "docx"
    PDF = "pdf"


def number_text(prefix: str, year: int, number: int) -> str:
    """发文字号: six-sided brackets, the year in full, no leading zero, no 第.

    >>> number_text("临州安办", 2023, 15)
    '临州安办〔2023〕15号'
    """
    return f"{prefix}〔{year}〕{number}号"


# Readable over the telephone: no 0/O, 1/I/L.
_CODE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def check_code(digest: bytes) -> str:
    """A short code for a paper, from a digest of at least 8 bytes: eight characters in two groups."""
    number = int.from_bytes(digest[:8], "big")
    letters = []
    for _ in range(8):
        number, rest = divmod(number, len(_CODE))
        letters.append(_CODE[rest])
    return "".join(letters[:4]) + "-" + "".join(letters[4:])
