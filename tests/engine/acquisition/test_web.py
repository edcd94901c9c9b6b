"""Fetching from a real server that misbehaves: every fault ends in the right bytes or a clear error."""

from __future__ import annotations

import hashlib
import logging
import multiprocessing
import socket
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import httpx
import msgspec
import pytest
from fakes import http_server as fake

from mtf_engine import planning, settings
from mtf_engine.acquisition import blobs, transport
from mtf_engine.acquisition.acquire import load_table
from mtf_engine.acquisition.formats import limits
from mtf_engine.acquisition.identity import source_identity
from mtf_engine.acquisition.interfaces import Acquired, Monitor
from mtf_engine.acquisition.sources.web import acquire
from mtf_engine.acquisition.transport import Budget
from mtf_engine.domain.dataset import DatasetRef
from mtf_engine.errors import FetchError, IntegrityError, SettingsError
from mtf_engine.runs import identity
from mtf_engine.storage import paths

DATA = b"a,b\n" + b"".join(b"%d,%d\n" % (number, number * 7) for number in range(5000))
OTHER = DATA.replace(b"4999,", b"9999,")
QUICK = Budget(connect_seconds=60, read_seconds=60, total_seconds=120, attempts=3, backoff_seconds=0.01)
IMPATIENT = replace(QUICK, read_seconds=0.5)


def get(url: str, *, budget: Budget = QUICK, sha256: str | None = None, **monitor: object) -> Acquired:
    return acquire(DatasetRef("d", url, sha256=sha256), Monitor(**monitor), budget=budget)  # type: ignore[arg-type]


def received(acquired: Acquired) -> bytes:
    return acquired.files[0].path.read_bytes()


def no_partials() -> bool:
    folder = blobs.partial_folder()
    return not folder.exists() or not list(folder.iterdir())


# --- what works ---


def test_a_file_is_fetched_read_and_named(server: fake.FaultServer) -> None:
    url = server.serve("/data/table.csv", fake.content(DATA))
    table = load_table(DatasetRef("d", url))
    assert table.frame.shape == (5000, 2)
    assert table.provenance.files[0].name == "table.csv"
    assert table.provenance.files[0].sha256 == hashlib.sha256(DATA).hexdigest()
    assert no_partials()


