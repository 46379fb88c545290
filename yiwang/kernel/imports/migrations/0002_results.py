"""An import that is reviewed leads to the application that was made of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("imports", "0001_imports"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="result",
            field=models.CharField(blank=True, max_length=100, verbose_name="结果"),
        ),
        migrations.AddField(
            model_name="importrun",
            name="result_url",
            field=models.CharField(blank=True, max_length=300),
        ),
    ]
