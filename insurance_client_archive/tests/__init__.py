from . import test_archive_access
from . import test_archive_life
from . import test_entry
from . import test_history
from . import test_demo
