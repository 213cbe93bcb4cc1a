import pytest

from parsing import Context, KnownPlace, load_catalogue


@pytest.fixture(scope="session")
def context() -> Context:
    """A resident writing in the group of the first grid of a district."""
    return Context(
        services=load_catalogue(),
        places=(
            KnownPlace("1-18幢", "d.s1.c1.g1"),
            KnownPlace("湘河菜场", "d.s1.c1.g1"),
            KnownPlace("东门", "d.s1.c1.g1"),
            KnownPlace("19-30幢", "d.s1.c1.g2"),
            KnownPlace("湘河中学", "d.s1.school"),
        ),
        grid="d.s1.c1.g1",
    )
