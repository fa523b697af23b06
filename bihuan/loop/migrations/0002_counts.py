"""The database counts matters itself, whoever changes them: one grouped change of the tallies a statement."""

from django.db import migrations

from bihuan.history.append_only import append_only_table

_KEY = "scope, book, flow, region_id, unit_id, place_id, state, light"
_SQL = f"""
CREATE FUNCTION public.loop_count_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.loop_tallychange ({_KEY}, count) SELECT {_KEY}, count(*) FROM added GROUP BY {_KEY};
    RETURN NULL;
END $$;
CREATE FUNCTION public.loop_count_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.loop_tallychange ({_KEY}, count) SELECT {_KEY}, -count(*) FROM gone GROUP BY {_KEY};
    RETURN NULL;
END $$;
CREATE FUNCTION public.loop_count_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.loop_tallychange ({_KEY}, count)
    SELECT {_KEY}, sum(n) FROM (
        SELECT {_KEY}, 1 AS n FROM became UNION ALL SELECT {_KEY}, -1 FROM was
    ) AS both_sides GROUP BY {_KEY} HAVING sum(n) <> 0;
    RETURN NULL;
END $$;
CREATE TRIGGER loop_matter_added AFTER INSERT ON public.loop_matter
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.loop_count_added();
CREATE TRIGGER loop_matter_gone AFTER DELETE ON public.loop_matter
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION public.loop_count_gone();
CREATE TRIGGER loop_matter_changed AFTER UPDATE ON public.loop_matter
    REFERENCING OLD TABLE AS was NEW TABLE AS became FOR EACH STATEMENT EXECUTE FUNCTION public.loop_count_changed();
"""
_BACK = """
DROP TRIGGER loop_matter_added ON public.loop_matter;
DROP TRIGGER loop_matter_gone ON public.loop_matter;
DROP TRIGGER loop_matter_changed ON public.loop_matter;
DROP FUNCTION public.loop_count_added();
DROP FUNCTION public.loop_count_gone();
DROP FUNCTION public.loop_count_changed();
"""


class Migration(migrations.Migration):

    dependencies = [("loop", "0001_matters"), ("history", "0001_log_and_chain")]

    operations = [
        append_only_table("loop_step"),
        append_only_table("loop_evidence"),
        append_only_table("loop_reminder"),
        migrations.RunSQL(_SQL, _BACK),
    ]
