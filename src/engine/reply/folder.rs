//! What the admins are told about the FAQ folder, with the file, the line and what to do.

use super::Reply;
use crate::diagnostic::Diagnostic;
use crate::engine::html::{MESSAGE_UNITS, cut_line, escape, visible_units};

/// How many findings are shown.
const FINDINGS: usize = 5;
/// How many ids are listed.
const IDS: usize = 12;
/// UTF-16 units of one message, line or help of a finding.
const LINE_UNITS: usize = 300;

/// Something about the folder that admins want to know.
#[derive(Debug, Clone, Copy)]
pub enum FolderNews<'a> {
    /// It was changed and is not served as it is now.
    Refused {
        /// Why.
        findings: &'a [Diagnostic],
        /// The entries that would be gone, if it is because of them.
        lost: &'a [String],
        /// How many entries are served.
        entries: usize,
    },
    /// It is served as it is now.
    TakenOver {
        /// How many entries it has.
        entries: usize,
        /// The ids of those that there were before.
        gone: &'a [String],
        /// It was refused before.
        in_order: bool,
    },
    /// At the start it had errors, and what has them is left out.
    LeftOut {
        /// How many.
        findings: usize,
    },
}

/// The message about it.
pub fn folder_news(news: &FolderNews<'_>) -> Reply {
    let html = match news {
        FolderNews::Refused { findings, lost, entries } => {
            let entries = counted(*entries, "entry", "entries");
            let head = format!(
                "⚠️ <b>The changed FAQ is not served</b>\nI go on with what I had ({entries}) until this is put right; nothing \
                 of your files is lost.\n\n"
            );
            let rest = if lost.is_empty() { shown(findings, &head) } else { missing(lost) };
            head + &rest
        }
        FolderNews::TakenOver { entries, gone, in_order } => {
            let mut html = match in_order {
                true => "✅ <b>The FAQ is in order again.</b>".to_owned(),
                false => "<b>The FAQ has changed.</b>".to_owned(),
            };
            html += &format!(" I serve {}.", counted(*entries, "entry", "entries"));
            if !gone.is_empty() {
                html += &format!("\n\nGone: {}", listed(gone));
            }
            html
        }
        FolderNews::LeftOut { findings } => format!(
            "⚠️ I have started, and the FAQ has {}: what has them is left out, or answers other than its tests want. Run \
             <code>telefaq check</code> where the files are, or write /reload to me to see the list.",
            counted(*findings, "error", "errors")
        ),
    };
    Reply { html, buttons: Vec::new() }
}

/// `/reload`, when it has been done.
pub fn reloaded(entries: usize, added: &[String], changed: &[String], gone: &[String]) -> Reply {
    let mut html = format!("✅ I serve the FAQ as it is now: {}.", counted(entries, "entry", "entries"));
    for (what, ids) in [("New", added), ("Changed", changed), ("Gone", gone)] {
        if !ids.is_empty() {
            html += &format!("\n{what}: {}", listed(ids));
        }
    }
    Reply { html, buttons: Vec::new() }
}

/// The first findings, as many as there is room for below `head`.
pub(super) fn shown(findings: &[Diagnostic], head: &str) -> String {
    let mut html = String::new();
    let mut left = findings.len();
    for finding in findings.iter().take(FINDINGS) {
        let next = one(finding);
        if visible_units(head) + visible_units(&html) + visible_units(&next) > MESSAGE_UNITS - 200 {
            break;
        }
        html += &next;
        left -= 1;
    }
    if left > 0 {
        html += &format!("... and {left} more: <code>telefaq check</code> shows all.");
    }
    html.trim_end().to_owned()
}

/// One finding: where, what, the line itself, what to do.
fn one(finding: &Diagnostic) -> String {
    let line = |text: &str| escape(&cut_line(text, LINE_UNITS));
    let mut html = String::new();
    if let Some(place) = &finding.place {
        html += &format!("<b>{}</b>, line {}\n", line(&place.file), place.line);
    }
    html += &format!("{} ({})\n", line(&finding.message), finding.code);
    let excerpt = finding.place.as_ref().and_then(|place| place.excerpt.as_ref());
    if let Some(excerpt) = excerpt {
        html += &format!("<pre>{}</pre>\n", line(&excerpt.text));
    }
    if let Some(help) = &finding.help {
        html += &format!("→ {}\n", line(help));
    }
    html + "\n"
}

fn missing(lost: &[String]) -> String {
    format!(
        "{} would be gone at once: {}\n\nThat looks like an accident, or like files that are still being copied. If it is \
         meant: /reload anyway",
        counted(lost.len(), "entry", "entries"),
        listed(lost)
    )
}

fn listed(ids: &[String]) -> String {
    let mut shown: Vec<String> = ids.iter().take(IDS).map(|id| format!("<code>{}</code>", escape(id))).collect();
    if ids.len() > IDS {
        shown.push(format!("and {} more", ids.len() - IDS));
    }
    shown.join(", ")
}

/// `1 entry`, `2 entries`.
pub(super) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
