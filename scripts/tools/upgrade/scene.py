"""Live data for an old release, beside its demo data: run in ``odoo shell`` there.

What it sealed is written, as JSON, to the file that UPGRADE_SCENE names. A part that
the old release does not know is left out, and said.
"""

import json
import os
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from odoo import fields

from odoo.addons.insurance_client_archive.tools import resident_id

env = globals()["env"]
ARCHIVE = "insurance_client_archive"
CLIENTS = 30
DESTROYED = 2
done, left_out = [], []


@contextmanager
def part(name):
    try:
        with env.cr.savepoint():
            yield
        done.append(name)
    except Exception as error:
        left_out.append(f"{name}: {type(error).__name__}: {error}")
    env.cr.commit()


agent = env.ref(f"{ARCHIVE}.demo_user_agent")
born = fields.Date.to_date("1980-02-29")
archives = env["insurance.archive"]
sealed = {}
for number in range(CLIENTS):
    values = {
        "id_number": resident_id.make_resident_id("110101", born, 501 + 2 * number),
        "bank_account": f"6222021099{number:09}",
        "health_notice": f"upgrade {number}",
        "annual_income": str(100000 + number),
        "total_assets": str(900000 + number),
    }
    archive = archives.create(
        {
            "name": "王" + chr(0x4E00 + number),  # a name has no figures
            "phone": f"139{number:08}",
            "country_id": env.ref("base.cn").id,
            "agent_id": agent.id,
            "gender": "male",
            "birth_date": born,
        }
    )
    archives |= archive
    if "insurance.vault.value" in env:
        archive.write(values)
        sealed[archive.uuid] = values
env.cr.commit()

with part("parameter of the house"):
    env["insurance.parameter"].search([("key", "=", "review_lead_days")]).value = "17"
with part("scheduled action switched off"):
    env.ref(f"{ARCHIVE}.ir_cron_client_refresh").active = False
with part("rule of the house"):
    env["insurance.requirement"].search([], limit=1).active = False
with part("figures and classes"):
    env["insurance.client.refresh"].create({})._run()
with part("grant"):
    now = fields.Datetime.now()
    env["insurance.access.grant"]._issue(
        env.ref(f"{ARCHIVE}.demo_user_department"),
        ("financial",),
        env.ref(f"{ARCHIVE}.purpose_policy_service"),
        now,
        now + timedelta(days=5),
        archives=archives[:3],
    )
with part("destruction of keys"):
    from odoo.addons.insurance_client_archive import vault_shred

    gone = archives[-DESTROYED:]
    vault_shred.shred(gone)
    for archive in gone:
        del sealed[archive.uuid]
env.cr.commit()
Path(os.environ["UPGRADE_SCENE"]).write_text(json.dumps(sealed))
print("scene:", ", ".join(done))
for text in left_out:
    print("not in this release:", text)