def test_progress_reaches_the_total(server: fake.FaultServer) -> None:
    seen: list[tuple[int, int | None]] = []
    get(server.serve("/t.csv", fake.content(DATA)), progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (len(DATA), len(DATA))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


@pytest.mark.parametrize("validator", [{"etag": '"v1"'}, {"last_modified": "Tue, 01 Sep 2026 10:00:00 GMT"}])
def test_an_unchanged_file_is_not_sent_again(server: fake.FaultServer, validator: dict[str, str]) -> None:
    url = server.serve("/t.csv", fake.content(DATA, **validator))  # type: ignore[arg-type]
    first, second = get(url), get(url)
    assert received(first) == received(second) == DATA
    conditional = server.asked("/t.csv")[1].headers
    assert "if-none-match" in conditional or "if-modified-since" in conditional
    assert second.notes == ()


def test_a_changed_file_replaces_the_old_one(server: fake.FaultServer) -> None:
    url = server.serve("/t.csv", fake.content(DATA, etag='"1"'), fake.content(OTHER, etag='"2"'))
    before = source_identity(DatasetRef("d", url))
    get(url)
    known = source_identity(DatasetRef("d", url))
    assert received(get(url)) == OTHER
    assert before is None
    assert known != source_identity(DatasetRef("d", url))


def test_a_pinned_file_is_not_asked_for_again(server: fake.FaultServer) -> None:
    url = server.serve("/t.csv", fake.content(DATA))
    pin = hashlib.sha256(DATA).hexdigest()
    get(url, sha256=pin.upper())
    assert received(get(url, sha256=pin)) == DATA
    assert len(server.requests) == 1


def test_offline_uses_the_cache_and_never_the_network(
    server: fake.FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.serve("/t.csv", fake.content(DATA))
    get(url)
    monkeypatch.setenv("MTF_OFFLINE", "1")
    assert received(get(url)) == DATA
    with pytest.raises(FetchError, match="MTF_OFFLINE forbids the network"):
        get(server.url("/never-fetched.csv"))
    assert len(server.requests) == 1


# --- faults ---


def test_an_early_close_is_continued_where_it_broke_off(server: fake.FaultServer) -> None:
    url = server.serve("/t.csv", fake.early_close(DATA, 9000, etag='"1"'), fake.content(DATA, etag='"1"'))
    assert received(get(url)) == DATA
    again = server.asked("/t.csv")[1].headers
    assert again["range"] == "bytes=9000-"
    assert again["if-range"] == '"1"'


def test_without_a_validator_an_early_close_starts_again(server: fake.FaultServer) -> None:
    url = server.serve("/t.csv", fake.early_close(DATA, 9000), fake.content(DATA))
    assert received(get(url)) == DATA
    assert "range" not in server.asked("/t.csv")[1].headers


def test_a_weak_etag_is_no_ground_to_continue(server: fake.FaultServer) -> None:
    url = server.serve("/t.csv", fake.early_close(DATA, 9000, etag='W/"1"'), fake.content(DATA))
    assert received(get(url)) == DATA
    assert "range" not in server.asked("/t.csv")[1].headers


def test_200_to_a_range_request_starts_again(server: fake.FaultServer) -> None:
    url = server.serve("/t.csv", fake.early_close(DATA, 9000, etag='"1"'), fake.whole_despite_range(OTHER, '"2"'))
    assert received(get(url)) == OTHER


def test_a_range_from_another_place_is_not_appended(server: fake.FaultServer) -> None:
    url = server.serve(
        "/t.csv",
        fake.early_close(DATA, 9000, etag='"1"'),
        fake.wrong_range(DATA, '"1"', 5),
        fake.content(DATA, etag='"1"'),
    )
    assert received(get(url)) == DATA


def test_a_server_that_lies_about_its_validator_is_asked_for_the_whole(server: fake.FaultServer) -> None:
    mixed = fake.content(b"x" * len(DATA), etag='"1"')
    url = server.serve("/t.csv", fake.early_close(DATA, 9000, etag='"1"'), mixed, fake.content(DATA))
    assert received(get(url, sha256=hashlib.sha256(DATA).hexdigest())) == DATA


def test_a_later_call_continues_an_earlier_ones_bytes(server: fake.FaultServer) -> None:
    url = server.serve("/t.csv", fake.early_close(DATA, 9000, etag='"1"'), fake.status(404))
    with pytest.raises(FetchError, match="404"):
        get(url)
    server.serve("/t.csv", fake.content(DATA, etag='"1"'))
    assert received(get(url)) == DATA
    assert server.requests[-1].headers["range"] == "bytes=9000-"
    assert no_partials()


def test_a_short_content_length_cannot_cut_a_file_unseen(server: fake.FaultServer) -> None:
    wrong = fake.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + DATA)
    with pytest.raises(FetchError, match=r"closed|ended after"):
        get(server.serve("/t.csv", wrong))
    assert blobs.find_record(server.url("/t.csv")) is None


def test_a_cut_chunked_body_is_an_error(server: fake.FaultServer) -> None:
    cut = fake.raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\na,b\n1,2\n")
    with pytest.raises(FetchError):
        get(server.serve("/t.csv", cut))


def test_a_body_without_length_is_accepted_with_a_note(server: fake.FaultServer) -> None:
    url = server.serve("/t.csv", fake.raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + DATA))
    acquired = get(url)
    assert received(acquired) == DATA
    assert "did not say how many bytes" in acquired.notes[0]


