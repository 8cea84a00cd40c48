from odoo import api, models


class InsuranceImportLog(models.Model):
    """What comes by an import is tested at once, as a migration demands."""

    _inherit = "insurance.import.log"

    @api.model
    def _record(self, importer, result, first_step):
        log = super()._record(importer, result, first_step)
        if importer.res_model == "insurance.archive" and result["ids"]:
            archives = self.env["insurance.archive"].browse(result["ids"])
            archives._test_properties("import")
        return log
