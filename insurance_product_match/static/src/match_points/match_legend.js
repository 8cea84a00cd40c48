import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

import {Component} from "@odoo/owl";

/** What the colours of the stacked bars stand for. */
export class MatchLegend extends Component {
    static template = "insurance_product_match.MatchLegend";
    static props = {"*": true};

    get pieces() {
        return [
            {name: "need", label: _t("Need")},
            {name: "gap", label: _t("Gap closed")},
            {name: "affordability", label: _t("Affordability")},
            {name: "completeness", label: _t("Completeness")},
            {name: "preference", label: _t("Preference")},
            {name: "affinity", label: _t("Affinity")},
            {name: "rules", label: _t("Rules")},
        ];
    }
}

registry.category("view_widgets").add("insurance_match_legend", {
    component: MatchLegend,
});
