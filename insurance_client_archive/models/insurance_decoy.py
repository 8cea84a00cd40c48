import datetime
import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import resident_id

GROUP = "insurance_client_archive.group_compliance"


class InsuranceDecoy(models.Model):
    """An archive of a client who does not exist: whoever opens it, snoops.

    Only compliance knows which archives these are.
    """

    _name = "insurance.decoy"
    _description = "Decoy client"
    _order = "id desc"

    name = fields.Char(string="Name of the client", required=True)
    agent_id = fields.Many2one(
        "res.users",
        required=True,
        domain="[('share', '=', False)]",
        help="In whose list the client stands.",
    )
    city = fields.Char()
    note = fields.Text(help="Why and for whom the decoy was laid out.")
    archive_id = fields.Many2one(
        "insurance.archive", readonly=True, ondelete="restrict", index=True
    )
    archive_number = fields.Char(
        string="Archive number", compute="_compute_archive_number"
    )
    alarm_count = fields.Integer(string="Alarms", readonly=True)
    last_alarm = fields.Datetime(string="Last alarm", readonly=True)

    _archive_unique = models.UniqueIndex(
        "(archive_id)", "The client is a decoy already."
    )

    @api.depends("archive_id")
    def _compute_archive_number(self):
        # the number alone, for the officer who laid out the decoy
        for decoy in self.sudo():
            decoy.archive_number = decoy.archive_id.display_name

    @api.model_create_multi
    def create(self, vals_list):
        decoys = super().create(vals_list)
        for decoy in decoys.filtered(lambda decoy: not decoy.archive_id):
            decoy._create_archive()
        return decoys

    @api.ondelete(at_uninstall=False)
    def _unlink_except_alarmed(self):
        if any(decoy.alarm_count for decoy in self):
            raise UserError(
                self.env._("A decoy that raised an alarm is evidence and stays.")
            )

    def _create_archive(self):
        """Make the client; nothing in it tells a decoy from a real one."""
        days = datetime.timedelta(days=secrets.randbelow(365 * 35))
        born = datetime.date(1960, 1, 1) + days
        number = resident_id.make_resident_id("110105", born, secrets.randbelow(999))
        # a compliance officer creates no archives, except these
        self.archive_id = (
            self.env["insurance.archive"]
            .sudo()
            .create(
                {
                    "name": self.name,
                    "city": self.city,
                    "agent_id": self.agent_id.id,
                    "id_number": number,
                    "annual_income": str(100000 + secrets.randbelow(900000)),
                    "health_notice": self.env._("Nothing to report"),
                }
            )
        )

    @api.model
    def _on_reveal(self, archives):
        """Raise an alarm for those of the archives that are decoys."""
        # whoever opened the value must not see that it is one
        decoys = self.sudo().search([("archive_id", "in", archives.ids)])
        for decoy in decoys:
            decoy.alarm_count += 1
            decoy.last_alarm = fields.Datetime.now()
            decoy.archive_id._log_use(
                "alarm", purpose_text="decoy", content=["insurance.decoy"]
            )
            decoy._alarm(self.env.user)

    def _alarm(self, user):
        """Tell every compliance officer, in words that only they can place."""
        officers = self.env.ref(GROUP).all_user_ids.filtered("active")
        activity_type = self.env.ref("mail.mail_activity_data_warning")
        for officer in officers:
            translated = self.with_context(lang=officer.lang)
            self.env["mail.activity"].create(
                {
                    "activity_type_id": activity_type.id,
                    "user_id": officer.id,
                    "summary": translated.env._("Decoy %s was opened", self.id),
                    "note": translated.env._(
                        "%s opened a sealed value of a decoy. The use log says what "
                        "else the user has opened.",
                        user.name,
                    ),
                }
            )
