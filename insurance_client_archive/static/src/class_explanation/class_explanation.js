import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {Component} from "@odoo/owl";

/**
 * The classes of a client with the points that led to them. All numbers and texts come
 * from the server; here they are only laid out.
 */
export class ClassExplanation extends Component {
    static template = "insurance_client_archive.ClassExplanation";
    static props = {...standardFieldProps};

    get value() {
        return this.props.record.data[this.props.name] || {dimensions: []};
    }

    /** Place of a number of points on the bar, in per cent. */
    place(dimension, points) {
        const span = dimension.highest - dimension.lowest || 1;
        const share = (100 * (points - dimension.lowest)) / span;
        return Math.min(100, Math.max(0, share));
    }

    /** Width of a factor's bar, in per cent of the best it could give. */
    width(factor) {
        const best = Math.max(factor.best, Math.abs(factor.points)) || 1;
        return (100 * Math.abs(factor.points)) / best;
    }
}

registry.category("fields").add("insurance_class_explanation", {
    component: ClassExplanation,
    supportedTypes: ["json"],
});
