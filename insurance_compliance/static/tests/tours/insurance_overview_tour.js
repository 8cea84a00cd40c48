import {registry} from "@web/core/registry";

// the overview: a card opens what it counts
registry.category("web_tour.tours").add("insurance_overview", {
    steps: () => [
        {
            trigger: ".o_kanban_record:contains(Grants in force)",
            run: "click",
        },
        {trigger: ".o_list_view .o_data_row:contains(test department)"},
    ],
});
