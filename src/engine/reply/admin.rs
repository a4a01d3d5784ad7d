//! What those who keep the FAQ are told: how an answer came about, what is missing, what was asked.

use super::buttons::{button, question as shown_question};
use super::folder::counted;
use super::{GapPress, Press, Reply};
use crate::engine::corpus::{Corpus, Entry};
use crate::engine::html::{MESSAGE_UNITS, cut_html, cut_line, escape};
use crate::engine::{Decision, Engine, Explanation, Thresholds, Verdict};

/// How many candidates `/why` shows, and how many features of each.
const CANDIDATES: usize = 3;
const FEATURES: usize = 4;
/// How many questions of a gap are shown.
const QUESTIONS: usize = 6;
/// UTF-16 units of a question or a name in a list.
const LINE_UNITS: usize = 160;
/// How many lines a list has.
const LINES: usize = 20;

/// To a command whose words or message are missing.
pub const WHY_WHAT: &str = "Reply to one of my answers with /why.";
/// To `/why` below something of which nothing is known.
pub const WHY_UNKNOWN: &str = "I don't know (any more) how that came about. I keep it for my answers in groups, and for \
                               those to you.";
/// To `/test` alone.
pub const TEST_WHAT: &str = "Write the question after the command: /test how long is the exam";
/// To `/teach` without what it needs.
pub const TEACH_WHAT: &str =
    "Reply to a good answer with /teach and the question it answers: /teach How long is the exam?";
/// To `/export` with a word that is no format.
pub const EXPORT_WHAT: &str = "Write /export json, /export csv or /export faqpage.";
/// Above a file with all entries.
pub const EXPORTED: &str = "All entries that everybody gets, as a file:";
/// When a folder could not be read for a reason of the program.
pub const FOLDER_FAILED: &str = "I could not look at the FAQ folder. My log says why; what I had is still served.";
/// To a button of somebody who may not.
pub const NOT_FOR_YOU: &str = "That is for those who keep the FAQ.";
/// To a button whose gap is none any more.
pub const GAP_GONE: &str = "That is no gap any more. Write /gaps to see what is.";

/// What was decided when a question was asked.
#[derive(Debug, Clone, Copy)]
pub struct Then<'a> {
    /// Where, as the question log has it.
    pub audience: &'a str,
    /// `answer`, `suggest`, `decline`.
    pub decision: &'a str,
    /// Per cent.
    pub confidence: u8,
    /// The id of the best entry.
    pub top: Option<&'a str>,
}

/// `/why`: how `question` is answered. `then`: what was decided when it was asked, if it was.
pub fn why(
    engine: &Engine,
    question: &str,
    (verdict, explanation): (&Verdict, &Explanation),
    then: Option<Then<'_>>,
) -> Reply {
    let mut html = format!("<blockquote>{}</blockquote>", escape(&cut_line(question, 400)));
    if let Some(then) = then {
        html += &format!("Asked {}. ", place(then.audience));
        html += &format!("I had this: <b>{}</b>, {} % sure", then.decision, then.confidence);
        html += &then.top.map(|top| format!(", of <code>{}</code>", escape(top))).unwrap_or_default();
        html += ".\n";
    }
    html += &format!(
        "With the FAQ of now: <b>{}</b>, {:.0} % sure. ",
        decided(engine, &verdict.decision),
        verdict.confidence
    );
    let Thresholds { answer_at, suggest_at, ambient_at } = engine.settings().thresholds;
    html +=
        &format!("I answer from {answer_at:.0}, suggest from {suggest_at:.0}, speak unasked from {ambient_at:.0}.\n");
    let words = explanation.words.iter().map(|(typed, known)| match known {
        Some(known) if known == typed => escape(typed),
        Some(known) => format!("{} (read as {})", escape(typed), escape(known)),
        None => format!("<s>{}</s>", escape(typed)),
    });
    let words = words.collect::<Vec<_>>().join(", ");
    html +=
        &format!("\nWords: {words}. Struck through: in no entry ({:.0} % of the weight).", explanation.unknown * 100.0);
    if explanation.request {
        html += " It asks for something to be done, so I am not sure.";
    }
    if let Some(foreign) = explanation.foreign {
        html += &format!(" It is {foreign}, which the entries are not.");
    }
    html += "\n";
    for (rank, candidate) in explanation.candidates.iter().take(CANDIDATES).enumerate() {
        let Some(entry) = engine.entry(candidate.hit.entry) else { continue };
        html += &format!("\n{}. <b>{}</b> {:.1}", rank + 1, escape(&entry.id), candidate.hit.score);
        html += match (candidate.vetoed, candidate.strange) {
            (true, _) => " (is about other names: no answer)",
            (false, true) => " (lacks a name of the question: not sure)",
            (false, false) => "",
        };
        let mut shares = candidate.shares.clone();
        shares.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        let shares = shares.iter().filter(|(_, share)| share.abs() >= 0.05).take(FEATURES);
        let shares: Vec<String> = shares.map(|(name, share)| format!("{name} {share:.1}")).collect();
        html += &format!("\n{}\n{}", shares.join(", "), file_of(engine.corpus(), entry));
    }
    Reply { html: cut_html(html.trim_end(), MESSAGE_UNITS), buttons: Vec::new() }
}

