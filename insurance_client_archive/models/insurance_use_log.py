from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .. import use_log_schema

MODULE = "insurance_client_archive"
ACTIONS = [
    ("view", "View"),
    ("list", "List"),
    ("search", "Search"),
    ("search_hit", "Exact search: found"),
    ("search_miss", "Exact search: not found"),
    ("reveal", "Sealed value shown"),
    ("copy", "Copying"),
    ("export", "Export"),
    ("print", "Print"),
    ("share", "Share"),
    ("download", "Download"),
    ("create", "Creation"),
    ("edit", "Change"),
    ("approve", "Approval"),
    ("key", "Keys"),
    ("destroy", "Destruction"),
    ("denied", "Denied"),
    ("login", "Login"),
    ("alarm", "Alarm"),
    ("verify", "Verification of the log"),
    ("prune", "Old records of the log deleted"),
    ("writer_start", "Log begun"),
    ("writer_stop", "Log ended"),
    ("writer_gap", "Records lost"),
]
RESULTS = [("done", "Done"), ("denied", "Denied"), ("failed", "Went wrong")]
#: the strongest role comes first
TIERS = [
    ("compliance", "Compliance officer"),
    ("department_head", "Department head"),
    ("department", "Department"),
    ("supervisor", "Supervisor"),
    ("manager", "Account manager"),
    ("agent", "Agent"),
    ("archivist", "Archivist"),
    ("admin", "Administrator"),
    ("none", "No insurance role"),
]
CHANNELS = [
    ("web", "Browser"),
    ("api", "Programming interface"),
    ("server", "Server"),
]
#: the ORM does not know partitioned tables. The log outlives what it names: a user or
#: an archive that is gone is empty here, and the joins cost nothing where a query
#: does not look at them
TABLE_QUERY = """
    SELECT log.id, log.date, log.n, log.tier, log.channel, log.action, log.result,
           log.archive_ids, log.count, log.content, log.purpose, log.grant_id,
           log.user_id AS user_number, res_users.id AS user_id,
           caller.id AS caller_id, company.id AS company_id,
           log.archive_id AS archive_row, archive.id AS archive_id
    FROM insurance_use_log log
    LEFT JOIN res_users ON res_users.id = log.user_id
    LEFT JOIN res_users caller ON caller.id = log.caller_id
    LEFT JOIN res_company company ON company.id = log.company_id
    LEFT JOIN insurance_archive archive ON archive.id = log.archive_id
"""


