"""What may not be a journal is refused before it is touched; an emptied journal is not taken for a new one."""

from __future__ import annotations

import os
import stat

import compropago_bulk as cp
import pytest
from compropago_bulk.errors import ConfigurationError, JournalError
from compropago_bulk.journal import open_journal

MONTH = {"product_id": "MTTO-11", "product_name": "Noviembre", "price": 1500, "progress": False}


def fifo(folder):
    os.mkfifo(folder / "pipe", 0o644)
    return folder / "pipe"


def link_to_fifo(folder):
    (folder / "link").symlink_to(fifo(folder))
    return folder / "link"


def directory(folder):
    (folder / "a folder").mkdir(mode=0o755)
    return folder / "a folder"


def device(folder):
    path = folder / "null"
    try:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root makes devices")
    return path


NO_FILES = [fifo, link_to_fifo, directory, device]


@pytest.mark.parametrize("make", NO_FILES)
def test_what_is_no_file_is_no_journal_and_stays_as_it_is(make, tmp_path):
    path = make(tmp_path)
    before = path.stat()
    with pytest.raises(JournalError, match=str(path)):
        open_journal(path)
    after = path.stat()
    assert (before.st_mode, before.st_ino) == (after.st_mode, after.st_ino)
    assert {one.name for one in tmp_path.iterdir()} <= {"pipe", "link", "a folder", "null"}


@pytest.mark.parametrize("make", NO_FILES)
def test_what_is_no_file_is_no_target_either_and_nothing_is_sent(make, tmp_path, sandbox, residents):
    path = make(tmp_path)
    before = path.stat()
    for write in (
        lambda: cp.export_csv(residents(2), path),
        lambda: cp.export_excel(residents(2), path),
        lambda: cp.create_orders(residents(2), **MONTH, connection=sandbox.connection, output=path),
    ):
        with pytest.raises(ConfigurationError, match=str(path)):
            write()
    assert (path.stat().st_mode, path.stat().st_ino) == (before.st_mode, before.st_ino)
    assert not sandbox.server.ledger.orders


def test_a_journal_cut_to_nothing_is_not_taken_for_a_new_one(tmp_path, sandbox, residents):
    place = tmp_path / "j.sqlite"
    with sandbox.connect(journal=place) as connection:
        cp.create_orders(residents(5), **MONTH, connection=connection)
        os.truncate(place, 0)
        with pytest.raises(JournalError, match="backup"):
            cp.create_orders(residents(5), **MONTH, connection=connection)
    assert len(sandbox.server.ledger.orders) == 5
    assert place.stat().st_size == 0


@pytest.mark.parametrize("left", [1, 50, 99, 100, 511, 4095, 4096, 8192, 20_000])
def test_a_journal_cut_anywhere_sends_nothing_again(left, tmp_path, sandbox, residents):
    place = tmp_path / "j.sqlite"
    with sandbox.connect(journal=place) as connection:
        cp.create_orders(residents(5), **MONTH, connection=connection)
        assert place.stat().st_size > left
        os.truncate(place, left)
        with pytest.raises(JournalError):
            cp.create_orders(residents(5), **MONTH, connection=connection)
    assert len(sandbox.server.ledger.orders) == 5


def test_an_empty_file_where_no_journal_has_been_becomes_one(tmp_path, sandbox, residents):
    place = tmp_path / "j.sqlite"
    place.touch()
    with sandbox.connect(journal=place) as connection:
        table = cp.create_orders(residents(2), **MONTH, connection=connection)
        again = cp.create_orders(residents(2), **MONTH, connection=connection)
    assert set(table["outcome"]) == {"created"} and set(again["outcome"]) == {"existing"}


@pytest.mark.parametrize("content", [b"x", b"notes of mine", b"y" * 99, b"z" * 5000])
def test_a_file_of_something_else_is_left_as_it_is(content, tmp_path):
    place = tmp_path / "notes.txt"
    place.write_bytes(content)
    with pytest.raises(JournalError):
        open_journal(place)
    assert place.read_bytes() == content


def test_a_journal_that_was_removed_begins_anew(tmp_path):
    place = tmp_path / "j.sqlite"
    open_journal(place).close()
    place.unlink()
    open_journal(place).close()
