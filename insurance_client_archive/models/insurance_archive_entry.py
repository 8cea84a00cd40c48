from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.translate import get_translation

from odoo.addons.phone_validation.tools import phone_validation

from ..tools import credit_code, organization_name, person_name
from ..tools.coded_error import CodedError

try:
    from phonenumbers import (
        PhoneNumberFormat,
        PhoneNumberType,
        format_number,
        number_type,
    )
except ImportError:  # Odoo works without the library, and then checks no numbers
    number_type = None

MODULE = "insurance_client_archive"
OLDEST_AGE = 130


class InsuranceArchive(models.Model):
    """Rules for what may be entered: the same in the form, in imports and over RPC."""

    _inherit = "insurance.archive"

    @api.onchange("name", "client_kind", "phone", "birth_date", "credit_code")
    def _onchange_entry(self):
        """Say at once what would be refused on saving."""
        if self.credit_code:
            self.credit_code = credit_code.normalize(self.credit_code)
        if problems := self._entry_problems():
            return {
                "warning": {
                    "title": self.env._("Please check"),
                    "message": "\n".join(problems.values()),
                    "type": "notification",
                }
            }
        return None

    @api.constrains("partner_id", "client_kind", "birth_date", "credit_code")
    def _check_entry(self):
        """Refuse a client whose data break a rule of entry.

        :raise ValidationError: with one line for each rule that is broken
        """
        for archive in self:
            if problems := archive._entry_problems():
                raise ValidationError("\n".join(problems.values()))

    def _entry_problems(self):
        """Return the broken rules of this client's data as {field: message}."""
        self.ensure_one()
        checks = {
            "name": self._name_problem(self.name, self.client_kind),
            "phone": self._phone_problem(
                self.phone, self.country_id or self.company_id.country_id
            ),
            "birth_date": self._birth_date_problem(self.birth_date),
            "credit_code": self._credit_code_problem(self.credit_code),
        }
        return {name: problem for name, problem in checks.items() if problem}

    @api.model
    def _name_problem(self, name, client_kind):
        """Return why a client can't have this name, or nothing."""
        check = (
            person_name.check_person_name
            if client_kind == "individual"
            else organization_name.check_organization_name
        )
        return self._problem(check, name) if name else ""

    @api.model
    def _phone_problem(self, phone, country):
        """Return why this is no landline or mobile number, or nothing."""
        return self._phone_checked(phone, country)[0]

    @api.model
    def _phone_checked(self, phone, country):
        """Return why this is no phone number, and the number written in one way."""
        if not phone:
            return "", ""
        try:
            parsed = phone_validation.phone_parse(phone, country.code)
        except UserError as error:
            return str(error), ""
        if not number_type:
            return "", phone
        if number_type(parsed) not in (
            PhoneNumberType.FIXED_LINE,
            PhoneNumberType.MOBILE,
            PhoneNumberType.FIXED_LINE_OR_MOBILE,
        ):
            problem = self.env._(
                "“%s” is neither a landline nor a mobile number.", phone
            )
            return problem, ""
        return "", format_number(parsed, PhoneNumberFormat.E164)

    @api.model
    def _birth_date_problem(self, birth_date):
        """Return why nobody can be born on this day, or nothing."""
        if not birth_date:
            return ""
        today = fields.Date.context_today(self)
        if birth_date > today:
            return self.env._("The birth date lies in the future.")
        if relativedelta(today, birth_date).years > OLDEST_AGE:
            return self.env._(
                "The birth date is more than %s years ago. Check the year.", OLDEST_AGE
            )
        return ""

    @api.model
    def _credit_code_problem(self, value):
        """Return why this is no unified social credit code, or nothing."""
        return self._problem(credit_code.parse, value) if value else ""

    @api.model
    def _problem(self, parse, value):
        """Return the translated refusal of a pure tool, or nothing."""
        try:
            parse(value)
        except CodedError as error:
            return get_translation(MODULE, self.env.lang or "en_US", error.message, ())
        return ""

    @api.model
    def _age_on(self, birth_date, day):
        """Return completed years on a day; 0 without a birth date."""
        return relativedelta(day, birth_date).years if birth_date else 0
