from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activities", "0004_rosters_from_tables")]
    operations = [
        migrations.AddField("activitykind", "version", models.PositiveIntegerField(default=1)),
        migrations.AddField("activitykind", "changed_by", models.CharField(blank=True, default="", max_length=60), preserve_default=False),
    ]
