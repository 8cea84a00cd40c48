import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

import {Component, onWillStart, useState} from "@odoo/owl";

const MODEL = "insurance.client.class.change";

/** Where the clients of a class of some month are now, each number to be opened. */
export class ClassFlow extends Component {
    static template = "insurance_client_archive.ClassFlow";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = {controlPanel: {}};
        this.state = useState({flow: null});
        onWillStart(() => this.load("value_tier", false));
    }

    async load(dimension, day) {
        this.state.flow = await this.keepLast.add(
            this.orm.call(MODEL, "flow", [dimension, day])
        );
    }

    get moved() {
        return _t("%(moved)s of %(total)s clients have moved since", this.state.flow);
    }

    tone(row, cell) {
        const strength = cell.number ? 0.08 + 0.45 * cell.heat : 0;
        return `--flow-strength: ${strength.toFixed(2)}`;
    }

    async open(row, cell) {
        const {dimension, day} = this.state.flow;
        const args = [dimension, day, row.code, cell.code];
        this.action.doAction(await this.orm.call(MODEL, "action_open_flow", args));
    }
}

registry.category("actions").add("insurance_class_flow", ClassFlow);
