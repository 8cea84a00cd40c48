from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import groupby

from .insurance_archive_life import ARCHIVIST
from .insurance_number_pattern import RETENTION_MARKS

#: passed in the context by the methods below. An object has an identity that no
#: remote call can send, so the check below does not rest on what a caller says.
FILING = object()
#: what filing and storing set, and nobody writes by hand
FILING_FIELDS = frozenset(
    {
        "number",
        "number_counter_id",
        "number_item",
        "class_code",
        "retention_mark",
        "filed_on",
        "filed_by",
        "storage_place",
        "storage_medium",
    }
)


class InsuranceArchive(models.Model):
    """Filing: an entered archive gets its number, its place and its retention."""

    _inherit = "insurance.archive"

    number_counter_id = fields.Many2one(
        "insurance.number.counter",
        string="Number series",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    number_item = fields.Integer(
        string="Position in the series", readonly=True, copy=False, aggregator=None
    )
    class_code = fields.Char(string="Class code", readonly=True, copy=False)
    retention_mark = fields.Selection(
        RETENTION_MARKS, string="Retention", readonly=True, copy=False
    )
    filed_on = fields.Date(
        string="Filed on", readonly=True, copy=False, index="btree_not_null"
    )
    filed_by = fields.Many2one(
        "res.users", string="Filed by", readonly=True, copy=False, ondelete="restrict"
    )
    storage_place = fields.Char(
        string="Storage place",
        readonly=True,
        copy=False,
        help="Room, cabinet and box of the paper file.",
    )
    storage_medium = fields.Selection(
        [
            ("electronic", "Electronic"),
            ("paper", "On paper"),
            ("both", "Electronic and paper"),
        ],
        string="Storage medium",
        readonly=True,
        copy=False,
    )

    filing_due_date = fields.Date(
        string="To be filed by",
        compute="_compute_filing_due_date",
        store=True,
        index="btree_not_null",
        help="The filing cycle after the data were entered; the cycle is a parameter.",
    )
    filing_rate = fields.Float(
        string="Filed (%)",
        compute="_compute_filing_rate",
        store=True,
        aggregator="avg",
        digits=(5, 1),
        help="Share of the archives that are filed.",
    )

    @api.depends("state")
    def _compute_filing_due_date(self):
        entered = self.filtered(lambda archive: archive.state == "entered")
        cycle = entered and self.env["insurance.parameter"]._get("filing_cycle_months")
        for archive in self:
            due = archive._filing_due_again()
            if archive in entered:
                today = fields.Date.context_today(archive)
                due = archive.filing_due_date or today + relativedelta(months=cycle)
            archive.filing_due_date = due

    def _filing_due_again(self):
        """Override to say by when an archive that is not entered is to be filed."""
        return False

    @api.depends("number")
    def _compute_filing_rate(self):
        for archive in self:
            archive.filing_rate = 100 if archive.number else 0

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_filing_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_filing_fields(vals)
        if "company_id" in vals and any(
            archive.number and archive.company_id.id != vals["company_id"]
            for archive in self
        ):
            raise UserError(
                self.env._("A filed archive stays with the company that numbered it.")
            )
        return super().write(vals)

    def action_file(self):
        """File what is ready in one run of numbers; list the rest with its reasons.

        :return: a notification, or an action that shows what was refused
        """
        return self._file({})

    def _file(self, values):
        """File the archives that are ready.

        :param values: what the archivist decides for all of them: storage_place,
            storage_medium, retention_mark
        """
        self._check_archivist()
        refused = self._filing_problems()
        ready = self - self.browse(refused)
        if refused and not ready and not self._keep_filing_problems(refused):
            raise UserError("\n".join(refused.values()))
        ready._write_filed(values)
        message = ready._filing_message()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if refused else "success",
                "title": self.env._("Filed: %s", len(ready)),
                "message": "\n".join([message, *refused.values()]),
                "sticky": bool(refused),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _write_filed(self, values):
        """Override to file what is more than an entered archive."""
        # superuser: archivists have no right to write archives; group, access and
        # state were checked by whoever calls, and only the state and filing fields
        # are written
        self.sudo().with_context(insurance_filing=FILING).write(
            {"state": "filed", **values}
        )

    def _keep_filing_problems(self, refused):
        """Override to keep on record why archives were refused.

        :return: whether something was kept, so that the refusal must not be an error
        """
        return False

    def _filing_problems(self):
        """Return why archives can't be filed, as {id: message}."""
        problems = {}
        # superuser: what filing demands may lie in records that archivists can't
        # read; the messages name fields and papers, never their content
        for archive in self.sudo():
            try:
                archive._check_transition("filed", None)
            except UserError as error:
                name, problem = archive.display_name, str(error)
                named = name in problem or archive.name in problem
                problems[archive.id] = problem if named else f"{name}: {problem}"
        return problems

    def _check_archivist(self):
        """Refuse everybody but an archivist who may read these archives."""
        if not self.env.su and not self.env.user.has_group(ARCHIVIST):
            raise AccessError(self.env._("Only archivists file and store archives."))
        self.check_access("read")

    def _filing_message(self):
        numbers = self.sorted(lambda archive: (archive.class_code, archive.number_item))
        if len(self) == 1:
            return self.env._("The archive number is %s.", self.number)
        return self.env._(
            "%(count)s archives, %(first)s to %(last)s.",
            count=len(self),
            first=numbers[:1].number,
            last=numbers[-1:].number,
        )

    def _on_state(self, before):
        result = super()._on_state(before)
        self.filtered(
            lambda archive: archive.state == "filed" and not archive.number
        )._give_numbers()
        return result

    def _give_numbers(self):
        """Number the archives, each series in one run, in the order they were made."""
        archives = self.sorted("id").with_context(insurance_filing=FILING)
        for company, members in groupby(archives, lambda archive: archive.company_id):
            # superuser: whoever files needs no right on the patterns' set-up
            pattern = self.env["insurance.number.pattern"].sudo()._of_company(company)
            series = {}
            for archive in members:
                line = pattern._class_of(archive)
                mark = archive.retention_mark or line.retention_mark
                series.setdefault((line.code, mark), []).append(archive.id)
            for (code, mark), ids in sorted(series.items()):
                archives.browse(ids)._number_series(pattern, code, mark)

    def _number_series(self, pattern, class_code, retention_mark):
        counter, first = (
            self.env["insurance.number.counter"]
            .sudo()
            ._take(pattern, class_code, retention_mark, len(self))
        )
        self.write(
            {
                "number_counter_id": counter.id,
                "class_code": class_code,
                "retention_mark": retention_mark,
                "filed_on": fields.Date.context_today(self),
                "filed_by": self.env.uid,
            }
        )
        for position, archive in enumerate(self, first):
            archive.write(
                {"number": counter._number(position), "number_item": position}
            )

    def _history_fields(self, vals):
        # the number and who gave it stand on the archive for good: only what can
        # change later needs a history
        booked = FILING_FIELDS - {"storage_place", "storage_medium", "retention_mark"}
        return [name for name in super()._history_fields(vals) if name not in booked]

    def _refuse_filing_fields(self, vals):
        if self.env.context.get("insurance_filing") is FILING:
            return
        given = [name for name in FILING_FIELDS & vals.keys() if vals[name]]
        if given or (self and FILING_FIELDS & vals.keys()):
            raise UserError(
                self.env._(
                    "Number, storage and retention are set when an archivist files "
                    "the archive."
                )
            )
