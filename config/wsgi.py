"""The application for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
# The views too, which would otherwise be loaded while the first visitor waits.
_ = get_resolver().url_patterns
# All that is loaded by now stays: a full collection, which may come in the middle of a page, need not walk through it.
gc.collect()
gc.freeze()
