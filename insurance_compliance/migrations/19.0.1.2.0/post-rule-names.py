from odoo import SUPERUSER_ID, api

ADDON = "insurance_compliance"
NAMES = {
    "insurance_access_grant_rule_department_head": (
        "Grants: of the departments that the user leads"
    ),
    "insurance_access_grant_archive_rule_department_head": (
        "Archives of grants: of the departments that the user leads"
    ),
}


def migrate(cr, version):
    """What two rules say since 19.0.1.1.0; their names said what they did before."""
    env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
    for name, text in NAMES.items():
        if rule := env.ref(f"{ADDON}.{name}", raise_if_not_found=False):
            rule.name = text
