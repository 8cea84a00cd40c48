import {Component} from "@odoo/owl";

/**
 * Why a client is in a class: the points of each figure, the scale with its levels,
 * what a person has set. All numbers and texts come from the server.
 */
export class ClassDetail extends Component {
    static template = "insurance_client_archive.ClassDetail";
    static props = {
        dimension: Object,
        // how to set the class by hand, for whoever may
        override: {type: Function, optional: true},
    };

    /** Place of a number of points on the bar, in per cent. */
    place(points) {
        const {lowest, highest} = this.props.dimension;
        const share = (100 * (points - lowest)) / (highest - lowest || 1);
        return Math.min(100, Math.max(0, share));
    }

    /** Width of a factor's bar, in per cent of the best it could give. */
    width(factor) {
        const best = Math.max(factor.best, Math.abs(factor.points)) || 1;
        return (100 * Math.abs(factor.points)) / best;
    }
}
