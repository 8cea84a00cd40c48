import base64

from odoo.addons.insurance_client_archive.tests.common_vault import VaultCase

#: a picture of one point
SIGNATURE = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
        "awAAAABJRU5ErkJggg=="
    )
).decode()


def notice_in_force(env):
    """Return the notice for clients, approved and in force."""
    notice = env.ref("insurance_compliance.notice_clients_1").sudo()
    if notice.state == "draft":
        # as written by somebody else than the superuser who approves here
        env.cr.execute(
            "UPDATE insurance_notice SET author_id = NULL, create_uid = NULL"
            " WHERE id = %s",
            [notice.id],
        )
        notice.invalidate_recordset()
        notice.action_approve_substance()
    return notice


def give_consent(archives, *codes, given=True, recipient=None, **proof):
    """Let clients answer; for tests that are about something else, too."""
    env = archives.env
    text = notice_in_force(env)._text("en_US")
    answers = [
        {
            "processing": env["insurance.processing"]._of_code(code),
            "given": given,
            "recipient": recipient,
        }
        for code in codes
    ]
    proof = {
        "evidence": "recording",
        "reference": "R-1",
        "given_by": "client",
        **proof,
    }
    Consent = env["insurance.consent"]
    consents = Consent
    for archive in archives:
        consents |= Consent._take_down(archive, text, answers, proof)
    return consents


class ConsentCase(VaultCase):
    """A notice in force; uses and counts of the vault are kept in memory."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.notice = notice_in_force(cls.env)
        # demo data may have begun the next version
        drafts = cls.env["insurance.notice"].search([("state", "=", "draft")])
        drafts.unlink()
        cls.text = cls.notice._text("en_US")
        cls.Consent = cls.env["insurance.consent"]
        cls._saved_before(cls.archive)

    @classmethod
    def _archive(cls, **values):
        return cls._saved_before(super()._archive(**values))

    @classmethod
    def _saved_before(cls, archive):
        """Make it a client whom an earlier transaction has saved."""
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE insurance_archive SET create_date = create_date"
            " - interval '1 second' WHERE id = %s",
            [archive.id],
        )
        archive.invalidate_recordset(["create_date"])
        return archive

    def _run_cron(self, name):
        with self.enter_registry_test_mode():
            cron = self.env.ref(f"insurance_compliance.ir_cron_{name}")
            cron.method_direct_trigger()
        self.env.invalidate_all()

    @classmethod
    def _purpose(cls, code):
        return cls.env["insurance.processing"]._of_code(code)

    def _give(self, *codes, archive=None, **values):
        return give_consent(archive or self.archive, *codes, **values)

    def _ask(self, user=None, archive=None, **values):
        """Return the dialog as the agent has it open."""
        Ask = self.env["insurance.consent.ask"].with_user(user or self.agent)
        return Ask.create({"archive_id": (archive or self.archive).id, **values})
