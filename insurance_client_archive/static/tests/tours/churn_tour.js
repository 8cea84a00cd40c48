import {registry} from "@web/core/registry";

const field = (name) => `.o_field_widget[name=${name}]`;
const step = (state, reached) => [
    {
        trigger: `.o_statusbar_buttons button.btn-primary[name=action_change_state]:enabled`,
        run: "click",
    },
    {
        content: `The form stands at “${reached}”`,
        trigger: `${field("state")} .o_arrow_button_current[data-value=${state}]`,
    },
];

registry.category("web_tour.tours").add("insurance_win_back", {
    steps: () => [
        {
            content: "The client's form says that the client may leave",
            trigger: "button[name=action_open_churn]",
            run: "click",
        },
        {
            trigger: ".o_kanban_record:contains(张伟)",
            run: "click",
        },
        {
            content: "The signs and their points",
            trigger: `${field("reason_ids")} .o_data_row td[name=points]`,
        },
        {
            trigger: `${field("cause")} input`,
            run: "click",
        },
        {
            trigger:
                ".o_select_menu_item:contains(价格), .o_select_menu_item:contains(Price)",
            run: "click",
        },
        {
            content: "A way to win the client back comes with the cause, and its steps",
            trigger: `${field("plan")} textarea:value(/./)`,
        },
        {
            trigger: `${field("cause_note")} textarea`,
            run: "edit 保费有压力。",
        },
        {
            trigger: `${field("action_date")} button, ${field("action_date")} input`,
            run: "click",
        },
        {trigger: `${field("action_date")} input`, run: "edit +7d"},
        ...step("planned", "planned"),
        ...step("acting", "being won back"),
        {
            trigger: `${field("result")} textarea`,
            run: "edit 改为半年交，客户愿意继续。",
        },
        ...step("won", "kept"),
        {
            content: "The warning is closed and no longer counted on the client",
            trigger: `${field("closed_on")}`,
        },
    ],
});

registry.category("web_tour.tours").add("insurance_win_back_effect", {
    steps: () => [
        {
            content: "Who was acted on stands beside who was not",
            trigger: ".o_pivot tbody tr:nth-child(3)",
        },
        {
            trigger: ".o_pivot tbody tr:nth-child(2) .o_pivot_cell_value",
        },
        {
            content: "The clients behind a figure",
            trigger: ".o_pivot tbody tr:nth-child(2) .o_pivot_cell_value:first",
            run: "click",
        },
        {trigger: ".o_list_view .o_data_row"},
    ],
});