/// `/test`: what would be said where; the reply itself comes behind it.
pub fn tested(engine: &Engine, question: &str, verdicts: &[(&str, Verdict)]) -> Reply {
    let mut html = format!("<blockquote>{}</blockquote>", escape(&cut_line(question, 400)));
    for (audience, verdict) in verdicts {
        let sure = verdict.confidence;
        html +=
            &format!("\n{}: <b>{}</b>, {sure:.0} % sure", capital(place(audience)), decided(engine, &verdict.decision));
    }
    html += "\n\nIn private I would say:";
    Reply { html, buttons: Vec::new() }
}

fn decided(engine: &Engine, decision: &Decision) -> String {
    let id = |number: &usize| engine.entry(*number).map(|entry| escape(&entry.id)).unwrap_or_default();
    match decision {
        Decision::Answer(number) => format!("answer {}", id(number)),
        Decision::Suggest(numbers) => format!("suggest {}", numbers.iter().map(id).collect::<Vec<_>>().join(", ")),
        Decision::Decline => "decline".to_owned(),
        Decision::Silent => "say nothing".to_owned(),
    }
}

fn place(audience: &str) -> &'static str {
    match audience {
        "private" => "in private",
        "group" => "in a group, to me",
        "ambient" => "in a group, to nobody",
        "inline" => "inline",
        "guest" => "as a guest",
        _ => "somewhere",
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn file_of(corpus: &Corpus, entry: &Entry) -> String {
    corpus.file_of(entry).map(|file| format!("<code>{}</code>", escape(file))).unwrap_or_default()
}

/// One gap, as `/gaps` shows it.
#[derive(Debug, Clone)]
pub struct GapView<'a> {
    /// Which of how many, from 0.
    pub at: (usize, usize),
    /// What stands for it in buttons.
    pub key: &'a str,
    /// Different questions, the one that stands for all first.
    pub questions: Vec<&'a str>,
    /// How often it was asked.
    pub times: usize,
    /// How many of these got suggestions and wanted none of them.
    pub rejected: usize,
    /// How many days ago it was asked last.
    pub days: i64,
    /// The entry that may be meant, how often it was chosen from suggestions, and else how sure the engine is of it, in
    /// per cent.
    pub suggestion: Option<(&'a Entry, usize, u8)>,
}

/// An entry that people are not content with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Its id.
    pub entry: String,
    /// How often 👍 and 👎.
    pub up: i64,
    /// How often 👎.
    pub down: i64,
    /// Why, with how often, the most frequent first.
    pub reasons: Vec<(String, i64)>,
    /// How often it was among suggestions none of which was meant.
    pub rejected: usize,
}

