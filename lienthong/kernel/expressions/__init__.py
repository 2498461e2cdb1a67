"""The small language of definitions: conditions, checks, fees, quality rules and indicator predicates.

A listed subset of CEL: ``true false null``, whole and decimal numbers, ``'text'`` or ``"text"``, ``[lists]``, ``a.b``,
``== != < <= > >= in``, ``&& || !``, ``+ - * /``, ``c ? a : b``, ``has(a.b)``, ``list.all(x, …)``, ``list.exists(x, …)``
and our own functions (``functions.TABLE``). The same text is evaluated in Python and compiled to SQL.

**Null**: what is missing is null. ``==``, ``!=``, ``in``, ``has``, ``known``, ``none`` always answer true or false
(null equals null alone). Order, arithmetic and functions over null give null; ``&& || !`` are three-valued as in SQL
(``null && false`` is false); a condition that is null counts as false. Dividing by zero gives null; whole numbers
divide to a whole number, towards zero.

**Time**: a date is ISO text, possibly partial (``1955``, ``1955-04``: counted from its first day); a moment is a stored
stamp; an epoch is whole seconds. ``date()`` turns the latter two into Viet Nam's calendar day.
"""

from lienthong.kernel.expressions.check import Expression, compile_expression
from lienthong.kernel.expressions.functions import Function
from lienthong.kernel.expressions.kinds import Kind
from lienthong.kernel.expressions.sql import to_sql

__all__ = ["Expression", "Function", "Kind", "compile_expression", "to_sql"]
