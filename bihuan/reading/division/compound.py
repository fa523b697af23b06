"""The streams of an OLE compound file (.xls, .doc, locked .xlsx), read without trusting it."""

from __future__ import annotations

import struct

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END, _ENTRY, _MINI_LIMIT = 0xFFFFFFFA, 128, 4096


class CompoundError(ValueError):
    """The file is no sound compound file."""


class Compound:
    """A compound file: `names` of its streams, `stream` for the bytes of one."""

    def __init__(self, content: bytes) -> None:
        if len(content) < 512 or not content.startswith(MAGIC):
            raise CompoundError("no compound file")
        self.content = content
        shift, mini_shift = struct.unpack_from("<HH", content, 30)
        if shift not in (9, 12) or mini_shift != 6:
            raise CompoundError("odd sectors")
        self.size, self.mini = 1 << shift, 1 << mini_shift
        count, directory = struct.unpack_from("<I", content, 44)[0], struct.unpack_from("<I", content, 48)[0]
        mini_table = struct.unpack_from("<I", content, 60)[0]
        self.table = self._table(count)
        self.entries = self._entries(self._chain(directory))
        root = next((entry for entry in self.entries if entry[1] == 5), None)
        if root is None:
            raise CompoundError("no root")
        self.small = self._chain(root[2])[: root[3]]
        self.small_table = _numbers(self._chain(mini_table)) if mini_table < _END else ()

    @property
    def names(self) -> set[str]:
        return {name for name, kind, _start, _size in self.entries if kind == 2}

    def stream(self, name: str) -> bytes:
        """The bytes of a stream."""
        for found, kind, start, size in self.entries:
            if found == name and kind == 2:
                if size >= _MINI_LIMIT:
                    return self._chain(start)[:size]
                return self._small_chain(start)[:size]
        raise CompoundError("no such stream")

    def _sector(self, number: int) -> bytes:
        at = (number + 1) * self.size
        if at + self.size > len(self.content) + self.size - 1 or at >= len(self.content):
            raise CompoundError("a sector lies outside the file")
        return self.content[at : at + self.size]

    def _table(self, count: int) -> tuple[int, ...]:
        """The table of sectors, whose own sectors are listed in the header and in a chain behind it."""
        listed = list(struct.unpack_from("<109I", self.content, 76))
        following, more = struct.unpack_from("<II", self.content, 68)
        for _ in range(min(more, len(self.content) // self.size)):
            if following >= _END:
                break
            numbers = _numbers(self._sector(following))
            listed += numbers[:-1]
            following = numbers[-1]
        sectors = [number for number in listed if number < _END][:count]
        return tuple(number for sector in sectors for number in _numbers(self._sector(sector)))

    def _chain(self, start: int) -> bytes:
        pieces, seen = [], 0
        while start < _END:
            pieces.append(self._sector(start))
            seen += 1
            if seen > len(self.table) or start >= len(self.table):
                raise CompoundError("a chain of sectors does not end")
            start = self.table[start]
        return b"".join(pieces)

    def _small_chain(self, start: int) -> bytes:
        pieces, seen = [], 0
        while start < _END:
            pieces.append(self.small[start * self.mini : (start + 1) * self.mini])
            seen += 1
            if seen > len(self.small_table) or start >= len(self.small_table):
                raise CompoundError("a chain of sectors does not end")
            start = self.small_table[start]
        return b"".join(pieces)

    @staticmethod
    def _entries(directory: bytes) -> list[tuple[str, int, int, int]]:
        """Name, kind (2 a stream, 5 the root), first sector and size of each entry."""
        found = []
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            start, size = struct.unpack_from("<II", directory, at + 116)
            if kind in (2, 5) and 2 <= length <= 64:
                name = directory[at : at + length - 2].decode("utf-16-le", errors="replace")
                found.append((name, kind, start, size))
        return found


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])
