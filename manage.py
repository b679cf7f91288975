#!/usr/bin/env python
"""Django's command line, with an embedded database where none is named."""

import os
import sys


def main() -> None:
    """Run a management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kek.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from kek import development

    try:
        development.prepare_environment(command=sys.argv[1] if len(sys.argv) > 1 else "help")
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"The portal is not configured: {error} (.env.example explains each variable).")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
