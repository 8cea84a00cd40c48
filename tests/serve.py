"""Odoo's own start. With several processes it starts itself again for the bus, by
the path of this file: ``python -m odoo`` has none that works.
"""

from odoo.cli.command import main

if __name__ == "__main__":
    main()
