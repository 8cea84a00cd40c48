import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

import {Component, useState} from "@odoo/owl";

/** How each state of an assessment is told: by words and by an icon, not by colour. */
const ICONS = {
    valid: "fa-check-circle text-success",
    expired: "fa-clock-o text-danger",
    confirm: "fa-question-circle text-warning",
    missing: "fa-circle-o text-muted",
};

/**
 * What a client needs: how it stands with the assessments, and the cover that is needed
 * beside the cover in force, of the client alone or of the household.
 */
export class Needs extends Component {
    static template = "insurance_product_match.Needs";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.icons = ICONS;
        this.state = useState({data: null, failed: false, whose: "client"});
        this.shown = null;
        useRecordObserver((record) => {
            const {data} = record;
            const sign = JSON.stringify([
                record.resId,
                data.policy_count,
                data.income_band,
                data.asset_band,
                data.risk_tolerance,
            ]);
            if (sign !== this.shown) {
                this.shown = sign;
                this.load(record.resId);
            }
        });
    }

    get resId() {
        return this.props.record.resId;
    }

    get bars() {
        return this.state.data[this.state.whose];
    }

    async load(resId) {
        if (!resId) {
            this.state.data = null;
            return;
        }
        const sign = this.shown;
        let data = null;
        try {
            data = await this.orm.silent.call("insurance.archive", "needs_overview", [
                [resId],
            ]);
        } catch (error) {
            this.state.failed = true;
            throw error;
        }
        // another client may have been opened in the meantime
        if (sign === this.shown) {
            Object.assign(this.state, {data, failed: false});
        }
    }

    async ask(kind) {
        const action = await this.orm.call(
            "insurance.archive",
            "action_ask_assessment",
            [[this.resId], kind]
        );
        this.open(action);
    }

    show(id, name) {
        this.open({
            type: "ir.actions.act_window",
            name,
            res_model: "insurance.assessment",
            res_id: id,
            views: [[false, "form"]],
            target: "new",
            context: {show_client_name: true, dialog_size: "medium"},
        });
    }

    /** Opens a dialog; what it changed is drawn when it closes. */
    open(action) {
        const resId = this.resId;
        this.action.doAction(action, {
            onClose: async () => {
                await this.props.record.load();
                this.load(resId);
            },
        });
    }
}

registry.category("view_widgets").add("insurance_needs", {component: Needs});
