"""`pytoco why`."""

import json
from typing import Any


def test_the_reasons_at_an_operator(pytoco: Any, model: Any) -> None:
    done = pytoco("why", model, "y", "--at", "fusion")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("y, at the start of stage fusion, after ")
    assert "Relu('y')" in done.stdout
    assert "stage fusion (coming)\n    fuse-activation-functions   matches: its turn is still to come\n" in done.stdout


def test_what_became_of_an_operator(pytoco: Any, model: Any) -> None:
    done = pytoco("why", model, "product")
    assert done.returncode == 0
    assert "MatMul('product') went with rewrite" in done.stdout
    assert "in its place now: " in done.stdout


def test_as_json_for_one_pass(pytoco: Any, model: Any) -> None:
    done = pytoco("why", model, "y", "--at=0", "--pass=fuse-activation-functions", "--json", "--input-arrays=x")
    found = json.loads(done.stdout)
    (subject,) = found["subjects"]
    assert (subject["kind"], subject["name"], subject["origin"]) == ("Relu", "y", ["y"])
    (verdict,) = subject["passes"]
    assert (verdict["name"], verdict["stage"], verdict["when"]) == ("fuse-activation-functions", "fusion", "coming")
    assert found["moment"] == "as imported"


def test_unknown_names_are_usage_errors_with_the_nearest(pytoco: Any, model: Any) -> None:
    done = pytoco("why", model, "produkt")
    assert done.returncode == 2
    assert "did you mean 'product'" in done.stderr


def test_unknown_flags_are_refused(pytoco: Any, model: Any) -> None:
    done = pytoco("why", model, "y", "--att", "3")
    assert done.returncode == 2
    assert "--att" in done.stderr
