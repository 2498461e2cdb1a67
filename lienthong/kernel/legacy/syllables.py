"""What can be a Vietnamese syllable: an onset, a rime and a tone by the rules of the spelling, not a list of words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RIMES = (
    "a ac ach ai am an ang anh ao ap at au ay ak ăc ăm ăn ăng ăp ăt ăk âc âm ân âng âp ât âu ây "
    "e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu "
    "o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oem oen oeo oet oc oi om on ong "
    "ooc oong op ot ok ô ôc ôi ôm ôn ông ôp ôt ôk ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung "
    "uơ up ut uk uy uya uych uyên uyêt uynh uyt uyu uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưm ưng ưt ưu "
    "ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêng yêt yêu ynh yt"
)
_SYLLABLES = frozenset(onset + rime for onset in ("", *_ONSETS.split()) for rime in _RIMES.split())
_STOPPED = re.compile("(?:c|ch|k|p|t)$")
_TONES = {"\u0300": "huyền", "\u0301": "sắc", "\u0303": "ngã", "\u0309": "hỏi", "\u0323": "nặng"}
_SHAPED = "ăâêôơư"
_WORD = re.compile(r"[^\s\d!-/:-@\[-`{-~\u2013\u2014\u201c\u201d]+")


@lru_cache(maxsize=1 << 16)
def plausible(word: str) -> bool:
    """Return whether a word without spaces may be a Vietnamese syllable, its letter case and tone's place included."""
    if not (word.islower() or word.isupper() or (word[0].isupper() and word[1:].islower())):
        return False
    tone = ""
    letters: list[str] = []
    bare = ""
    for letter in word.lower():
        marks = unicodedata.normalize("NFD", letter)
        own = [mark for mark in marks if mark in _TONES]
        if own:
            if tone or len(own) > 1:
                return False
            tone, bare = _TONES[own[0]], unicodedata.normalize("NFC", "".join(m for m in marks if m not in _TONES))
            letters.append(bare)
        else:
            letters.append(letter)
    toneless = "".join(letters)
    if toneless not in _SYLLABLES:
        return False
    if _STOPPED.search(toneless) and tone not in {"sắc", "nặng"}:
        return False
    shaped = [letter for letter in toneless if letter in _SHAPED]
    return not tone or not shaped or bare == shaped[-1]


def words(text: str) -> list[str]:
    """Return the words of a text: what stands between spaces, digits and punctuation, symbols of a surface included."""
    return _WORD.findall(text)


def share(texts: Iterable[str]) -> float:
    """Return which share (0 to 1) of the words with letters beyond ASCII may be Vietnamese; 0 when there is none."""
    told = [plausible(word) for text in texts for word in words(text) if not word.isascii()]
    return sum(told) / len(told) if told else 0.0
