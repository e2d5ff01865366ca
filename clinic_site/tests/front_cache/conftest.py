"""A front cache around an application, and what its process knows of the content."""

import pytest

from clinic_site.front_cache.wsgi import FrontCache

from .front import LIMIT, Application, Knowledge


@pytest.fixture
def knowledge(monkeypatch: pytest.MonkeyPatch) -> Knowledge:
    return Knowledge(monkeypatch)


@pytest.fixture
def inner() -> Application:
    return Application()


@pytest.fixture
def front(inner: Application, knowledge: Knowledge) -> FrontCache:
    return FrontCache(inner, LIMIT)
