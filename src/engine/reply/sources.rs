//! `/sources`: where the answers come from.

use std::collections::BTreeMap;

use super::answer::source;
use super::buttons::button;
use super::{Press, Reply, Voice};
use crate::engine::corpus::Kind;

/// Sources on a page.
const PAGE: usize = 12;

impl Voice<'_> {
    /// A page (from 0) of the sources that entries name, those first which most of them do; the last page when there are
    /// fewer.
    pub fn all_sources(&self, page: u16) -> Reply {
        let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
        for entry in self.corpus.entries.iter().filter(|entry| entry.kind == Kind::Faq) {
            for id in &entry.sources {
                *uses.entry(id.value.as_str()).or_default() += 1;
            }
        }
        let named = uses.into_iter().filter_map(|(id, uses)| Some((uses, self.corpus.sources.get(id)?)));
        let mut named: Vec<_> = named.collect();
        named.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.id.cmp(&other.id)));
        if named.is_empty() {
            return Reply::plain("My answers name no sources yet.");
        }
        let last = named.len().saturating_sub(1) / PAGE;
        let page = usize::from(page).min(last);
        let shown = named.iter().skip(page * PAGE).take(PAGE);
        let answers = |uses: usize| if uses == 1 { "1 answer".to_owned() } else { format!("{uses} answers") };
        let lines: Vec<String> = shown.map(|(uses, of)| format!("• {}: {}", source(of), answers(*uses))).collect();
        let pages = if last > 0 { format!(", page {} of {}", page + 1, last + 1) } else { String::new() };
        let html = format!("<b>Where my answers come from</b>{pages}\n{}", lines.join("\n"));
        let turn = |label, to: usize| button(label, Press::Sources { page: u16::try_from(to).unwrap_or(u16::MAX) });
        let mut turns = Vec::new();
        if page > 0 {
            turns.push(turn("‹ Prev", page - 1));
        }
        if page < last {
            turns.push(turn("Next ›", page + 1));
        }
        Reply { html, buttons: if turns.is_empty() { Vec::new() } else { vec![turns] } }
    }
}
