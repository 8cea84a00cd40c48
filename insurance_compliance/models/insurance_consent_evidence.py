from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.insurance_client_archive.sealed import Sealed

GIVERS = [
    ("client", "The client"),
    ("guardian", "The guardian"),
    ("agent", "Somebody with power of attorney"),
]
EVIDENCE = [
    ("signature", "Signature on the screen"),
    ("paper", "Signed paper"),
    ("recording", "Recording"),
    ("portal", "Login of the client on the portal"),
]


class InsuranceConsentEvidence(models.Model):
    """What proves the answers of one talk: who signed what, in which language.

    The signature is personal data that can be copied: it is sealed under the key of
    the archive. So it lies in no file, opens by the one door that is logged, and is
    gone with the key when the archive is destroyed.
    """

    _name = "insurance.consent.evidence"
    _inherit = ["insurance.archive.child", "insurance.sealed.mixin"]
    _description = "Evidence of a consent"
    _order = "id desc"
    _rec_name = "evidence"

    archive_id = fields.Many2one(readonly=True)
    evidence = fields.Selection(EVIDENCE, required=True, readonly=True)
    signature = Sealed(help="The picture of the signature.")
    signature_hash = fields.Char(readonly=True)
    document_id = fields.Many2one(
        "insurance.document",
        string="Signed paper",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    reference = fields.Char(
        readonly=True, help="Number of the recording or of the paper."
    )
    given_by = fields.Selection(GIVERS, required=True, readonly=True)
    giver_name = fields.Char(string="Name", readonly=True)
    related_person_id = fields.Many2one(
        "insurance.related.person",
        string="Guardian",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    text_id = fields.Many2one(
        "insurance.notice.text",
        string="Text shown",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    lang = fields.Char(string="Language shown", related="text_id.lang")
    user_id = fields.Many2one("res.users", string="Taken down by", readonly=True)
    taken_on = fields.Datetime(required=True, readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(
                self.env._(
                    "Consents are taken down by “Notice and consent” on the client's "
                    "form, which shows the notice and keeps the evidence."
                )
            )
        return super().create(vals_list)

    def write(self, vals):
        if self:
            raise UserError(self.env._("Evidence stays as it was taken down."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("Evidence stays as it was taken down."))

    def _check_archive_access(self):
        # the dialog has asked whether the user may take down what the client says
        return None
