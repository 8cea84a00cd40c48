from . import access_ways, consent_guard, retention_guard


def uninstall_hook(env):
    """Remove the database guards: uninstalling deletes what they protect."""
    consent_guard.drop_guards(env.cr)
    retention_guard.drop_guards(env.cr)
    access_ways.drop_function(env.cr)
    # purposes and notices go before the tables of the consents that refer to them
    env.cr.execute("DELETE FROM insurance_consent")
    env.cr.execute("DELETE FROM insurance_consent_evidence")
    env.cr.execute("DELETE FROM insurance_notice_text")
