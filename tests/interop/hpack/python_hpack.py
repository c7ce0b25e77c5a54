"""Encodes and decodes header blocks with the hpack package.

Each line of the input is a session, a JSON array of steps:

    ["size", n]               both table sizes, as a SETTINGS frame changes them
    ["encode", [field, ...]]  answered by the block
    ["decode", block]         answered by the fields, or null if it is refused

A field is [name, value, sensitive], octets are in hexadecimal digits. Each
line of the output is the JSON array of the answers to one session.
"""

import json
import sys

from hpack import Decoder, Encoder, HPACKError, NeverIndexedHeaderTuple

LARGEST_LIST = 1 << 20


class Session:
    def __init__(self):
        self.encoder = Encoder()
        self.decoder = Decoder(max_header_list_size=LARGEST_LIST)

    def resize(self, size):
        self.encoder.header_table_size = size
        self.decoder.max_allowed_table_size = size

    def encode(self, fields):
        headers = [
            (bytes.fromhex(name), bytes.fromhex(value), sensitive)
            for name, value, sensitive in fields
        ]
        return self.encoder.encode(headers).hex()

    def decode(self, block):
        try:
            headers = self.decoder.decode(bytes.fromhex(block), raw=True)
        except HPACKError:
            return None
        return [
            [
                bytes(header[0]).hex(),
                bytes(header[1]).hex(),
                isinstance(header, NeverIndexedHeaderTuple),
            ]
            for header in headers
        ]


def answer(steps):
    session = Session()
    answers = []
    for verb, subject in steps:
        if verb == "size":
            session.resize(subject)
        elif verb == "encode":
            answers.append(session.encode(subject))
        elif verb == "decode":
            answers.append(session.decode(subject))
        else:
            sys.exit(f"Cannot take step {verb!r}: expected size, encode or decode")
    return answers


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
