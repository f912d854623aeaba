"""Bring the catalogues up to date: `python -m tests.translations`."""

import sys

from tests.translations.catalogues import main

sys.exit(main())
