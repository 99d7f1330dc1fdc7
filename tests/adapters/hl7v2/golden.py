"""One folder for each message: what came in, what the hub understood, what it answered."""

from __future__ import annotations

import base64
import json
from dataclasses import fields, is_dataclass
from pathlib import Path

from adapters.adapter import Result
from adapters.hl7v2.ack import write_answer
from adapters.hl7v2.adapter import build_verdict, read
from adapters.hl7v2.err import Verdict, build_refusal
from hub.domain.errors import HubError
from hub.domain.referral.message import Message, Referral

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(folder.name for folder in GOLDEN.iterdir())


def outcome(raw: bytes) -> tuple[str, bytes]:
    """What the adapter makes of `raw`, as JSON, and its answer, with a clock and identifiers that stand still."""
    try:
        message = read(raw)
        understood, verdict = {type(message).__name__: plain(message)}, _taken(message)
    except HubError as error:
        problems = [{"code": problem.code, "where": problem.where} for problem in error.problems]
        understood, verdict = {type(error).__name__: problems}, build_refusal(error)
    answered = write_answer(raw, verdict, now="20261121100000+0100", control_id="HUB-1", hub=("MAILLAGE", "DAC"))
    return json.dumps(understood, ensure_ascii=False, indent=1) + "\n", answered


def plain(value: object) -> object:
    """A dataclass as JSON values, without what is empty; bytes as base64."""
    if is_dataclass(value):
        pairs = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: plain(held) for name, held in pairs if held not in ("", (), None)}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _taken(message: Message) -> Verdict:
    is_demand = isinstance(message, Referral)
    return build_verdict(Result("Task/1" if is_demand else "", warnings=message.warnings))
