from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .insurance_retention_rule import MODULE

ARCHIVIST = f"{MODULE}.group_archivist"
#: what the archivist writes; everything else follows from the steps
PREPARED = frozenset({"note", "company_id"})
#: how the paper files were destroyed, said before the end
PAPER = frozenset({"paper_method", "paper_place", "paper_date", "paper_witnesses"})


class InsuranceDestruction(models.Model):
    """Destruction of archives whose time is over, from the list to the certificate.

    The archivist makes the list and carries it out, a second person approves it, a
    third is present. One person is never two of them: methods and database refuse it.
    """

    _name = "insurance.destruction"
    _description = "Destruction of archives"
    _order = "id desc"

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    day = fields.Date(
        string="Day of the list",
        required=True,
        readonly=True,
        default=fields.Date.context_today,
        help="Archives whose last day was before it.",
    )
    note = fields.Text(
        string="Appraisal", help="What was looked at, and why the list is as it is."
    )
    line_ids = fields.One2many("insurance.destruction.line", "destruction_id")
    destroy_count = fields.Integer(string="To destroy", compute="_compute_counts")
    kept_count = fields.Integer(string="Kept", compute="_compute_counts")
    done_count = fields.Integer(string="Destroyed archives", compute="_compute_counts")
    paper_count = fields.Integer(
        string="With a paper file",
        compute="_compute_counts",
        help="Their paper is destroyed by hand, and said here how.",
    )
    # --- the persons
    applicant_id = fields.Many2one(
        "res.users", string="List made by", readonly=True, copy=False
    )
    submitted_on = fields.Datetime(readonly=True, copy=False)
    approver_id = fields.Many2one(
        "res.users", string="Approved by", readonly=True, copy=False
    )
    approved_on = fields.Datetime(readonly=True, copy=False)
    supervisor_id = fields.Many2one(
        "res.users", string="Supervised by", readonly=True, copy=False
    )
    supervised_on = fields.Datetime(readonly=True, copy=False)
    executor_id = fields.Many2one(
        "res.users", string="Carried out by", readonly=True, copy=False
    )
    executed_on = fields.Datetime(readonly=True, copy=False)
    # --- paper
    paper_method = fields.Selection(
        [
            ("shred", "Shredded"),
            ("burn", "Burnt"),
            ("pulp", "Pulped"),
            ("contractor", "By a certified contractor"),
        ],
        string="How the paper went",
    )
    paper_place = fields.Char(string="Where")
    paper_date = fields.Date(string="Paper destroyed on")
    paper_witnesses = fields.Char(
        string="Witnesses",
        help="Two employees who were present, with a comma between them.",
    )
    # --- the certificate
    sweep_id = fields.Many2one("insurance.sweep", readonly=True, copy=False)
    progress = fields.Float(related="sweep_id.progress", string="Progress")
    done_on = fields.Datetime(string="Carried out on", readonly=True, copy=False)
    list_hash = fields.Char(
        string="Hash of the list",
        readonly=True,
        copy=False,
        help="SHA-256 over what was destroyed: identifiers and times, no content.",
    )
    epoch_number = fields.Integer(
        string="Epoch of the use log", readonly=True, copy=False, aggregator=None
    )
    signature = fields.Char(string="Signature of the server", readonly=True, copy=False)

    _approver_is_another = models.Constraint(
        "CHECK(approver_id <> applicant_id)",
        "The second person approves, not who made the list.",
    )
    _supervisor_is_a_third = models.Constraint(
        "CHECK(supervisor_id <> applicant_id AND supervisor_id <> approver_id"
        " AND supervisor_id <> executor_id)",
        "A third person supervises.",
    )
    _executor_is_another = models.Constraint(
        "CHECK(executor_id <> approver_id)",
        "Who has approved a destruction does not carry it out.",
    )
    _name_unique = models.UniqueIndex("(name) WHERE name <> '/'")

    @api.depends("line_ids.decision", "line_ids.state", "line_ids.has_paper")
    def _compute_counts(self):
        groups = self.env["insurance.destruction.line"]._read_group(
            [("destruction_id", "in", self.ids)],
            ["destruction_id", "decision", "state", "has_paper"],
            ["__count"],
        )
        for run in self:
            mine = [group[1:] for group in groups if group[0] == run]

            def count(condition, mine=mine):
                return sum(n for *key, n in mine if condition(*key))

            run.destroy_count = count(lambda decision, *_: decision == "destroy")
            run.kept_count = count(
                lambda decision, state, _paper: decision == "keep" or state == "kept"
            )
            run.done_count = count(lambda _decision, state, _paper: state == "done")
            run.paper_count = count(
                lambda decision, _state, paper: decision == "destroy" and paper
            )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_filled_in(vals, PREPARED)
        runs = super().create(vals_list)
        for run in runs:
            # superuser: the number follows from the id
            run.sudo().name = f"DS{run.id:06d}"
        return runs

    def write(self, vals):
        self._refuse_filled_in(vals, PREPARED | PAPER | {"state", "state_reason"})
        prepared = (PREPARED | PAPER) & vals.keys()
        if prepared and not self.env.su and not self.env.user.has_group(ARCHIVIST):
            raise AccessError(self.env._("The archivist prepares a destruction."))
        if PREPARED & vals.keys() and any(run.state != "draft" for run in self):
            raise UserError(self.env._("The list was handed in: it stays as it is."))
        if PAPER & vals.keys() and any(
            run.state in ("done", "refused", "cancelled") for run in self
        ):
            raise UserError(self.env._("The certificate stays as it is."))
        for run in self if "company_id" in vals else ():
            if run.line_ids and run.company_id.id != vals["company_id"]:
                raise UserError(
                    self.env._(
                        "The list holds archives of %s. Make another one for another "
                        "company.",
                        run.company_id.name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(run.state != "draft" for run in self):
            raise UserError(self.env._("A destruction is cancelled, not deleted."))

    def _refuse_filled_in(self, vals, allowed):
        if not self.env.su and vals.keys() - allowed:
            raise UserError(self.env._("Take the steps by the buttons."))

    # --- the list

    def action_list(self):
        """List anew what is over: decisions on single archives stay."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "draft":
            raise UserError(self.env._("The list was handed in: it stays as it is."))
        self.env["insurance.legal.hold"].sudo()._refresh_scopes()  # what is held now
        over = self._over_archives()
        # superuser: nobody writes lines by hand; whoever may write the run lists
        lines = self.sudo().line_ids
        lines.filtered(lambda line: line.archive_id not in over).unlink()
        known = lines.exists().archive_id
        volumes = self._with_volumes(over)
        self.env["insurance.destruction.line"].sudo().create(
            [
                {
                    "destruction_id": self.id,
                    "archive_id": row.archive_id.id,
                    # one that was never filed has no number: it is told apart all
                    # the same
                    "number": row.archive_id.number or f"#{row.archive_id.id}",
                    "until": row.until,
                    "rule_id": row.rule_id.id,
                    "has_paper": row.archive_id in volumes
                    or row.archive_id.storage_medium in ("paper", "both"),
                }
                for row in self._over_rows()
                if row.archive_id not in known
            ]
        )
        self.sudo().day = fields.Date.context_today(self)
        return True

    def _over_rows(self):
        # superuser: numbers and days, as archivists see them anyway
        Retention = self.env["insurance.retention"].sudo()
        waiting = Domain("archive_id", "not in", self._busy_archive_ids())
        return Retention.search(
            Retention._over_domain()
            & waiting
            & Domain("archive_id.company_id", "=", self.company_id.id)
            & Domain("archive_id.state", "not in", ("collecting", "destroyed"))
        )

    def _over_archives(self):
        return self._over_rows().archive_id

    def _with_volumes(self, archives):
        """Return those of which there are volumes of paper, wherever they are."""
        # superuser: as archivists see them anyway; those out of use are paper, too
        files = self.env["insurance.paper.file"].sudo().with_context(active_test=False)
        return files.search([("archive_id", "in", archives.ids)]).archive_id

    def _busy_archive_ids(self):
        """Return the archives that are on the list of another run under way."""
        query = SQL(
            "SELECT line.archive_id FROM insurance_destruction_line line"
            " JOIN insurance_destruction run ON run.id = line.destruction_id"
            " WHERE run.id <> %s AND line.decision = 'destroy'"
            " AND line.state = 'planned'"
            " AND run.state NOT IN ('refused', 'cancelled', 'done')",
            self.id or 0,
        )
        self.env.flush_all()
        return [row[0] for row in self.env.execute_query(query)]

    def action_open_lines(self):
        """List the archives of the run, with what is decided on each."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_destruction_line_action"
            ),
            "domain": [("destruction_id", "=", self.id)],
            "context": {},
        }

    def action_open_sweep(self):
        """Open the work that carries the list out: how far it is, what failed."""
        self.ensure_one()
        return self.sweep_id.action_open()
