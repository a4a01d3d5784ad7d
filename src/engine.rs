//! The engine: an immutable index built from one corpus, and what it makes of a question.
//!
//! Pure: everything here is a function of its arguments. No Telegram, files, clock, network or async; nothing can fail
//! but by finding fault with the corpus, and that is data ([`crate::diagnostic::Diagnostic`]).
//!
//! Reading order: [`corpus`] is what is known; [`text`] what a word is; [`vocabulary`], [`index`], [`learn`], [`names`],
//! [`nearest`] and [`speller`] what is built at load; [`foreign`], [`courtesy`], [`request`] and [`reading`]
//! what becomes of a question; [`score`] what speaks for a candidate; [`matcher`] the ranking; [`calibrate`] what a score is worth;
//! [`decide`] what to do; `overhear` what asks everybody in a group; [`reply`] how to say it.

// Covers all modules below. The list is in .clippy.toml.
#![deny(clippy::disallowed_methods)]

mod calibrate;
mod converse;
pub mod corpus;
mod courtesy;
pub mod decide;
mod encoded;
mod encoder;
mod foreign;
pub mod gaps;
pub mod html;
mod index;
mod learn;
pub(crate) mod lint;
pub mod markdown;
mod matcher;
mod meaning;
mod names;
mod nearest;
mod numeric;
mod overhear;
mod reading;
pub mod reply;
mod request;
mod restriction;
pub mod score;
mod sentence;
mod speller;
mod text;
mod vocabulary;

use std::sync::Arc;

use calibrate::{Calibration, is_word_for_word};
pub use converse::Part;
use corpus::{Corpus, Entry, Kind};
use courtesy::Courtesies;
pub use decide::{Audience, Decision, Thresholds};
pub use encoder::{Embedding, Encoder};
pub use foreign::Foreign;
use foreign::Tongue;
use matcher::{Candidate, Matcher, Prepared, Ranking};
use reading::Reading;
use request::{is_request, is_talk};
pub use text::MAX_CHARS;
pub use text::language::Language;
use text::{Analyzer, Token};

/// What the engine needs to know beside the corpus.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Settings {
    /// When to answer, suggest, speak unasked.
    pub thresholds: Thresholds,
}

/// How far below the top hit's score a suggestion may be: what is further away was not meant.
const SUGGEST_WITHIN: f64 = 6.0;

/// Number of an entry: its position in [`Corpus::entries`].
pub type EntryNumber = usize;

/// One candidate entry and its ranking score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Position in [`Corpus::entries`].
    pub entry: EntryNumber,
    /// Higher is better. Comparable within one question only.
    pub score: f64,
}

/// What the engine makes of one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// What to do.
    pub decision: Decision,
    /// 0-100: the calibrated chance, in per cent, that the top hit is right.
    pub confidence: f64,
    /// Best first, at most ten. Ties are broken by id.
    pub hits: Vec<Hit>,
    /// The question is in a script or a language that the corpus is not in, so it is declined.
    pub foreign: Option<Foreign>,
}

/// Why a question was ranked as it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Each word after the lexicon, and the word of the corpus it was taken for (another one where it was corrected).
    pub words: Vec<(String, Option<String>)>,
    /// Share of the question's weight in words that no entry has, 0..=1.
    pub unknown: f64,
    /// The message asks for something to be done or is for other people, so the confidence is bounded.
    pub request: bool,
    /// As in [`Verdict::foreign`].
    pub foreign: Option<Foreign>,
    /// Best first; one that is vetoed is the last.
    pub candidates: Vec<ExplainedHit>,
}

/// One candidate with what its score is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedHit {
    /// Entry and score.
    pub hit: Hit,
    /// It is about other names than the question's, so it is no answer.
    pub vetoed: bool,
    /// It does not mention a name which the question does, so the confidence in it is bounded.
    pub strange: bool,
    /// Name and share of each feature; the shares sum to the score.
    pub shares: Vec<(&'static str, f64)>,
}

/// A text in words.
#[derive(Debug)]
struct Wording {
    tokens: Vec<Token>,
    /// What it looks like.
    foreign: Option<Foreign>,
}

/// An immutable index built from one corpus.
#[derive(Debug)]
pub struct Engine {
    corpus: Corpus,
    settings: Settings,
    analyzer: Analyzer,
    tongue: Tongue,
    courtesies: Courtesies,
    matcher: Matcher,
    calibration: Calibration,
    /// The words of each entry's question.
    questions: Vec<Vec<Token>>,
}

impl Engine {
    /// Indexes, learns and calibrates. Deterministic.
    pub fn build(corpus: Corpus, settings: Settings) -> Self {
        Self::build_with(corpus, settings, None)
    }

