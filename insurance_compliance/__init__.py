from . import checks, controllers, models, wizards
from .hooks import uninstall_hook
