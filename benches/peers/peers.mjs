#!/usr/bin/env node
// Measures fuse.js and minisearch as peers.py measures the others: same folder, same question files, same table.
//
//     node peers.mjs OUT/faq OUT/queries.jsonl...
//
// What the columns mean is in README.md.

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';

const USAGE = `usage: node peers.mjs FOLDER QUESTIONS... [--only NAME]... [--sample N] [--json] [--list]

  FOLDER       folder with an entries.json, as data.py writes it
  QUESTIONS    files of questions, one a line: {"query", "id"}
  --only NAME  measure this peer; may be repeated
  --sample N   ask N questions of each file, spread evenly
  --json       the same as JSON, for programs
  --list       say what the peers are, and stop`;

/** What a peer says that finds no phrasing at all. */
const NOTHING = { id: null, score: 0 };

/** Something in the input or the arguments is wrong; the message says what to do about it. */
class InputError extends Error {}

/** Measures and prints; the exit code is 2 when that cannot be done. */
async function main() {
  const { values, positionals } = readArguments();
  if (values.help) return console.log(USAGE);
  const known = peers(await libraries());
  if (values.list) {
    for (const peer of known) console.log(`${peer.name.padEnd(28)} ${peer.about}`);
    return;
  }
  const [folder, ...paths] = positionals;
  if (paths.length === 0) throw new InputError(`name a folder, then one or more files of questions\n${USAGE}`);
  const sample = values.sample === undefined ? Infinity : Number(values.sample);
  if (!(sample >= 1)) throw new InputError('--sample takes a number from 1 on');
  const corpus = readFolder(folder);
  const files = new Map(paths.map((path) => [basename(path, '.jsonl'), spread(readQuestions(path), sample)]));
  if (files.size < paths.length) throw new InputError('two files of questions have the same name; rename one');
  const report = {
    folder,
    entries: new Set(corpus.map((phrasing) => phrasing.owner)).size,
    phrasings: corpus.length,
    questions: Object.fromEntries([...files].map(([name, questions]) => [name, questions.length])),
    versions: versions(),
    peers: choose(known, values.only ?? []).map((peer) => measure(peer, corpus, files)),
  };
  console.log(values.json ? JSON.stringify(report, null, 2) : table(report));
}

/** The command line. */
function readArguments() {
  const options = {
    only: { type: 'string', multiple: true },
    sample: { type: 'string' },
    json: { type: 'boolean' },
    list: { type: 'boolean' },
    help: { type: 'boolean' },
  };
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new InputError(`${error.message}\n${USAGE}`);
  }
}

/** The two libraries that are measured. */
async function libraries() {
  try {
    const [fuse, minisearch] = await Promise.all([import('fuse.js'), import('minisearch')]);
    return { Fuse: fuse.default, MiniSearch: minisearch.default };
  } catch (error) {
    throw new InputError(`${error.message}; run npm install beside peers.mjs`);
  }
}

/** What was measured. */
function versions() {
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
  return { node: process.versions.node, ...dependencies };
}

/** All phrasings of FOLDER/entries.json, in order, each with the id of its entry. */
function readFolder(folder) {
  const file = join(folder, 'entries.json');
  let entries;
  try {
    entries = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InputError(`cannot read ${file} (${error.message}); write it with data.py`);
  }
  const texts = entries.flatMap(({ id, question, phrasings }) =>
    [question, ...phrasings].map((text) => ({ text, owner: id })),
  );
  if (texts.length === 0) throw new InputError(`${file} has no entries; write it anew with data.py`);
  return texts.map((phrasing, at) => ({ id: at, ...phrasing }));
}

/** The questions of a file as `telefaq eval` reads them: `id` is a text, a list of them, or null. */
function readQuestions(path) {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError(`cannot read ${path} (${error.message}); check the path`);
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new InputError(`${path} has no questions; is it the right file?`);
  return lines.map((line, at) => {
    try {
      const { query, id } = JSON.parse(line);
      if (typeof query !== 'string' || id === undefined) throw new Error('a key is missing');
      return { query, right: id === null ? [] : [id].flat() };
    } catch (error) {
      throw new InputError(`${path}, question ${at + 1}: ${error.message}; write {"query": "...", "id": "..."}`);
    }
  });
}

/** The peers of these names; all if there are none. */
function choose(known, names) {
  const chosen = names.map((name) => {
    const peer = known.find((candidate) => candidate.name === name);
    if (!peer) {
      const all = known.map((candidate) => candidate.name).join('; ');
      throw new InputError(`there is no peer '${name}'; the peers are: ${all}`);
    }
    return peer;
  });
  return chosen.length > 0 ? chosen : known;
}

/** So many of the questions, evenly apart; all if there are not more. */
function spread(questions, count) {
  if (count >= questions.length) return questions;
  return Array.from({ length: count }, (_, number) => questions[Math.floor((number * questions.length) / count)]);
}

// Measuring

