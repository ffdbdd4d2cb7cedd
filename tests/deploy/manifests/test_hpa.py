# SPDX-License-Identifier: MIT
"""T12: what D52-D54 amount to, by the arithmetic of the HPA controller. T20 asks the real one."""

import hpa
import pytest
import rendered

UP = [3, 5, 8, 12, 18, 20]
DOWN = [20, 18, 16, 14, 12, 10, 9, 8, 7, 6, 5, 4, 3]


@pytest.fixture
def manifest(kubectl):
    return rendered.one(rendered.objects(kubectl, "eks"), "HorizontalPodAutoscaler", "locust-worker")


def test_up(manifest):
    """D52, D53: from 3 to 20 in five steps, the first when a minute's looks agree, one a minute."""
    history = hpa.run(manifest, 3, 600, cores=40)
    assert hpa.numbers(history) == UP
    times = [when for when, _ in history[1:]]
    assert 45 <= times[0] <= 75
    assert all(after - before == 60 for before, after in zip(times, times[1:]))
    assert 4 * 60 < times[-1] < 6 * 60


def test_down(manifest):
    """D52, D54: back in twelve steps, five minutes after the load went, one a minute: 5 + 11 minutes."""
    history = hpa.run(manifest, 20, 1800, cores=0.1)
    assert hpa.numbers(history) == DOWN
    times = [when for when, _ in history[1:]]
    assert times[0] == pytest.approx(300, abs=15)
    assert times[-1] - times[0] == 11 * 60


def test_the_examples(manifest):
    """D53: 4 -> 6; D54: 20 -> 18; D55: as tests."""
    assert hpa.numbers(hpa.run(manifest, 4, 75, cores=20)) == [4, 6]
    assert hpa.numbers(hpa.run(manifest, 20, 330, cores=1)) == [20, 18]


def test_the_formula(manifest):
    """D53, D54: the larger of half as many and two more; a tenth less, at least one; between 3 and 20."""
    for n in range(3, 21):
        up = hpa.numbers(hpa.run(manifest, n, 75, cores=100))
        assert up[-1] == min(20, max(-(-n * 3 // 2), n + 2))
        down = hpa.numbers(hpa.run(manifest, n, 315, cores=0.01))
        assert down[-1] == max(3, n * 9 // 10)


def test_workers_of_one_core(manifest):
    """D52, D60: a worker's loop has one core, so it never shows more than 100 % of its request where 70 %
    is wanted. That is enough to go up as fast."""
    assert hpa.numbers(hpa.run(manifest, 3, 600, cores=40, at_most=1.0)) == UP


def test_a_steady_load_keeps_the_number(manifest):
    """D52: within a tenth of the target nothing moves, and a dip shorter than five minutes nothing takes."""
    assert hpa.numbers(hpa.run(manifest, 10, 1800, cores=7.3)) == [10]
    scaler = hpa.Hpa(manifest, 10)
    for now in range(0, 1200, hpa.LOOKS_EVERY_S):
        scaler.look(now, {"cpu": 10 if 300 <= now < 570 else 70})
    assert hpa.numbers(scaler.history) == [10]


def test_memory_does_not_decide(manifest):
    """X13: 60 MiB of 512 is far from 80 %, so memory asks for the least."""
    scaler = hpa.Hpa(manifest, 10)
    assert scaler.right({"memory": 100 * 60 / 512}) == 2
    assert scaler.right({"cpu": 140, "memory": 100 * 60 / 512}) == 20


def test_keep_workers(kubectl, manifest):
    """B20: by choice, up as ever and down not at all."""
    kept = rendered.one(
        rendered.objects(kubectl, "eks", ("keep-workers",)), "HorizontalPodAutoscaler", "locust-worker"
    )
    assert kept["spec"]["behavior"]["scaleDown"]["selectPolicy"] == "Disabled"
    assert hpa.numbers(hpa.run(kept, 3, 600, cores=40)) == UP
    assert hpa.numbers(hpa.run(kept, 20, 1800, cores=0.1)) == [20]
    assert hpa.numbers(hpa.run(manifest, 20, 1800, cores=0.1)) == DOWN