/// `/gaps`: one gap with its buttons, below what people complain of on the first page. `None`: there is none.
pub fn gaps(gap: Option<&GapView<'_>>, complaints: &[Complaint]) -> Reply {
    let mut html = complained(complaints);
    let Some(gap) = gap else {
        return if html.is_empty() { gaps_closed() } else { Reply { html, buttons: Vec::new() } };
    };
    if !html.is_empty() {
        html += "\n\n";
    }
    let (at, of) = gap.at;
    html += &format!("<b>Gap {} of {of}</b>: asked {}", at + 1, counted(gap.times, "time", "times"));
    html += &match gap.days {
        ..=0 => ", today".to_owned(),
        1 => ", last yesterday".to_owned(),
        days => format!(", last {days} days ago"),
    };
    if gap.rejected > 0 {
        html += &format!(" ({} wanted none of what I suggested)", gap.rejected);
    }
    for question in gap.questions.iter().take(QUESTIONS) {
        html += &format!("\n• {}", escape(&cut_line(question, LINE_UNITS)));
    }
    if gap.questions.len() > QUESTIONS {
        html += &format!("\n• and {} more", gap.questions.len() - QUESTIONS);
    }
    let key = gap.key.to_owned();
    let mut buttons = Vec::new();
    if let Some((entry, chosen, sure)) = gap.suggestion {
        let why = match chosen {
            0 => format!("{sure} % sure"),
            chosen => format!("chosen {}", counted(chosen, "time", "times")),
        };
        html += &format!(
            "\n\nMaybe: <b>{}</b>\n<code>{}</code>, {why}",
            escape(&cut_line(&entry.question, LINE_UNITS)),
            escape(&entry.id)
        );
        let entry_id = entry.id.value.clone();
        let label = format!("➕ Add to: {}", shown_question(entry, 44));
        buttons.push(vec![button(&label, Press::Gap(GapPress::Add { key: key.clone(), entry: entry_id }))]);
    }
    buttons.push(vec![
        button("📝 Start a draft", Press::Gap(GapPress::Draft { key: key.clone() })),
        button("🗑 Dismiss", Press::Gap(GapPress::Dismiss { key })),
    ]);
    let to = |at: usize, label: &str| button(label, Press::Gap(GapPress::Page(u16::try_from(at).unwrap_or(u16::MAX))));
    let mut around = Vec::new();
    if at > 0 {
        around.push(to(at - 1, "◀"));
    }
    if at + 1 < of {
        around.push(to(at + 1, "▶"));
    }
    if !around.is_empty() {
        buttons.push(around);
    }
    Reply { html, buttons }
}

/// What is served, and since when (seconds since 1970) if that is known.
pub fn served(entries: usize, since: Option<i64>) -> Reply {
    let since = since.and_then(|since| jiff::Timestamp::from_second(since).ok());
    let since = since.map(|since| format!(" since {} UTC", since.strftime("%-d %B %Y, %H:%M"))).unwrap_or_default();
    Reply { html: format!("I serve {}{since}.", counted(entries, "entry", "entries")), buttons: Vec::new() }
}

/// All gaps in a list, each with how often it was asked, and what people complain of.
pub fn listed(gaps: &[(String, usize)], complaints: &[Complaint]) -> Reply {
    let mut html = complained(complaints);
    for (question, times) in gaps.iter().take(4 * LINES) {
        html += &format!("\n• {times}× {}", escape(&cut_line(question, LINE_UNITS)));
    }
    if gaps.len() > 4 * LINES {
        html += &format!("\nand {} more", gaps.len() - 4 * LINES);
    }
    if html.is_empty() {
        return gaps_closed();
    }
    Reply { html: html.trim_start().to_owned() + "\n\nWrite /gaps to the bot to deal with them.", buttons: Vec::new() }
}

fn gaps_closed() -> Reply {
    Reply::plain("No gaps: everything that was asked has an answer, or was dismissed.")
}

/// What people complain of; empty if of nothing.
fn complained(complaints: &[Complaint]) -> String {
    if complaints.is_empty() {
        return String::new();
    }
    let mut html = "<b>Answers that people are not content with</b>".to_owned();
    for complaint in complaints.iter().take(5) {
        html += &format!("\n• <code>{}</code>: ", escape(&complaint.entry));
        let mut said = Vec::new();
        if complaint.down > 0 {
            said.push(format!("{} 👎 of {}", complaint.down, complaint.down + complaint.up));
        }
        for (reason, times) in &complaint.reasons {
            said.push(format!("{} {times}", escape(&reason.replace('_', " "))));
        }
        if complaint.rejected > 0 {
            said.push(format!("suggested and not meant {}", counted(complaint.rejected, "time", "times")));
        }
        html += &said.join(", ");
    }
    html
}

