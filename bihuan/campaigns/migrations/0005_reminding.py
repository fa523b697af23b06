from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0004_years'),
    ]

    operations = [
        migrations.AddField(
            model_name='expectedlist',
            name='reminds',
            field=models.BooleanField(default=False),
        ),
    ]
