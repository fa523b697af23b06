"""Files by their content: the name of a file is its SHA-256, so that nothing stored can change unseen."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


class MissingFileError(Exception):
    """No file of that digest is kept, or what is kept no longer has it."""


def _place(digest: str) -> Path:
    return Path(settings.VAR) / "files" / digest[:2] / digest[2:]


def put(content: bytes) -> str:
    """Keep `content` and return its SHA-256 in hex. On disk before this returns; the same content is kept once."""
    digest = hashlib.sha256(content).hexdigest()
    place = _place(digest)
    if place.exists():
        return digest
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o640)
    Path(name).rename(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the new name itself must outlive a power cut
    finally:
        os.close(folder)
    return digest


def get(digest: str) -> bytes:
    """The content of that digest.

    Raises:
        MissingFileError: it is not kept, or was changed on disk.
    """
    try:
        content = _place(digest).read_bytes()
    except OSError as error:
        raise MissingFileError(digest) from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise MissingFileError(digest)
    return content
