from . import test_archive_access
from . import test_archive_life
from . import test_demo
from . import test_entry
from . import test_filing
from . import test_history
from . import test_inspection
from . import test_number_pattern