def test_a_busy_server_is_asked_again(server: fake.FaultServer) -> None:
    page = b"<html><body>Service Unavailable</body></html>"
    url = server.serve("/t.csv", fake.status(503, page), fake.status(502), fake.content(DATA))
    assert received(get(url)) == DATA


def test_retry_after_is_honoured(server: fake.FaultServer) -> None:
    url = server.serve("/t.csv", fake.status(429, Retry_After="1"), fake.content(DATA))
    started = time.monotonic()
    get(url)
    assert time.monotonic() - started >= 1.0


def test_retry_after_as_a_date_beyond_patience_gives_up_at_once(server: fake.FaultServer) -> None:
    late = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
    started = time.monotonic()
    with pytest.raises(FetchError, match="asks to wait"):
        get(server.serve("/t.csv", fake.status(429, Retry_After=late)))
    assert time.monotonic() - started < QUICK.total_seconds / 2
    assert len(server.requests) == 1


def test_attempts_end(server: fake.FaultServer) -> None:
    with pytest.raises(FetchError, match="503"):
        get(server.serve("/t.csv", fake.status(503)))
    assert len(server.requests) == QUICK.attempts


def test_a_refusal_is_not_repeated_and_says_what_the_server_said(server: fake.FaultServer) -> None:
    body = b'{"error":{"code":"111","message":"Unknown dataset\x1b[31m"}}'
    with pytest.raises(FetchError, match=r"412.*Unknown dataset") as caught:
        get(server.serve("/t.csv", fake.status(412, body)))
    assert "\x1b" not in str(caught.value)
    assert len(server.requests) == 1


@pytest.mark.parametrize("answer", [fake.half_open(b"a,b\n1,"), fake.silent()])
def test_a_silent_server_is_left(server: fake.FaultServer, answer: fake.Answer) -> None:
    started = time.monotonic()
    with pytest.raises(FetchError, match="time ran out"):
        get(server.serve("/t.csv", answer), budget=IMPATIENT)
    assert time.monotonic() - started < 60


def test_a_slow_drip_ends_with_the_budget(server: fake.FaultServer) -> None:
    started = time.monotonic()
    with pytest.raises(FetchError, match="longer than 1 seconds"):
        get(
            server.serve("/t.csv", fake.drip(DATA, 0.05)),
            budget=Budget(read_seconds=5, total_seconds=1, backoff_seconds=0.01),
        )
    assert time.monotonic() - started < 60


def test_a_slow_drip_that_is_given_up_is_continued_later(server: fake.FaultServer) -> None:
    url = server.serve("/t.csv", fake.drip(DATA, 0.01, etag='"1"'))
    with pytest.raises(FetchError) as caught:
        get(url, budget=Budget(read_seconds=5, total_seconds=3, backoff_seconds=0.01))
    assert "what has arrived is continued" in str(caught.value.hint)
    server.serve("/t.csv", fake.content(DATA, etag='"1"'))
    assert received(get(url)) == DATA
    assert int(server.requests[-1].headers["range"].removeprefix("bytes=").removesuffix("-")) > 0


def test_cancelling_cuts_a_blocked_read(server: fake.FaultServer) -> None:
    url = server.serve("/t.csv", fake.half_open())
    cancelled = threading.Event()
    threading.Timer(0.3, cancelled.set).start()
    started = time.monotonic()
    with pytest.raises(FetchError, match="cancelled"):
        get(url, budget=QUICK, cancelled=cancelled.is_set)
    assert time.monotonic() - started < QUICK.read_seconds / 2


def test_nobody_listening() -> None:
    with pytest.raises(FetchError, match="connection failed") as caught:
        get("http://127.0.0.1:9/t.csv")
    assert caught.value.hint is not None
    assert "address and its port" in caught.value.hint
    assert "arrived" not in caught.value.hint


def test_a_host_that_no_name_server_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_arguments: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(FetchError, match="Name or service not known") as caught:
        get("http://data.example/t.csv")
    assert caught.value.hint is not None
    assert "spelling of the host" in caught.value.hint
    assert "arrived" not in caught.value.hint


