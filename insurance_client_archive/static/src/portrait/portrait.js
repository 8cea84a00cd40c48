import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

import {ClassDetail} from "../class_detail/class_detail";
import {PortraitHousehold} from "../portrait_household/portrait_household";
import {PortraitRadar} from "../portrait_radar/portrait_radar";
import {PortraitTimeline} from "../portrait_timeline/portrait_timeline";

import {Component, useState} from "@odoo/owl";

/** When one of these changes on the form, the portrait is drawn anew. */
const SIGNS = [
    "client_type",
    "lifecycle_stage",
    "protection_need",
    "behaviour",
    "value_tier",
    "policy_count",
    "claim_count",
    "interaction_count",
    "feedback_count",
    "satisfaction_score",
];

/**
 * The portrait of a client: classes, radar, cover by need, household, time line. One
 * call brings it all; here it is only drawn.
 */
export class Portrait extends Component {
    static template = "insurance_client_archive.Portrait";
    static components = {
        ClassDetail,
        PortraitHousehold,
        PortraitRadar,
        PortraitTimeline,
    };
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({data: null, failed: false, dimension: null});
        this.shown = null;
        useRecordObserver((record) => {
            const overrides = record.data.class_override_ids;
            const sign = JSON.stringify([
                record.resId,
                ...SIGNS.map((name) => record.data[name]),
                overrides?.records.map(({data}) => data.state),
            ]);
            if (sign !== this.shown) {
                this.shown = sign;
                this.load(record.resId);
            }
        });
    }

    async load(resId) {
        if (!resId) {
            this.state.data = null;
            return;
        }
        const sign = this.shown;
        let data = null;
        try {
            data = await this.orm.silent.call("insurance.archive", "portrait", [
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

    get dimensions() {
        return this.state.data.classes?.dimensions || [];
    }

    get chosen() {
        return this.dimensions.find(({name}) => name === this.state.dimension);
    }

    /** Opens the dialog, for whoever may change the client. */
    get override() {
        const {record} = this.props;
        if (!record.data.editable) {
            return undefined;
        }
        return async (dimension) => {
            if (!(await record.save())) {
                return;
            }
            const action = await this.orm.call(
                "insurance.archive",
                "action_override_class",
                [[record.resId], dimension]
            );
            await this.action.doAction(
                {...action, views: [[false, "form"]]},
                {onClose: () => record.load()}
            );
        };
    }

    toggle(name) {
        this.state.dimension = this.state.dimension === name ? null : name;
    }

    /** Arrow keys walk along the classes. */
    onKeydown(ev) {
        const step = {ArrowRight: 1, ArrowLeft: -1}[ev.key];
        if (!step) {
            return;
        }
        ev.preventDefault();
        const buttons = [...ev.currentTarget.querySelectorAll("button")];
        const place = buttons.indexOf(ev.target.closest("button"));
        buttons.at((place + step) % buttons.length).focus();
    }

    open(resModel, resId) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: resModel,
            res_id: resId,
            views: [[false, "form"]],
            context: {show_client_name: true},
        });
    }
}

registry.category("view_widgets").add("insurance_portrait", {component: Portrait});
