"""Writes hashes as Python programs do, with redis-py: `others.py SOCKET KEY`."""

import datetime
import sys
import uuid

import redis

socket, key = sys.argv[1:]
client = redis.Redis(unix_socket_path=socket)
client.hset(
    key,
    mapping={
        "int": -42,
        "big": 2**64 - 1,
        "float": 1e16,
        "tiny": 5e-324,
        "nan": float("nan"),
        "inf": float("-inf"),
        "flag": int(True),
        "text": "Ada é \U0001f980",
        "bytes": bytes(range(256)),
        "empty": "",
        "when": datetime.datetime(2026, 11, 24, 8, 0, 0, 500000, datetime.timezone.utc).isoformat(),
        "day": datetime.date(2026, 11, 24).isoformat(),
        "uuid": str(uuid.UUID(int=7)),
        # What a program writes that says `str()` of everything.
        "true": str(True),
        "none": str(None),
        "whole": str(3.0),
    },
)
