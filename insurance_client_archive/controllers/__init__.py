from . import export
from . import feedback_portal
