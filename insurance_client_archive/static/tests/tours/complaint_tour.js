import {registry} from "@web/core/registry";

const field = (name) => `.o_field_widget[name=${name}]`;
/** The button of a step; the form is saved by it and shows the next state. */
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

registry.category("web_tour.tours").add("insurance_complaint_clock", {
    steps: () => [
        {
            content: "A card of a complaint whose time has passed says so",
            trigger: `.o_kanban_record:contains(逾期未复) ${field("next_deadline")} .text-danger`,
        },
        {
            content: "Open it",
            trigger: ".o_kanban_record:contains(逾期未复)",
            run: "click",
        },
        {
            content: "The form warns",
            trigger: ".o_form_view .alert-danger[name=overdue]",
        },
        {
            trigger: ".o_back_button",
            run: "click",
        },
        {trigger: ".o_kanban_renderer"},
        {
            content: "Another complaint arrives",
            trigger: ".o-kanban-button-new",
            run: "click",
        },
        {
            trigger: `.o_form_editable ${field("name")} textarea, .o_form_editable ${field("name")} input`,
            run: "edit 三次来电无人回复",
        },
        {
            trigger: `${field("archive_id")} input`,
            run: "edit 张伟投诉",
        },
        {
            trigger: `${field("archive_id")} .o-autocomplete--dropdown-item:contains(张伟投诉)`,
            run: "click",
        },
        {
            trigger: `${field("description")} textarea`,
            run: "edit 打了三次电话都没有人回。",
        },
        {trigger: ".o_form_button_save:enabled", run: "click"},
        {
            content: "It has a number, a handler and a clock",
            trigger: `.o_form_saved ${field("receipt_deadline")}:contains(3)`,
        },
        {trigger: `.o_form_saved ${field("handler_id")} .o_avatar`},
        ...step("acknowledged", "receipt confirmed"),
        {
            content: "Now the time for the answer runs",
            trigger: `${field("answer_deadline")}:contains(15)`,
        },
        ...step("investigating", "being looked into"),
        {
            content: "No alert: there is time",
            trigger: ".o_form_view:not(:has(.alert-danger[name=overdue]))",
        },
        {
            trigger: ".o_notebook .nav-link[name=answer]",
            run: "click",
        },
        {
            trigger: `${field("finding")} textarea`,
            run: "edit 两次来电漏接，属实。",
        },
        {
            trigger: `${field("outcome")} .o_selection_badge:first`,
            run: "click",
        },
        {
            trigger: `${field("answer")} textarea`,
            run: "edit 已致歉，并调整了值班安排。",
        },
        {
            trigger: `${field("remedies_told")} input`,
            run: "check",
        },
        ...step("answered", "answered"),
        {
            content: "Answered in time",
            trigger: `${field("days_to_answer")}:contains(0)`,
        },
        {
            trigger: `.o_form_view:not(:has(${field("answered_late")}))`,
        },
        {
            trigger: ".o_notebook .nav-link[name=cause]",
            run: "click",
        },
        {
            content: "Why it could happen",
            trigger: `${field("cause")} input, ${field("cause")} select`,
            run: "click",
        },
        {
            trigger:
                ".o_select_menu_item:contains(服务), .o_select_menu_item:contains(Service)",
            run: "click",
        },
        {
            trigger: `${field("cause_analysis")} textarea`,
            run: "edit 午休时段无人值班。",
        },
        {
            content: "What is done about it",
            trigger: `${field("measure_ids")} .o_field_x2many_list_row_add a`,
            run: "click",
        },
        {
            trigger: `${field("measure_ids")} .o_selected_row ${field("name")} input`,
            run: "edit 午休时段安排轮值",
        },
        {
            trigger: `${field("measure_ids")} .o_selected_row td[name=due_date]`,
            run: "click",
        },
        {
            trigger: `${field("measure_ids")} .o_selected_row ${field("due_date")} input`,
            run: "edit +7d",
        },
        ...step("closed", "closed"),
    ],
});
