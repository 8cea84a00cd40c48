import {formView} from "@web/views/form/form_view";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {listView} from "@web/views/list/list_view";
import {onWillUnmount} from "@odoo/owl";
import {registry} from "@web/core/registry";

export const POLL_MILLISECONDS = 2000;

/**
 * Load the view's data again every other second while work is running. A hidden tab
 * does not ask.
 *
 * @param {Object} controller with a model
 * @param {Function} isRunning tells whether there is something to see
 */
export function pollWhile(controller, isRunning) {
    let busy = false;
    const timer = setInterval(async () => {
        if (busy || document.hidden || !controller.model.isReady || !isRunning()) {
            return;
        }
        busy = true;
        try {
            await controller.model.load();
        } catch (error) {
            // The connection is gone for a moment, or the session has ended: Odoo says so
            clearInterval(timer);
            throw error;
        } finally {
            busy = false;
        }
    }, POLL_MILLISECONDS);
    onWillUnmount(() => clearInterval(timer));
}

export class SweepFormController extends formView.Controller {
    setup() {
        super.setup();
        pollWhile(this, () => this.model.root.data.state === "running");
    }
}

function hasRunning(root) {
    return (
        !root.selection?.length &&
        (root.records || []).some((record) => record.data.state === "running")
    );
}

export class SweepListController extends listView.Controller {
    setup() {
        super.setup();
        pollWhile(this, () => hasRunning(this.model.root));
    }
}

export class SweepKanbanController extends kanbanView.Controller {
    setup() {
        super.setup();
        pollWhile(this, () => hasRunning(this.model.root));
    }
}

registry.category("views").add("insurance_sweep_form", {
    ...formView,
    Controller: SweepFormController,
});
registry.category("views").add("insurance_sweep_list", {
    ...listView,
    Controller: SweepListController,
});
registry.category("views").add("insurance_sweep_kanban", {
    ...kanbanView,
    Controller: SweepKanbanController,
});
