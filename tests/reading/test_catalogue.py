"""The measures, the units and the lexicon fit together."""

from __future__ import annotations

from bihuan.reading.catalogue import catalogue
from bihuan.reading.classifiers import classifiers, norm_of, unit_pattern
from bihuan.reading.nouns import find_cues, words


def test_every_classifier_of_the_catalogue_is_a_unit() -> None:
    assert {unit for m in catalogue().values() for unit in m.classifiers} <= set(classifiers())


def test_ratios_name_measures_of_the_catalogue() -> None:
    for measure in catalogue().values():
        assert {measure.numerator, measure.denominator} - {None} <= set(catalogue())
    assert catalogue()["participants"].combine == {"人": "distinct", "名": "distinct", "人次": "sum"}
    assert catalogue()["rectification_rate"].combine == {"": "ratio"}


def test_every_code_of_the_lexicon_is_a_measure() -> None:
    found = {code for sorts in words().values() for sort, code in sorts.items() if sort != "deed" and code}
    assert found <= set(catalogue())


def test_units() -> None:
    assert norm_of("场", "次") == ("场次", ("场次",))
    assert norm_of("条", "块") == ("条(块)", ("条", "块"))
    assert norm_of("名", None) == ("人", ("人",))
    assert unit_pattern().match("家庭") is None


def test_cues_are_longest_first_and_disjoint() -> None:
    cues = find_cues("发现重大事故隐患", 0, 8)
    assert [cue.word for cue in cues] == ["发现", "重大事故隐患"]
