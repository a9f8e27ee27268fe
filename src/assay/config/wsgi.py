"""The WSGI entry point: `granian --interface wsgi assay.config.wsgi:application`."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "assay.config.settings")
application = get_wsgi_application()
# Every page is imported now, and not for whoever comes first; what is loaded once is not looked through for garbage again.
_ = get_resolver().url_patterns
gc.freeze()
