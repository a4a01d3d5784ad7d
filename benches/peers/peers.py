#!/usr/bin/env python3
"""Measures well-known string matchers on a FAQ folder and question files that data.py wrote.

    peers.py OUT/faq OUT/queries.jsonl...

Prints a Markdown table, or JSON. Every peer gets the question and phrasings of each entry and no answers, and says the
entry of the phrasing that it finds best. What the columns mean is in README.md.
"""

import argparse
import importlib.metadata
import json
import re
import sqlite3
import statistics
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

try:
    import numpy
    import tantivy
    from rapidfuzz import distance, fuzz, process, utils
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics import roc_auc_score
    from sklearn.pipeline import FeatureUnion
    from sklearn.svm import LinearSVC
    from threadpoolctl import threadpool_limits
except ImportError as error:
    sys.exit(f"error: {error}; run pip install -r requirements.txt in a virtual environment")

NOTHING = (None, 0.0)
"""What a peer says that finds no phrasing at all."""


class InputError(Exception):
    """Something in the input or the arguments is wrong; the message says what to do about it."""


@dataclass(frozen=True)
class Corpus:
    """All phrasings, in the order of the folder's file, and the id of the entry that each belongs to."""

    texts: list[str]
    owners: list[str]

    def joined(self):
        """The same with all phrasings of an entry in one text."""
        entries = defaultdict(list)
        for text, owner in zip(self.texts, self.owners):
            entries[owner].append(text)
        return Corpus([" ".join(texts) for texts in entries.values()], list(entries))


@dataclass(frozen=True)
class Question:
    """A question and the ids of the right entries: none if it is out of scope."""

    query: str
    right: frozenset[str]


@dataclass(frozen=True)
class Peer:
    """A row of the table. `build` takes a Corpus and gives a function from a question to (id, score)."""

    name: str
    about: str
    build: Callable


def main():
    """Measures and prints; the exit code is 2 when that cannot be done."""
    arguments = parse_arguments()
    try:
        corpus = read_folder(arguments.faq)
        files = {path.stem: read_questions(path) for path in arguments.questions}
        if len(files) < len(arguments.questions):
            raise InputError("two files of questions have the same name; rename one")
        chosen = choose(arguments.only)
        files = {name: spread(questions, arguments.sample) for name, questions in files.items()}
        with threadpool_limits(1):
            rows = [measure(peer, corpus, files) for peer in chosen]
    except (InputError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    report = {
        "folder": str(arguments.faq),
        "entries": len(set(corpus.owners)),
        "phrasings": len(corpus.texts),
        "questions": {name: len(questions) for name, questions in files.items()},
        "versions": versions(),
        "peers": rows,
    }
    print(json.dumps(report, indent=2) if arguments.json else table(report))
    return 0


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("faq", type=Path, nargs="?", help="folder with an entries.json, as data.py writes it")
    parser.add_argument("questions", type=Path, nargs="*", help='files of questions, one a line: {"query", "id"}')
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="measure this peer; repeatable")
    parser.add_argument("--sample", type=int, metavar="N", help="ask N questions of each file, spread evenly")
    parser.add_argument("--json", action="store_true", help="the same as JSON, for programs")
    parser.add_argument("--list", action="store_true", help="say what the peers are, and stop")
    arguments = parser.parse_args()
    if arguments.list:
        for peer in peers():
            print(f"{peer.name:<28} {peer.about}")
        parser.exit()
    if not arguments.questions:
        parser.error("name the folder that data.py wrote, then one or more files of questions")
    if arguments.sample is not None and arguments.sample < 1:
        parser.error("--sample takes a number from 1 on")
    return arguments


def read_folder(folder):
    """The corpus in FOLDER/entries.json."""
    file = folder / "entries.json"
    if not file.is_file():
        raise InputError(f"{file} does not exist; write the folder with data.py first")
    try:
        entries = json.loads(file.read_text(encoding="utf-8"))
        pairs = [(text, entry["id"]) for entry in entries for text in [entry["question"], *entry["phrasings"]]]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{file} is not as data.py writes it ({error!r}); write it anew") from error
    if not pairs:
        raise InputError(f"{file} has no entries; write it anew with data.py")
    return Corpus(*map(list, zip(*pairs)))


