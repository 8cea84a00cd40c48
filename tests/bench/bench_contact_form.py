"""Read what the contact form shows: all its fields against those of Odoo alone."""

import harness


def main():
    env = harness.environment()
    partners = env["res.partner"].search([], limit=80)
    form = env["res.partner"].get_view(view_type="form")
    fields = list(form["models"]["res.partner"])
    ours = {
        field.name
        for field in env["ir.model.fields"].search([("model", "=", "res.partner")])
        if any(name.startswith("insurance_") for name in field.modules.split(", "))
    }
    plain = [name for name in fields if name not in ours]

    def read(names):
        env.invalidate_all()
        partners.read(names)

    result = harness.compare(
        "read 80 contacts",
        baseline=lambda: read(plain),
        subject=lambda: read(fields),
        rounds=15,
        note=f"{len(plain)} fields, then {len(fields)}",
    )
    harness.report(__file__, [result])


if __name__ == "__main__":
    main()
