import {SearchModel} from "@web/search/search_model";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {registry} from "@web/core/registry";
import {utils} from "@web/core/ui/ui_service";

/**
 * Columns by state need room: on a phone they show one stage at a time, often an empty
 * one, and nobody finds the client who rings. There the cards come as one list; who
 * wants groups asks for them in the search bar, as everywhere.
 */
class StagesSearchModel extends SearchModel {
    async load(config) {
        return super.load(utils.isSmall() ? {...config, defaultGroupBy: []} : config);
    }
}

registry
    .category("views")
    .add("insurance_stages", {...kanbanView, SearchModel: StagesSearchModel});
