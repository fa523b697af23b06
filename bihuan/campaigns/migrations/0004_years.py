import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0003_receipts'),
        ('loop', '0005_uploads'),
        ('org', '0004_principals'),
    ]

    operations = [
        migrations.AddField(
            model_name='campaign',
            name='follows',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.campaign'),
        ),
        migrations.CreateModel(
            name='FollowUp',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=32)),
                ('node', models.CharField(blank=True, max_length=40)),
                ('node_name', models.CharField(blank=True, max_length=60)),
                ('title', models.CharField(max_length=200)),
                ('due_on', models.DateField()),
                ('paragraph', models.CharField(blank=True, max_length=32)),
                ('by', models.CharField(max_length=100)),
                ('at', models.DateTimeField()),
                ('campaign', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='campaigns.campaign')),
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='loop.matter')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.unit')),
            ],
            options={
                'indexes': [models.Index(fields=['campaign', 'due_on'], name='follow_up_due')],
                'constraints': [models.UniqueConstraint(fields=('campaign', 'key'), name='follow_up_once')],
            },
        ),
        migrations.CreateModel(
            name='YearNode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('book', models.CharField(blank=True, max_length=20)),
                ('code', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=60)),
                ('first_on', models.DateField()),
                ('last_on', models.DateField()),
                ('source', models.CharField(max_length=200)),
                ('dropped', models.BooleanField(default=False)),
                ('added_by', models.CharField(max_length=100)),
                ('added_at', models.DateTimeField()),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.region')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('region', 'book', 'code'), name='year_node_once'), models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on'))), name='year_node_days')],
            },
        ),
    ]
