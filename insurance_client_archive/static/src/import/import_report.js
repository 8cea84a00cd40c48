import {ImportAction} from "@base_import/import_action/import_action";
import {ImportDataContent} from "@base_import/import_data_content/import_data_content";
import {BaseImportModel} from "@base_import/import_model";
import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";
import {useService} from "@web/core/utils/hooks";

const FIRST_LINES = 50;

/**
 * What a test or an import of a file took and what it refused, row by row.
 */
export class ImportReport extends Component {
    static template = "insurance_client_archive.ImportReport";
    static props = {report: Object};

    setup() {
        this.action = useService("action");
        this.state = useState({all: false});
    }

    get lines() {
        const lines = this.props.report.refused;
        return this.state.all ? lines : lines.slice(0, FIRST_LINES);
    }

    get hiddenCount() {
        return this.props.report.refused.length - this.lines.length;
    }

    get summary() {
        const {isTest, takenCount, refusedCount} = this.props.report;
        const counts = {taken: takenCount, refused: refusedCount};
        return isTest
            ? _t(
                  "Test: %(taken)s rows are good, %(refused)s would be refused. Nothing has been imported yet.",
                  counts
              )
            : _t("%(taken)s rows imported, %(refused)s refused.", counts);
    }

    openRecords() {
        const {resModel, ids} = this.props.report;
        this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Imported records"),
            res_model: resModel,
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: [["id", "in", ids]],
        });
    }

    openLog() {
        this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Import"),
            res_model: "insurance.import.log",
            res_id: this.props.report.logId,
            views: [[false, "form"]],
        });
    }
}

patch(BaseImportModel.prototype, {
    async updateData() {
        this.rowReport = undefined;
        return super.updateData(...arguments);
    },

    async executeImport(isTest) {
        this.rowReport = undefined;
        const steps = [];
        this.rowSteps = steps;
        const result = await super.executeImport(...arguments);
        this.rowSteps = undefined;
        const refused = steps.flatMap((step) => step.refused);
        if (refused.length) {
            if (isTest && !result.res.hasError) {
                // core says here that everything seems valid
                this.importMessages = [];
            }
            // keeps the screen, with its list, instead of opening the records
            result.res.hasError ||= !isTest;
            this.rowReport = {
                isTest: Boolean(isTest),
                resModel: this.resModel,
                ids: result.res.ids,
                takenCount: result.res.ids.length,
                refusedCount: new Set(refused.map((line) => line.row)).size,
                refused,
                logId: steps.at(-1).import_log_id,
            };
        }
        return result;
    },

    async _callImport() {
        const result = await super._callImport(...arguments);
        if (result.refused) {
            this.rowSteps?.push(result);
            // refused rows don't stop the steps to come: they are listed at the end
            result.messages = result.messages.filter(
                (message) => message.record === undefined
            );
        }
        return result;
    },
});

patch(ImportDataContent, {
    components: {...ImportDataContent.components, ImportReport},
    props: {...ImportDataContent.props, rowReport: {type: Object, optional: true}},
});

patch(ImportAction.prototype, {
    get rowReport() {
        return this.model.rowReport;
    },
});
