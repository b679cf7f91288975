from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# The names as they stood when this migration was written (district.models.Role).
ROLES = [
    "Projektbüro",
    "Moderation",
    "Fachamt",
    "Öffentlichkeitsarbeit",
    "Arbeitsgruppenleitung",
    "Steuerungsgruppe",
    "Systemverwaltung",
]


def make_groups(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make one group per role."""
    group = apps.get_model("auth", "Group")
    for name in ROLES:
        group.objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [
        ("district", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
