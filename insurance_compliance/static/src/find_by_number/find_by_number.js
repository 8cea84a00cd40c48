import {FindByNumber} from "@insurance_client_archive/find_by_number/find_by_number";
import {patch} from "@web/core/utils/patch";

patch(FindByNumber.prototype, {
    /**
     * Begins an application for the client with this number. Whether there is one is
     * not told: the offer is the same for a number that nobody has.
     */
    async askAccess() {
        const {field, value} = this.state;
        const action = await this.orm.call(
            "insurance.access.request",
            "apply_by_identifier",
            [field, value]
        );
        this.props.close();
        await this.action.doAction(action);
    },
});
