from . import export
from . import feedback_portal
from . import survey
