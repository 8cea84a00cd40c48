import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";
import {DomainSelector} from "@web/core/domain_selector/domain_selector";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * Edit a filter on records that the user may not open: the server counts, and says
 * what a filter must not ask.
 */
export class CheckFilterField extends Component {
    static template = "insurance_compliance.CheckFilterField";
    static components = {DomainSelector};
    static props = {
        ...standardFieldProps,
        model: {type: String},
        scope: {type: String, optional: true},
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({error: "", counted: ""});
        onWillStart(() => this.count(this.props));
        onWillUpdateProps((props) => this.count(props));
    }

    get resModel() {
        return this.props.record.data[this.props.model];
    }

    get domain() {
        return this.props.record.data[this.props.name] || "[]";
    }

    async count({record, name, model, scope, readonly}) {
        const resModel = record.data[model];
        const domain = record.data[name] || "[]";
        const within = scope ? record.data[scope] || "[]" : "[]";
        const asked = JSON.stringify([resModel, domain, within]);
        if (!resModel || readonly || asked === this.asked) {
            return;
        }
        this.asked = asked;
        const answer = await this.orm.call("insurance.check", "count_broken", [
            resModel,
            within,
            domain,
        ]);
        if (asked !== this.asked) {
            return;
        }
        this.state.error = answer.error || "";
        this.state.counted = answer.error
            ? ""
            : _t("%(count)s of %(total)s records", {
                  count: answer.broken,
                  total: answer.population,
              });
    }

    update(domain) {
        this.props.record.update({[this.props.name]: domain});
    }
}

export const checkFilterField = {
    component: CheckFilterField,
    displayName: _t("Filter"),
    supportedTypes: ["char"],
    isEmpty: () => false,
    extractProps: ({options}) => ({model: options.model, scope: options.scope}),
};

registry.category("fields").add("insurance_check_filter", checkFilterField);
