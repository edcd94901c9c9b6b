"""McNemar, Newcombe's and Tango's paired intervals and Cochran's Q, held against published tables."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from mtf_engine import statistics as st

CASES = Path(__file__).parents[4] / "shared" / "fixtures" / "stats"


def case(name: str) -> dict[str, Any]:
    """Return a fixture case, or skip where the folder is absent."""
    path = CASES / f"{name}.json"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def test_cavo_2012() -> None:
    data = case("mcnemar_paired_ci_cavo2012")
    (both, only_a), (only_b, neither) = data["inputs"]["table_rowsA_colsB"]
    expected, exact = data["expected"], data["recomputed"]
    assert st.mcnemar(only_a, only_b).p_value == pytest.approx(exact["mid_p"], abs=1e-12)
    assert st.mcnemar(only_a, only_b, method="exact").p_value == pytest.approx(exact["exact_p"], abs=1e-12)
    asymptotic = st.mcnemar(only_a, only_b, method="asymptotic")
    assert asymptotic.p_value == pytest.approx(exact["asymptotic_p"], abs=1e-12)
    assert asymptotic.statistic == pytest.approx(expected["z"] ** 2, abs=0.005)
    newcombe = st.newcombe_paired(both, only_a, only_b, neither)
    assert [newcombe.low, newcombe.high] == pytest.approx(expected["ci_newcombe_square_and_add"], abs=6e-5)
    assert [newcombe.low, newcombe.high] == pytest.approx(exact["ci_newcombe_square_and_add"], abs=1e-9)
    assert newcombe.p_value == pytest.approx(exact["mid_p"], abs=1e-12)
    tango = st.tango(both, only_a, only_b, neither)
    assert [tango.low, tango.high] == pytest.approx(expected["ci_tango"], abs=6e-5)
    assert [tango.low, tango.high] == pytest.approx(exact["ci_tango"], abs=1e-9)


def test_mcnemar_of_mlxtend_agresti_and_r() -> None:
    data = case("mcnemar_mlxtend_agresti_r")
    tables, expected = data["inputs"], data["expected"]
    (_, b), (c, _) = tables["mlxtend_exact"]
    assert st.mcnemar(b, c, method="exact").p_value == pytest.approx(expected["mlxtend_exact_p"], abs=1e-12)
    (_, b), (c, _) = tables["agresti_approval"]
    agresti = st.mcnemar(b, c, method="asymptotic")
    assert agresti.statistic == pytest.approx(expected["agresti_chi2_no_cc"], abs=0.006)
    (_, b), (c, _) = tables["r_table"]
    r = st.mcnemar(b, c, method="asymptotic")
    assert r.statistic == pytest.approx(expected["r_homog_stat"], abs=1e-9)
    assert st.mcnemar(b, c, method="exact").p_value == pytest.approx(expected["r_exact_p"], abs=1e-9)


def test_mcnemar_exact_is_the_binomial_test() -> None:
    for b, c in [(3, 9), (0, 5), (7, 7), (1, 0)]:
        expected = stats.binomtest(b, b + c, 0.5).pvalue
        assert st.mcnemar(b, c, method="exact").p_value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("method", ["mid_p", "exact", "asymptotic"])
@pytest.mark.parametrize("count", [0, 1, 5])
def test_equal_discordance_has_p_1(method: Any, count: int) -> None:
    assert st.mcnemar(count, count, method=method).p_value == 1.0


def test_cochran_q_of_sas() -> None:
    data = case("cochran_q_sas")
    rows = np.repeat(np.array(data["inputs"]["patterns"]), data["inputs"]["counts"], axis=0)
    result = st.cochran_q(rows)
    assert result.statistic == pytest.approx(data["expected"]["Q"], abs=data["tolerance"])
    assert result.p_value == pytest.approx(data["expected"]["p"], abs=data["tolerance"])
    assert result.df == 2.0


def test_cochran_q_of_two_is_asymptotic_mcnemar() -> None:
    rows = np.repeat([[1, 1], [1, 0], [0, 1], [0, 0]], [40, 12, 5, 9], axis=0)
    q, mcnemar = st.cochran_q(rows), st.mcnemar(12, 5, method="asymptotic")
    assert q.statistic == pytest.approx(mcnemar.statistic, abs=1e-12)
    assert q.p_value == pytest.approx(mcnemar.p_value, abs=1e-12)


def test_cochran_q_edges() -> None:
    assert st.cochran_q(np.ones((10, 3), dtype=bool)).p_value == 1.0
    assert st.cochran_q(np.empty((0, 3), dtype=bool)).reason is not None
    with pytest.raises(ValueError, match="shape"):
        st.cochran_q([1, 0, 1])
    with pytest.raises(ValueError, match="0 and 1"):
        st.cochran_q([[0, 2], [1, 1]])


@pytest.mark.parametrize(
    "counts",
    [(0, 0, 0, 10), (10, 0, 0, 0), (5, 0, 0, 5), (0, 10, 0, 0), (0, 0, 10, 0), (1, 0, 0, 0), (0, 3, 4, 0)],
)
def test_paired_edges_stay_in_range(counts: tuple[int, int, int, int]) -> None:
    for found in (st.newcombe_paired(*counts), st.tango(*counts)):
        assert found.low is not None
        assert found.high is not None
        assert found.difference is not None
        assert -1.0 <= found.low <= found.difference <= found.high <= 1.0


def test_no_rows_is_undefined() -> None:
    assert st.newcombe_paired(0, 0, 0, 0).reason is not None
    assert st.tango(0, 0, 0, 0).reason is not None


def test_tango_inverts_the_asymptotic_test() -> None:
    for b in range(16):
        found = st.tango(60, b, 8, 20)
        assert found.low is not None
        assert found.high is not None
        assert found.p_value is not None
        assert (found.p_value < 0.05) == (not found.low <= 0.0 <= found.high)
