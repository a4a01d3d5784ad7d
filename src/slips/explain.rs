//! What is wrong with one statement, from its key on.

use std::ops::Range;

use toml::de::DeTable;

use super::statement::{Statement, is_key_letter};
use super::tokens::{self, Kind, Token, is_curly, is_invisible, line_end};
use super::{Layout, Shape, Slip, is_right, list, suggest, value};

/// A statement that is not right, and what it stands in.
pub(super) struct Explainer<'a> {
    pub text: &'a str,
    pub layout: &'a Layout<'a>,
    pub statement: &'a Statement,
}

impl<'a> Explainer<'a> {
    pub fn slip(&self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Slip {
        Slip { span, message: message.into(), help: help.into(), related: None, lost: true, secret: self.is_secret() }
    }

    /// The text of the whole statement.
    pub fn written(&self) -> &'a str {
        self.get(self.statement.span.clone())
    }

    pub fn get(&self, span: Range<usize>) -> &'a str {
        self.text.get(span).unwrap_or_default()
    }

    pub fn of(&self, token: &Token) -> &'a str {
        self.get(token.span.clone())
    }

    /// The first line of the statement.
    pub fn first_line(&self) -> Range<usize> {
        let Range { start, end } = self.statement.span;
        start..end.min(line_end(self.text, start)).max(start)
    }

    pub fn shape(&self, key: &str) -> Option<Shape> {
        (self.layout.shape)(key)
    }

    fn is_secret(&self) -> bool {
        (self.layout.is_secret)(self.written())
    }

    /// `key = value` as it should be.
    pub fn suggestion(&self, key: &str, raw: &str) -> Option<String> {
        let shape = self.shape(key);
        if self.is_secret() { Some(self.example(key)) } else { suggest::line(key, raw, shape) }
    }

    /// `key = value` as an example.
    pub fn example(&self, key: &str) -> String {
        let value = match self.shape(key) {
            Some(Shape::Text) | None => "\"...\"",
            Some(Shape::List) => "[\"...\", \"...\"]",
            Some(Shape::Groups) => "[[\"...\", \"...\"], [\"...\", \"...\"]]",
            Some(Shape::Pairs) => "{ short = \"long form\" }",
            Some(Shape::Date) => "2026-11-22",
            Some(Shape::Number) => "180",
            Some(Shape::Numbers) => "[123456789]",
            Some(Shape::Switch) => "true",
        };
        format!("{key} = {value}")
    }

    /// "type KEY = VALUE", as near to what was written as can be said.
    pub fn type_it(&self, key: &str, raw: &str) -> String {
        format!("type {}", self.suggestion(key, raw).unwrap_or_else(|| self.example(key)))
    }

    /// A text of the statement in quotes that hold it, unless it must not be shown.
    pub fn quoted(&self, words: &str) -> Option<String> {
        let quoted = suggest::exactly_quoted(words);
        (!self.is_secret() && words.len() <= 200 && is_right(&format!("x = {quoted}"))).then_some(quoted)
    }

    pub fn curly(&self, at: usize) -> Slip {
        let c = self.get(at..self.text.len()).chars().next().unwrap_or('“');
        self.slip(
            at..at + c.len_utf8(),
            format!("curly quotes ({c}) cannot be used here"),
            "type straight quotes: \" before and after the text (word processors change them on their own)",
        )
    }

    /// The slips of the statement, at most one for each of its lines.
    pub fn explain(&self) -> Vec<Slip> {
        let first = self.look_alike().or_else(|| self.endless()).or_else(|| self.colon());
        if let Some(slip) = first {
            return vec![slip];
        }
        let tokens = &self.statement.tokens;
        let Some(equals) = tokens.iter().position(|token| token.is('=')) else { return vec![self.no_equals()] };
        let key = self.get(self.statement.span.start..tokens[equals].span.start);
        let raw = self.get(tokens[equals].span.end..self.statement.span.end);
        let blank = |c: char| c.is_whitespace() || is_invisible(c);
        let (key, raw) = (key.trim_matches(blank), raw.trim_matches(blank));
        if let Some(slip) = self.bad_key(key, raw) {
            return vec![slip];
        }
        let tokens = tokens.get(equals + 1..).unwrap_or_default();
        let Some(first) = tokens.iter().find(|token| token.kind != Kind::Break) else {
            return vec![self.no_value(key)];
        };
        let starts = self.of(first);
        let slip = if tokens.first().is_some_and(|token| token.kind == Kind::Break) {
            self.value_below(key, raw)
        } else if first.is('=') {
            let raw = raw.trim_start_matches(['=', ' ']);
            self.slip(first.span.clone(), "there is one = too many here", self.type_it(key, raw))
        } else if first.is('[') {
            return list::explain(self, tokens);
        } else if first.is_text() {
            value::text(self, key, tokens)
        } else if first.is('{') || starts.starts_with('(') {
            self.other_brackets(key, raw, first)
        } else if first.kind == Kind::Bare {
            value::bare(self, key, raw, first.span.start)
        } else {
            let message = format!("there is a {starts} where the value of `{key}` should begin");
            self.slip(first.span.clone(), message, format!("write {}", self.example(key)))
        };
        vec![slip]
    }

    /// Signs that only look like others, or cannot be seen at all, when they are all that is wrong.
    fn look_alike(&self) -> Option<Slip> {
        let mut first = None;
        let mut right = String::new();
        let mut texts = self.statement.tokens.iter().filter(|token| token.is_closed_text()).peekable();
        for (at, c) in self.written().char_indices() {
            let at = self.statement.span.start + at;
            while texts.next_if(|token| token.span.end <= at).is_some() {}
            let inside = texts.peek().is_some_and(|token| token.span.contains(&at));
            let other = match tokens::narrow(c) {
                Some(narrow) => Some(Some(narrow)),
                None if is_invisible(c) => Some(c.is_whitespace().then_some(' ')),
                None => None,
            };
            match other.filter(|_| !inside) {
                Some(other) => {
                    first.get_or_insert((at, c));
                    right.extend(other);
                }
                None => right.push(c),
            }
        }
        let (at, c) = first.filter(|_| is_right(&right))?;
        let span = at..at + c.len_utf8();
        Some(match tokens::narrow(c) {
            Some(narrow) => {
                let message = format!("this {c} is a wide sign that only looks like {narrow}");
                self.slip(span, message, format!("type {narrow} in its place"))
            }
            None => invisible(self, span, c),
        })
    }

    fn endless(&self) -> Option<Slip> {
        let last = self.statement.tokens.last().filter(|token| token.is_endless())?;
        let quotes = self.get(last.span.start..last.span.start + 3);
        let message = "a text that begins with three quotes does not end";
        Some(self.slip(last.span.start..last.span.start + 3, message, format!("close it with three quotes: {quotes}")))
    }

    /// A colon in the place of the equals sign.
    fn colon(&self) -> Option<Slip> {
        let written = self.written();
        let quoted = self.statement.tokens.first().filter(|token| token.is_closed_text());
        let length = match quoted {
            Some(token) => token.span.len(),
            None => written.find(|c| !is_key_letter(c)).unwrap_or(written.len()),
        };
        let (key, rest) = written.split_at_checked(length).filter(|(key, _)| !key.is_empty())?;
        let raw = rest.trim_start().strip_prefix([':', '：'])?;
        let Some(raw) = raw.trim_start().strip_prefix('=') else {
            let message = "a key is followed by : here, but this file uses =";
            let help = if raw.trim_start().starts_with('[') && raw.contains('\n') && self.suggestion(key, raw).is_none()
            {
                format!("type = in place of the colon: {key} = [")
            } else if raw.trim().is_empty() {
                format!("write the value after an =, as in {}", self.example(key))
            } else {
                self.type_it(key, raw)
            };
            return Some(self.slip(self.first_line(), message, help));
        };
        Some(self.slip(self.first_line(), "there is a : before the =", self.type_it(key, raw)))
    }

    /// A line without an equals sign.
    fn no_equals(&self) -> Slip {
        let tokens = &self.statement.tokens;
        if let [Token { kind: Kind::Sign(sign), span }, ..] = tokens.as_slice()
            && tokens.iter().all(|token| matches!(token.kind, Kind::Sign(_) | Kind::Break))
        {
            let message = match sign {
                ']' | '}' => format!("there is a {sign} here that closes nothing"),
                _ => format!("there is a {sign} here that belongs to nothing"),
            };
            return self.slip(span.clone(), message, "take it out");
        }
        let key = tokens.first().map(|first| self.of(first)).unwrap_or_default();
        let is_key = !key.is_empty() && key.chars().all(is_key_letter);
        let text = tokens.iter().find(|token| token.is_text());
        let known = self.shape(key).is_some();
        if is_key && (known || text.is_some()) && (known || tokens.len() == 2) {
            if tokens.len() == 1 {
                return self.no_value(key);
            }
            let from = tokens.iter().skip(1).find(|token| token.is_text() || token.is('['));
            let from = from.map_or(self.statement.span.start + key.len(), |token| token.span.start);
            let raw = self.get(from..self.statement.span.end);
            return self.slip(self.first_line(), format!("there is no = after `{key}`"), self.type_it(key, raw));
        }
        self.slip(self.first_line(), "this line is not of the form key = value", self.layout.stray)
    }

    fn no_value(&self, key: &str) -> Slip {
        let end = self.statement.span.end;
        let rest = self.get(end..line_end(self.text, end)).trim();
        if rest.starts_with('#') && rest.len() > 1 {
            let message = format!("`{key}` has no value, because what follows # is a note");
            return self.slip(self.first_line(), message, self.type_it(key, &rest.replace(['\r'], "")));
        }
        let help = format!("write the value after the =, as in {}, or take the line out", self.example(key));
        self.slip(self.first_line(), format!("`{key}` has no value"), help)
    }

    /// What stands before the = and cannot be a key.
    fn bad_key(&self, key: &str, raw: &str) -> Option<Slip> {
        let line = self.first_line();
        if key.is_empty() {
            return Some(self.slip(line, "there is no key before the =", "write key = value"));
        }
        if key.starts_with("//") {
            let help = "type # in place of // for a note, or take the // out";
            return Some(self.slip(line.start..line.start + 2, "a note begins with #, not with //", help));
        }
        let dashed = key.trim_start_matches(['-', '*', '•', ' ']);
        if dashed.len() < key.len() && !dashed.is_empty() && key.contains(' ') && dashed.chars().all(is_key_letter) {
            let message = format!("there is a sign before the key `{dashed}`");
            return Some(self.slip(line, message, self.type_it(dashed, raw)));
        }
        if is_right(&format!("{key} = 1")) {
            return None;
        }
        let joined = key.split_whitespace().collect::<Vec<_>>().join("_").to_lowercase();
        if self.shape(&joined).is_some() {
            let message = format!("`{key}` cannot be a key: a key is one word");
            return Some(self.slip(line, message, self.type_it(&joined, raw)));
        }
        let name = if self.is_secret() { "this".to_owned() } else { format!("`{key}`") };
        Some(self.slip(
            line,
            format!("{name} cannot be a key: a key is one word of letters, digits, - and _"),
            "write one key on each line, with one word before the =",
        ))
    }

    /// A value that begins below its key.
    fn value_below(&self, key: &str, raw: &str) -> Slip {
        let message = if raw.starts_with('-') {
            "this list has dashes where it should have brackets and commas".to_owned()
        } else {
            format!("the value of `{key}` does not begin on its line")
        };
        let help = match self.suggestion(key, raw) {
            Some(line) => format!("type {line}"),
            None => format!("begin it right after the =, as in {}", self.example(key)),
        };
        self.slip(self.first_line(), message, help)
    }

    /// A value in brackets that are not square.
    fn other_brackets(&self, key: &str, raw: &str, first: &Token) -> Slip {
        let (open, close) = if first.is('{') { ('{', '}') } else { ('(', ')') };
        let inside = raw.trim_start_matches(open).trim_end_matches(close).trim();
        let span = first.span.start..first.span.start + 1;
        if first.is('{') && inside.contains('=') {
            return self.slip(
                span,
                "what stands in { } cannot be read",
                "write { short = \"long\", short = \"long\" }",
            );
        }
        let list = matches!(self.shape(key), Some(Shape::List | Shape::Groups | Shape::Numbers));
        if list || is_right(&format!("x = [{inside}]")) {
            let help = format!(
                "type {}",
                suggest::line(key, inside, Some(self.shape(key).unwrap_or(Shape::List)))
                    .filter(|_| !self.is_secret())
                    .unwrap_or_else(|| self.example(key))
            );
            return self.slip(span, format!("a list stands in [ ], not in {open} {close}"), help);
        }
        let message = format!("{open} {close} cannot be used here");
        self.slip(span, message, self.type_it(key, inside))
    }

    /// When nothing else is known: what the parser says, in words where there are any.
    pub fn otherwise(&self) -> Slip {
        let written = self.written();
        let (at, message) = match DeTable::parse(written) {
            Err(error) => (error.span().map_or(0, |span| span.start), error.message().to_owned()),
            Ok(_) => (0, String::new()),
        };
        let at = crate::diagnostic::floor_char_boundary(self.text, self.statement.span.start + at);
        let point = at..at + self.get(at..self.text.len()).chars().next().map_or(0, char::len_utf8);
        if message.contains("escape") {
            let help = "type \\\\ for one backslash, or put the text in single quotes: 'a\\b'";
            return self.slip(point, "a backslash \\ has a special meaning inside double quotes", help);
        }
        if let Some((i, _)) = written.char_indices().find(|(_, c)| is_curly(*c)) {
            return self.curly(self.statement.span.start + i);
        }
        self.slip(
            point,
            "this line cannot be read from here on",
            "write one key and one value on each line: key = \"text\"",
        )
    }
}

/// An invisible character at `span`.
pub(super) fn invisible(explainer: &Explainer<'_>, span: Range<usize>, c: char) -> Slip {
    let (name, help) = match c {
        '\u{a0}' | '\u{202f}' | '\u{2007}' => ("a no-break space", "delete it and type a space"),
        _ if c.is_whitespace() => ("a blank of another kind", "delete it and type a space"),
        _ => ("a sign without width", "delete it (or delete the line and type it anew)"),
    };
    explainer.slip(span, format!("there is an invisible character here ({name})"), help)
}
