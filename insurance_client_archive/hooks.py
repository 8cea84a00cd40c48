from . import use_log_schema
from .models.archive_guard import drop_guards


def uninstall_hook(env):
    """Remove the database guards: uninstalling deletes what they protect."""
    drop_guards(env.cr)
    use_log_schema.drop(env.cr)
