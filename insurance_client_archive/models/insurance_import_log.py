from odoo import api, fields, models


class InsuranceImportLog(models.Model):
    """What one import took and what it refused. It keeps reasons, never values."""

    _name = "insurance.import.log"
    _description = "Import"
    _order = "create_date desc, id desc"

    name = fields.Char(string="File name", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Imported by", required=True, readonly=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    res_model = fields.Char(string="Technical model", required=True, readonly=True)
    model_name = fields.Char(string="Records", compute="_compute_model_name")
    import_ref = fields.Integer(
        readonly=True, index=True, help="The importer's screen that this came from."
    )
    row_count = fields.Integer(string="Rows", readonly=True)
    created_count = fields.Integer(string="Imported", readonly=True)
    refused_count = fields.Integer(string="Number refused", readonly=True)
    line_ids = fields.One2many(
        "insurance.import.log.line", "log_id", string="Refused rows", readonly=True
    )

    @api.depends("res_model")
    @api.depends_context("lang")
    def _compute_model_name(self):
        for log in self:
            # superuser: names of models are no secret, but not everybody reads them
            log.model_name = self.env["ir.model"].sudo()._get(log.res_model).name

    @api.model
    def _record(self, importer, result, first_step):
        """Keep the result of one step; steps of one import share a log."""
        # superuser: nobody may write logs by hand
        Log = self.sudo()
        log = not first_step and Log.search(
            [("import_ref", "=", importer.id), ("user_id", "=", self.env.uid)], limit=1
        )
        log = log or Log.create(
            {
                "name": importer.file_name,
                "user_id": self.env.uid,
                "company_id": self.env.company.id,
                "res_model": importer.res_model,
                "import_ref": importer.id,
            }
        )
        rows = {line["row"] for line in result["refused"]}
        log.write(
            {
                "row_count": log.row_count + result["row_count"],
                "created_count": log.created_count + len(result["ids"] or []),
                "refused_count": log.refused_count + len(rows),
                "line_ids": [
                    fields.Command.create(
                        {
                            "row_number": line["row"],
                            "field_name": line["field"],
                            "reason": line["reason"],
                        }
                    )
                    for line in result["refused"]
                ],
            }
        )
        return log


class InsuranceImportLogLine(models.Model):
    """Why one row of a file was refused."""

    _name = "insurance.import.log.line"
    _description = "Refused row of an import"
    _order = "log_id, row_number, id"

    log_id = fields.Many2one(
        "insurance.import.log", required=True, index=True, ondelete="cascade"
    )
    row_number = fields.Integer(string="Row", readonly=True, aggregator=None)
    field_name = fields.Char(string="Field name", readonly=True)
    field_label = fields.Char(string="Column", compute="_compute_field_label")
    reason = fields.Text(readonly=True)

    @api.depends("field_name", "log_id.res_model")
    @api.depends_context("lang")
    def _compute_field_label(self):
        labels = {
            model: self.env[model].fields_get(attributes=["string"])
            for model in set(self.mapped("log_id.res_model"))
            if model in self.env
        }
        for line in self:
            name = (line.field_name or "").partition("/")[0]
            label = labels.get(line.log_id.res_model, {}).get(name, {})
            line.field_label = label.get("string", line.field_name)
