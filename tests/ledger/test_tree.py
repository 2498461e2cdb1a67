"""The tree hashes as RFC 6962 says, checked against the published vectors of its reference implementation."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienthong.ledger.domain import tree as domain
from lienthong.ledger.domain.checkpoint import digest_of
from lienthong.ledger.domain.tree import EMPTY_ROOT, Frontier, node_hash

# The eight inputs, roots and proofs of certificate-transparency's merkle_tree_test (Google, Apache-2.0), which RFC 9162
# section 2.1.5 illustrates.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = [  # leaf (from 0), size, path
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENCY = [  # old size, new size, path
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]


def grown(leaves: list[bytes]) -> tuple[Frontier, dict[domain.Place, bytes]]:
    frontier, nodes = Frontier(), {}
    for leaf in leaves:
        nodes[0, frontier.size] = domain.leaf_hash(leaf)
        nodes.update(frontier.add(leaf))
    return frontier, nodes


def plain_root(leaves: list[bytes]) -> bytes:
    """The definition of the RFC, word for word and slow: the judge of the quick one."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(plain_root(leaves[:k]), plain_root(leaves[k:]))


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert Frontier().root() == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert grown(INPUTS[:size])[0].root().hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_inclusion_paths_are_the_published_ones(index: int, size: int, path: list[str]) -> None:
    _, nodes = grown(INPUTS[:size])
    made = domain.hashes(domain.inclusion_ranges(index, size), nodes)
    assert [each.hex() for each in made] == path
    assert domain.root_from_inclusion(index, size, INPUTS[index], made) == bytes.fromhex(ROOTS[size - 1])


@pytest.mark.parametrize(("old", "new", "path"), CONSISTENCY)
def test_consistency_paths_are_the_published_ones(old: int, new: int, path: list[str]) -> None:
    _, nodes = grown(INPUTS[:new])
    made = domain.hashes(domain.consistency_ranges(old, new), nodes)
    assert [each.hex() for each in made] == path
    assert domain.consistent(old, bytes.fromhex(ROOTS[old - 1]), new, bytes.fromhex(ROOTS[new - 1]), made)


LEAVES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70, unique=True)


@given(LEAVES, st.data())
def test_any_leaf_is_proved_and_no_other_passes_for_it(leaves: list[bytes], data: st.DataObject) -> None:
    size = len(leaves)
    index = data.draw(st.integers(0, size - 1))
    frontier, nodes = grown(leaves)
    path = domain.hashes(domain.inclusion_ranges(index, size), nodes)
    assert frontier.root() == plain_root(leaves)
    assert domain.root_from_inclusion(index, size, leaves[index], path) == frontier.root()
    wrong = data.draw(st.integers(0, size - 1).filter(lambda other: other != index)) if size > 1 else None
    if wrong is not None:
        assert domain.root_from_inclusion(index, size, leaves[wrong], path) != frontier.root()
        assert domain.root_from_inclusion(wrong, size, leaves[index], path) != frontier.root()
        assert domain.root_from_inclusion(index, size, leaves[index], path[:-1]) != frontier.root()
    assert domain.root_from_inclusion(index, size, leaves[index], (*path, bytes(32))) is None


@given(LEAVES, st.data())
def test_a_grown_log_is_consistent_and_a_rewritten_one_is_not(leaves: list[bytes], data: st.DataObject) -> None:
    new = len(leaves)
    old = data.draw(st.integers(1, new))
    before, _ = grown(leaves[:old])
    after, nodes = grown(leaves)
    path = domain.hashes(domain.consistency_ranges(old, new), nodes)
    assert domain.consistent(old, before.root(), new, after.root(), path)
    changed = data.draw(st.integers(0, old - 1))
    rewritten = [bytes(32) if at == changed else leaf for at, leaf in enumerate(leaves)]
    if rewritten != leaves:
        other, nodes = grown(rewritten)
        path = domain.hashes(domain.consistency_ranges(old, new), nodes)
        assert not domain.consistent(old, before.root(), new, other.root(), path)


def test_a_digest_depends_on_salt_and_content_alone() -> None:
    salt = bytes(range(32))
    expected = hashlib.sha256(salt + '{"fields":["name"],"who":"Cán bộ"}'.encode()).digest()
    assert digest_of({"who": "Cán bộ", "fields": ["name"]}, salt) == expected
    assert digest_of({"who": "Cán bộ", "fields": ["name"]}, bytes(32)) != expected
