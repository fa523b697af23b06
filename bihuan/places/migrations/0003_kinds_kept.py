from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0002_drafts_as_uploads")]
    operations = [
        migrations.AddField("placekind", "retired_on", models.DateField(null=True)),
        migrations.AddField("placekind", "version", models.PositiveIntegerField(default=1)),
    ]
