"""Vietnamese text from before Unicode: which encoding a column is in, and the same text in Unicode. No files, no I/O.

A text of unknown encoding travels as its *surface*: what a program shows that takes the bytes for Western European
letters (``NguyÔn``). Each character of a surface stands for one byte.
"""

from lienthong.kernel.legacy.detection import CERTAIN, Guess, guess
from lienthong.kernel.legacy.syllables import plausible, share
from lienthong.kernel.legacy.tables import ENCODINGS, TITLES, check_encoding, decode, encode, is_surface

__all__ = [
    "CERTAIN",
    "ENCODINGS",
    "TITLES",
    "Guess",
    "check_encoding",
    "decode",
    "encode",
    "guess",
    "is_surface",
    "plausible",
    "share",
]
