"""The contact list of somebody without an insurance role, protection of cards off.

Beside the same list with Odoo's own fields in place of those that can be hidden.
"""

from contextlib import contextmanager

import harness

from odoo.fields import Char

HOOKS = ("__get__", "to_sql", "condition_to_sql")
ROUNDS = 30


@contextmanager
def plain_fields(Card):
    """Let the fields of the card be nothing but texts."""
    ours = {name: getattr(Card, name) for name in HOOKS}
    for name in HOOKS:
        setattr(Card, name, getattr(Char, name))
    yield
    for name, hook in ours.items():
        setattr(Card, name, hook)


def main():
    env = harness.environment()
    # addons can be imported once Odoo is configured
    from odoo.addons.insurance_compliance.contact_card import Card

    user = env["res.users"].search([("login", "=", "accountant")], limit=1) or env[
        "res.users"
    ].create({"name": "Bench", "login": "bench contact card"})
    partners = env["res.partner"].with_user(user)
    view = partners.get_views([(False, "list")])["views"]["list"]["arch"]
    names = [
        name
        for name in partners._fields
        if f'name="{name}"' in view and not name.startswith("insurance_")
    ]
    specification = {name: {} for name in names}

    def read():
        env.invalidate_all()
        partners.web_search_read([], specification, limit=80)

    def plain():
        with plain_fields(Card):
            read()

    result = harness.compare(
        "first page of contacts, no insurance role",
        baseline=plain,
        subject=read,
        rounds=ROUNDS,
        note=f"{len(names)} fields, {len(HOOKS)} hooks",
    )
    harness.report(__file__, [result])


if __name__ == "__main__":
    main()
