import {registry} from "@web/core/registry";

/** The archivist sees a failed test on the overview and makes an inspection of it. */
registry.category("web_tour.tours").add("insurance_filing_control", {
    steps: () => [
        {
            content: "the card of failed tests",
            trigger: ".o_kanban_record:not(.o_kanban_ghost):eq(2)",
            run: "click",
        },
        {
            content: "the newest failed test",
            trigger: ".o_list_view .o_data_row:eq(0) .o_data_cell[name=number]",
            run: "click",
        },
        {
            content: "what failed goes to an inspection",
            trigger: ".o_form_view button[name=action_inspect]",
            run: "click",
        },
        {
            content: "the inspection has a deadline",
            trigger: ".o_form_view .o_field_widget[name=due_date]",
        },
        {
            content: "and says which property has failed",
            trigger: ".o_form_view .o_field_widget[name=security]",
        },
    ],
});