def test_no_web_address() -> None:
    for wrong in ("http://", "http://[::1/t.csv", "http:///t.csv", "https://host:port/x.csv"):
        with pytest.raises((SettingsError, FetchError)):
            get(wrong)


# --- the wrong bytes ---


def test_a_wrong_checksum_is_refused_and_not_kept(server: fake.FaultServer) -> None:
    url = server.serve("/t.csv", fake.content(DATA))
    with pytest.raises(IntegrityError, match="not the file that the settings pin"):
        get(url, sha256="0" * 64)
    assert blobs.find_record(url) is None
    assert no_partials()


@pytest.mark.parametrize(
    "page", [b"<!DOCTYPE html>\n<html><body>Log in</body></html>", b"  <HTML><head></head></HTML>"]
)
def test_a_web_page_instead_of_data_is_refused(server: fake.FaultServer, page: bytes) -> None:
    url = server.serve("/t.csv", fake.content(page))
    with pytest.raises(FetchError, match="web page instead of data"):
        get(url)
    assert blobs.find_record(url) is None


def test_a_packed_web_page_is_refused_too(server: fake.FaultServer) -> None:
    with pytest.raises(FetchError, match="web page"):
        get(server.serve("/t.csv", fake.gzipped(b"<html><body>Log in</body></html>")))


def test_an_empty_file_is_refused(server: fake.FaultServer) -> None:
    with pytest.raises(FetchError, match="empty"):
        get(server.serve("/t.csv", fake.content(b"")))


def test_content_coding_is_taken_off(server: fake.FaultServer) -> None:
    acquired = get(server.serve("/t.csv", fake.gzipped(DATA)))
    assert received(acquired) == DATA
    assert server.requests[0].headers["accept-encoding"] == "identity"


def test_a_packed_file_stays_packed_and_is_read(server: fake.FaultServer) -> None:
    url = server.serve("/t.csv.gz", fake.gzipped(DATA))
    assert received(get(url)) != DATA
    assert load_table(DatasetRef("d", url)).frame.shape == (5000, 2)


def test_a_coding_that_unpacks_without_end_is_stopped(
    server: fake.FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FREE_BYTES", 1 << 20)
    with pytest.raises(FetchError, match="like a bomb"):
        get(server.serve("/t.csv", fake.gzipped(bytes(20 << 20))))
    assert no_partials()


def test_too_many_bytes_are_not_fetched(server: fake.FaultServer) -> None:
    small = Budget(max_bytes=1000, backoff_seconds=0.01)
    with pytest.raises(FetchError, match="more than 1,000 bytes"):
        get(server.serve("/t.csv", fake.content(DATA)), budget=small)
    unsized = fake.raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + DATA)
    with pytest.raises(FetchError, match="more than 1,000 bytes"):
        get(server.serve("/u.csv", unsized), budget=small)


def test_no_room_on_the_disk_is_said_before_anything_is_received(server: fake.FaultServer) -> None:
    vast = fake.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000\r\n\r\na,b\n")
    with pytest.raises(FetchError, match="are free where the cache is"):
        get(server.serve("/t.csv", vast), budget=Budget(max_bytes=1 << 60))


# --- a good copy survives everything ---


@pytest.mark.parametrize(
    "fault",
    [
        fake.status(503),
        fake.status(404),
        fake.status(412, b"gone"),
        fake.content(b"<html></html>"),
        fake.content(b""),
        fake.early_close(DATA, 10),
        fake.silent(),
    ],
)
def test_a_stale_copy_is_used_with_a_note(server: fake.FaultServer, fault: fake.Answer) -> None:
    url = server.serve("/t.csv", fake.content(DATA, etag='"1"'), fault)
    get(url)
    again = get(url, budget=IMPATIENT)
    assert received(again) == DATA
    assert "copy in the cache is used" in again.notes[0]