    /// The same with an encoder, which has the matcher see what texts mean.
    pub fn build_with(corpus: Corpus, settings: Settings, encoder: Option<&Arc<dyn Encoder>>) -> Self {
        let language = corpus.language;
        let analyzer = Analyzer::new(&corpus.lexicon, language);
        let tongue = Tongue::of(&analyzer, &corpus.entries);
        let mut prepared: Vec<Prepared> = corpus.entries.iter().map(|entry| prepare(&analyzer, entry)).collect();
        encoder.into_iter().for_each(|encoder| encode(&mut prepared, encoder));
        let matcher = Matcher::build(language, &prepared, &|_, _| true, None, encoder);
        let calibration = Calibration::fit(&analyzer, &prepared, &matcher, encoder);
        let courtesies =
            Courtesies::of(language, corpus.entries.iter().map(|entry| entry.kind == Kind::Smalltalk).zip(&prepared));
        let questions = prepared.into_iter().filter_map(|entry| entry.phrasings.into_iter().next()).collect();
        Self { corpus, settings, analyzer, tongue, courtesies, matcher, calibration, questions }
    }

    /// The same without the texts of the files, which only findings need.
    #[must_use]
    pub fn without_files(mut self) -> Self {
        self.corpus.forget_files();
        self
    }

    /// The same with another encoder for questions, if it has one. It is the same model, but may be late where that of
    /// [`Self::build_with`] is waited for.
    #[must_use]
    pub fn asking(mut self, encoder: Option<Arc<dyn Encoder>>) -> Self {
        encoder.into_iter().for_each(|encoder| self.matcher.ask_of(encoder));
        self
    }

    /// What to do with `question`, all of it taken for one. Of the confidence a share is left, for it may be no question.
    fn answer_whole(&self, question: &Wording, audience: Audience, share: f64) -> Verdict {
        let (ranking, foreign) = self.rank(question, audience);
        let verdict = self.verdict(&ranking, share * self.calibration.confidence(&ranking), audience);
        if foreign.is_none() {
            return verdict;
        }
        let decision = decide::decide(None, &[], 0.0, audience, &self.settings.thresholds);
        Verdict { decision, confidence: 0.0, hits: verdict.hits, foreign }
    }

    fn verdict(&self, ranking: &Ranking, confidence: f64, audience: Audience) -> Verdict {
        let thresholds = &self.settings.thresholds;
        let hits: Vec<Hit> = ranking.candidates.iter().filter(|c| !c.vetoed).map(|c| c.hit).collect();
        let top = hits.first();
        let near = top.map_or(0.0, |top| top.score - SUGGEST_WITHIN);
        let may_be_meant = |c: &&Candidate| {
            !c.vetoed && calibrate::may_be_meant(c) && c.hit.score >= near && !self.is_smalltalk(c.hit.entry)
        };
        let suggestions: Vec<EntryNumber> =
            ranking.candidates.iter().filter(may_be_meant).map(|c| c.hit.entry).collect();
        let decision = decide::decide(top.map(|hit| hit.entry), &suggestions, confidence, audience, thresholds);
        Verdict { decision, confidence, hits, foreign: None }
    }

    /// How the verdict on `question` comes about: the words as read, and every candidate's features.
    pub fn explain(&self, question: &str, audience: Audience) -> Explanation {
        let (ranking, foreign) = self.rank(&self.wording(question), audience);
        let words = ranking.reading.words.iter();
        let words = words.map(|word| (word.typed.to_string(), self.matcher.taken_for(word).map(str::to_owned)));
        let candidates = ranking.candidates.iter().map(|c| ExplainedHit {
            hit: c.hit,
            vetoed: c.vetoed,
            strange: c.strange,
            shares: score::features(&c.evidence).map(|f| (f.name, f.weight * (f.measure)(&c.evidence))).collect(),
        });
        Explanation {
            words: words.collect(),
            unknown: ranking.unknown,
            request: ranking.request,
            foreign,
            candidates: candidates.collect(),
        }
    }

    /// The ranking, and whether the question is in another language than the corpus. What is asked in the very words of an
    /// entry is not, whatever they are.
    fn rank(&self, question: &Wording, audience: Audience) -> (Ranking, Option<Foreign>) {
        let ranking = self.rank_tokens(&question.tokens, None, audience);
        let foreign = question.foreign.filter(|_| !is_word_for_word(&ranking));
        (ranking, foreign)
    }

    fn wording(&self, text: &str) -> Wording {
        let words = self.analyzer.words(text);
        Wording { foreign: self.tongue.foreign(&self.analyzer, &words), tokens: self.analyzer.apply(words) }
    }

