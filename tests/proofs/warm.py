"""Imported once by the fork server: everything a life of the house needs, so that it begins in a moment."""

from importlib import import_module

from lienthong.app import asgi, rooms
from tests import templates

PARTS = ("store", "events", "spec", "jobs", "web")
LIBRARIES = ("duckdb", "granian.constants", "granian.server.embed", "typst")
ROOMS = [rooms.module(room, part) for room in rooms.ROOMS for part in PARTS]
OTHERS = [import_module(each) for each in LIBRARIES]
APPLICATION = asgi.pages_and_endpoints()
asgi.pages_and_endpoints = lambda: APPLICATION  # in the fork server alone: every life gets a copy of its own
templates.keep_compiled()
templates.compile_all()
