"""Dossiers kept: drafts and filed ones, their values, steps, clocks, signatures and papers."""

from __future__ import annotations

from lienthong.services.store import acts, attachments, claims, clocks, complaints, dossiers, queue, steps, tables

__all__ = ["acts", "attachments", "claims", "clocks", "complaints", "dossiers", "queue", "steps", "tables"]
