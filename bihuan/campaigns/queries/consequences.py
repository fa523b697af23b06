"""What publishing a version does: compared, by the keys of duties, with the matters there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bihuan.campaigns.models import Duty, Plan, Task
from bihuan.campaigns.queries.plans import changed, duties

AMENDABLE = frozenset({"assigned", "doing"})  # where the flow "task" takes other words


@dataclass(frozen=True, slots=True)
class Change:
    """A duty whose matter stands: in what it differs. `task`: the matter there is."""

    duty: Duty
    task: Task
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Consequences:
    """What comes of a version.

    Args:
        fresh: duties that get a matter. amended: whose matter is changed where it is. moved: whose unit changed: the
            matter is withdrawn and another one begun. dropped: matters withdrawn. same: nothing happens, nobody is
            told. waiting: changed, but the matter was answered, is over or suspended: it stays as it is.
    """

    fresh: Sequence[Duty] = field(default=())
    amended: Sequence[Change] = field(default=())
    moved: Sequence[Change] = field(default=())
    dropped: Sequence[Task] = field(default=())
    same: Sequence[Change] = field(default=())
    waiting: Sequence[Change] = field(default=())

    @property
    def anything(self) -> bool:
        return bool(self.fresh or self.amended or self.moved or self.dropped)


def consequences(plan: Plan) -> Consequences:
    """What publishing a plan as it stands would do. Eight queries, however long it is."""
    found = Task.objects.filter(campaign=plan.campaign_id, current=True)
    named = found.select_related("matter__unit", "matter__keeper", "duty__unit")
    standing = {task.key: task for task in named.prefetch_related("duty__assisting").order_by("pk")}
    fresh: list[Duty] = []
    amended: list[Change] = []
    moved: list[Change] = []
    same: list[Change] = []
    waiting: list[Change] = []
    for duty in duties(plan):
        task = standing.pop(duty.key, None)
        if task is None:
            fresh.append(duty)
            continue
        fields = tuple(changed(task.duty, duty))
        if not fields:
            same.append(Change(duty, task))
        elif task.matter.end:
            waiting.append(Change(duty, task, fields))
        elif "unit" in fields:
            moved.append(Change(duty, task, fields))
        elif task.matter.state in AMENDABLE:
            amended.append(Change(duty, task, fields))
        else:
            waiting.append(Change(duty, task, fields))
    dropped = [task for task in standing.values() if not task.matter.end]
    return Consequences(fresh, amended, moved, dropped, same, waiting)