/** Builds a peer and asks it every question: one row of the report. */
function measure(peer, corpus, files) {
  const started = performance.now();
  const ask = peer.build(corpus);
  const build_seconds = (performance.now() - started) / 1000;
  // The compiler of node needs some questions to warm up.
  for (const { query } of [...files.values()][0].slice(0, 20)) ask(query);
  const microseconds = [];
  const results = {};
  for (const [name, questions] of files) {
    const answers = questions.map(({ query }) => {
      // Processor time, which other programs on the machine do not lengthen.
      const before = process.cpuUsage();
      const answer = ask(query);
      const { user, system } = process.cpuUsage(before);
      microseconds.push(user + system);
      return answer;
    });
    results[name] = rate(questions, answers);
  }
  microseconds.sort((one, other) => one - other);
  return {
    name: peer.name,
    files: results,
    median_us: microseconds[Math.floor((microseconds.length - 1) / 2)],
    p99_us: microseconds[Math.floor(((microseconds.length - 1) * 99) / 100)],
    build_seconds,
  };
}

/** How good the answers are. A figure is null where a file lacks the questions for it. */
function rate(questions, answers) {
  const inside = [];
  const right = [];
  const outside = [];
  questions.forEach((question, at) => {
    const { id, score } = answers[at];
    (question.right.length > 0 ? inside : outside).push(score);
    if (question.right.includes(id)) right.push(score);
  });
  return {
    accuracy: inside.length > 0 ? (100 * right.length) / inside.length : null,
    auroc: separation(inside, outside),
    auroc_of_right: separation(right, outside),
  };
}

/** Area under the ROC curve in per cent: how often a score inside is above one outside, ties counting half. */
function separation(inside, outside) {
  if (inside.length === 0 || outside.length === 0) return null;
  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
  const wins = inside.map((score) =>
    sum(outside.map((other) => (score > other ? 1 : score === other ? 0.5 : 0))),
  );
  return (100 * sum(wins)) / (inside.length * outside.length);
}

/** The report as a Markdown table with a line above it. */
function table(report) {
  const shown = { accuracy: 'accuracy@1', auroc: 'AUROC', auroc_of_right: 'AUROC of right' };
  const first = report.peers[0].files;
  const columns = Object.keys(first).flatMap((name) =>
    Object.keys(shown)
      .filter((key) => first[name][key] !== null)
      .map((key) => ({ name, key, title: `${shown[key]}, ${name}` })),
  );
  const number = (value) => value.toLocaleString('en-US', { maximumFractionDigits: 0 });
  const row = (cells) => `| ${cells.join(' | ')} |`;
  const counts = Object.entries(report.questions).map(([name, count]) => `${number(count)} of ${name}`);
  const software = Object.entries(report.versions).map((pair) => pair.join(' '));
  return [
    `${number(report.entries)} entries, ${number(report.phrasings)} phrasings; questions: ${counts.join(', ')}; ` +
      software.join(', '),
    '',
    row(['peer', ...columns.map((column) => column.title), 'median µs', 'p99 µs', 'build s']),
    `${'|---'.repeat(columns.length + 4)}|`,
    ...report.peers.map(({ name, files, median_us, p99_us, build_seconds }) =>
      row([
        name,
        ...columns.map((column) => files[column.name][column.key]?.toFixed(1) ?? '-'),
        number(median_us),
        number(p99_us),
        build_seconds.toFixed(2),
      ]),
    ),
  ].join('\n');
}

// The peers

/** Every peer, one row each, in the order of the table. `build` gives a function from a question to an answer. */
function peers({ Fuse, MiniSearch }) {
  const anywhere = { ignoreLocation: true };
  // Tried on a hundred questions of a kind: 0.6, the default, beats 1 for whole questions, and 0.3 beats 0.6 for words.
  const tokens = { ...anywhere, useTokenSearch: true, threshold: 0.3 };
  return [
    { name: 'fuse.js', about: 'the whole question at any place of a phrasing', build: fuse(anywhere) },
    { name: 'fuse.js, token search', about: 'word by word, rare words first', build: fuse(tokens) },
    { name: 'minisearch', about: 'BM25+ over words', build: minisearch({}) },
    { name: 'minisearch, fuzzy', about: 'the same, a slip in five letters allowed', build: minisearch({ fuzzy: 0.2 }) },
  ];

  function fuse(options) {
    return (corpus) => {
      const index = new Fuse(corpus, { keys: ['text'], includeScore: true, ...options });
      return (query) => {
        const [best] = index.search(query, { limit: 1 });
        // Here 0 is the best score and 1 the worst.
        return best ? { id: best.item.owner, score: 1 - best.score } : NOTHING;
      };
    };
  }

  function minisearch(options) {
    return (corpus) => {
      const index = new MiniSearch({ fields: ['text'], storeFields: ['owner'] });
      index.addAll(corpus);
      return (query) => {
        const [best] = index.search(query, options);
        return best ? { id: best.owner, score: best.score } : NOTHING;
      };
    };
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
}
