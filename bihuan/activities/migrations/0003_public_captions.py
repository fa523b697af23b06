from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activities", "0002_evidence_publicity_training")]
    operations = [
        migrations.AddField("attachment", "public_caption", models.CharField(blank=True, default="", max_length=100), preserve_default=False),
    ]