class InsuranceUseLog(models.Model):
    """Who has used whose data, when and what for. Written by the log's writer alone."""

    _name = "insurance.use.log"
    _description = "Use of client data"
    _auto = False
    _log_access = False
    _table_query = TABLE_QUERY
    _order = "date desc, id desc"
    _rec_name = "action"

    date = fields.Datetime(string="When", readonly=True)
    user_id = fields.Many2one("res.users", readonly=True)
    user_number = fields.Integer(
        string="User number",
        readonly=True,
        help="Remains when the user is deleted.",
        aggregator=None,
    )
    caller_id = fields.Many2one(
        "res.users",
        string="Logged in as",
        readonly=True,
        help="Whose session it was, where a program acted in another user's name.",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    tier = fields.Selection(TIERS, string="Role", readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    action = fields.Selection(ACTIONS, readonly=True)
    result = fields.Selection(RESULTS, readonly=True)
    archive_id = fields.Many2one(
        "insurance.archive",
        readonly=True,
        context={"show_client_name": True},
    )
    count = fields.Integer(
        string="Archives", readonly=True, help="How many archives were used at once."
    )
    content = fields.Char(
        readonly=True, help="Names of the fields or records, never their values."
    )
    content_text = fields.Char(
        string="Content in words", compute="_compute_content_text"
    )
    purpose = fields.Char(string="Code of the purpose", readonly=True)
    purpose_id = fields.Many2one(
        "insurance.purpose",
        compute="_compute_purpose_id",
        search="_search_purpose_id",
        compute_sudo=True,
    )
    note = fields.Char(
        string="In the user's words",
        compute="_compute_note",
        compute_sudo=True,
        groups=f"{MODULE}.group_compliance,{MODULE}.group_supervisor",
    )
    grant_id = fields.Integer(readonly=True, aggregator=None)
    n = fields.Integer(string="Number in its chain", readonly=True, aggregator=None)
    place = fields.Char(
        compute="_compute_place",
        compute_sudo=True,
        help="Chain and number of the record, and the epoch in which it is sealed.",
    )
    concerned_id = fields.Many2one(
        "insurance.archive",
        string="Concerned archive",
        compute="_compute_concerned_id",
        search="_search_concerned_id",
        help="Also finds exports and prints of many archives at once.",
    )

    def init(self):
        use_log_schema.install(self.env.cr)

    @api.depends("action")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["action"]._description_selection(self.env))
        for use in self:
            use.display_name = labels.get(use.action)

    @api.depends("purpose")
    def _compute_purpose_id(self):
        purposes = self.env["insurance.purpose"].with_context(active_test=False)
        by_code = {
            purpose.code: purpose
            for purpose in purposes.search(
                [("code", "in", [code for code in self.mapped("purpose") if code])]
            )
        }
        for event in self:
            event.purpose_id = by_code.get(event.purpose, purposes)

    @api.depends("content")
    @api.depends_context("lang")
    def _compute_content_text(self):
        labels = {}
        for event in self:
            names = (event.content or "").split(",")
            for name in names:
                if name not in labels:
                    labels[name] = self._content_label(name)
            event.content_text = ", ".join(labels[name] for name in names)

    def _content_label(self, name):
        """Return what people call a model or a field of the archive."""
        model = self.env.get(name)
        if model is not None:
            # how a model is called is no secret
            return self.env["ir.model"].sudo()._get(name).name
        field = self.env["insurance.archive"]._fields.get(name)
        return field._description_string(self.env) if field else name

    def _search_purpose_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        # purposes are no secret
        purposes = self.env["insurance.purpose"].sudo().browse(filter(None, value))
        found = Domain("purpose", "in", purposes.mapped("code"))
        return found | Domain("purpose", "=", False) if False in value else found

    def _compute_note(self):
        query = SQL(
            "SELECT log.id, note.note FROM insurance_use_log log"
            " JOIN insurance_use_note note USING (writer, n) WHERE log.id = ANY(%s)",
            list(self.ids),
        )
        notes = dict(self.env.execute_query(query))
        for event in self:
            event.note = notes.get(event.id, False)

    def _compute_place(self):
        query = SQL(
            "SELECT log.id, log.writer, log.n, leaf.epoch_id, leaf.position"
            " FROM insurance_use_log log"
            " LEFT JOIN insurance_use_leaf leaf ON leaf.log_id = log.id"
            " WHERE log.id = ANY(%s)",
            list(self.ids),
        )
        places = {row[0]: row[1:] for row in self.env.execute_query(query)}
        for event in self:
            writer, n, epoch, position = places.get(event.id, (0, 0, None, None))
            event.place = f"{writer:x}/{n}" + (
                f" · {epoch}/{position}" if epoch else ""
            )

    def _compute_concerned_id(self):
        for event in self:
            event.concerned_id = event.archive_id

    def _search_concerned_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        # False is an int, too
        ids = [archive_id for archive_id in value if type(archive_id) is int]

        def to_sql(model, alias, query):
            return SQL(
                "(%s = ANY(%s::integer[]) OR %s && %s::integer[])",
                SQL.identifier(alias, "archive_id"),
                ids,
                SQL.identifier(alias, "archive_ids"),
                ids,
            )

        return Domain.custom(to_sql=to_sql)

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list:
            raise UserError(self.env._("The use log writes itself."))
        return super().create(vals_list)

    def write(self, vals):
        if self:
            raise UserError(self.env._("The use log can't be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_records(self):
        raise UserError(self.env._("The use log can't be deleted."))

    def action_proof(self):
        """Show what proves that the record stands in a signed epoch."""
        self.ensure_one()
        self.check_access("read")
        proof = self.env["insurance.use.proof"]._of(self)
        if not proof:
            raise UserError(
                self.env._("The record is not sealed yet. Look again in a minute.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Proof of the record"),
            "res_model": proof._name,
            "res_id": proof.id,
            "view_mode": "form",
            "target": "new",
        }
