#!/usr/bin/env python3
"""Writes FAQ folders and question files that telefaq and its peers can be measured with.

Needs nothing but Python 3.10. Two commands:

    data.py convert CORPUS.jsonl OUT QUERIES.jsonl...   public data, optionally with entries left out
    data.py make CORPUS.jsonl OUT --phrasings 10000     a corpus of any size in the manner of CORPUS, for speed

Both write OUT/faq/entries.json, a folder to give to `telefaq --faq`, and beside it files of questions as `telefaq eval`
and `telefaq match` read them. A corpus has an entry on each line, {"id", "question", "phrasings"} and maybe "answer"; a
file of questions has {"query", "id"}. The same input gives the same bytes.
"""

import argparse
import itertools
import json
import math
import random
import re
import sys
from collections import Counter
from pathlib import Path

ANSWER_IF_NONE = "See below."
LONGEST_ID = 64
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


class DataError(Exception):
    """Something in the input or the arguments is wrong; the message says what to do about it."""


def main():
    """Runs the command in the arguments; the exit code is 2 when that cannot be done."""
    arguments = parse_arguments()
    try:
        arguments.run(arguments)
    except (DataError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n\n")[0], epilog="Each command explains itself: data.py convert --help"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    convert = commands.add_parser("convert", help="turn public data into a FAQ folder and question files")
    convert.add_argument("corpus", type=Path, help='entries, one a line: {"id", "question", "phrasings", "answer"}')
    convert.add_argument("out", type=Path, help="folder to write; made if missing")
    convert.add_argument("queries", type=Path, nargs="*", help='questions, one a line: {"query", "id"}')
    convert.add_argument(
        "--leave-out-every",
        type=whole_number(2),
        metavar="N",
        help="leave out the Nth, 2Nth, ... entry; its questions stay, with null for an id: they are out of scope",
    )
    convert.set_defaults(run=run_convert)

    make = commands.add_parser("make", help="make a corpus of any size out of the words and sentences of another")
    make.add_argument("corpus", type=Path, help="entries to take words and sentences from, one a line")
    make.add_argument("out", type=Path, help="folder to write; made if missing")
    make.add_argument("--phrasings", type=whole_number(1), default=10_000, help="in all (default %(default)s)")
    make.add_argument("--per-entry", type=whole_number(1), default=20, help="of one entry (default %(default)s)")
    make.add_argument("--questions", type=whole_number(1), default=1_000, help="to ask (default %(default)s)")
    make.add_argument("--seed", type=int, default=1, help="another seed gives another corpus (default %(default)s)")
    make.set_defaults(run=run_make)
    return parser.parse_args()


def whole_number(least):
    """A type for argparse: a whole number that is not below `least`."""

    def parse(text):
        value = int(text) if text.isdecimal() else least - 1
        if value < least:
            raise argparse.ArgumentTypeError(f"write a whole number from {least} on, not {text!r}")
        return value

    return parse


# Reading and writing


def json_lines(path):
    """The objects of a file of JSON lines, each with its place for messages."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    for number, line in enumerate(lines, start=1):
        place = f"{path}:{number}"
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError(f"{place}: {error}; write one JSON object on each line") from error
        if not isinstance(value, dict):
            raise DataError(f"{place}: this is no JSON object; write {{...}} on each line")
        yield place, value


def text_of(value, key, place):
    """The text under `key`, without space around it."""
    text = value.get(key)
    if not isinstance(text, str) or not text.strip():
        raise DataError(f'{place}: "{key}" is missing or no text; write "{key}": "..."')
    return text.strip()


def read_corpus(path):
    """The entries of a corpus in the order of the file, with an answer each and no phrasing twice."""
    entries, seen = [], set()
    for place, value in json_lines(path):
        entry_id, question = text_of(value, "id", place), text_of(value, "question", place)
        if entry_id in seen:
            raise DataError(f"{place}: there is another entry {entry_id!r}; join the two or rename one")
        if len(entry_id.encode()) > LONGEST_ID or re.search(r"\s", entry_id):
            raise DataError(f"{place}: telefaq cannot use the id {entry_id!r}; use {LONGEST_ID} bytes, no space")
        seen.add(entry_id)
        phrasings = value.get("phrasings", [])
        if not isinstance(phrasings, list) or not all(isinstance(phrasing, str) for phrasing in phrasings):
            raise DataError(f'{place}: "phrasings" is no list of texts; write "phrasings": ["...", "..."]')
        asked = dict.fromkeys(stripped for phrasing in phrasings if (stripped := phrasing.strip()))
        asked.pop(question, None)
        answer = str(value.get("answer") or "").strip() or ANSWER_IF_NONE
        entries.append({"id": entry_id, "question": question, "answer": answer, "phrasings": list(asked)})
    if not entries:
        raise DataError(f"{path} has no entries; is it the right file?")
    return entries


def read_questions(path, known_ids):
    """The questions of a file; their ids, if any, have to be among `known_ids`."""
    questions = []
    for place, value in json_lines(path):
        query, right = text_of(value, "query", place), value.get("id")
        for entry_id in right if isinstance(right, list) else [right]:
            if entry_id is not None and entry_id not in known_ids:
                raise DataError(f"{place}: the corpus has no entry {entry_id!r}; give the corpus of these questions")
        questions.append({"query": query, "id": right})
    return questions


def write_folder(out, entries):
    """Writes the entries to OUT/faq/entries.json and says so."""
    folder = out / "faq"
    folder.mkdir(parents=True, exist_ok=True)
    text = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    (folder / "entries.json").write_text(f"[\n{text}\n]\n", encoding="utf-8")
    phrasings = sum(1 + len(entry["phrasings"]) for entry in entries)
    print(f"{folder}: {len(entries):,} entries, {phrasings:,} phrasings")


def write_questions(path, questions):
    """Writes questions as JSON lines and says so."""
    lines = (json.dumps(question, ensure_ascii=False) + "\n" for question in questions)
    path.write_text("".join(lines), encoding="utf-8")
    unanswerable = sum(question["id"] is None for question in questions)
    print(f"{path}: {len(questions):,} questions, {unanswerable:,} of them out of scope")


# Converting


def run_convert(arguments):
    """`data.py convert`."""
    entries = read_corpus(arguments.corpus)
    known_ids = {entry["id"] for entry in entries}
    step = arguments.leave_out_every
    kept = [entry for number, entry in enumerate(entries, start=1) if step is None or number % step]
    kept_ids = {entry["id"] for entry in kept}
    names = Counter(path.name for path in arguments.queries)
    if names and max(names.values()) > 1:
        raise DataError("two files of questions have the same name; rename one, or convert them to two folders")
    files = {path.name: read_questions(path, known_ids) for path in arguments.queries}
    write_folder(arguments.out, kept)
    for name, questions in files.items():
        write_questions(arguments.out / name, [without_left_out(question, kept_ids) for question in questions])


def without_left_out(question, kept_ids):
    """The question with the ids that the folder still has; null if it has none of them."""
    right = question["id"]
    if isinstance(right, list):
        still = [entry_id for entry_id in right if entry_id in kept_ids]
        return {**question, "id": still or None}
    return {**question, "id": right if right in kept_ids else None}


# Making


def run_make(arguments):
    """`data.py make`."""
    count = max(1, arguments.phrasings // arguments.per_entry)
    manner = Manner(read_corpus(arguments.corpus), arguments.corpus)
    source = random.Random(arguments.seed)
    vocabulary = manner.vocabulary(count * arguments.per_entry, source)
    topics = deal_topics(vocabulary, count, source)
    width = max(4, len(str(count)))
    # Questions are shared out evenly: over all entries, or over some that lie evenly apart.
    asked = Counter(number * count // arguments.questions for number in range(arguments.questions))
    entries, questions, seen, used = [], [], set(), Counter()
    for number, topic in enumerate(topics):
        words = endless(topic, source)
        texts = [fresh_phrasing(manner, words, seen, source) for _ in range(arguments.per_entry + asked[number])]
        entry_id = f"entry-{number + 1:0{width}}"
        question, *phrasings = texts[: arguments.per_entry]
        entries.append({"id": entry_id, "question": question, "answer": ANSWER_IF_NONE, "phrasings": phrasings})
        questions += [{"query": query, "id": entry_id} for query in texts[arguments.per_entry :]]
        for text in texts[: arguments.per_entry]:
            used.update(words_of(text))
    write_folder(arguments.out, entries)
    write_questions(arguments.out / "queries.jsonl", questions)
    wanted = manner.words_expected(used.total())
    print(f"{used.total():,} words, {len(used):,} different; Heaps' law gives {wanted:,} for {manner.law()}")


def words_of(text):
    """The words of a text in lower case."""
    return WORD.findall(text.lower())


class Manner:
    """How a corpus speaks: its sentences, which of their words carry the subject, how its vocabulary grows.

    Words that more than an eighth of the entries use are the frame of a sentence ("how", "my", in a bank also "card")
    and stay; the others are the subject and are replaced.
    """

    def __init__(self, entries, path):
        """Learns from the entries of the corpus in the file `path`."""
        texts = [[entry["question"], *entry["phrasings"]] for entry in entries]
        running = [word for text in itertools.chain.from_iterable(texts) for word in words_of(text)]
        entries_with = Counter(word for group in texts for word in {word for text in group for word in words_of(text)})
        frequency = Counter(running)
        common = {word for word in frequency if entries_with[word] > len(entries) / 8 or len(word) < 3}
        self.subjects = [word for word, _ in frequency.most_common() if word not in common]
        self.frames = [
            text
            for text in itertools.chain.from_iterable(texts)
            if sum(word not in common for word in words_of(text)) >= 2
        ]
        self.common = common
        if len(self.frames) < 20 or len(self.subjects) < 20:
            raise DataError(f"{path} is too small to make another corpus from; give one of a hundred sentences or more")
        self.length = sum(len(words_of(frame)) for frame in self.frames) / len(self.frames)
        # Heaps' law, vocabulary = k * words ** b, through the whole corpus and halves of it: every other word.
        whole, half = len(set(running)), len(set(running[::2]))
        self.exponent = math.log(whole / half) / math.log(len(running) / len(running[::2]))
        self.factor = whole / len(running) ** self.exponent

    def words_expected(self, running):
        """How many different words a text of so many words has."""
        return round(self.factor * running**self.exponent)

    def law(self):
        """Heaps' law as measured."""
        return f"{self.factor:.1f} * words^{self.exponent:.2f}"

    def vocabulary(self, phrasings, source):
        """As many subject words as so many phrasings have, those of the corpus first, then words made like them."""
        count = self.words_expected(phrasings * self.length) - len(self.common)
        count = max(count, 20)
        words = dict.fromkeys(self.subjects[:count])
        long = [word for word in self.subjects if len(word) >= 4 and "'" not in word]
        while len(words) < count:
            first, second = source.choice(long), source.choice(long)
            made = first[: source.randint(2, len(first) - 1)] + second[source.randint(1, len(second) - 2) :]
            if 4 <= len(made) <= 14 and made not in self.common:
                words[made] = None
        return list(words)


def deal_topics(vocabulary, count, source):
    """The subject words of each of `count` entries.

    Every word of the vocabulary is dealt to an entry, so all are used; what an entry lacks to sixteen words it shares
    with others, common words more often than rare ones (Zipf's law).
    """
    shuffled = source.sample(vocabulary, len(vocabulary))
    cumulated = list(itertools.accumulate(1 / rank for rank in range(1, len(vocabulary) + 1)))
    wanted = min(16, len(vocabulary))
    topics = []
    for number in range(count):
        topic = dict.fromkeys(shuffled[number::count])
        while len(topic) < wanted:
            topic.update(dict.fromkeys(source.choices(vocabulary, cum_weights=cumulated, k=wanted - len(topic))))
        topics.append(list(topic))
    return topics


def endless(words, source):
    """The words over and over, shuffled anew each time: none is left out."""
    while True:
        yield from source.sample(words, len(words))


def fresh_phrasing(manner, words, seen, source):
    """A sentence of the corpus about other words, one that has not been made before."""
    for _ in range(1_000):
        frame = source.choice(manner.frames)
        text = WORD.sub(lambda found: replaced(found[0], manner.common, words), frame)
        if text not in seen:
            seen.add(text)
            return text
    raise DataError("the corpus is too small for so many different phrasings; give a larger one or lower --per-entry")


def replaced(word, common, words):
    """The next word if this one is a subject, with a capital if it has one."""
    if word.lower() in common:
        return word
    other = next(words)
    return other.capitalize() if word[0].isupper() else other


if __name__ == "__main__":
    sys.exit(main())
