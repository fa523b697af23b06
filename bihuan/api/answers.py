"""The one shape of everything that goes wrong, and what every operation declares."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import HttpError, Throttled, ValidationError
from pydantic import BaseModel, Field

from bihuan.api import doors
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.org.access import NotThere, Verb

log = logging.getLogger(__name__)


class FaultOut(BaseModel):
    """One thing that is wrong with a request."""

    at: str = Field(description="Where it stands: body.blocks.3.text, query.limit")
    code: str = Field(description="A stable word: missing, string_too_long, …")
    message: str


class ProblemOut(BaseModel):
    """What could not be done. Programs go by `code`, people read `message`."""

    code: str = Field(description="A stable word: stale, invalid, not-there, same-person, …")
    message: str = Field(description="What happened and what to do, in the language of Accept-Language (zh or en)")
    detail: list[FaultOut] = Field(description="For code `invalid`: each place that is wrong")


def operation(
    name: str,
    zh: str,
    en: str,
    *,
    gives: Any,
    needs: Iterable[Verb] | None = (),
    writes: bool = False,
    file: bool = False,
) -> dict[str, Any]:
    """What a router says of one operation, beside its path.

    Args:
        name: stable, "room.verb". zh, en: one line for people.
        needs: verbs of which the person must have one somewhere, as the page's own door says; none: to be known is
            enough; None: open to all.
        gives: the model of the answer; None where the view answers with a file by itself.
        writes: it changes something. file: it takes a file.
    """
    statuses = [400, 404, 405, 422, 429]
    if needs is not None:
        statuses += [401, 403]
    if writes:
        statuses += [409]
    if writes or file:
        statuses += [413, 415]
    return {
        "operation_id": name,
        "summary": en,
        "auth": None if needs is None else [doors.Token(*needs), doors.Session(*needs)],
        "response": {200: gives, **dict.fromkeys(sorted(statuses), ProblemOut)},
        "openapi_extra": {"x-summary-zh": zh},
    }


def with_files(said: dict[str, Any], *kinds: str) -> dict[str, Any]:
    """An `operation` that answers with a file of one of these media types."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}
    answer = {"responses": {200: {"description": "The file", "content": content}}}
    return {**said, "openapi_extra": {**said["openapi_extra"], **answer}}


# -- what goes wrong -------------------------------------------------------------------------------------------------


def problem(status: int, code: str, message: str, detail: Iterable[FaultOut] = ()) -> HttpResponse:
    """The answer that says a problem."""
    body = ProblemOut(code=code, message=message, detail=list(detail))
    answer = JsonResponse(body.model_dump(), status=status, json_dumps_params={"ensure_ascii": False})
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def refused(_request: HttpRequest, error: Refusal) -> HttpResponse:
    """A refusal of any room: its own status, code and words."""
    return problem(error.status, error.code, error.said())


def not_there(request: HttpRequest, _error: Exception | None = None) -> HttpResponse:
    """No such address, or no such thing for this person."""
    return refused(request, NotThere())


def not_allowed(answer: HttpResponse) -> HttpResponse:
    """405, with the methods there are."""
    zh, en = "此地址不支持这种请求方法", "this address does not know that method"
    said = problem(405, "method", say(f"{zh}：{answer['Allow']}", f"{en}: {answer['Allow']}"))
    said["Allow"] = answer["Allow"]
    return said


def too_large(_request: HttpRequest, _error: Exception | None = None) -> HttpResponse:
    """413."""
    return problem(413, "too-large", say("请求太大，没有处理", "the request is too large; nothing was done with it"))


def malformed(_request: HttpRequest, _error: Exception | None = None) -> HttpResponse:
    """400: no JSON, no form."""
    zh, en = "请求正文无法解析，没有处理", "the body cannot be read as what it says it is; nothing was done"
    return problem(400, "malformed", say(zh, en))


def invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """422: what does not fit the operation's schema, place by place."""
    found = [
        FaultOut(at=".".join(_path(item["loc"])), code=item["type"], message=_words(item))
        for item in error.errors
        if item["type"] != "none_required"  # of "this or nothing" the first part says what is wrong
    ]
    zh, en = "请求内容不合要求，没有改动任何数据", "the request does not fit its schema; nothing was changed"
    return problem(422, "invalid", say(zh, en), found)


def _path(places: Iterable[object]) -> list[str]:
    """Without our own names of the body and of a set of queries, and those that the validator gives to the members of a
    choice (enum[State])."""
    found = [str(place) for place in places if not str(place).endswith("]")]
    if found[0] == "query":
        return ["query", found[-1]]
    return ["body", *found[2:]] if found[0] == "body" else found


_FAULTS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这一项，请去掉",
    "string_type": "须为文字",
    "string_too_long": "太长，最多 {max_length} 个字",
    "string_too_short": "太短，至少 {min_length} 个字",
    "string_pattern_mismatch": "形式不对，须合 {pattern}",
    "int_type": "须为整数",
    "int_parsing": "须为整数",
    "int_from_float": "须为整数",
    "greater_than_equal": "太小，至少 {ge}",
    "less_than_equal": "太大，最多 {le}",
    "enum": "只能是 {expected}",
    "literal_error": "只能是 {expected}",
    "list_type": "须为列表",
    "too_long": "太多，最多 {max_length} 项",
    "too_short": "太少，至少 {min_length} 项",
    "model_attributes_type": "须为对象",
    "model_type": "须为对象",
    "date_from_datetime_parsing": "没有这一天",
    "date_parsing": "没有这一天",
    "datetime_from_date_parsing": "没有这个时刻",
    "datetime_parsing": "没有这个时刻",
    "value_error": "形式不对：{error}",
}


def _words(item: dict[str, Any]) -> str:
    """What is wrong, in the reader's language; the validator itself speaks English."""
    zh = _FAULTS.get(item["type"], "不合要求")
    return say(zh.format(**item.get("ctx", {})), item["msg"])


def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework itself refuses."""
    cause = error.__cause__
    if isinstance(cause, Refusal):  # said by our parser, which the framework wraps
        return refused(request, cause)
    if isinstance(error, Throttled):
        zh, en = f"请求太频繁，请过 {error.wait} 秒再试", f"too many requests: try again in {error.wait} seconds"
        return problem(429, "too-many", say(zh, en))
    if error.status_code == 401:
        return refused(request, doors.NotSignedIn())
    return malformed(request)


def fault(_request: HttpRequest, error: Exception) -> HttpResponse:
    """500: ours. The traceback goes to the log and nowhere else."""
    log.exception("the API failed", exc_info=error)
    zh, en = (
        "系统出错，操作没有完成；请稍后再试，或告知管理员",
        "a fault of ours: it was not done. Try again, or tell the office",
    )
    return problem(500, "fault", say(zh, en))


def say_problems(api: NinjaAPI) -> None:
    """Let an API answer every error in the one shape."""
    handlers: dict[type[Exception], Any] = {
        Refusal: refused,
        Http404: not_there,
        ValidationError: invalid,
        HttpError: http_error,
        RequestDataTooBig: too_large,
        SuspiciousOperation: malformed,
        MultiPartParserError: malformed,
        UnreadablePostError: malformed,
        Exception: fault,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
