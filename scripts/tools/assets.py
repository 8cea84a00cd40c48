# ruff: noqa: F821
"""In "odoo shell": build the web client's bundles, so that the first page is quick.

Only those that people and browser tests load: Odoo's own list has its suites of unit
tests, too, and takes four times as long.
"""

JS = (
    "web.assets_web",
    "web.assets_backend_lazy",
    "web.assets_frontend_minimal",
    "web.assets_frontend_lazy",
    "web.assets_tests",
    "web_tour.automatic",
    "survey.survey_assets",
)
CSS = (
    "web.assets_web",
    "web.assets_web_print",
    "web.assets_backend_lazy",
    "web.assets_frontend",
    "web.report_assets_common",
    "survey.survey_assets",
)

qweb = env["ir.qweb"]
for bundle in JS:
    qweb._get_asset_bundle(bundle, css=False, js=True).js()
for bundle in CSS:
    qweb._get_asset_bundle(bundle, css=True, js=False).css()
env.cr.commit()
