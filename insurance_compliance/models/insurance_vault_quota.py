from odoo.addons.insurance_client_archive.models import insurance_vault_quota

# recipients in the portal are counted like users of sealed data
insurance_vault_quota.LIMITS |= {
    "share_page": "share_pages_per_hour",
    "share_download": "share_downloads_per_hour",
}
