"""The judge from outside that takes seconds to load, once for all tests."""

import pytest

from tests.fhir_profiles.judges import Pyrofile


@pytest.fixture(scope="session")
def pyrofile(tmp_path_factory: pytest.TempPathFactory) -> Pyrofile:
    return Pyrofile(tmp_path_factory.mktemp("r4"))
