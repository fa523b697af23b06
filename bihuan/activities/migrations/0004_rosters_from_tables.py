import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("activities", "0003_public_captions")]
    operations = [
        migrations.CreateModel(
            name="RosterSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("by", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
                ("file_name", models.CharField(max_length=200)),
                ("content", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
                ("left_out", models.JSONField(default=list)),
                ("roster", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="activities.trainingroster")),
                ("activity", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="activities.activity")),
            ],
            options={"abstract": False},
        ),
    ]
