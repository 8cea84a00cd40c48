from . import controllers, models, vault_log, wizards
from .hooks import uninstall_hook
