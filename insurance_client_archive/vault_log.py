"""Keep search values out of the server's log."""

import logging

EXPORT_LOGGER = "odoo.addons.web.controllers.export"


class HideDomain(logging.Filter):
    """The export writes the domain of the list, with what was typed in the search."""

    def filter(self, record):
        if isinstance(record.args, tuple) and "Domain" in record.args:
            place = record.args.index("Domain") + 1
            hidden = ("(not logged)",) * (len(record.args) - place)
            record.args = record.args[:place] + hidden
        return True


def install():
    logger = logging.getLogger(EXPORT_LOGGER)
    if not any(isinstance(known, HideDomain) for known in logger.filters):
        logger.addFilter(HideDomain())


install()
