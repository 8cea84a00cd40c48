from odoo import SUPERUSER_ID, api

ADDON = "insurance_compliance"
LED = "('%suser_id.insurance_department_ids.head_ids', 'in', [user.id])"


def migrate(cr, version):
    """A head sees the grants of the own departments; rules are not updated else."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, path in (("grant", ""), ("grant_archive", "grant_id.")):
        rule = env.ref(f"{ADDON}.insurance_access_{name}_rule_department_head")
        rule.domain_force = f"[('{path}level', '=', 'department'), {LED % path}]"
