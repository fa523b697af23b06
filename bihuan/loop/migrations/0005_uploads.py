from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("loop", "0004_ledger_drafts")]

    operations = [
        migrations.AddField("ledgerdraft", "digest", models.CharField(default="", max_length=64), preserve_default=False),
    ]
