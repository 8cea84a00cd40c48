import {
    MockServer,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {expect, test} from "@odoo/hoot";
import {POLL_MILLISECONDS} from "@insurance_client_archive/sweep/sweep";
import {advanceTime} from "@odoo/hoot-mock";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

class Sweep extends models.Model {
    _name = "insurance.sweep";
    state = fields.Char();
    done_count = fields.Integer();
    _records = [{id: 1, state: "running", done_count: 5}];
}

defineMailModels();
defineModels([Sweep]);

async function open(type) {
    onRpc("insurance.sweep", type === "form" ? "web_read" : "web_search_read", () =>
        expect.step("read")
    );
    const inside = `<field name="state"/><field name="done_count"/>`;
    await mountView({
        resModel: "insurance.sweep",
        resId: 1,
        type,
        arch: `<${type} edit="0" js_class="insurance_sweep_${type}">${inside}</${type}>`,
    });
    expect.verifySteps(["read"]);
}

function change(values) {
    MockServer.env["insurance.sweep"].write([1], values);
}

for (const type of ["form", "list"]) {
    test(`a ${type} of running work shows how far it is`, async () => {
        await open(type);
        change({done_count: 7316});
        await advanceTime(POLL_MILLISECONDS);
        expect.verifySteps(["read"]);
        expect(`.o_${type}_view`).toHaveText(/7,316|7316/);
    });

    test(`a ${type} stops to ask when the work has ended`, async () => {
        await open(type);
        change({state: "done"});
        await advanceTime(POLL_MILLISECONDS);
        expect.verifySteps(["read"]);
        await advanceTime(5 * POLL_MILLISECONDS);
        expect.verifySteps([]);
    });
}
