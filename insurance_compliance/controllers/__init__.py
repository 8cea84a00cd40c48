from . import share_portal
