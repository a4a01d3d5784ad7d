//! `/why` and `/test`: how an answer comes about.

use super::Told;
use crate::app::moment::Moment;
use crate::app::trace::Trace;
use crate::app::{App, Inbound, Replied, Said};
use crate::engine::reply::{Reply, admin};
use crate::engine::{Audience, Engine, EntryNumber};
use crate::store::StoreError;

/// Where a question may be asked that [`App::test`] tries, as the question log calls it.
const AUDIENCES: [(&str, Audience); 3] =
    [("private", Audience::Private), ("group", Audience::GroupAddressed), ("ambient", Audience::GroupAmbient)];

impl App {
    pub(super) async fn why(
        &self,
        inbound: &Inbound,
        replied: Option<&Replied>,
        moment: &Moment,
    ) -> Result<Reply, StoreError> {
        let Some(replied) = replied else { return Ok(Reply::plain(admin::WHY_WHAT)) };
        let link = self.store.answer_at(self.hashed(inbound.chat), replied.id.0).await?;
        let trace = link.and_then(|link| Trace::opened(&self.seal, link.question, &link.trace?));
        let Some(trace) = trace else { return Ok(Reply::plain(admin::WHY_UNKNOWN)) };
        let moment = Moment { engine: self.engine_of(trace.cohort.as_deref()), ..moment.clone() };
        let audience =
            AUDIENCES.iter().find(|(name, _)| *name == trace.audience).map_or(Audience::Private, |(_, a)| *a);
        let last = trace.last.as_deref().and_then(|last| moment.engine.corpus().position(last));
        let question = trace.question.clone();
        Ok(moment
            .think(move |engine| {
                let then = admin::Then {
                    audience: &trace.audience,
                    decision: &trace.decision,
                    confidence: trace.confidence,
                    top: trace.top.as_deref(),
                };
                explained(engine, &question, audience, last, Some(then))
            })
            .await)
    }

    pub(super) async fn test(&self, words: &str, moment: &Moment) -> Told {
        if !words.chars().any(char::is_alphanumeric) {
            return Reply::plain(admin::TEST_WHAT).into();
        }
        let question = words.to_owned();
        let summary = moment.think(move |engine| {
            let verdicts: Vec<_> =
                AUDIENCES.iter().map(|(name, audience)| (*name, engine.answer(&question, *audience))).collect();
            let why = explained(engine, &question, Audience::Private, None, None);
            (admin::tested(engine, &question, &verdicts), why)
        });
        let (summary, why) = summary.await;
        // As a student would get it, but for the log.
        let response = moment.reply(&Said::Question(words.to_owned()), None).await;
        let mut replies = vec![summary];
        replies.extend(response.replies);
        replies.push(why);
        Told { replies, ..Told::default() }
    }
}

fn explained(
    engine: &Engine,
    question: &str,
    audience: Audience,
    last: Option<EntryNumber>,
    then: Option<admin::Then<'_>>,
) -> Reply {
    let parts = engine.converse(question, audience, last);
    let verdict = match parts.into_iter().next() {
        Some(part) => part.verdict,
        None => engine.answer(question, audience),
    };
    let explanation = engine.explain(question, audience);
    admin::why(engine, question, (&verdict, &explanation), then)
}
