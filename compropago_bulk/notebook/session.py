"""The job behind the wizard, without a single widget: read, understand, check, preview, run, hand over."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..api.connection import Connection
from ..api.settings import keys_are_set
from ..bulk.check import Preview, check, preview
from ..bulk.check_report import Check
from ..bulk.plan import Options
from ..bulk.profile import Profile
from ..bulk.sandbox import Sandbox, sandbox
from ..errors import ConfigurationError, LiveModeError
from ..exports.files import export_csv
from ..exports.workbook import export_excel
from ..sheets.headers import Recognition, recognise
from ..sheets.reading import facts, read_sheet
from ..texts import say
from .choices import (
    Choices,
    columns_from,
    file_name,
    ours_of,
    pictures,
    profile_of,
    profiles_in,
    remembered,
    spreadsheets,
    still_there,
)
from .jobs import Drawer, Job, Unfinished, running

_SAMPLE = 50
_PRACTICE = {"rate": 20.0, "latency": 0.02}
"""Slow enough to see a run going on."""


class Session:
    """One person's job, from file to result.

    Attributes:
        choices: what was chosen so far.
        connection: the keys in use; None until there are any.
        keys: where they come from: `given`, `environment`, `typed`, `sandbox`, or None.
        frame: the table that was read; `check`, `preview`, `job`: what came of the later steps.
        folder: where files are looked for and results go.
        gone: fields whose remembered header is no longer in the sheet, and that header.
    """

    def __init__(self, connection: Connection | None = None, folder: str | Path | None = None) -> None:
        self.folder = Path(folder).expanduser() if folder is not None else Path.cwd()
        self.choices = Choices()
        self._given = connection
        self.connection, self.keys = connection, "given" if connection is not None else None
        self.frame: Any = None
        self.check: Check | None = None
        self.preview: Preview | None = None
        self.job: Job | None = None
        self._sandbox: Sandbox | None = None
        self.gone: dict[str, str] = {}
        self._record: Path | None = None
        self._uploads: Path | None = None
        if connection is None and keys_are_set():
            with suppress(ConfigurationError):
                self.use_environment()

    # keys

    def use_none(self) -> None:
        """Lay the keys aside, until others are chosen."""
        self.connection, self.keys, self.preview = None, None, None

    def use_given(self) -> None:
        """Take the connection that the wizard was opened with."""
        self.connection, self.keys, self.preview = self._given, "given", None

    @property
    def has_given(self) -> bool:
        """Whether the wizard was opened with a connection."""
        return self._given is not None

    def use_environment(self) -> None:
        """Take the keys from the environment, the `.env` file or the system's keyring."""
        self.connection, self.keys, self.preview = Connection(), "environment", None

    def use_typed(self, secret_key: str, public_key: str) -> None:
        """Take keys that were typed into the wizard; they are kept nowhere else."""
        self.connection, self.keys, self.preview = Connection(secret_key, public_key), "typed", None

    def use_sandbox(self) -> None:
        """Practise on the sandbox: no keys, no network."""
        if self._sandbox is None:
            self._sandbox = sandbox(rate=_PRACTICE["rate"], latency=_PRACTICE["latency"]).start()
            atexit.register(self._sandbox.close)
        self.connection, self.keys, self.preview = self._sandbox.connection, "sandbox", None

    @property
    def mode(self) -> str | None:
        """Return `test` or `live`; None without keys."""
        return self.connection.mode if self.connection is not None else None

    # the file

    def files(self) -> tuple[list[str], list[str]]:
        """List the spreadsheets of the folder and of those in it, as paths from it: the person's own, and ours."""
        found = spreadsheets(self.folder)
        ours = ours_of(self.folder, found)
        return [name for name in found if name not in ours], [name for name in found if name in ours]

    def take_path(self, path: str) -> None:
        """Choose a file of this computer, as a path or a name in the folder."""
        given = Path(path.strip().strip('"')).expanduser()
        given = given if given.is_absolute() else self.folder / given
        self._new_file(Choices(source=str(given), operation=self.choices.operation, values=self.choices.values))
        self._use_the_only_profile()

    def take_upload(self, name: str, content: bytes) -> None:
        """Choose a file that came through the browser."""
        if self._uploads is None:
            self._uploads = Path(tempfile.mkdtemp(prefix="compropago-"))
            atexit.register(shutil.rmtree, self._uploads, ignore_errors=True)
        kept = self._uploads / (Path(name.replace("\\", "/")).name or "residentes.xlsx")
        kept.write_bytes(content)
        chosen = self.choices
        self._new_file(Choices(source=str(kept), uploaded=True, operation=chosen.operation, values=chosen.values))
        self._use_the_only_profile()

    def _new_file(self, choices: Choices) -> None:
        self.choices, self.frame, self.check, self.preview = choices, None, None, None
        self._record, self.gone = None, {}

    def _use_the_only_profile(self) -> None:
        """Choose the condominium where only one is remembered; never for a job that is taken up again as it was."""
        profiles = self.profiles()
        if len(profiles) == 1:
            self.use_profile(next(iter(profiles.values())))

    def read(self) -> None:
        """Read the chosen file.

        Raises:
            SheetError: it cannot be read; the message says what to do.
        """
        self.check = self.preview = None
        self.frame = read_sheet(str(self.choices.path), sheet=list(self.choices.sheets) or None)
        if self.choices.profile and not self.choices.columns:
            columns, self.gone = still_there(Profile.load(self.choices.profile).columns, self.headers)
            self.choices = replace(self.choices, columns=columns)

    # what was understood

    @property
    def headers(self) -> list[str]:
        """Return the table's headers, without those that reading added."""
        return [str(label) for label in self.frame.columns if label not in ("source_sheet", "source_row")]

    def understood(self) -> list[Recognition]:
        """Tell for each header what it was taken for by itself."""
        labels = [label for label in self.frame.columns if label not in ("source_sheet", "source_row")]
        return recognise(labels, [self.sample(str(label), _SAMPLE) for label in labels])

    def sample(self, header: str, number: int = 3) -> list[Any]:
        """Return a few values of a column, the blank ones left out."""
        place = [str(label) for label in self.frame.columns].index(header)
        values = self.frame.iloc[: _SAMPLE * 2, place].astype(object)
        return list(values[values.notna()])[:number]

    def sheets(self) -> dict[str, int]:
        """Return the rows that were read of each sheet."""
        counts = self.frame["source_sheet"].dropna().value_counts(sort=False)
        return {str(name): int(number) for name, number in counts.items()}

    def notes(self) -> list[tuple[str, str]]:
        """Return what is to be known of the whole file: a code and where."""
        known = facts(self.frame)
        return [(note.code, str(note.details.get("where", ""))) for note in known.notes] if known else []

    def mapping(self) -> dict[str, str | None]:
        """Return each header's field as it stands now."""
        fields: dict[str, str | None] = {item.header: item.field for item in self.understood()}
        for name, headers in self.choices.columns.items():
            given = [headers] if isinstance(headers, str) else list(headers)
            fields = {header: None if now == name else now for header, now in fields.items()}
            fields |= dict.fromkeys(given, name)
        return fields

    def map(self, chosen: Mapping[str, str | None]) -> None:
        """Take the person's word on what stands in each column."""
        before = {item.header: item.field for item in self.understood()}
        columns = columns_from(self.headers, before, chosen)
        said = Profile.load(self.choices.profile).columns if self.choices.profile else {}
        own = {name: [header for header in self.headers if chosen.get(header) == name] for name in said}
        self.choose(columns={**own, **columns})  # what is remembered gives way to what was chosen

    def choose(self, **changed: Any) -> None:
        """Change some choices; what was found out from the former ones is forgotten."""
        if self.choices.profile and self.choices.id_prefix and changed.get("id_prefix") == "":
            changed.setdefault("profile", None)  # who takes the prefix away departs from what is remembered
        if any(getattr(self.choices, name) != value for name, value in changed.items()):
            self.choices = replace(self.choices, **{"again": False, **changed})  # what was said was said of another job
            self.check = self.preview = None

    # what is remembered of a condominium

    def profiles(self) -> dict[str, str]:
        """Return what is remembered in the folder: each condominium's name to its file."""
        return profiles_in(self.folder)

    def pictures(self) -> list[str]:
        """List the pictures of the folder, any of which may be a logo."""
        return pictures(self.folder)

    def use_profile(self, path: str | None) -> None:
        """Take over what is remembered of a condominium.

        Raises:
            ConfigurationError: the file cannot be read any more.
        """
        told = remembered(Profile.load(path) if path else Profile())
        self.choose(profile=path, columns={}, **(told | {"values": {**self.choices.values, **told["values"]}}))
        self.frame, self.gone = None, {}

    @property
    def logo(self) -> str | None:
        """Return the path of the chosen profile's logo; a profile that is broken says so where it is used."""
        with suppress(ConfigurationError):
            return Profile.load(self.choices.profile).logo if self.choices.profile else None
        return None

    def remember(self, name: str, logo: str | None = None) -> Path:
        """Keep what was chosen for this condominium in a file beside its sheets; what else the file holds stays.

        Raises:
            ConfigurationError: there is a file of that name that cannot be used, so it is not written over.
        """
        path = Path(self.choices.profile) if self.choices.profile else self.folder / file_name(name)
        known = Profile.load(path) if path.exists() else Profile()
        logo = logo if self.choices.profile else logo or known.logo  # what was not shown is not taken away
        kept = profile_of(self.choices, self.mapping(), replace(known, title=name, logo=logo)).save(path)
        self.choices = replace(self.choices, profile=str(kept))
        return kept

    # check, preview, run

    def ask(self) -> Check:
        """Check everything that can be known before anything is sent."""
        told = self.choices.check_arguments()
        if self.mode == "live" or self.connection is None:
            told.pop("redirect_to", None)
        self.check = check(self.frame, self.choices.operation, connection=self.connection, progress=False, **told)
        return self.check

    def look_ahead(self) -> Preview:
        """Count what would go out now, against the journal."""
        self.preview = preview(self.choices.operation, self.frame, self._options())
        return self.preview

    def start(self, *, confirmed: int | None = None) -> Job:
        """Start the run in the background.

        Args:
            confirmed: in live mode, the number of requests that the person typed; a run that turns out to be of
                another size does not begin.

        Raises:
            ConfigurationError: there are no keys.
            LiveModeError: the number typed is not the number of requests.
        """
        if self.job is not None and not self.job.ended.is_set():
            return self.job
        if self.connection is None or self.preview is None:
            raise ConfigurationError(say("wizard", "keys_first"))
        going = self.preview.cost
        if self.mode == "live" and self.choices.operation != "verify" and confirmed != going.requests:
            raise LiveModeError(
                say("wizard", "wrong_number", requests=going.requests),
                requests=going.requests,
                emails=going.emails,
                sms=going.sms,
            )
        self._record = self._write_down(self.connection)
        output = self.free_output(self.choices.result_name())
        options = replace(self._options(), output=output, confirm=lambda cost: cost.requests == confirmed)
        self.job = Job(self.choices, self.frame, options, mode=self.connection.mode)
        self.job.start()
        return self.job

    def _options(self) -> Options:
        told = self.choices.arguments()
        known = {name: told.pop(name) for name in list(told) if name in Options.__dataclass_fields__}
        return Options(connection=self.connection, progress=False, values=told, **known)

    def _write_down(self, connection: Connection) -> Path | None:
        """Keep the choices beside the journal until the run has come to its end; a sandbox's journal goes with it."""
        known = facts(self.frame)
        if self.keys == "sandbox" or known is None:
            return None
        return Drawer(connection).put(self.choices, connection, known.sha256)

    @property
    def practice(self) -> Sandbox | None:
        """Return the sandbox, where the person practises."""
        return self._sandbox if self.keys == "sandbox" else None

    @property
    def hash(self) -> str | None:
        """Return the SHA-256 of the file that was read."""
        known = facts(self.frame) if self.frame is not None else None
        return known.sha256 if known else None

    def write_table(self, table: Any, name: str) -> Path:
        """Write a table as CSV into the folder."""
        return export_csv(table, self.free_output(name))

    def free_output(self, name: str) -> Path:
        """Name the workbook after the run's file; one that is there already is not lost."""
        wanted, number = self.folder / name, 1
        while wanted.exists():
            number += 1
            wanted = self.folder / f"{Path(name).stem} ({number}){Path(name).suffix}"
        return wanted

    def settle(self) -> None:
        """Forget the written job once its run has come to its end; one that stopped early stays to go on with."""
        job, table = self.job, self.job.table if self.job else None
        stopped = table.attrs["compropago"]["stopped"] if table is not None else "none"
        if job is not None and job.ended.is_set() and stopped is None and self._record is not None:
            Drawer(self.connection).throw_away(self._record)
            self._record = None

    # taking up again

    def unfinished(self) -> list[Unfinished]:
        """List runs that did not come to their end; empty where the journal cannot say."""
        with suppress(OSError, ConfigurationError):
            return Drawer(self.connection).unfinished()
        return []

    def running(self) -> Job | None:
        """Return the run that is going on in this kernel."""
        return running(str(self.connection.journal)) if self.connection is not None else None

    def attach(self, job: Job) -> None:
        """Take up a run that is going on in this kernel."""
        self.job, self.choices, self.connection = job, job.choices, job.connection
        self.read()

    def resume(self, unfinished: Unfinished) -> None:
        """Take up an unfinished job: its file and its choices.

        Raises:
            SheetError: the file is gone or cannot be read.
        """
        path = unfinished.choices.path
        if unfinished.choices.uploaded and path is not None and path.is_file():
            self.take_upload(path.name, path.read_bytes())
            self._new_file(replace(unfinished.choices, source=self.choices.source))
        else:
            self._new_file(unfinished.choices)
        self.read()
        self._record = unfinished.folder

    def forget(self, unfinished: Unfinished) -> None:
        """Throw an unfinished job away; the journal keeps what was sent."""
        Drawer(self.connection).throw_away(unfinished.folder)

    # files that go out

    @property
    def marked_name(self) -> str:
        """Name the copy of the workbook with the cells to mend."""
        path = self.choices.path or Path("residentes.xlsx")
        suffix = ".xlsm" if path.suffix.lower() == ".xlsm" else ".xlsx"
        return f"{path.stem}-{say('wizard', 'to_mend')}{suffix}"

    def write_marked(self) -> Path:
        """Write the copy of the workbook with the cells to mend."""
        assert self.check is not None  # noqa: S101 - the step shows it only then
        return self.check.export_excel(self.free_output(self.marked_name))

    def write_excel(self) -> Path:
        """Write the result as a workbook, where the run itself could not."""
        assert self.job is not None  # noqa: S101
        return export_excel(self.job.table, self.free_output(self.choices.result_name()))

    def write_csv(self) -> Path:
        """Write the result as CSV."""
        assert self.job is not None  # noqa: S101
        return export_csv(self.job.table, self.free_output(self.choices.result_name(".csv")))
