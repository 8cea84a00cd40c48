"""Wait until the login page answers.

usage: ready.py ADDRESS PID SECONDS
"""

import os
import sys
import time
import urllib.error
import urllib.request


def answers(address):
    try:
        with urllib.request.urlopen(f"{address}/web/login", timeout=60) as page:
            return page.status == 200
    except urllib.error.HTTPError as error:
        sys.exit(f"the login page answers {error.code}")
    except OSError:
        return False


def main(address, pid, seconds):
    deadline = time.monotonic() + float(seconds)
    while time.monotonic() < deadline:
        if answers(address):
            return
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            sys.exit("the server ended")
        # another process answers some day: there is nothing to wait on but time
        time.sleep(0.3)
    sys.exit(f"no answer within {seconds} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
