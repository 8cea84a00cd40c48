from odoo.exceptions import UserError

from odoo.addons.insurance_client_archive.uninstall import leave

from . import access_ways, backup_guard, consent_guard, retention_guard


def uninstall_hook(env):
    """Remove the database guards: uninstalling deletes what they protect."""
    if env["insurance.vault.lock"]._current():
        # without this addon there is nobody who could unlock it
        raise UserError(env._("The vault is locked. Unlock it first, under Incidents."))
    consent_guard.drop_guards(env.cr)
    retention_guard.drop_guards(env.cr)
    backup_guard.drop_guard(env.cr)
    access_ways.drop_function(env.cr)
    # with its trigger; the others drop theirs where they make them
    env.cr.execute("DROP FUNCTION IF EXISTS insurance_property_test_guard() CASCADE")
    leave(env, "insurance_compliance")
    # purposes and notices go before the tables of the consents that refer to them
    env.cr.execute("DELETE FROM insurance_consent")
    env.cr.execute("DELETE FROM insurance_consent_evidence")
    env.cr.execute("DELETE FROM insurance_notice_text")
