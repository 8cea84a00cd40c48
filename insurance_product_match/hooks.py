from odoo.addons.insurance_client_archive.uninstall import leave


def uninstall_hook(env):
    """Let surveys, kinds of cover and products go without what refers to them."""
    leave(env, "insurance_product_match")
