import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

import {Component, onWillStart, useState} from "@odoo/owl";

const MODEL = "insurance.recommendation.effect";

/** What came of the advice: each figure opens what it counts. */
export class EffectOverview extends Component {
    static template = "insurance_product_match.EffectOverview";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = {controlPanel: {}};
        this.state = useState({data: null});
        onWillStart(() => this.load({}));
    }

    async load(change) {
        const {months = 12, by = "agent_id", mine = false} = this.state.data || {};
        const wanted = {months, by, mine, ...change};
        this.state.data = await this.keepLast.add(
            this.orm.call(MODEL, "overview", [], wanted)
        );
    }

    async open(what) {
        const {months, mine} = this.state.data;
        this.action.doAction(
            await this.orm.call(MODEL, "action_open_overview", [], {
                months,
                mine,
                ...what,
            })
        );
    }
}

registry.category("actions").add("insurance_effect_overview", EffectOverview);
