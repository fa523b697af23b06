"""How one-time passwords are kept."""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class OnceHasher(PBKDF2PasswordHasher):
    """For one-time passwords alone: 59 random bits that are good for days need no slow digest, and a roster brings
    thousands of them at once. What a person chooses is kept by the first hasher of the settings."""

    algorithm = "once"
    iterations = 200
