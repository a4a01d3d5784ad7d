//! How commands print: JSON of verdicts, rendered findings, complaints. Owns no decision about what to print.

use std::io::{self, Write};

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::engine::{Decision, Engine, Verdict};

/// Writes to standard error, whether or not anybody reads it.
pub fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "{}", text.trim_end());
}

/// A reader that went away has seen enough: what the command found stays as it is, and so does its exit code.
pub fn unless_gone(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Findings for people, an empty line between two.
pub fn rendered(findings: &[Diagnostic], color: bool) -> String {
    findings.iter().map(|d| d.render(color)).collect::<Vec<_>>().join("\n")
}

/// `1 entry`, `2 entries`.
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// `value` as indented JSON with a newline.
pub fn json(out: &mut impl Write, value: &Value) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

/// The decision as output knows it: three words. Silence exists in groups only, where declining would be noise.
pub fn decision(verdict: &Verdict) -> &'static str {
    match verdict.decision {
        Decision::Silent => Decision::Decline.name(),
        _ => verdict.decision.name(),
    }
}

/// Writes `"decision":…,"confidence":…,"candidates":[…]`: what `match` and `ask --json` have in common.
pub fn write_verdict(out: &mut impl Write, engine: &Engine, verdict: &Verdict) -> io::Result<()> {
    write!(
        out,
        r#""decision":"{}","confidence":{:.1},"candidates":["#,
        decision(verdict),
        verdict.confidence.clamp(0.0, 100.0)
    )?;
    for (i, hit) in verdict.hits.iter().take(10).enumerate() {
        let Some(entry) = engine.entry(hit.entry) else { continue };
        out.write_all(if i == 0 { br#"{"id":"# } else { br#",{"id":"# })?;
        serde_json::to_writer(&mut *out, entry.id.as_str())?;
        // Not a number has no place in JSON.
        let score = if hit.score.is_finite() { hit.score } else { 0.0 };
        write!(out, r#","score":{score:.4}}}"#)?;
    }
    out.write_all(b"]")
}