def read_questions(path):
    """The questions of a file as `telefaq eval` reads them: `id` is a text, a list of them, or null."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    questions = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            query, right = value["query"], value["id"]
            if not isinstance(query, str):
                raise TypeError("the query is no text")
            questions.append(Question(query, frozenset([right] if isinstance(right, str) else right or [])))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f'{path}:{number}: write {{"query": "...", "id": "..."}}, or null for the id') from error
    if not questions:
        raise InputError(f"{path} has no questions; is it the right file?")
    return questions


def choose(names):
    """The peers of these names; all if there are none."""
    known = {peer.name: peer for peer in peers()}
    for name in names:
        if name not in known:
            raise InputError(f"there is no peer {name!r}; the peers are: {'; '.join(known)}")
    return [known[name] for name in names] or list(known.values())


def spread(questions, count):
    """So many of the questions, evenly apart; all if there are not more."""
    if count is None or count >= len(questions):
        return questions
    return [questions[number * len(questions) // count] for number in range(count)]


# Measuring


def measure(peer, corpus, files):
    """Builds a peer and asks it every question: one row of the report."""
    started = time.perf_counter()
    ask = peer.build(corpus)
    build_seconds = time.perf_counter() - started
    ask("the first question warms up")
    results, nanoseconds = {}, []
    for name, questions in files.items():
        answers = []
        for question in questions:
            # Processor time of this thread, which other programs on the machine do not lengthen.
            started = time.thread_time_ns()
            answers.append(ask(question.query))
            nanoseconds.append(time.thread_time_ns() - started)
        results[name] = rate(questions, answers)
    nanoseconds.sort()
    return {
        "name": peer.name,
        "files": results,
        "median_us": statistics.median(nanoseconds) / 1000,
        "p99_us": nanoseconds[(len(nanoseconds) - 1) * 99 // 100] / 1000,
        "build_seconds": build_seconds,
    }


def rate(questions, answers):
    """How good the answers are. A figure is None where a file lacks the questions for it."""
    inside, right, outside = [], [], []
    for question, (entry_id, score) in zip(questions, answers):
        if not question.right:
            outside.append(float(score))
            continue
        inside.append(float(score))
        if entry_id in question.right:
            right.append(float(score))
    return {
        "accuracy": 100 * len(right) / len(inside) if inside else None,
        "auroc": separation(inside, outside),
        "auroc_of_right": separation(right, outside),
    }


def separation(inside, outside):
    """Area under the ROC curve in per cent: how often a score inside is above one outside, ties counting half."""
    if not inside or not outside:
        return None
    return 100 * float(roc_auc_score([1] * len(inside) + [0] * len(outside), inside + outside))


def versions():
    """What was measured."""
    named = ["rapidfuzz", "scikit-learn", "tantivy"]
    return {"SQLite": sqlite3.sqlite_version, **{name: importlib.metadata.version(name) for name in named}}


def table(report):
    """The report as a Markdown table with a line above it."""
    shown = [("accuracy", "accuracy@1"), ("auroc", "AUROC"), ("auroc_of_right", "AUROC of right")]
    first = report["peers"][0]["files"]
    columns = [
        (name, key, f"{title}, {name}")
        for name in first
        for key, title in shown
        if first[name][key] is not None
    ]
    counts = ", ".join(f"{count:,} of {name}" for name, count in report["questions"].items())
    software = ", ".join(f"{name} {version}" for name, version in report["versions"].items())
    lines = [
        f"{report['entries']:,} entries, {report['phrasings']:,} phrasings; questions: {counts}; {software}",
        "",
        " | ".join(["| peer", *(title for _, _, title in columns), "median µs", "p99 µs", "build s |"]),
        "|---" * (len(columns) + 4) + "|",
    ]
    for row in report["peers"]:
        figures = [percent(row["files"][name][key]) for name, key, _ in columns]
        times = [f"{row['median_us']:,.0f}", f"{row['p99_us']:,.0f}", f"{row['build_seconds']:.2f}"]
        lines.append(f"| {' | '.join([row['name'], *figures, *times])} |")
    return "\n".join(lines)


def percent(value):
    """A figure of the table."""
    return "-" if value is None else f"{value:.1f}"


# The peers


def peers():
    """Every peer, one row each, in the order of the table."""
    jaro_winkler = distance.JaroWinkler.normalized_similarity
    damerau = distance.DamerauLevenshtein.normalized_similarity
    return (
        Peer("rapidfuzz WRatio", "rapidfuzz.process.extractOne", scan(fuzz.WRatio)),
        Peer("rapidfuzz token_set_ratio", "rapidfuzz.process.extractOne", scan(fuzz.token_set_ratio)),
        Peer("Jaro-Winkler", "strsim's measure, by rapidfuzz.distance", scan(jaro_winkler)),
        Peer("Damerau-Levenshtein", "strsim's measure, normalised, by rapidfuzz.distance", scan(damerau)),
        Peer("Sorensen-Dice", "strsim's measure over pairs of letters; our own index, so faster than a scan", dice),
        Peer("BM25", "our own: words as they are, k1 1.2, b 0.75; a phrasing is a document", bm25),
        Peer("BM25, whole entries", "the same; an entry is a document", lambda corpus: bm25(corpus.joined())),
        Peer("tantivy", "BM25 over English stems", tantivy_bm25),
        Peer("tantivy, fuzzy", "BM25 over English stems, and fuzzy terms within 1 or 2 slips", tantivy_fuzzy),
        Peer("SQLite FTS5 porter", "any of the words, by bm25()", fts5("porter unicode61", words_of)),
        Peer("SQLite FTS5 trigram", "any three letters in a row, by bm25()", fts5("trigram", trigrams_of)),
        Peer("TF-IDF nearest", "cosine over words, pairs of words and 2 to 5 letters", tfidf_nearest),
        Peer("TF-IDF + linear SVM", "the same features, LinearSVC with C 1", tfidf_svm),
    )


def plain(text):
    """Lower case, nothing but letters, digits and single spaces: what string measures compare."""
    return " ".join(utils.default_process(text).split())


def words_of(text):
    """The words of a text in lower case."""
    return re.findall(r"\w+", text.lower())


def trigrams_of(text):
    """Every three letters in a row, spaces included; of a shorter text nothing."""
    text = plain(text)
    return [text[at : at + 3] for at in range(len(text) - 2)]


def scan(scorer):
    """A peer that compares the question with every phrasing; the first of equals is best."""

    def build(corpus):
        choices = [plain(text) for text in corpus.texts]

        def ask(query):
            found = process.extractOne(plain(query), choices, scorer=scorer)
            return NOTHING if found is None else (corpus.owners[found[2]], found[1])

        return ask

    return build


def dice(corpus):
    """Twice the pairs of letters that two texts have in common, divided by the pairs of both.

    As in strsim spaces do not count, and a pair that is there twice counts twice. The pairs are looked up in an index,
    which changes the time and not the result.
    """
    counts = [letter_pairs(text) for text in corpus.texts]
    sizes = numpy.array([pairs.total() for pairs in counts], dtype=float)
    postings = inverted(counts)

    def ask(query):
        pairs = letter_pairs(query)
        common = numpy.zeros(len(sizes))
        for pair, count in pairs.items():
            if pair in postings:
                documents, counts_there = postings[pair]
                common[documents] += numpy.minimum(counts_there, count)
        return best(corpus, 2 * common / numpy.maximum(sizes + pairs.total(), 1))

    return ask


def letter_pairs(text):
    """How often each two letters stand side by side once the spaces are taken out."""
    letters = plain(text).replace(" ", "")
    return Counter(letters[at : at + 2] for at in range(len(letters) - 1))


def inverted(counts):
    """From each term to the documents that have it and how often: two arrays."""
    postings = defaultdict(list)
    for document, terms in enumerate(counts):
        for term, count in terms.items():
            postings[term].append((document, count))
    return {term: tuple(map(numpy.array, zip(*pairs))) for term, pairs in postings.items()}


def best(corpus, scores):
    """The owner of the highest score, the first of equals."""
    at = int(numpy.argmax(scores))
    return (corpus.owners[at], float(scores[at])) if scores[at] > 0 else NOTHING


def bm25(corpus, k1=1.2, b=0.75):
    """Okapi BM25 as Lucene has it, with the weight of every word in every document worked out beforehand."""
    counts = [Counter(words_of(text)) for text in corpus.texts]
    lengths = numpy.array([terms.total() for terms in counts], dtype=float)
    norms = k1 * (1 - b + b * lengths / lengths.mean())
    weights = {}
    for term, (documents, frequency) in inverted(counts).items():
        rarity = numpy.log(1 + (len(counts) - len(documents) + 0.5) / (len(documents) + 0.5))
        weights[term] = documents, rarity * frequency * (k1 + 1) / (frequency + norms[documents])

    def ask(query):
        scores = numpy.zeros(len(counts))
        for term in words_of(query):
            if term in weights:
                documents, weight = weights[term]
                scores[documents] += weight
        return best(corpus, scores)

    return ask


def tantivy_bm25(corpus):
    """tantivy with its English stemmer: any of the terms."""
    return tantivy_peer(corpus, lambda schema, term: [tantivy.Query.term_query(schema, "text", term)])


def tantivy_fuzzy(corpus):
    """The same, and every term also matches those within one slip (3 to 5 letters) or two (from 6 on).

    tantivy scores a fuzzy term with 1, however rare it is. Less weight than that was up to a point better on HWU64 as
    asked, and up to 6 points worse with typos and on BANKING77.
    """

    def queries(schema, term):
        slips = 0 if len(term) < 3 else 1 if len(term) < 6 else 2
        exact = tantivy.Query.term_query(schema, "text", term)
        return [exact, tantivy.Query.fuzzy_term_query(schema, "text", term, distance=slips)] if slips else [exact]

    return tantivy_peer(corpus, queries)


def tantivy_peer(corpus, queries_of):
    """An index in memory, in one segment; `queries_of` gives what to ask for each term."""
    english = tantivy.Filter.stemmer("english")
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
    analyzer = builder.filter(english).build()
    fields = tantivy.SchemaBuilder()
    fields.add_text_field("text", tokenizer_name="stems", index_option="freq")
    schema = fields.build()
    index = tantivy.Index(schema)
    index.register_tokenizer("stems", analyzer)
    writer = index.writer(heap_size=512_000_000, num_threads=1)
    for text in corpus.texts:
        writer.add_document(tantivy.Document(text=text))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    if searcher.num_segments != 1:
        raise InputError("tantivy made several segments of so many phrasings; take fewer")

    def ask(query):
        terms = [(tantivy.Occur.Should, part) for term in analyzer.analyze(query) for part in queries_of(schema, term)]
        if not terms:
            return NOTHING
        hits = searcher.search(tantivy.Query.boolean_query(terms), limit=1, count=False).hits
        if not hits:
            return NOTHING
        score, address = hits[0]
        # Documents of one segment are numbered as they were added.
        return corpus.owners[address.doc], score

    return ask


def fts5(tokenizer, terms_of):
    """SQLite's full-text search in memory: any of the terms, best by its bm25()."""

    def build(corpus):
        database = sqlite3.connect(":memory:")
        try:
            database.execute(f"CREATE VIRTUAL TABLE phrasings USING fts5(text, tokenize = '{tokenizer}')")
        except sqlite3.OperationalError as error:
            raise InputError(f"this Python's SQLite cannot: {error}; use one with FTS5, from 3.34 on") from error
        rows = ((at, plain(text)) for at, text in enumerate(corpus.texts, start=1))
        database.executemany("INSERT INTO phrasings (rowid, text) VALUES (?, ?)", rows)
        database.execute("INSERT INTO phrasings (phrasings) VALUES ('optimize')")
        statement = "SELECT rowid, rank FROM phrasings WHERE phrasings MATCH ? ORDER BY rank LIMIT 1"

        def ask(query):
            terms = dict.fromkeys(terms_of(query))
            if not terms:
                return NOTHING
            found = database.execute(statement, [" OR ".join(f'"{term}"' for term in terms)]).fetchone()
            return NOTHING if found is None else (corpus.owners[found[0] - 1], -found[1])

        return ask

    return build


def tfidf():
    """Features for the two peers below."""
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"\w+")
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    return FeatureUnion([("words", words), ("letters", letters)])


def tfidf_nearest(corpus):
    """The phrasing with the highest cosine."""
    features = tfidf()
    columns = features.fit_transform(corpus.texts).T.tocsr()

    def ask(query):
        # Words and letters have length 1 each, or 0.
        return best(corpus, (features.transform([query]) @ columns).toarray()[0] / 2)

    return ask


def tfidf_svm(corpus):
    """One linear support vector machine for each entry against all others."""
    features = tfidf()
    classifier = LinearSVC(C=1.0, random_state=0)
    classifier.fit(features.fit_transform(corpus.texts), corpus.owners)

    def ask(query):
        scores = classifier.decision_function(features.transform([query]))[0]
        at = int(numpy.argmax(scores))
        return str(classifier.classes_[at]), float(scores[at])

    return ask


if __name__ == "__main__":
    sys.exit(main())