def test_a_server_that_is_gone_leaves_the_copy() -> None:
    with fake.running() as server:
        url = server.serve("/t.csv", fake.content(DATA))
        get(url)
    assert received(get(url)) == DATA


def test_a_damaged_copy_is_fetched_again(server: fake.FaultServer) -> None:
    url = server.serve("/t.csv", fake.content(DATA, etag='"1"'))
    path = get(url).files[0].path
    path.write_bytes(b"y" * len(DATA))
    assert received(get(url)) == DATA
    assert "if-none-match" not in server.requests[-1].headers


# --- credentials ---


def test_credentials_go_to_the_named_origin_only(server: fake.FaultServer) -> None:
    with fake.running() as other:
        elsewhere = other.serve("/t.csv", fake.content(DATA))
        server.serve("/start", fake.redirect("/next"))
        server.serve("/next", fake.redirect(elsewhere.replace("http://", "http://thief:pw@")))
        assert received(get(server.url("/start", user="me:secret"))) == DATA
        assert all("authorization" in request.headers for request in server.requests)
        assert "authorization" not in other.requests[0].headers
        assert "cookie" not in other.requests[0].headers


def test_the_same_host_under_another_name_is_another_origin(server: fake.FaultServer) -> None:
    server.serve("/start", fake.redirect(server.url("/t.csv", host="localhost")))
    server.serve("/t.csv", fake.content(DATA))
    get(server.url("/start", user="me:secret"))
    assert "authorization" not in server.asked("/t.csv")[0].headers


