# ruff: noqa: F821
"""In "odoo shell": build the web client's bundles, so that the first page is quick."""

env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
