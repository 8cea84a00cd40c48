from . import test_archive_access
from . import test_parameter
from . import test_regulation
