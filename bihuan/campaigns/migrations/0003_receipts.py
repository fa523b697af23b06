import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from bihuan.history.append_only import append_only_table, trigger_names

_UPDATE = trigger_names("campaigns_expected")[0]
# What was issued before this: the campaign's days, close of business, who published the plan; and each unit's place in
# the list's edition, the campaign's own where that does not have it.
_FILL = f"""
UPDATE public.campaigns_expectedlist l
SET period_start = c.period_start, period_end = c.period_end,
    due_at = (l.due_on + time '18:00') AT TIME ZONE '{settings.CAMPAIGN_ZONE}',
    issued_by = p.published_by, issued_at = coalesce(p.published_at, p.written_at)
FROM public.campaigns_campaign c, public.campaigns_plan p
WHERE c.id = l.campaign_id AND p.id = l.plan_id;
ALTER TABLE public.campaigns_expected DISABLE TRIGGER {_UPDATE};
UPDATE public.campaigns_expected e
SET region_id = CASE WHEN EXISTS (
        SELECT FROM public.org_node own JOIN public.org_node up
            ON up.edition_id = own.edition_id AND starts_with(own.path, up.path)
        WHERE own.edition_id = l.edition_id AND own.region_id = u.region_id AND up.region_id = c.region_id
    ) THEN u.region_id ELSE c.region_id END
FROM public.campaigns_expectedlist l, public.campaigns_campaign c, public.org_unit u
WHERE l.id = e.expected_list_id AND c.id = l.campaign_id AND u.id = e.unit_id;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE public.campaigns_expected ENABLE TRIGGER {_UPDATE};
"""


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0002_plans'),
        ('history', '0001_log_and_chain'),
        ('org', '0004_principals'),
    ]

    operations = [
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('missing', 'MISSING'), ('draft', 'DRAFT'), ('submitted', 'SUBMITTED'), ('returned', 'RETURNED'), ('accepted', 'ACCEPTED')], max_length=10)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('arrived_at', models.DateTimeField(null=True)),
                ('first_at', models.DateTimeField(null=True)),
                ('returned_at', models.DateTimeField(null=True)),
                ('subject_kind', models.CharField(blank=True, max_length=40)),
                ('subject_id', models.CharField(blank=True, max_length=64)),
                ('by', models.CharField(max_length=100)),
                ('at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('people', models.PositiveIntegerField()),
                ('by', models.CharField(max_length=100)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='asked',
            name='due_time',
            field=models.TimeField(default=datetime.time(18, 0)),
        ),
        migrations.AddField(
            model_name='asked',
            name='period_end',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='asked',
            name='period_start',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='expected',
            name='region',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.region'),
        ),
        migrations.AddField(
            model_name='expectedlist',
            name='due_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='expectedlist',
            name='issued_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='expectedlist',
            name='issued_by',
            field=models.CharField(null=True, max_length=100),
        ),
        migrations.AddField(
            model_name='expectedlist',
            name='period_end',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='expectedlist',
            name='period_start',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='expectedlist',
            name='withdrawn_reason',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='expected',
            name='region',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.region'),
        ),
        migrations.AlterField(
            model_name='expectedlist',
            name='due_at',
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name='expectedlist',
            name='issued_at',
            field=models.DateTimeField(),
        ),
        migrations.AlterField(
            model_name='expectedlist',
            name='issued_by',
            field=models.CharField(max_length=100),
        ),
        migrations.AlterField(
            model_name='expectedlist',
            name='period_end',
            field=models.DateField(),
        ),
        migrations.AlterField(
            model_name='expectedlist',
            name='period_start',
            field=models.DateField(),
        ),
        migrations.AlterField(
            model_name='asked',
            name='form',
            field=models.CharField(max_length=40),
        ),
        migrations.AlterField(
            model_name='expectedlist',
            name='form',
            field=models.CharField(max_length=40),
        ),
        migrations.AlterField(
            model_name='expectedlist',
            name='plan',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='expected_lists', to='campaigns.plan'),
        ),
        migrations.AddConstraint(
            model_name='asked',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('period_end', None), ('period_start', None)), ('period_end__gte', models.F('period_start')), _connector='OR'), name='asked_period'),
        ),
        migrations.AddConstraint(
            model_name='expectedlist',
            constraint=models.CheckConstraint(condition=models.Q(('period_end__gte', models.F('period_start'))), name='expected_list_period'),
        ),
        migrations.AddConstraint(
            model_name='expectedlist',
            constraint=models.CheckConstraint(condition=models.Q(('withdrawn_reason', ''), ('replaced', True), _connector='OR'), name='expected_list_withdrawn'),
        ),
        migrations.AddField(
            model_name='receipt',
            name='expected',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='receipt', to='campaigns.expected'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='expected',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='campaigns.expected'),
        ),
        migrations.AddField(
            model_name='reminder',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(fields=['subject_kind', 'subject_id'], name='receipt_subject'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['missing', 'draft', 'submitted', 'returned', 'accepted'])), name='receipt_state'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['submitted', 'accepted']), _negated=True), ('arrived_at__isnull', False), _connector='OR'), name='receipt_received_at'),
        ),
        migrations.AddConstraint(
            model_name='receipt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='receipt_returned_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='reminder',
            constraint=models.UniqueConstraint(fields=('unit', 'day'), name='one_reminder_a_unit_and_day'),
        ),
        append_only_table('campaigns_reminder'),
    ]
