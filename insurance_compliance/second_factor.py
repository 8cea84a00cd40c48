"""Has this very session passed the second factor, and when?

A login that Odoo lets pass without the code (a remembered device, a session from the
time before two-factor authentication) has not.
"""

import time

from odoo.http import request

SESSION_KEY = "insurance_second_factor"


def note_passed(user):
    """Note in the session of the request that the user has just given the code."""
    if request:
        request.session[SESSION_KEY] = [user.id, time.time()]


def is_fresh(user, hours):
    """Tell whether the user gave the code in this session, in the last hours."""
    if not request or request.session.uid != user.id or user._mfa_type() != "totp":
        return False
    passed_by, passed_at = request.session.get(SESSION_KEY) or (0, 0)
    return passed_by == user.id and passed_at > time.time() - 3600 * hours