/// After a phrasing was added. `left`: how many questions of the gap are still not answered, of how many.
pub fn phrasing_added(question: &str, entry: &str, (left, of): (usize, usize)) -> Reply {
    let rest = match left {
        0 => "Everything in this gap is answered now.".to_owned(),
        _ => format!(
            "Of {} in this gap, {left} still get no answer: write /gaps to see them.",
            counted(of, "question", "questions")
        ),
    };
    let html = format!(
        "✅ “{}” is a phrasing of <code>{}</code> now, in its file and served. {rest}",
        escape(&cut_line(question, LINE_UNITS)),
        escape(entry)
    );
    Reply { html, buttons: Vec::new() }
}

/// When a file could not be changed as an admin wanted, and why. Nothing has changed.
pub fn not_changed(why: &str) -> Reply {
    Reply { html: format!("⚠️ Nothing was changed: {}", escape(&cut_line(why, 600))), buttons: Vec::new() }
}

/// When a change would have made things worse.
pub fn change_refused(findings: &[crate::diagnostic::Diagnostic]) -> Reply {
    let head = "⚠️ <b>Nothing was changed</b>: with it the FAQ would not be served, because of this.\n\n";
    Reply { html: head.to_owned() + &super::folder::shown(findings, head), buttons: Vec::new() }
}

/// After a draft was written to this file.
pub fn draft_made(file: &str) -> Reply {
    Reply {
        html: format!(
            "📝 A draft is in <code>{}</code>. It is not served: write the answer, name the sources, and move it into the \
             folder of its topic, or run <code>telefaq drafts promote</code>.",
            escape(file)
        ),
        buttons: Vec::new(),
    }
}

/// After a gap was dismissed.
pub fn dismissed(question: &str) -> Reply {
    let question = escape(&cut_line(question, LINE_UNITS));
    Reply { html: format!("🗑 “{question}” and what is like it is no gap any more."), buttons: Vec::new() }
}

/// `/stale`: entries that are due, the longest first, with since when and whose they are.
pub fn stale(entries: &[(&Entry, Option<jiff::civil::Date>)]) -> Reply {
    if entries.is_empty() {
        return Reply::plain("Nothing is stale: every entry was checked lately enough.");
    }
    let mut html = format!(
        "<b>{} to check</b>\nLook at the sources, correct what has changed, set <code>reviewed</code>.",
        counted(entries.len(), "entry", "entries")
    );
    for (entry, due) in entries.iter().take(LINES) {
        html += &format!("\n• <code>{}</code>: ", escape(&entry.id));
        html += &due.map_or_else(|| "nobody has said when it was checked".to_owned(), |due| format!("since {due}"));
        html += &entry.owner.as_ref().map(|owner| format!(" ({})", escape(&cut_line(owner, 60)))).unwrap_or_default();
    }
    if entries.len() > LINES {
        html += &format!("\nand {} more", entries.len() - LINES);
    }
    Reply { html: cut_html(&html, MESSAGE_UNITS), buttons: Vec::new() }
}

/// What was asked in some days, counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Stats {
    /// How many days.
    pub days: i64,
    /// Questions.
    pub asked: usize,
    /// Answered at once.
    pub answered: usize,
    /// Met with suggestions.
    pub suggested: usize,
    /// Of those, how often one was meant.
    pub chosen: usize,
    /// Of those, how often none was.
    pub rejected: usize,
    /// Declined.
    pub declined: usize,
    /// 👍 and 👎.
    pub helpful: i64,
    /// 👎.
    pub unhelpful: i64,
    /// Answers by topic, the most frequent first.
    pub topics: Vec<(String, usize)>,
    /// Answers by entry, the most frequent first.
    pub entries: Vec<(String, usize)>,
    /// Questions and those answered of them by week, the last first; a week is called by its Monday.
    pub weeks: Vec<(String, usize, usize)>,
}

