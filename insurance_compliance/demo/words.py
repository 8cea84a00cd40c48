def load_words(env):
    """Translate the addon's data now.

    What is approved is laid down in each language, and Odoo loads translations only
    after the demo data.
    """
    langs = [code for code, _name in env["res.lang"].get_installed()]
    env.flush_all()
    env["ir.module.module"]._load_module_terms(["insurance_compliance"], langs)
    env.invalidate_all()
