from . import use_log_schema
from .models.archive_guard import drop_guards
from .uninstall import leave


def uninstall_hook(env):
    """Remove the database guards: uninstalling deletes what they protect."""
    drop_guards(env.cr)
    use_log_schema.drop(env.cr)
    leave(env, "insurance_client_archive")
    # number series hold on to their pattern, which goes before their table does
    env.cr.execute("UPDATE insurance_archive SET number_counter_id = NULL")
    env.cr.execute("DELETE FROM insurance_number_counter")
