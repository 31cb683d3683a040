"""Answers of HTTP, in pieces and broken."""

from __future__ import annotations

import random
from unittest import TestCase

from evenkeel.http_reader import HttpReader, WireError

CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3;x=1\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n"
)
SIZED = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\ncontent-length: 5\r\nX: a: b\r\n\r\nhello"


class Reader(TestCase):
    def test_an_answer_is_the_same_wherever_it_is_cut(self) -> None:
        for data, status, body in ((CHUNKED, 200, b"abc0123456789"), (SIZED, 201, b"hello")):
            for cut in range(len(data) + 1):
                reader = HttpReader()
                got = reader.feed(data[:cut]) + reader.feed(data[cut:])
                self.assertEqual((reader.status, got, reader.is_complete), (status, body, True))
            reader = HttpReader()
            got = b"".join(reader.feed(data[place : place + 1]) for place in range(len(data)))
            self.assertEqual((reader.status, got), (status, body))

    def test_without_a_length_the_end_of_the_connection_is_the_end(self) -> None:
        reader = HttpReader()
        self.assertEqual(reader.feed(b"HTTP/1.0 200 OK\r\n\r\nab") + reader.feed(b"c"), b"abc")
        self.assertFalse(reader.is_complete)
        reader.end()
        self.assertTrue(reader.is_complete)

    def test_answers_without_a_body(self) -> None:
        for status in (204, 304):
            reader = HttpReader()
            reader.feed(b"HTTP/1.1 %d X\r\n\r\n" % status)
            self.assertTrue(reader.is_complete)
        reader = HttpReader()
        reader.feed(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        self.assertTrue(reader.is_complete)

    def test_what_is_no_answer_is_told(self) -> None:
        for data in (
            b"SSH-2.0-OpenSSH\r\n",
            b"HTTP/1.1 abc\r\n\r\n",
            b"HTTP/1.1\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nno header\r\n\r\n",
            b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
            b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\n",
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n",
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-1\r\n",
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc",
            b"HTTP/1.1 200 OK\r\nx: " + b"x" * 70_000,
        ):
            with self.subTest(data[:60]), self.assertRaises(WireError):
                HttpReader().feed(data)
        cut = HttpReader()
        cut.feed(CHUNKED[:60])
        with self.assertRaises(WireError):
            cut.end()

    def test_random_bytes_end_in_an_answer_or_a_wire_error(self) -> None:
        numbers = random.Random(3)
        for _ in range(3_000):
            data = bytearray(numbers.choice((CHUNKED, SIZED)))
            for _ in range(numbers.randrange(1, 6)):
                data[numbers.randrange(len(data))] = numbers.randrange(256)
            reader = HttpReader()
            try:
                reader.feed(bytes(data))
                reader.end()
            except WireError:
                continue
            self.assertTrue(reader.is_complete)
