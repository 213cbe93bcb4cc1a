"""The chain of labels gives the probabilities of the library that trained it, and reads what it wrote."""

from pathlib import Path

import pycrfsuite
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsing.chain import Chain

LABELS = ("O", "B", "I")
TAUGHT = (
    ("灯在3栋坏了", "OOBIOO"),
    ("3栋停水", "BIOO"),
    ("没事了", "OOO"),
    ("东门有人打架", "BIOOOO"),
    ("去东门3栋", "OBIBI"),
)


def shown(text: str) -> list[list[str]]:
    """Return the signs of each character."""
    padded = f"^{text}$"
    return [["b", f"0{text[at]}", f"-{padded[at]}", f"+{padded[at + 2]}"] for at in range(len(text))]


@pytest.fixture(scope="module")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> pycrfsuite.Tagger:
    trainer = pycrfsuite.Trainer(verbose=False)
    for text, labels in TAUGHT:
        trainer.append(shown(text), list(labels))
    trainer.set_params({"c1": 0.01, "c2": 0.01, "max_iterations": 50})
    file: Path = tmp_path_factory.mktemp("chain") / "model"
    trainer.train(str(file))
    made = pycrfsuite.Tagger()
    made.open(str(file))
    return made


@pytest.fixture(scope="module")
def chain(tagger: pycrfsuite.Tagger) -> Chain:
    made = tagger.info()
    return Chain.of(LABELS, made.state_features, made.transitions)


def chances(chain: Chain, text: str) -> list[list[float]]:
    rows = {sign: row for row, sign in enumerate(chain.signs)}
    columns = [[rows.get(sign, chain.unknown) for sign in column] for column in zip(*shown(text), strict=True)]
    return chain.chances(columns[:-1], {at: [row] for at, row in enumerate(columns[-1])})


@given(text=st.text("灯在3栋坏了停水没事东门有人打架去x", min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_as_likely_as_the_library_says(chain: Chain, tagger: pycrfsuite.Tagger, text: str) -> None:
    tagger.set(shown(text))
    for at, found in enumerate(chances(chain, text)):
        assert found == pytest.approx([tagger.marginal(label, at) for label in LABELS], abs=1e-5)


def test_what_is_written_is_read_again(chain: Chain) -> None:
    read = Chain.from_bytes(chain.to_bytes())
    assert (read.labels, read.signs) == (chain.labels, chain.signs)
    assert chances(read, "去3栋看看") == chances(chain, "去3栋看看")


@pytest.mark.parametrize(
    "content", [b"", b"no archive", Chain(("O",), ("b",), *([Chain.of("O", {}, {}).pairs] * 2)).to_bytes()]
)
def test_foreign_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="no chain of labels"):
        Chain.from_bytes(content)


def test_a_long_text_stays_in_range(chain: Chain) -> None:
    found = chances(chain, "3栋" * 2000)
    assert all(sum(one) == pytest.approx(1) for one in found)
