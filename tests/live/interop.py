"""Reads hashes with redis-py, and tells what it read.

One request a line on stdin, one answer a line on stdout, both JSON:

    {"socket": "/tmp/s", "protocol": 3, "key": "k", "types": {"age": "int", "name": "str"}}
    {"age": "int 37", "name": "str Ada"}

Each value is read the way a Python program would read it, and written down so that nothing of it
is lost: floats to the bit, bytes and texts to the byte.
"""

import json
import struct
import sys

import redis

READERS = {
    "str": lambda raw: raw.decode("utf-8").encode("utf-8").hex(),
    "int": lambda raw: str(int(raw)),
    "float": lambda raw: struct.pack(">d", float(raw)).hex(),
    "bool": lambda raw: {b"1": "true", b"0": "false"}[raw],
    "bytes": lambda raw: raw.hex(),
}

for line in sys.stdin:
    request = json.loads(line)
    client = redis.Redis(unix_socket_path=request["socket"], protocol=request["protocol"])
    types = request["types"]
    answer = {
        name.decode("utf-8"): f"{types[name.decode('utf-8')]} {READERS[types[name.decode('utf-8')]](raw)}"
        for name, raw in client.hgetall(request["key"]).items()
    }
    client.close()
    print(json.dumps(answer), flush=True)
