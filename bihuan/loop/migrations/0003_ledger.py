"""The ledger: counts without the units, stretches of indexes in the order of due days, titles by pairs of characters."""

import datetime
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


# Titles are searched by any part of them; a word has often two characters, too few for trigrams, so pairs are indexed.
_PAIRS = """
CREATE FUNCTION public.loop_pairs(title text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array(SELECT DISTINCT substr(lower(title), i, 2) FROM generate_series(1, length(title) - 1) AS i)
$$;
"""
_WIDEN = """
INSERT INTO loop_widetally (scope, book, flow, region_id, place_id, state, light, count)
SELECT scope, book, flow, region_id, place_id, state, light, sum(count) FROM loop_tally GROUP BY 1, 2, 3, 4, 5, 6, 7;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('loop', '0002_counts'),
        ('org', '0004_principals'),
    ]

    operations = [
        migrations.RunSQL(_PAIRS, "DROP FUNCTION public.loop_pairs(text)"),
        migrations.CreateModel(
            name='WideTally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(blank=True, max_length=40)),
                ('book', models.CharField(blank=True, max_length=20)),
                ('flow', models.CharField(max_length=40)),
                ('state', models.CharField(max_length=20)),
                ('light', models.CharField(blank=True, max_length=6)),
                ('count', models.BigIntegerField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name='matter',
            name='matter_ledger',
        ),
        migrations.RemoveIndex(
            model_name='matter',
            name='matter_of_a_unit',
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(models.F('state'), models.F('light'), django.db.models.functions.comparison.Coalesce('due_on', models.Value(datetime.date(9999, 12, 31)), output_field=models.DateField()), models.F('id'), name='matter_by_state'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(models.F('scope'), models.F('state'), models.F('light'), django.db.models.functions.comparison.Coalesce('due_on', models.Value(datetime.date(9999, 12, 31)), output_field=models.DateField()), models.F('id'), name='matter_by_scope'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(django.db.models.functions.comparison.Coalesce('place', models.Value(0), output_field=models.BigIntegerField()), models.F('state'), models.F('light'), django.db.models.functions.comparison.Coalesce('due_on', models.Value(datetime.date(9999, 12, 31)), output_field=models.DateField()), models.F('id'), name='matter_by_place'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(models.F('unit'), django.db.models.functions.comparison.Coalesce('due_on', models.Value(datetime.date(9999, 12, 31)), output_field=models.DateField()), models.F('id'), name='matter_by_unit'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(django.db.models.functions.comparison.Coalesce('due_on', models.Value(datetime.date(9999, 12, 31)), output_field=models.DateField()), models.F('id'), name='matter_by_due'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=django.contrib.postgres.indexes.GinIndex(models.Func(models.F('title'), function='loop_pairs'), name='matter_words'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(condition=models.Q(('clock', 'waiting')), fields=['keeper', 'check_on', 'id'], name='matter_to_check'),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(condition=models.Q(('end', ''), ('unit', None)), fields=['keeper', 'id'], name='matter_to_assign'),
        ),
        migrations.AddField(
            model_name='widetally',
            name='place',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='org.region'),
        ),
        migrations.AddField(
            model_name='widetally',
            name='region',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='org.region'),
        ),
        migrations.AddConstraint(
            model_name='widetally',
            constraint=models.UniqueConstraint(fields=('scope', 'book', 'flow', 'region', 'place', 'state', 'light'), name='wide_tally_once', nulls_distinct=False),
        ),
        migrations.RunSQL(_WIDEN, migrations.RunSQL.noop),
    ]
