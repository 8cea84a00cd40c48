import {
    RemainingDaysField,
    remainingDaysField,
} from "@web/views/fields/remaining_days/remaining_days_field";
import {registry} from "@web/core/registry";

/**
 * Time left in days, whatever their number: “next month” says nothing of a deadline
 * that the law counts in days. With the option `show_date` the day stands beside it.
 */
export class DaysLeftField extends RemainingDaysField {
    static template = "insurance_client_archive.DaysLeftField";
    static props = {
        ...RemainingDaysField.props,
        showDate: {type: Boolean, optional: true},
    };

    get diffString() {
        if (this.diffDays === null) {
            return "";
        }
        if (this.isFar) {
            return this.formattedValue;
        }
        const value = this.props.record.data[this.props.name];
        const words = value.toRelativeCalendar({unit: "days"});
        return words.charAt(0).toUpperCase() + words.slice(1);
    }

    /** Beyond a quarter nobody counts days: the day alone, where it is shown. */
    get isFar() {
        return Boolean(this.props.showDate && Math.abs(this.diffDays) > 99);
    }

    get day() {
        const shown = this.props.showDate && this.diffDays !== null && !this.isFar;
        return shown ? this.formattedValue : "";
    }
}

registry.category("fields").add("insurance_days_left", {
    ...remainingDaysField,
    component: DaysLeftField,
    extractProps: (info) => ({
        ...remainingDaysField.extractProps(info),
        showDate: Boolean(info.options.show_date),
    }),
});