def test_secrets_stand_in_no_record_log_or_message(
    server: fake.FaultServer, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.serve("/t.csv", fake.content(DATA))
    url = server.url("/t.csv?token=hunter2&part=1", user="me:hunter2")
    table = load_table(DatasetRef("d", url))
    assert server.requests[0].path == "/t.csv?token=hunter2&part=1"
    assert "hunter2" not in repr(table.provenance)
    assert "part=1" in table.provenance.source
    assert "hunter2" not in caplog.text
    for path in home.rglob("*"):
        assert "hunter2" not in path.name
        assert not path.is_file() or b"hunter2" not in path.read_bytes()
    server.serve("/t.csv", fake.status(403))
    with pytest.raises(FetchError) as caught:
        get(server.url("/u.csv?token=hunter2", user="me:hunter2"))
    assert "hunter2" not in f"{caught.value}{caught.value.hint}"


def test_redirects_end_and_lead_to_the_web_only(server: fake.FaultServer) -> None:
    with pytest.raises(FetchError, match="redirected more than"):
        get(server.serve("/loop", fake.redirect("/loop")))
    for target in ("file:///etc/passwd", "ftp://host/x.csv"):
        with pytest.raises(FetchError, match="which is not followed"):
            get(server.serve("/away", fake.redirect(target)))


# --- hostile names ---


@pytest.mark.parametrize(
    "said",
    ['attachment; filename="../../../etc/passwd.csv"', 'attachment; filename="..\\..\\x.csv"', "filename=/abs/x.csv"],
)
def test_a_name_cannot_leave_the_cache(server: fake.FaultServer, home: Path, tmp_path: Path, said: str) -> None:
    acquired = get(server.serve("/t", fake.content(DATA, headers={"Content-Disposition": said})))
    assert "/" not in acquired.files[0].facts.name
    assert "\\" not in acquired.files[0].facts.name
    assert acquired.files[0].path.is_relative_to(home)
    assert list(tmp_path.iterdir()) == [home]


def test_an_address_with_dots_stays_in_the_cache(server: fake.FaultServer, home: Path) -> None:
    acquired = get(server.serve("/..%2f..%2fx.csv", fake.content(DATA)))
    assert acquired.files[0].path.is_relative_to(home)


# --- several processes ---


def _fetch(url: str, results: multiprocessing.Queue[str]) -> None:
    results.put(hashlib.sha256(received(get(url, budget=Budget()))).hexdigest())


def test_two_processes_fetch_the_same_address(server: fake.FaultServer) -> None:
    url = server.serve("/t.csv", fake.drip(DATA[:2000], 0.0005), fake.content(DATA[:2000]))
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    workers = [context.Process(target=_fetch, args=(url, results)) for _ in range(2)]
    for worker in workers:
        worker.start()
    found = {results.get(timeout=120) for _ in workers}
    for worker in workers:
        worker.join(30)
    assert found == {hashlib.sha256(DATA[:2000]).hexdigest()}
    assert no_partials()


def _die_fetching(url: str) -> None:
    get(url, budget=Budget(read_seconds=600))


def test_a_killed_process_leaves_bytes_that_the_next_one_continues(server: fake.FaultServer) -> None:
    url = server.serve("/t.csv", fake.half_open(DATA[:20_000], length=len(DATA), etag='"1"'))
    worker = multiprocessing.get_context("spawn").Process(target=_die_fetching, args=(url,))
    worker.start()
    deadline = time.monotonic() + 60
    while not _has_bytes():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    worker.kill()
    worker.join(30)
    server.serve("/t.csv", fake.content(DATA, etag='"1"'))
    assert received(get(url)) == DATA
    assert server.requests[-1].headers["if-range"] == '"1"'
    assert no_partials()


def _has_bytes() -> bool:
    folder = paths.blobs() / "partial"
    return folder.is_dir() and any(path.suffix == ".part" and path.stat().st_size for path in folder.iterdir())


def test_two_addresses_that_choose_different_data_by_a_key_stay_apart(
    server: fake.FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.serve("/t.csv", fake.content(DATA), fake.content(OTHER))
    get(f"{url}?key=a")
    get(f"{url}?key=b")
    monkeypatch.setenv("MTF_OFFLINE", "1")
    assert received(get(f"{url}?key=a")) == DATA
    assert received(get(f"{url}?key=b")) == OTHER


def test_a_redirect_that_is_refused_tells_no_token() -> None:
    transfer = cast(transport._Transfer, SimpleNamespace(shown="https://host/t.csv"))
    for location in ("http://host/t.csv?token=s3kr1t", "http://host:bad/t.csv?token=s3kr1t"):
        with pytest.raises(FetchError) as caught:
            transport._redirected(transfer, httpx.URL("https://host/t.csv"), location)
        assert "s3kr1t" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(
    ("proxy", "told"),
    [
        ("ftp://me:s3kr1t@host:1", "no web address"),
        ("http://me:s3kr1t@[::1", "no web address"),
        ("socks5://me:s3kr1t@host:1", "SOCKS"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_named(
    server: fake.FaultServer, monkeypatch: pytest.MonkeyPatch, proxy: str, told: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy)
    with pytest.raises(FetchError, match=told) as caught:
        get(server.serve("/t.csv", fake.content(DATA)))
    assert "s3kr1t" not in str(caught.value)


def test_what_lets_in_is_in_no_plan_and_no_memory_of_one(server: fake.FaultServer, tmp_path: Path) -> None:
    table = b"a,y\n" + b"".join(b"%d,%d\n" % (row % 7, row % 2) for row in range(40))
    server.serve("/t.csv", fake.content(table))
    url = server.url("/t.csv", user="me:s3kr1t") + "?token=s3kr1t"
    raw = f"version: 1\ndatasets: [{{source: '{url}', target: y}}]\nmodels: [logistic_regression]\n".encode()
    path = tmp_path / "settings.yaml"
    path.write_bytes(raw)
    assert b"s3kr1t" not in msgspec.json.encode(planning.plan_file(path))
    found = identity.gather(raw, settings.canonical(settings.inspect(path).settings), tmp_path)
    assert found.is_complete
    assert b"s3kr1t" not in msgspec.json.encode(found)
    assert "authorization" in server.asked("/t.csv")[0].headers
