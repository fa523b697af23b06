"""The checker on a clean paper and on the same paper with one fault at a time."""

from __future__ import annotations

import pytest
from faults.clean import clean_document, saved
from faults.seeded import MORE, SEEDED, Fault

from bihuan.documents.check import RULES, check_docx


@pytest.fixture(scope="module")
def clean() -> bytes:
    return saved(clean_document())


def test_clean_paper_has_no_findings(clean: bytes) -> None:
    assert check_docx(clean) == []


@pytest.mark.parametrize("rule", SEEDED)
def test_seeded_fault_is_found_by_its_own_rule_alone(clean: bytes, rule: str) -> None:
    done, fault = SEEDED[rule]
    findings = check_docx(fault(clean))
    assert [finding.rule for finding in findings] == [rule], (done, findings)


@pytest.mark.parametrize(("rule", "done", "fault"), MORE, ids=[f"{rule}: {done}" for rule, done, _ in MORE])
def test_further_faults_are_found_by_their_own_rule(clean: bytes, rule: str, done: str, fault: Fault) -> None:
    findings = check_docx(fault(clean))
    assert {finding.rule for finding in findings} == {rule}, (done, findings)


def test_findings_speak_both_languages_and_name_a_place(clean: bytes) -> None:
    for rule, (_, fault) in SEEDED.items():
        (finding,) = check_docx(fault(clean))
        assert rule in RULES
        assert any("\u4e00" <= character <= "\u9fff" for character in finding.zh)
        assert finding.en
        assert finding.where
