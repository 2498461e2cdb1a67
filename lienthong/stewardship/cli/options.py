"""Options that a steward's commands share."""

from __future__ import annotations

from pathlib import Path

import click

AGENCY = click.option("--as", "agency", default="", help="Mã cơ quan (mặc định: chủ quản). | Agency at work.")
BASIS = click.option("--basis", default="", help="Mã căn cứ pháp lý (mặc định: của cơ sở dữ liệu). | Legal basis.")
REASON = click.option("--reason", default="", help="Lý do. | Reason.")
NAME = click.argument("name", metavar="REGISTER")
FILE = click.argument("file", type=click.Path(path_type=Path))
BATCH = click.argument("batch", metavar="BATCH")
REPORT = click.option("--report", type=click.Path(path_type=Path), help="Ghi kết quả dạng JSON. | Result as JSON.")
ROWS = click.option("--rows", type=click.Path(path_type=Path), help="Ghi từng dòng ra CSV. | One line for each row.")
REJECTS = click.option("--rejects", type=click.Path(path_type=Path), help="Tệp ghi dòng bị từ chối. | File of rejects.")
