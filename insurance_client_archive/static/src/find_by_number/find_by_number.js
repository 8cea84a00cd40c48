import {Component, onWillStart, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useAutofocus, useService} from "@web/core/utils/hooks";

const MODEL = "insurance.archive";

/**
 * Finds the client with one exact number. The number goes to the server in a call of its
 * own: as a search in the list it would end up in links, favourites and log files.
 */
export class FindByNumber extends Component {
    static template = "insurance_client_archive.FindByNumber";
    static components = {Dialog};
    static props = {close: Function};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({choices: [], field: "", value: "", missed: false});
        useAutofocus({refName: "number"});
        onWillStart(async () => {
            this.state.choices = await this.orm.call(MODEL, "identifier_fields", []);
            this.state.field = this.state.choices[0]?.name;
        });
    }

    async find() {
        const {field, value} = this.state;
        if (!value.trim()) {
            return;
        }
        const ids = await this.orm.call(MODEL, "search_by_identifier", [field, value]);
        this.state.missed = !ids.length;
        if (ids.length) {
            this.props.close();
            await this.open(ids);
        }
    }

    async open(ids) {
        const action = {type: "ir.actions.act_window", res_model: MODEL};
        if (ids.length === 1) {
            return this.action.doAction({
                ...action,
                res_id: ids[0],
                views: [[false, "form"]],
            });
        }
        return this.action.doAction({
            ...action,
            name: _t("Clients"),
            domain: [["id", "in", ids]],
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }
}

// an action that opens a dialog and leaves the screen behind it as it is
registry.category("actions").add("insurance_client_archive.find_by_number", (env) => {
    env.services.dialog.add(FindByNumber);
});
