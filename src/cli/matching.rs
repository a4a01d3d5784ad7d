//! `telefaq match`: JSON lines in, JSON lines out, in order, on all cores.
//!
//! A reader thread hands over whatever whole lines have arrived; the batch is answered in parallel, written and flushed
//! before the next. So a pipe is used at full speed, and a program that writes one question and waits for its answer
//! gets it.

use std::borrow::Cow;
use std::io::{self, Read, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use clap::Args;
use rayon::prelude::*;
use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Context, Exit, Failure, load, output};
use crate::engine::{Audience, Engine};

/// Longer lines are refused: no question has a megabyte.
const LONGEST_LINE: usize = 1 << 20;
/// How much is read at once, about a thousand questions.
const CHUNK: usize = 1 << 16;
/// How many lines one core takes at a time: enough to be worth the hand-over, few enough to spread.
const LINES_A_TASK: usize = 16;

#[derive(Debug, Args)]
pub struct MatchArgs {}

impl MatchArgs {
    pub fn run(&self, context: &Context, out: &mut impl Write) -> Result<Exit, Failure> {
        let engine = load::engine(context, None)?.engine;
        let (sender, batches) = sync_channel(4);
        let reader = std::thread::spawn(move || read(io::stdin().lock(), &sender));
        let (bad_lines, written) = answer_all(&engine, &batches, out);
        if written.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
            // The reader thread may wait for input for ever.
            return Ok(Exit::of(bad_lines > 0));
        }
        written?;
        match reader.join() {
            Ok(Ok(())) => Ok(Exit::of(bad_lines > 0)),
            Ok(Err(error)) => Err(Failure::new(format!("cannot read the input: {error}"), "try again from a file")),
            Err(_) => Err(Failure::new("reading the input failed", "try again from a file")),
        }
    }
}

/// Whole lines, without their line ends.
#[derive(Debug, Default)]
struct Batch {
    bytes: Vec<u8>,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    /// From 1.
    number: u64,
    /// Range in the batch; `None`: the line was too long.
    range: Option<std::ops::Range<usize>>,
}

/// Cuts the input into batches of whole lines, each sent as soon as what has arrived is used up.
fn read(mut input: impl Read, sender: &SyncSender<Batch>) -> io::Result<()> {
    let mut number = 0;
    // The beginning of a line whose end has not arrived.
    let mut open: Vec<u8> = Vec::new();
    let mut too_long = false;
    loop {
        let mut batch = Batch { bytes: std::mem::take(&mut open), lines: Vec::new() };
        let known = batch.bytes.len();
        batch.bytes.resize(known + CHUNK, 0);
        let read = match input.read(&mut batch.bytes[known..]) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                batch.bytes.truncate(known);
                open = batch.bytes;
                continue;
            }
            Err(error) => return Err(error),
        };
        let ended = read == 0;
        batch.bytes.truncate(known + read);
        let mut start = 0;
        let mut searched = known;
        while let Some(length) = batch.bytes[searched..].iter().position(|&b| b == b'\n') {
            let end = searched + length;
            number += 1;
            batch.push(number, start..end, too_long);
            too_long = false;
            (start, searched) = (end + 1, end + 1);
        }
        if ended && (start < batch.bytes.len() || too_long) {
            number += 1;
            batch.push(number, start..batch.bytes.len(), too_long);
            start = batch.bytes.len();
        }
        open = batch.bytes[start..].to_vec();
        if open.len() > LONGEST_LINE {
            too_long = true;
            open = Vec::new();
        }
        // Nobody listens any more: the output has gone away.
        if (!batch.lines.is_empty() && sender.send(batch).is_err()) || ended {
            return Ok(());
        }
    }
}

impl Batch {
    fn push(&mut self, number: u64, range: std::ops::Range<usize>, too_long: bool) {
        let too_long = too_long || range.len() > LONGEST_LINE;
        if too_long || !self.bytes[range.clone()].trim_ascii().is_empty() {
            self.lines.push(Line { number, range: (!too_long).then_some(range) });
        }
    }
}

/// Answers every batch and flushes it, until one cannot be written. Returns how many lines were bad.
fn answer_all(engine: &Engine, batches: &Receiver<Batch>, out: &mut impl Write) -> (u64, io::Result<()>) {
    let mut bad = 0;
    for batch in batches {
        let answered: Vec<(Vec<u8>, u64)> = batch
            .lines
            .par_chunks(LINES_A_TASK)
            .map(|lines| {
                let mut text = Vec::with_capacity(lines.len() * 512);
                let mut bad = 0;
                for line in lines {
                    let bytes = line.range.clone().map(|range| &batch.bytes[range]);
                    bad += u64::from(!answer(engine, line.number, bytes, &mut text));
                }
                (text, bad)
            })
            .collect();
        bad += answered.iter().map(|(_, bad_here)| bad_here).sum::<u64>();
        let written = answered.iter().try_for_each(|(text, _)| out.write_all(text)).and_then(|()| out.flush());
        if written.is_err() {
            return (bad, written);
        }
    }
    (bad, Ok(()))
}

