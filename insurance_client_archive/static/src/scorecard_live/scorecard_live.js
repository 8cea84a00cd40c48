import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {useDebounced} from "@web/core/utils/timing";
import {useRecordObserver} from "@web/model/relational_model/utils";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

import {draftOf} from "./scorecard_draft";

import {Component, useState} from "@odoo/owl";

export const WAIT_MILLISECONDS = 300;

/** How many clients fall where, and who would change class, while one is typing. */
export class ScorecardLive extends Component {
    static template = "insurance_client_archive.ScorecardLive";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({figures: null, busy: false});
        this.sent = null;
        const ask = useDebounced(() => this.load(false), WAIT_MILLISECONDS);
        useRecordObserver((record) => {
            this.draft = draftOf(record);
            const text = JSON.stringify(this.draft);
            if (text !== this.sent) {
                const isFirst = this.sent === null;
                this.sent = text;
                isFirst ? this.load(false) : ask();
            }
        });
    }

    get scorecard() {
        const {record} = this.props;
        return record.resModel === "insurance.scorecard"
            ? record
            : record._parentRecord;
    }

    get moved() {
        return _t(
            "%(moved)s of %(total)s clients would change class (%(share)s %)",
            this.state.figures
        );
    }

    get sampled() {
        return _t("estimated from a sample of %s", this.state.figures.sampled);
    }

    async load(exact) {
        const {resId} = this.scorecard;
        this.state.busy = true;
        try {
            // an answer that is overtaken by the next question is not shown
            this.state.figures = await this.keepLast.add(
                this.orm.silent.call("insurance.scorecard", "live_preview", [
                    resId ? [resId] : [],
                    this.draft,
                    exact,
                ])
            );
        } finally {
            this.state.busy = false;
        }
    }
}

registry.category("view_widgets").add("insurance_scorecard_live", {
    component: ScorecardLive,
});
