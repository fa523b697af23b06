"""Forms of units, people and accounts."""

from bihuan.org.forms.account import PasswordForm, SignInForm, TokenForm

__all__ = ["PasswordForm", "SignInForm", "TokenForm"]