/// Appends the answer to one line, or what is wrong with it; whether it was good.
fn answer(engine: &Engine, number: u64, line: Option<&[u8]>, text: &mut Vec<u8>) -> bool {
    let before = text.len();
    match question(line).and_then(|q| write_answer(engine, &q, text).map_err(|why| why.to_string())) {
        Ok(()) => true,
        Err(why) => {
            text.truncate(before);
            text.extend_from_slice(serde_json::json!({"error": why, "line": number}).to_string().as_bytes());
            text.push(b'\n');
            false
        }
    }
}

fn question(line: Option<&[u8]>) -> Result<Question<'_>, String> {
    let line = line.ok_or_else(|| format!("the line is longer than {LONGEST_LINE} bytes"))?;
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    let line = std::str::from_utf8(line).map_err(|why| format!("not UTF-8 text: {why}"))?;
    // Where in the line is enough: its number stands beside the message.
    serde_json::from_str(line).map_err(|why| why.to_string().replace("at line 1 column", "at column"))
}

fn write_answer(engine: &Engine, question: &Question<'_>, text: &mut Vec<u8>) -> io::Result<()> {
    let verdict = engine.answer(&question.query, Audience::Pipeline);
    text.extend_from_slice(br#"{"query":"#);
    serde_json::to_writer(&mut *text, question.query.as_ref())?;
    text.push(b',');
    output::write_verdict(text, engine, &verdict)?;
    for (key, value) in &question.extra {
        text.push(b',');
        serde_json::to_writer(&mut *text, key.as_ref())?;
        text.push(b':');
        text.extend_from_slice(value.get().as_bytes());
    }
    text.extend_from_slice(b"}\n");
    Ok(())
}

/// One line of input. Values of keys that mean nothing here are kept as they were written.
struct Question<'a> {
    query: Cow<'a, str>,
    extra: Vec<(Cow<'a, str>, &'a RawValue)>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Question<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(QuestionVisitor)
    }
}

/// A string that borrows where it can.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

struct QuestionVisitor;

impl<'de> Visitor<'de> for QuestionVisitor {
    type Value = Question<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(r#"an object like {"query": "the question"}"#)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Question<'de>, A::Error> {
        let mut query = None;
        let mut extra: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::new();
        while let Some(Text(key)) = map.next_key()? {
            match key.as_ref() {
                "query" => query = Some(map.next_value::<Text<'de>>()?.0),
                // An earlier run's results, piped in again: ours take their place.
                "decision" | "confidence" | "candidates" => {
                    map.next_value::<IgnoredAny>()?;
                }
                _ => {
                    let value = map.next_value()?;
                    match extra.iter_mut().find(|(known, _)| *known == key) {
                        Some((_, last)) => *last = value,
                        None => extra.push((key, value)),
                    }
                }
            }
        }
        let query = query.ok_or_else(|| serde::de::Error::missing_field("query"))?;
        Ok(Question { query, extra })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives out its pieces one read at a time.
    struct Pieces(Vec<&'static [u8]>);

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Ok(0);
            }
            let piece = self.0.remove(0);
            buffer[..piece.len()].copy_from_slice(piece);
            Ok(piece.len())
        }
    }

    /// The lines of each batch with their numbers.
    fn batches(pieces: &[&'static [u8]]) -> Vec<Vec<(u64, Option<String>)>> {
        let (sender, receiver) = sync_channel(100);
        read(Pieces(pieces.to_vec()), &sender).expect("reads");
        drop(sender);
        let shown = |batch: Batch| {
            let text = |r: std::ops::Range<usize>| String::from_utf8_lossy(&batch.bytes[r]).into_owned();
            batch.lines.iter().map(|l| (l.number, l.range.clone().map(text))).collect()
        };
        receiver.into_iter().map(shown).collect()
    }

    #[test]
    fn a_batch_is_what_has_arrived_in_whole_lines() {
        let line = |n, text: &str| (n, Some(text.to_owned()));
        assert_eq!(
            batches(&[b"a\nb\nc", b"d", b"\n\n  \ne"]),
            [vec![line(1, "a"), line(2, "b")], vec![line(3, "cd")], vec![line(6, "e")]]
        );
        assert!(batches(&[]).is_empty());
        assert_eq!(batches(&[b"a\r\n"]), [vec![line(1, "a\r")]]);
    }

    #[test]
    fn a_line_too_long_is_refused_in_its_place_without_being_kept() {
        static LONG: [u8; CHUNK] = [b'x'; CHUNK];
        let mut pieces: Vec<&'static [u8]> = vec![b"a\n"];
        pieces.extend([&LONG[..]; 40]);
        pieces.push(b"tail\nb\n");
        assert_eq!(batches(&pieces).concat(), [(1, Some("a".into())), (2, None), (3, Some("b".into()))]);
        let mut pieces: Vec<&'static [u8]> = Vec::new();
        pieces.extend([&LONG[..]; 40]);
        assert_eq!(batches(&pieces).concat(), [(1, None)]);
    }
}
