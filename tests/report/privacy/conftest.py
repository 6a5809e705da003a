"""A filter that knows a made-up person and machine, and nothing of those that run the tests."""

import pytest
from planted import ACCOUNT, MACHINE, PERSON

from ai_power_export.report.privacy.filter import PrivacyFilter
from ai_power_export.report.privacy.identity import Identity
from ai_power_export.vocabulary.private import Kind


@pytest.fixture(scope="session")
def private():
    known = Identity().knowing(Kind.USER, [ACCOUNT, PERSON]).knowing(Kind.HOST, [MACHINE])
    return PrivacyFilter(known)
