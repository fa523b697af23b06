"""The application as a WSGI callable, for the server's worker processes."""

import os
import signal

from django.core.wsgi import get_wsgi_application

from bihuan.installation import keep_connections
from bihuan.lib.parent import die_with_parent, follow

# A killed server must not leave workers that hold its port and keep the database up.
die_with_parent(signal.SIGTERM)
follow()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
application = get_wsgi_application()
keep_connections()