    fn rank_tokens(&self, tokens: &[Token], background: Option<&Reading>, audience: Audience) -> Ranking {
        let asked = self.courtesies.strip(tokens);
        let mut ranking = match background {
            Some(background) => self.matcher.rank_beside(&self.analyzer, asked, background),
            None => self.rank_words(tokens, asked),
        };
        ranking.request = self.corpus.language == Language::English && (is_request(asked) || is_talk(asked));
        let request = ranking.request;
        ranking.by_words.iter_mut().for_each(|words| words.request = request);
        let is_first = self.is_smalltalk_first(&ranking);
        let is_question = || self.courtesies.is_question(tokens);
        if audience != Audience::Private {
            // Small talk at the top is no question; further down it is no candidate.
            if is_first && !is_question() {
                ranking.candidates.clear();
            }
            self.leave_out_smalltalk(&mut ranking);
        } else if is_first
            && (is_question() || self.calibration.confidence(&ranking) < self.settings.thresholds.answer_at)
        {
            // Not sure enough to be small talk, which is no suggestion: how sure is the best of the others?
            self.leave_out_smalltalk(&mut ranking);
        }
        ranking
    }

    /// Ranks `question`, which is what is left of a message without greetings and thanks, unless the message as a whole is
    /// small talk.
    fn rank_words(&self, tokens: &[Token], question: &[Token]) -> Ranking {
        let ranking = self.or_smalltalk(self.matcher.rank(&self.analyzer, question));
        if question.len() == tokens.len() {
            return ranking;
        }
        let Thresholds { answer_at, suggest_at, .. } = self.settings.thresholds;
        let by_words = ranking.by_words.as_deref().unwrap_or(&ranking);
        let confidence = |ranking| self.calibration.confidence(ranking);
        // That an encoder has a suggestion is no reason not to look whether all of it is small talk.
        if confidence(by_words) >= suggest_at || confidence(&ranking) >= answer_at {
            return ranking;
        }
        // "Oops, wrong window": small talk in words of its own.
        let whole = self.or_smalltalk(self.matcher.rank(&self.analyzer, tokens));
        if self.is_smalltalk_first(&whole) { whole } else { ranking }
    }

    /// A ranking, or where the words alone are sure of small talk, theirs: it is known by its words, and what "thank u sooo
    /// much" means to an encoder is near to nothing that is asked.
    fn or_smalltalk(&self, ranking: Ranking) -> Ranking {
        let is_smalltalk = |words: &Ranking| {
            self.is_smalltalk_first(words) && self.calibration.confidence(words) >= self.settings.thresholds.answer_at
        };
        match ranking.by_words {
            Some(words) if is_smalltalk(&words) => *words,
            by_words => Ranking { by_words, ..ranking },
        }
    }

    fn leave_out_smalltalk(&self, ranking: &mut Ranking) {
        ranking.candidates.retain(|c| !self.is_smalltalk(c.hit.entry));
        let by_words = ranking.by_words.iter_mut();
        by_words.for_each(|words| words.candidates.retain(|c| !self.is_smalltalk(c.hit.entry)));
    }

    fn is_smalltalk_first(&self, ranking: &Ranking) -> bool {
        ranking.candidates.first().is_some_and(|c| self.is_smalltalk(c.hit.entry))
    }

    fn is_smalltalk(&self, number: EntryNumber) -> bool {
        self.entry(number).is_some_and(|entry| entry.kind == Kind::Smalltalk)
    }

    /// Has an encoder, if there is one, make of these questions what it will be asked for when they are asked: all at once, and
    /// kept as what it makes of entries.
    pub fn encode_ahead<'a>(&self, questions: impl Iterator<Item = &'a str>) {
        self.matcher.encode_ahead(|text| {
            let tokens = questions.map(|question| self.analyzer.analyze(question));
            tokens.map(|tokens| text(&self.analyzer, self.courtesies.strip(&tokens))).collect()
        });
    }

    /// What it was told beside the corpus.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The corpus this engine was built from.
    pub fn corpus(&self) -> &Corpus {
        &self.corpus
    }

    /// The entry with this number, which came from this engine.
    pub fn entry(&self, number: EntryNumber) -> Option<&Entry> {
        self.corpus.entries.get(number)
    }
}

fn prepare(analyzer: &Analyzer, entry: &Entry) -> Prepared {
    let questions = std::iter::once(&entry.question).chain(&entry.phrasings);
    Prepared {
        phrasings: questions.map(|q| analyzer.analyze(q)).collect(),
        answer: analyzer.analyze(&entry.text),
        vectors: Vec::new(),
    }
}

/// Has the phrasings of all entries encoded.
fn encode(entries: &mut [Prepared], encoder: &Arc<dyn Encoder>) {
    let phrasings = entries.iter().flat_map(|entry| &entry.phrasings);
    let texts: Vec<String> = phrasings.map(|tokens| encoder::text(tokens)).collect();
    let mut vectors = encoder.encode_all(&texts).into_iter();
    for entry in entries {
        entry.vectors = vectors.by_ref().take(entry.phrasings.len()).collect();
    }
}

#[cfg(test)]
mod tests;
