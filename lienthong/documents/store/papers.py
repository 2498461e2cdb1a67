"""Issued documents, wallets, certificates of signers."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Column, Integer, String, Text, UniqueConstraint, select, update
from sqlalchemy.exc import IntegrityError

from lienthong.documents.domain.document import Document, Signatory, Status
from lienthong.documents.store.statuses import give_place
from lienthong.kernel import clock, driver, runtime
from lienthong.kernel.database import Scope, table
from lienthong.kernel.i18n import Bilingual
from lienthong.kernel.keeping import names_file

documents = table(
    "document",
    Column("serial", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", String(26), nullable=False, unique=True),
    Column("issue_key", String(200), nullable=False, unique=True),
    Column("type", String(60), nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("number", String(60), nullable=False),
    Column("subject", String(12), nullable=False),
    Column("subject_name", Text, nullable=False),
    Column("agency", String(40), nullable=False),
    Column("agency_name", Text, nullable=False),
    Column("dossier", String(60), nullable=False, index=True),
    Column("signatory", Text, nullable=False),
    Column("values", Text, nullable=False),
    Column("shown", Text, nullable=False),
    Column("holders", Text, nullable=False),
    Column("issued_at", String(27), nullable=False),
    Column("ready", Integer, nullable=False),
    Column("status", String(10), nullable=False),
    Column("replaced_by", String(26), nullable=False),
    Column("pdf", String(64), nullable=False, index=True, info=names_file()),
    scope=Scope.PARTICIPANTS,
)
wallets = table(
    "wallet_document",
    Column("subject", String(12), primary_key=True),
    Column("document", String(26), primary_key=True),
    Column("credential", Text, nullable=False),
    Column("added_at", String(27), nullable=False),
    scope=Scope.SUBJECT,
)
certificates = table(
    "signing_certificate",
    Column("id", String(26), primary_key=True),
    Column("kind", String(10), nullable=False),  # root, person, seal, issuer
    Column("owner", String(60), nullable=False),
    Column("label", String(64), nullable=False),  # digest of the names in the certificate: a new position, a new one
    Column("certificate", Text, nullable=False),
    Column("made_at", String(27), nullable=False),
    UniqueConstraint("kind", "owner", "label"),
    scope=Scope.PUBLIC,
)

_Stored: Any = namedtuple("_Stored", [*documents.columns.keys(), "place"])  # pyright: ignore[reportUntypedNamedTuple]
_PLACED = "FROM document d LEFT JOIN document_place p ON p.document = d.id"
_COLUMNS = ", ".join(f'd."{column.name}"' for column in documents.columns)
_EVERY = f"SELECT {_COLUMNS}, p.place {_PLACED}"


def insert(document: Document, *, issue_key: str, holders: Sequence[str]) -> Document:
    """Keep a new document and answer it with its serial; the document of this key when another process was first."""
    values = {
        "id": document.id,
        "issue_key": issue_key,
        "type": document.type,
        "version": document.version,
        "title": _text(document.title),
        "number": document.number,
        "subject": document.subject,
        "subject_name": document.subject_name,
        "agency": document.agency,
        "agency_name": _text(document.agency_name),
        "dossier": document.dossier,
        "signatory": _text(document.signatory),
        "values": _text(document.values),
        "shown": _text(document.shown),
        "holders": _text(list(holders)),
        "issued_at": clock.stamp(document.issued_at),
        "ready": 0,
        "status": document.status.value,
        "replaced_by": document.replaced_by,
        "pdf": document.pdf,
    }
    with runtime.current().database.transaction() as connection:
        try:
            with connection.begin_nested():
                serial = connection.execute(
                    documents.insert().values(**values).returning(documents.c.serial)
                ).scalar_one()
        except IntegrityError:
            if (earlier := by_issue_key(issue_key)) is None:
                raise
            return earlier
        return replace(document, serial=serial, place=give_place(document.id, serial))


def by_issue_key(issue_key: str) -> Document | None:
    """Return the document of an issue key."""
    return _one("WHERE d.issue_key = ?", issue_key)


def by_id(document_id: str) -> Document | None:
    """Return a document."""
    return _one("WHERE d.id = ?", document_id)


def by_serial(serial: int) -> Document | None:
    """Return the document of a serial number."""
    return _one("WHERE d.serial = ?", serial)


def by_place(place: int) -> Document | None:
    """Return the document that stands at a place of the status lists."""
    return _one("WHERE p.place = ?", place)


def without_place() -> list[tuple[str, int]]:
    """Return (id, serial) of the documents that have no place in a status list."""
    sql = f"SELECT d.id, d.serial {_PLACED} WHERE p.place IS NULL"
    with runtime.current().database.reading() as connection:
        return [(row[0], row[1]) for row in driver.rows(connection, sql)]


def end(document_id: str, *, status: Status, replaced_by: str) -> bool:
    """Take a valid document back; answer whether this call did it."""
    active = (documents.c.id == document_id, documents.c.status == Status.ACTIVE.value)
    with runtime.current().database.transaction() as connection:
        changed = connection.execute(
            update(documents).where(*active).values(status=status.value, replaced_by=replaced_by)
        )
        return changed.rowcount == 1


def of_dossier(dossier: str) -> list[Document]:
    """Return the documents of a dossier, oldest first."""
    return _many("WHERE d.dossier = ? ORDER BY d.serial", dossier)


def held_by(subject: str) -> list[Document]:
    """Return the documents in a person's wallet, newest first."""
    return _many("JOIN wallet_document w ON w.document = d.id WHERE w.subject = ? ORDER BY d.serial DESC", subject)


