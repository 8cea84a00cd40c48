import {registry} from "@web/core/registry";
import {formatFloat} from "@web/views/fields/formatters";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

import {Component} from "@odoo/owl";

/** Points as one stacked bar: a piece for each factor, as wide as its points. */
export class MatchPoints extends Component {
    static template = "insurance_product_match.MatchPoints";
    static props = {...standardFieldProps};

    get pieces() {
        return (this.props.record.data[this.props.name] || []).map((piece) => ({
            ...piece,
            text: formatFloat(piece.points, {digits: [16, 1]}),
        }));
    }

    get gains() {
        return this.pieces.filter((piece) => piece.points > 0);
    }

    get losses() {
        return this.pieces.filter((piece) => piece.points < 0);
    }

    /** All in words, for whoever does not see the bar. */
    get label() {
        return this.pieces.map((piece) => `${piece.label}: ${piece.text}`).join(", ");
    }
}

registry.category("fields").add("insurance_match_points", {
    component: MatchPoints,
    supportedTypes: ["json"],
});
