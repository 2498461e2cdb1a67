"""What oversight keeps: sessions, conclusions, tasks with their histories, plans, reports of figures by agencies."""

from __future__ import annotations

from lienthong.oversight.store import figures, meetings, plans, reminders, tables, tasks

__all__ = ["figures", "meetings", "plans", "reminders", "tables", "tasks"]