def holders_of(document_id: str) -> list[str]:
    """Return the personal numbers of those who are to hold the document."""
    with runtime.current().database.reading() as connection:
        text = connection.execute(select(documents.c.holders).where(documents.c.id == document_id)).scalar_one()
    return msgspec.json.decode(text, type=list[str])


def credential(document_id: str, subject: str) -> str | None:
    """Return the digital document a person holds, None when it is not in their wallet."""
    query = select(wallets.c.credential).where(wallets.c.document == document_id, wallets.c.subject == subject)
    with runtime.current().database.reading() as connection:
        return connection.execute(query).scalar()


def finish(document_id: str, *, pdf: str, credentials: Mapping[str, str], at: datetime) -> bool:
    """Make a waiting document ready and put it into the wallets, once; answer whether this call did it."""
    with runtime.current().database.transaction() as connection:
        changed = connection.execute(
            update(documents).where(documents.c.id == document_id, documents.c.ready == 0).values(ready=1, pdf=pdf)
        )
        if changed.rowcount != 1:
            return False
        connection.execute(
            wallets.insert(),
            [
                {"subject": subject, "document": document_id, "credential": each, "added_at": clock.stamp(at)}
                for subject, each in credentials.items()
            ],
        )
    return True


def certificate(kind: str, owner: str, label: str) -> str | None:
    """Return the PEM of a signer's certificate."""
    same = (certificates.c.kind == kind, certificates.c.owner == owner, certificates.c.label == label)
    with runtime.current().database.reading() as connection:
        return connection.execute(select(certificates.c.certificate).where(*same)).scalar()


def keep_certificate(row: Mapping[str, str]) -> None:
    """Keep a signer's certificate (columns of the table)."""
    with runtime.current().database.transaction() as connection:
        connection.execute(certificates.insert().values(**row))


def certificates_of(kind: str) -> list[str]:
    """Return the PEM of every certificate of a kind, oldest first."""
    query = select(certificates.c.certificate).where(certificates.c.kind == kind).order_by(certificates.c.id)
    with runtime.current().database.reading() as connection:
        return list(connection.execute(query).scalars())


def _one(ending: str, value: str | int) -> Document | None:
    return next(iter(_many(ending, value)), None)


def _many(ending: str, value: str | int) -> list[Document]:
    """Return the documents that the rest of a query leaves (d: the document, p: its place)."""
    with runtime.current().database.reading() as connection:
        return [_document(_Stored(*row)) for row in driver.rows(connection, f"{_EVERY} {ending}", [value])]


def _document(row: Any) -> Document:
    return Document(
        id=row.id,
        serial=row.serial,
        place=row.place or 0,
        type=row.type,
        version=row.version,
        title=msgspec.json.decode(row.title, type=Bilingual),
        number=row.number,
        subject=row.subject,
        subject_name=row.subject_name,
        agency=row.agency,
        agency_name=msgspec.json.decode(row.agency_name, type=Bilingual),
        dossier=row.dossier,
        signatory=msgspec.json.decode(row.signatory, type=Signatory),
        values=msgspec.json.decode(row.values),
        shown=msgspec.json.decode(row.shown),
        issued_at=clock.moment(row.issued_at),
        ready=bool(row.ready),
        status=Status(row.status),
        replaced_by=row.replaced_by,
        pdf=row.pdf,
    )


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode()
