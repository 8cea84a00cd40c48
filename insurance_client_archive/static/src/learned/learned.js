import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {Component} from "@odoo/owl";

/**
 * How good a learned model is: figures, confusion matrix, look back. All numbers and
 * texts come from the server; here they are only laid out.
 */
export class LearnedReport extends Component {
    static template = "insurance_client_archive.LearnedReport";
    static props = {...standardFieldProps};

    get value() {
        return this.props.record.data[this.props.name] || {tiles: [], past: []};
    }

    /** The more clients of a class, the stronger the colour of the cell. */
    tint(cell) {
        const colour = cell.right ? "success" : "danger";
        const strength = cell.count ? 0.1 + 0.6 * cell.share : 0;
        return `background-color: rgba(var(--${colour}-rgb), ${strength})`;
    }
}

/** What was learned, as people read a scorecard: rules, points, levels. */
export class LearnedRules extends Component {
    static template = "insurance_client_archive.LearnedRules";
    static props = {...standardFieldProps};

    get value() {
        const empty = {rules: [], factors: [], levels: []};
        return this.props.record.data[this.props.name] || empty;
    }
}

registry.category("fields").add("insurance_learned_report", {
    component: LearnedReport,
    supportedTypes: ["json"],
});
registry.category("fields").add("insurance_learned_rules", {
    component: LearnedRules,
    supportedTypes: ["json"],
});
