#!/usr/bin/env python3
"""Verifies an export of the log by journal/FORMAT.md, with nothing but Python.

    quittance-audit export > events.jsonl && python3 scripts/verify.py events.jsonl
"""
import base64
import collections
import hashlib
import json
import struct
import sys
from datetime import datetime, timezone


def field(value):
    return struct.pack(">I", len(value)) + value


def micros(text):
    whole, fraction = text.removesuffix("Z").split(".")
    seconds = datetime.fromisoformat(whole).replace(tzinfo=timezone.utc).timestamp()
    return int(seconds) * 1_000_000 + int(fraction)


previous, position = bytes(32), 0
revisions, balances = collections.Counter(), collections.Counter()
for line in open(sys.argv[1], encoding="utf-8"):
    event = json.loads(line)
    position += 1
    assert event["position"] == position, f"position {position} is missing"
    payload, meta = (base64.b64decode(event[name]) for name in ("payload_base64", "meta_base64"))
    record = b"".join(map(field, (
        b"quittance/record/v1", struct.pack(">Q", position), event["stream"].encode(),
        struct.pack(">Q", event["revision"]), event["type"].encode(),
        struct.pack(">q", micros(event["recorded_at"])), payload, meta)))
    leaf = hashlib.sha256(b"\0" + record).digest()
    previous = hashlib.sha256(b"quittance/chain/v1" + previous + leaf).digest()
    assert leaf.hex() == event["leaf"], f"position {position}: the leaf is wrong"
    assert previous.hex() == event["hash"], f"position {position}: the hash is wrong"
    revisions[event["stream"]] += 1
    assert event["revision"] == revisions[event["stream"]], f"position {position}: the revision is wrong"
    for transfer in json.loads(payload).get("transfers", []):
        balances[transfer["debit"]] -= int(transfer["amount"])
        balances[transfer["credit"]] += int(transfer["amount"])
        floored = transfer["debit"].startswith(("merchant:", "customer:"))
        assert not floored or balances[transfer["debit"]] >= 0, f"position {position}: below zero"
print(f"{position} events verified, head {position}:{previous.hex()}")
