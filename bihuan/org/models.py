"""Regions (行政区划), units (单位), people (人员), what they may do, and how they sign in."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from bihuan.components.uploads import Upload
from bihuan.history.append_only import AppendOnly
from bihuan.org.rules import OF_A_UNIT, Level, Outcome, Role, Scheme


class Region(models.Model):
    """A place that is administered. Its codes, other names and neighbours change; its key does not."""

    key = models.UUIDField(unique=True)
    name = models.CharField(max_length=60)
    level = models.CharField(max_length=10, choices=[(level.value, level.name) for level in Level])
    pinyin = models.CharField(
        max_length=200, db_index=True
    )  # sort key: the embedded server has no collation for Chinese

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(level__in=[level.value for level in Level]), name="region_level")
        ]

    def __str__(self) -> str:
        return self.name


class RegionCode(models.Model):
    """A code of a region, valid from a day (included) to a day (excluded; none: still valid)."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="codes")
    scheme = models.CharField(max_length=20, choices=[(scheme.value, scheme.name) for scheme in Scheme])
    code = models.CharField(max_length=12)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code", "valid_from"], name="code_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gt=models.F("valid_from")), name="code_days"
            ),
        ]
        indexes = [models.Index(fields=["scheme", "code"])]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.code}"


class RegionAlias(models.Model):
    """Another name that people use: 积石山县, 临夏州. Several regions may share one (临夏)."""

    region = models.ForeignKey(Region, models.CASCADE, related_name="aliases")
    alias = models.CharField(max_length=60, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "alias"], name="alias_once")]

    def __str__(self) -> str:
        return self.alias


class Edition(models.Model):
    """区划版本: the tree as it stood on a day. A campaign pins one, so that a later tree changes no past rate."""

    name = models.CharField(max_length=40, unique=True)
    as_of = models.DateField()
    source = models.TextField()

    def __str__(self) -> str:
        return self.name


class Node(models.Model):
    """A region's place in one edition. What lies below it has paths that start with its own."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="nodes")
    region = models.ForeignKey(Region, models.PROTECT, related_name="nodes")
    parent = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=32, db_collation="C")
    depth = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "region"], name="region_once_an_edition"),
            models.UniqueConstraint(fields=["edition", "path"], name="path_once_an_edition"),
        ]

    def __str__(self) -> str:
        return f"{self.region} ({self.edition})"


def _book() -> models.CharField:
    """账本: "" for real people and units, else the name of a book of model data (docs/adr/0004)."""
    return models.CharField(max_length=20, blank=True)


def _days(first: str, end: str) -> models.Q:
    return models.Q(**{end: None}) | models.Q(**{f"{end}__gte": models.F(first)})


class Unit(models.Model):
    """单位: an organisation in a region. One office may have two names (安委办 and 应急局): those are two units."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="units")
    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=60, blank=True)
    book = _book()
    version = models.PositiveIntegerField(default=1)
    closed_on = models.DateField(null=True)  # from this day on it is no more
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged_from")  # never a chain

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "name"], name="unit_once_a_region"),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | models.Q(closed_on__isnull=False), name="merged_unit_is_closed"
            ),
            models.CheckConstraint(condition=~models.Q(merged_into=models.F("id")), name="unit_not_into_itself"),
        ]

    def __str__(self) -> str:
        return self.name


class UnitName(models.Model):
    """A name that a unit had until a day: what old papers and rosters call it."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="former_names")
    name = models.CharField(max_length=100, db_index=True)
    until = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "name", "until"], name="former_name_once")]

    def __str__(self) -> str:
        return self.name


class Section(models.Model):
    """科室: a part of a unit."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="sections")
    name = models.CharField(max_length=60)
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="section_once_a_unit")]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """人员: someone who holds posts, or held them. Where they stand follows from their posts."""

    name = models.CharField(max_length=60)
    pinyin = models.CharField(max_length=200, db_index=True)  # sort key, as a region's
    phone = models.CharField(max_length=20, blank=True)
    book = _book()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(fields=["phone"], condition=~models.Q(phone=""), name="phone_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def by(self) -> str:
        """How history and papers name who acted: the identity, not the name."""
        return f"person:{self.pk}"


class Post(models.Model):
    """任职: a person's place in a unit from a day (included) to a day (excluded; none: still)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    section = models.ForeignKey(Section, models.PROTECT, null=True, related_name="posts")
    title = models.CharField(max_length=60, blank=True)  # 职务
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    handed_to = models.OneToOneField("self", models.PROTECT, null=True, related_name="taken_from")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_days("valid_from", "valid_to"), name="post_days"),
            models.CheckConstraint(
                condition=models.Q(handed_to=None) | models.Q(valid_to__isnull=False), name="handed_over_post_has_ended"
            ),
            models.UniqueConstraint(
                fields=["person", "unit", "section", "title"],
                condition=models.Q(valid_to=None),
                nulls_distinct=False,
                name="open_post_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}@{self.unit_id} {self.title}"


class Holding(models.Model):
    """授权: a role held with a post, at a region and all below it, or (no region) at the post's own unit."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="holdings")
    role = models.CharField(max_length=20, choices=[(role.value, role.name) for role in Role])
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post", "role", "region"], nulls_distinct=False, name="holding_once"),
            models.CheckConstraint(condition=models.Q(role__in=[role.value for role in Role]), name="holding_role"),
            models.CheckConstraint(
                condition=~(models.Q(region=None) ^ models.Q(role__in=sorted(role.value for role in OF_A_UNIT))),
                name="holding_at_unit_or_region",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.post_id}"


class Authority(models.Model):
    """本安装的主管机关: one installation is one authority and what lies below its region."""

    only = models.BooleanField(primary_key=True, default=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    book = _book()

    class Meta:
        verbose_name_plural = "authorities"
        constraints = [models.CheckConstraint(condition=models.Q(only=True), name="one_authority")]

    def __str__(self) -> str:
        return str(self.unit_id)


class Account(AbstractBaseUser):
    """账号: how a person signs in. Never deleted, only closed, so that its name is never given to another."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="account")
    name = models.CharField(max_length=60, unique=True)
    must_change = models.BooleanField(default=True)
    password_at = models.DateTimeField()
    once_until = models.DateTimeField(null=True)  # until when a one-time password is good
    closed_at = models.DateTimeField(null=True)
    unlocked_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    USERNAME_FIELD = "name"

    def __str__(self) -> str:
        return self.name

    @property
    def stands(self) -> bool:
        return self.closed_at is None


class UsedPassword(AppendOnly):
    """A password that an account had: the digest alone."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="used")
    digest = models.CharField(max_length=200)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account_id} {self.at:%Y-%m-%d}"


class SignIn(AppendOnly):
    """登录日志: one attempt to sign in. What was typed as a name is kept only where it is an account's."""

    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="sign_ins")
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(db_index=True)
    outcome = models.CharField(max_length=10, choices=[(item.value, item.name) for item in Outcome])

    class Meta:
        indexes = [models.Index(fields=["account", "-at"]), models.Index(fields=["address", "-at"])]

    def __str__(self) -> str:
        return f"{self.outcome} {self.at:%Y-%m-%d %H:%M}"


class PolicyChange(AppendOnly):
    """The rules of passwords and sessions from a moment on; the newest row holds, without one `rules.Policy`."""

    values = models.JSONField()
    by = models.CharField(max_length=100)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class Token(models.Model):
    """个人令牌: lets a program act as its person. Only the digest is kept."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class RosterDraft(Upload):
    """An uploaded roster that its sender is looking at."""
