from . import test_access_domain, test_access_grant, test_access_policy
