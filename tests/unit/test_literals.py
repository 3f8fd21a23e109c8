"""Many literals in one pass: every place of every literal, and no other; the time grows with the text alone."""

import random
import time

from kubectl_crashloop import literals
from kubectl_crashloop.bundled import bundled_knowledge
from kubectl_crashloop.literals import MOST, index_of

INDEX = bundled_knowledge().index


def places(text, index):
    return literals.places(text.encode(), index)


def by_hand(text, words):
    """The same by one search a literal."""
    data = text.encode()
    found = {w: [i for i in reversed(range(len(data))) if data.startswith(w.encode(), i)][:MOST] for w in words}
    return {w: at for w, at in found.items() if at}


def test_every_place_of_every_literal():
    words = ["refused", "connection refused", "fused", "403", "no", "aaaa", "aaaaa", "é: not found"]
    text = "connection refused\nno 403 no\naaaaaaa\né: not found, fused"
    assert places(text, index_of(words)) == by_hand(text, words)


def test_no_place_where_only_a_part_stands():
    assert places("onnection refuse\nconnectio refused", index_of(["connection refused"])) == {}
    assert places("", index_of(["abcd", "abc"])) == {}
    assert places("ab", index_of(["abcd", "abc"])) == {}


def test_random_texts_agree_with_one_search_a_literal():
    chance = random.Random(7)
    for _ in range(200):
        words = {"".join(chance.choices("ab", k=chance.randint(1, 7))) for _ in range(12)}
        text = "".join(chance.choices("ab", k=60))
        assert places(text, index_of(words)) == by_hand(text, words)


def test_of_very_many_places_the_last_ones_are_given():
    found = places("key: key: no\n" * 100, index_of(["key: ", "no"]))
    assert {word: len(at) for word, at in found.items()} == {"key: ": MOST, "no": MOST}
    assert found["no"][0] == 13 * 100 - 3


def test_a_text_of_nothing_but_near_misses_takes_no_longer_than_reading_it():
    near = "\n".join(literal[:-1] + "~" + literal[1:] for known in INDEX.runs.values() for literal, _, _ in known)
    text = (near + "\n") * (2**20 // len(near) + 1)
    started = time.process_time()
    places(text[: 2**20], INDEX)
    assert time.process_time() - started < 0.6
