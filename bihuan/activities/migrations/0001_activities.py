
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('campaigns', '0002_plans'),
        ('documents', '0003_deliveries'),
        ('figures', '0002_closings'),
        ('org', '0004_principals'),
        ('places', '0001_registers'),
    ]

    operations = [
        migrations.CreateModel(
            name='ActivityKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True)),
                ('owner', models.CharField(max_length=60)),
                ('year', models.PositiveSmallIntegerField(null=True)),
                ('zh', models.CharField(max_length=40)),
                ('en', models.CharField(max_length=60)),
                ('group', models.CharField(max_length=20)),
                ('counts', models.CharField(blank=True, max_length=80)),
                ('suggests', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), default=list, size=None)),
                ('photo_reason', models.CharField(blank=True, max_length=100)),
                ('place_kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ('needs', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), default=list, size=None)),
                ('source', models.CharField(blank=True, max_length=200)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('retired_on', models.DateField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['group', 'order'], name='activities__group_8a6a38_idx')],
            },
        ),
        migrations.CreateModel(
            name='Activity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('book', models.CharField(blank=True, max_length=20)),
                ('key', models.UUIDField(unique=True)),
                ('title', models.CharField(max_length=100)),
                ('mode', models.CharField(choices=[('on_site', 'ON_SITE'), ('online', 'ONLINE'), ('video', 'VIDEO'), ('both', 'BOTH')], default='on_site', max_length=10)),
                ('place_words', models.CharField(blank=True, max_length=100)),
                ('lon', models.DecimalField(decimal_places=6, max_digits=9, null=True)),
                ('lat', models.DecimalField(decimal_places=6, max_digits=8, null=True)),
                ('start_on', models.DateField()),
                ('end_on', models.DateField()),
                ('starts_at', models.TimeField(null=True)),
                ('expected_attendance', models.PositiveIntegerField(null=True)),
                ('audiences', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ('who', models.CharField(blank=True, max_length=200)),
                ('subjects', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None)),
                ('not_applicable', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), default=list, size=None)),
                ('words', models.TextField(blank=True)),
                ('state', models.CharField(choices=[('filed', 'FILED'), ('withdrawn', 'WITHDRAWN')], default='filed', max_length=10)),
                ('version', models.PositiveIntegerField(default=1)),
                ('filed_by', models.CharField(max_length=100)),
                ('filed_at', models.DateTimeField()),
                ('changed_by', models.CharField(blank=True, max_length=100)),
                ('changed_at', models.DateTimeField(null=True)),
                ('withdrawn_reason', models.CharField(blank=True, max_length=200)),
                ('campaign', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign')),
                ('occasion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='figures.occasion')),
                ('place', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.region')),
                ('task', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.task')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='activities.activitykind')),
            ],
            options={
                'verbose_name_plural': 'activities',
            },
        ),
        migrations.CreateModel(
            name='ActivityUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(blank=True, max_length=100)),
                ('part', models.CharField(choices=[('host', 'HOST'), ('joint', 'JOINT'), ('assist', 'ASSIST')], max_length=10)),
                ('order', models.PositiveSmallIntegerField()),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='units', to='activities.activity')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
        ),
        migrations.CreateModel(
            name='SafetyPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('items', models.JSONField(default=dict)),
                ('permit', models.CharField(blank=True, max_length=100)),
                ('by_government', models.CharField(blank=True, max_length=200)),
                ('version', models.PositiveIntegerField(default=1)),
                ('by', models.CharField(max_length=100)),
                ('at', models.DateTimeField()),
                ('activity', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='safety_plan', to='activities.activity')),
                ('paper', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.document')),
            ],
        ),
        migrations.CreateModel(
            name='ActivityFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField()),
                ('itself', models.BooleanField(default=False)),
                ('activity', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='activities.activity')),
                ('figure', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='figures.figure')),
            ],
            options={
                'indexes': [models.Index(fields=['activity', 'order'], name='activities__activit_15e319_idx')],
            },
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['unit', '-end_on'], name='activities__unit_id_fc8447_idx'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['region', 'end_on'], name='activities__region__aaa783_idx'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['campaign', 'start_on'], name='activities__campaig_721717_idx'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['kind', 'region'], name='activities__kind_id_91364e_idx'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('end_on__gte', models.F('start_on'))), name='activity_days'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('lon', None), ('lat', None), _connector='XOR', _negated=True), name='activity_point'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['filed', 'withdrawn'])), name='activity_state'),
        ),
        migrations.AddConstraint(
            model_name='activityunit',
            constraint=models.UniqueConstraint(fields=('activity', 'order'), name='activity_unit_order'),
        ),
        migrations.AddConstraint(
            model_name='activityunit',
            constraint=models.CheckConstraint(condition=models.Q(('unit', None), ('words', ''), _connector='XOR'), name='activity_unit_named'),
        ),
    ]
