from . import test_archive_access
