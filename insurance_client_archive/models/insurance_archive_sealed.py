from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .. import vault_store
from ..sealed import Sealed
from ..tools import blind_index, resident_id
from ..tools.resident_id import ResidentIdError
from .insurance_sealed_open import open_values

ID_TYPES = [
    ("resident_id", "Resident identity card"),
    ("foreign_permanent", "Foreign permanent resident card"),
    ("passport", "Passport"),
    ("hk_macao_permit", "Travel permit of Hong Kong or Macao residents"),
    ("taiwan_permit", "Travel permit of Taiwan residents"),
    ("military_id", "Military identity card"),
    ("other", "Other document"),
]
#: documents whose number is checked as GB 11643 says
CHECKED_ID_TYPES = ("resident_id", "foreign_permanent")
UNGRADED = "ungraded"
BANDS = {
    "annual_income": ("income_band", "income"),
    "total_assets": ("asset_band", "asset"),
}


class InsuranceArchive(models.Model):
    """What is sealed about a client, and the ordinary bands beside it."""

    _name = "insurance.archive"
    _inherit = ["insurance.archive", "insurance.sealed.mixin"]

    id_type = fields.Selection(
        ID_TYPES, string="Identity document", default="resident_id"
    )
    id_number = Sealed(
        string="ID number", kind="identity", tail=4, exact=True, unique=True
    )
    bank_account = Sealed(
        string="Bank account", kind="code", tail=4, exact=True, step_up=True
    )
    annual_income = Sealed(string="Yearly income", kind="amount", step_up=True)
    total_assets = Sealed(string="Total assets", kind="amount", step_up=True)
    health_notice = Sealed(
        string="Health notice",
        step_up=True,
        help="What the client has disclosed about the own health.",
    )
    income_band = fields.Selection(
        lambda self: self.env["insurance.band"]._selection("income"),
        string="Income band",
        help="Follows the sealed yearly income; enter it when the exact number is not "
        "known.",
    )
    asset_band = fields.Selection(
        lambda self: self.env["insurance.band"]._selection("asset"),
        string="Asset band",
        help="Follows the sealed total assets; enter it when the exact number is not "
        "known.",
    )
    health_grade = fields.Selection(
        [
            (UNGRADED, "To be graded"),
            ("a", "A – healthy"),
            ("b", "B – minor conditions"),
            ("c", "C – chronic conditions"),
            ("d", "D – serious conditions"),
        ],
        string="Health grade",
        help="A coarse grade of the sealed health notice.",
    )

    @api.onchange("id_number")
    def _onchange_id_number(self):
        """Fill what the ID number says, as soon as it is typed."""
        if card := self._resident_id(self.id_number):
            self.birth_date = self.birth_date or card.birth_date
            self.gender = self.gender or card.sex

    def write(self, vals):
        if vals.get("id_type") and not vals.get("id_number"):
            self._check_id_type(vals["id_type"])
        result = super().write(vals)
        if "company_id" in vals:
            reindex(self)
        return result

    def _check_id_type(self, id_type):
        """A number that was checked for one document is not one of another."""
        changed = self.filtered(lambda archive: archive.id_type != id_type)
        if id_type in CHECKED_ID_TYPES and any(
            archive.id_number for archive in changed
        ):
            raise UserError(
                self.env._(
                    "Enter the ID number again together with the new kind of document, "
                    "so that it can be checked."
                )
            )

    def _sealed_problem(self, field, text):
        if field.name == "id_number" and self.id_type in CHECKED_ID_TYPES:
            return self._problem(resident_id.parse, text)
        if field.name == "bank_account" and not (
            text.isascii() and text.isalnum() and 8 <= len(text) <= 34
        ):
            return self.env._(
                "A bank account or card number has 8 to 34 digits and letters."
            )
        return super()._sealed_problem(field, text)

    def _on_sealed(self, field, values):
        result = super()._on_sealed(field, values)
        self._outdate_completeness()
        if field.name == "id_number":
            for archive, text in values.items():
                archive._apply_id_number(text)
        elif field.name == "health_notice":
            self._apply_health_notice(values)
        elif field.name in BANDS:
            self._apply_band(field, values)
        return result

    def _on_reveal(self, field_names, purpose):
        result = super()._on_reveal(field_names, purpose)
        self.env["insurance.decoy"]._on_reveal(self)
        return result

    def _apply_health_notice(self, values):
        """A notice waits to be graded; without a notice there is no grade."""
        noted = self.browse(archive.id for archive, text in values.items() if text)
        (self - noted).filtered("health_grade").health_grade = False
        ungraded = noted.filtered(lambda archive: not archive.health_grade)
        ungraded.health_grade = UNGRADED

    def _apply_band(self, field, values):
        band_field, kind = BANDS[field.name]
        by_band = {}
        for archive, text in values.items():
            amount = float(text) if text else None
            band = text and self.env["insurance.band"]._of_amount(kind, amount)
            by_band.setdefault(band or False, self.browse())
            by_band[band or False] |= archive
        for band, archives in by_band.items():
            archives[band_field] = band

    def _apply_id_number(self, text):
        """Take birth date and gender from the number, or refuse a contradiction."""
        card = self._resident_id(text)
        if not card:
            return
        said = {"birth_date": card.birth_date, "gender": card.sex}
        for name, value in said.items():
            if self[name] and self[name] != value:
                label = self._fields[name].get_description(self.env, ["string"])
                raise ValidationError(
                    self.env._(
                        "The ID number contradicts “%s”. Correct one of the two.",
                        label["string"],
                    )
                )
        missing = {name: value for name, value in said.items() if not self[name]}
        if missing:
            self.write(missing)

    def _resident_id(self, text):
        """Return what a resident ID number says, or nothing."""
        if not text or self.id_type not in CHECKED_ID_TYPES:
            return None
        try:
            return resident_id.parse(text)
        except ResidentIdError:
            return None


def reindex(archives):
    """Index the archives' numbers anew: entries of two companies never look alike."""
    sealed = [field for field in archives._sealed_fields() if field.exact]
    # an entry is made of the company; the values themselves stay sealed
    values = open_values(archives.sudo(), sealed)
    for field in sealed:
        normalize = blind_index.NORMALIZERS[field.kind]
        entries = {
            (archive.id, archive.id): (
                archive.company_id.id,
                text and normalize(text),
            )
            for archive, opened in values.items()
            for text in [opened[field.name]]
        }
        vault_store.index(archives.env, str(field), entries)