/// `/stats`.
pub fn stats(stats: &Stats) -> Reply {
    let share = |part: usize| (part * 100 + stats.asked / 2).checked_div(stats.asked).unwrap_or(0);
    let mut html = format!("<b>The last {}</b>\n", counted(usize::try_from(stats.days).unwrap_or(0), "day", "days"));
    if stats.asked == 0 {
        html += "Nobody has asked anything.";
        return Reply { html, buttons: Vec::new() };
    }
    html += &format!(
        "Asked {}: answered {} ({} %), suggested {} ({} %), declined {} ({} %)\n",
        stats.asked,
        stats.answered,
        share(stats.answered),
        stats.suggested,
        share(stats.suggested),
        stats.declined,
        share(stats.declined)
    );
    html += &format!("Of the suggestions {} were meant, {} were not\n", stats.chosen, stats.rejected);
    html += &format!("Votes: {} 👍, {} 👎", stats.helpful, stats.unhelpful);
    for (what, list) in [("By topic", &stats.topics), ("By entry", &stats.entries)] {
        if !list.is_empty() {
            let lines = list.iter().take(8).map(|(name, times)| format!("{times} {}", escape(&cut_line(name, 80))));
            html += &format!("\n\n<b>{what}</b>\n{}", lines.collect::<Vec<_>>().join("\n"));
        }
    }
    if !stats.weeks.is_empty() {
        let lines = stats
            .weeks
            .iter()
            .take(6)
            .map(|(monday, asked, answered)| format!("{monday}: {asked} asked, {answered} answered"));
        html += &format!("\n\n<b>By week</b>\n{}", lines.collect::<Vec<_>>().join("\n"));
    }
    Reply { html, buttons: Vec::new() }
}

/// The weekly message to those who keep the FAQ.
pub fn digest(of_week: &Stats, gaps: &[(String, usize)], stale: usize, complaints: &[Complaint]) -> Reply {
    let mut html = format!("📬 <b>The week</b>\n\n{}", stats(of_week).html);
    if !gaps.is_empty() {
        html += &format!("\n\n<b>Not answered</b> ({})", counted(gaps.len(), "gap", "gaps"));
        for (question, times) in gaps.iter().take(5) {
            html += &format!("\n• {times}× {}", escape(&cut_line(question, 100)));
        }
    }
    let complained = complained(complaints);
    if !complained.is_empty() {
        html += &format!("\n\n{complained}");
    }
    if stale > 0 {
        html += &format!("\n\n{} to check: /stale", counted(stale, "entry", "entries"));
    }
    html += "\n\nTen minutes with /gaps make me better.";
    Reply { html: cut_html(&html, MESSAGE_UNITS), buttons: Vec::new() }
}

/// What one who owns entries is told of them; `None`: there is nothing to do.
pub fn owned(entries: &[(&Entry, Option<jiff::civil::Date>)], complaints: &[Complaint]) -> Option<Reply> {
    if entries.is_empty() && complaints.is_empty() {
        return None;
    }
    let mut parts = vec!["<b>Answers that you look after</b>".to_owned()];
    if !entries.is_empty() {
        parts.push(stale(entries).html);
    }
    if !complaints.is_empty() {
        parts.push(complained(complaints));
    }
    Some(Reply { html: cut_html(&parts.join("\n\n"), MESSAGE_UNITS), buttons: Vec::new() })
}

/// What a cohort is told of new and changed answers, with links to them. `None`: there are none.
pub fn news(new: &[&Entry], changed: &[&Entry], link: impl Fn(&Entry) -> String) -> Option<Reply> {
    if new.is_empty() && changed.is_empty() {
        return None;
    }
    let mut html = String::new();
    for (what, entries) in [("New answers", new), ("Changed answers", changed)] {
        if entries.is_empty() {
            continue;
        }
        html += &format!("\n\n<b>{what}</b>");
        for entry in entries.iter().take(LINES / 2) {
            html +=
                &format!("\n• <a href=\"{}\">{}</a>", escape(&link(entry)), escape(&shown_question(entry, LINE_UNITS)));
        }
        if entries.len() > LINES / 2 {
            html += &format!("\nand {} more", entries.len() - LINES / 2);
        }
    }
    Some(Reply { html: html.trim_start().to_owned(), buttons: Vec::new() })
}
