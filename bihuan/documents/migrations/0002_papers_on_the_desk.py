import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# Every paper so far was composed from a submission, whose key it carries: there stand its region and its book.
FILL = """
UPDATE documents_document SET writers = ARRAY[drafted_by];
DO $$
BEGIN
    IF to_regclass('reports_submission') IS NOT NULL THEN
        UPDATE documents_document d SET region_id = s.region_id, book = s.book
        FROM reports_submission s WHERE d.key = 'summary:' || s.id;
    END IF;
END $$;
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0001_papers'),
        ('org', '0002_people_and_accounts'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='book',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='document',
            name='last_edit',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='document',
            name='offered',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='document',
            name='region',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.region'),
        ),
        migrations.AddField(
            model_name='document',
            name='returned_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='document',
            name='returned_by',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='document',
            name='returned_reason',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='document',
            name='writers',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), default=list, size=None),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='document',
            name='region',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.region'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['state', '-id'], name='documents_d_state_f520c1_idx'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['region', '-id'], name='documents_d_region__0147a4_idx'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('writers__contains', [models.F('checked_by')]), _negated=True), models.Q(('writers__contains', [models.F('signed_by')]), _negated=True)), name='no_writer_checks_or_signs'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('returned_by', ''), ('returned_at', None), _connector='XOR', _negated=True), name='returned_by_and_at'),
        ),
    ]
