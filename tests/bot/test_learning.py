"""`gridbot train` and `gridbot evaluate` on a district's own history: figures, and every kind of broken table."""

import random
from pathlib import Path

import pytest

from bot.cli import main
from bot.learning import DataError, read_data, report
from parsing.linear import FORMAT, Linear, ModelError

WORDS = {
    "灯": ("路灯坏了", "楼道灯不亮", "灯一闪一闪", "声控灯没反应", "路灯白天亮着"),
    "水": ("没水了", "水管漏水", "水压太小", "停水到几点", "水龙头滴水"),
    "车": ("车乱停", "车位被占", "消防通道停车", "僵尸车没人管", "电动车进楼道"),
}


def history(rows: int = 90) -> list[tuple[str, str]]:
    chance = random.Random(1)
    labels = sorted(WORDS)
    return [
        (f"{chance.randint(1, 30)}栋{chance.choice(WORDS[label])}，请看看", label)
        for label in (labels[at % len(labels)] for at in range(rows))
    ]


def written(file: Path, rows: list[tuple[str, str]], encoding: str = "utf-8", head: str = "text,label") -> Path:
    file.write_bytes("\n".join([head, *(f'"{text}",{label}' for text, label in rows)]).encode(encoding))
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_train_and_evaluate(tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str) -> None:
    data, model = written(tmp_path / "history.csv", history(), encoding), tmp_path / "own.model"
    assert main(["train", str(data), "--model", str(model)]) == 0
    told = capsys.readouterr()
    assert "labels 3" in told.out
    assert (f"is in {encoding.upper()}" in told.err) is not encoding.startswith("utf-8")
    assert main(["evaluate", str(data), "--model", str(model)]) == 0
    out = capsys.readouterr().out
    assert "macro-F1 1.0000" in out
    assert "ms a message" in out
    assert main(["evaluate", str(data), "--folds", "3"]) == 0
    told = capsys.readouterr()
    assert "macro-F1" in told.out
    assert "fold 3 of 3" in told.err


def test_a_model_survives_its_file(tmp_path: Path) -> None:
    data, file = written(tmp_path / "history.csv", history()), tmp_path / "own.model"
    assert main(["train", str(data), "--model", str(file)]) == 0
    model = Linear.from_bytes(file.read_bytes())
    assert model.labels == ("水", "灯", "车")
    assert len(model.version) == 12
    again = Linear.from_bytes(model.to_bytes())
    counts = {"路灯": 1.0, "灯": 1.0}
    assert again.best(counts) == model.best(counts) == "灯"
    assert again.scores(counts).tolist() == model.scores(counts).tolist()
    assert sum(model.probabilities(counts)) == pytest.approx(1, abs=1e-5)
    assert "路灯" in model.deciding(counts, "灯")
    assert model.scores({"zz": 1.0}).tolist() == model.bias.tolist()


@pytest.mark.parametrize(
    ("content", "helps"),
    [
        (b"", "is empty"),
        (b"text,label\n", "no row has both"),
        (b"text,label\na,\nb,\n", "fill the column"),
        (b"text,label\na,x\nb,x\n", "at least two labels"),
        (b"words,kind\na,x\n", "names no column text and no label"),
        (b"text,kind\na,x\n", "names no column label"),
        (b"\xff\xff\x00\x00\x81", "no encoding that is known"),
        (b'text,label\n"' + b"a" * 200_000 + b'",x\n', "is no CSV table"),
    ],
)
def test_a_broken_table_is_told_with_what_helps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, helps: str
) -> None:
    file = tmp_path / "broken.csv"
    file.write_bytes(content)
    for command in (["train", str(file), "--model", str(tmp_path / "m")], ["evaluate", str(file)]):
        assert main(command) == 1
        told = capsys.readouterr()
        assert helps in told.err
        assert "Traceback" not in told.err
    assert not (tmp_path / "m").exists()


def test_what_else_can_be_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = written(tmp_path / "history.csv", history())
    assert main(["train", str(tmp_path / "none.csv"), "--model", "m"]) == 1
    assert "cannot be read" in capsys.readouterr().err
    assert main(["train", str(data), "--model", str(tmp_path / "no" / "m")]) == 1
    assert "cannot be written" in capsys.readouterr().err
    (tmp_path / "m").write_bytes(b"no model")
    assert main(["evaluate", str(data), "--model", str(tmp_path / "m")]) == 1
    assert "no model of gridbot" in capsys.readouterr().err
    assert main(["evaluate", str(data), "--model", str(tmp_path / "none")]) == 1
    assert "make one with gridbot train" in capsys.readouterr().err
    assert main(["evaluate", str(data), "--folds", "1"]) == 1
    assert "2 or more" in capsys.readouterr().err
    alone = written(tmp_path / "alone.csv", [*history(10), ("一棵树倒了", "树")])
    assert main(["evaluate", str(alone)]) == 1
    assert "has one text only" in capsys.readouterr().err
    assert main(["train", str(data), "--model", str(tmp_path / "own")]) == 0
    others = written(tmp_path / "others.csv", [("a", "x"), ("b", "y")])
    assert main(["evaluate", str(others), "--model", str(tmp_path / "own")]) == 1
    assert "knows none of these labels" in capsys.readouterr().err


def test_rows_without_text_or_label_are_counted(tmp_path: Path) -> None:
    file = written(tmp_path / "history.csv", [*history(12), ("", "灯"), ("没有标签", "")])
    assert read_data(file).skipped == 2
    with pytest.raises(DataError, match="cannot be read"):
        read_data(tmp_path)


def test_an_older_model_is_refused(tmp_path: Path) -> None:
    data, file = written(tmp_path / "history.csv", history()), tmp_path / "own.model"
    assert main(["train", str(data), "--model", str(file)]) == 0
    content = file.read_bytes()
    model = Linear.from_bytes(content)
    assert FORMAT == 1
    with pytest.raises(ModelError):
        Linear.from_bytes(content[: len(content) // 2])
    cut = Linear(model.labels, model.grams[:-1], model.idf, model.weights, model.bias)
    with pytest.raises(ModelError, match="damaged"):
        Linear.from_bytes(cut.to_bytes())


def test_figures_are_counted_as_usual() -> None:
    found = report(["a", "a", "a", "b"], ["a", "a", "b", "b"], 0.004)
    assert found.accuracy == 0.75
    by_label = {one.label: one for one in found.labels}
    assert (by_label["a"].precision, by_label["a"].recall) == (1.0, 2 / 3)
    assert (by_label["b"].precision, by_label["b"].recall) == (0.5, 1.0)
    assert found.macro_f1 == pytest.approx((0.8 + 2 / 3) / 2)
    assert found.confused == (("a", "b", 1),)
    assert found.milliseconds == pytest.approx(1.0)
