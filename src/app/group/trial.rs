//! What became of a trial: whoever began it judges some of what the bot would have said, and is told from which confidence
//! on it had better speak.

use jiff::civil::Date;

use crate::app::{App, ChatKey, Inbound, MessageId, Outbound, Scene, Step, Surface, show, toast};
use crate::engine::reply::{self, FITTING, Mode, Reply, TrialOutcome};
use crate::store::{Change, Hashed, Sample, StoreError};

/// How many answers are to be judged at most: more is work, fewer say little.
const JUDGED: usize = 12;
/// From how many judged answers on something is recommended.
const FEWEST_JUDGED: usize = 4;
/// The confidences that may be recommended, the lowest first.
const RECOMMENDABLE: [u8; 6] = [70, 75, 80, 85, 90, 95];

/// The samples that are to be judged: spread evenly over all confidences, the most confident first.
fn to_be_judged(samples: &[Sample]) -> Vec<&Sample> {
    let mut sorted: Vec<&Sample> = samples.iter().collect();
    sorted.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then_with(|| a.id.cmp(&b.id)));
    let count = sorted.len().min(JUDGED);
    (0..count).filter_map(|at| sorted.get(at * sorted.len() / count.max(1)).copied()).collect()
}

/// From which confidence on enough of the judged answers fit.
fn recommended(samples: &[Sample]) -> Option<u8> {
    RECOMMENDABLE.into_iter().find(|percent| {
        let judged: Vec<bool> = samples
            .iter()
            .filter(|sample| sample.confidence >= f64::from(*percent))
            .filter_map(|sample| sample.fits)
            .collect();
        let fitting = judged.iter().filter(|fits| **fits).count();
        judged.len() >= FEWEST_JUDGED && fitting * 100 >= judged.len() * usize::try_from(FITTING).unwrap_or(100)
    })
}

impl App {
    /// The report on the trial of a chat, for a private chat.
    pub(super) async fn trial_report(
        &self,
        chat: ChatKey,
        title: &str,
        today: Date,
        now: i64,
    ) -> Result<Outbound, StoreError> {
        let hashed = self.hashed(chat);
        let samples = self.store.samples(hashed).await?;
        let (moment, _) = self.moment_of_cohort(chat, today, now).await?;
        let mut outbound: Outbound = if samples.is_empty() {
            Step::say(moment.voice().trial_was_quiet(title)).into()
        } else {
            Step::say(self.next_to_judge(hashed, title, &samples, None, &moment)).into()
        };
        outbound.memo.changes.push(Change::TrialUntil(hashed, None));
        Ok(outbound)
    }

    /// What is to be judged after the sample `after`, or what comes of it all.
    fn next_to_judge(
        &self,
        chat: Hashed,
        title: &str,
        samples: &[Sample],
        after: Option<i64>,
        moment: &crate::app::moment::Moment,
    ) -> Reply {
        let voice = moment.voice();
        let judged = to_be_judged(samples);
        let at = after.and_then(|id| judged.iter().position(|sample| sample.id == id)).map_or(0, |at| at + 1);
        if let Some(sample) = judged.get(at) {
            let entry = voice.corpus.entry(&sample.entry);
            return voice.judge(title, &sample.text, entry, sample.id, (at + 1, judged.len()));
        }
        let settings = &moment.engine.settings().thresholds;
        let outcome = TrialOutcome {
            answered: samples.iter().filter(|sample| sample.confidence >= settings.ambient_at).count(),
            judged: samples.iter().filter(|sample| sample.fits.is_some()).count(),
            fitting: samples.iter().filter(|sample| sample.fits == Some(true)).count(),
            recommended: recommended(samples),
        };
        voice.trial_result(title, outcome, &hex(chat))
    }

    /// A judgement, and what is to be judged next.
    pub(in crate::app) async fn judge(
        &self,
        inbound: &Inbound,
        sample: i64,
        fits: Option<bool>,
        on: Option<MessageId>,
        today: Date,
        now: i64,
    ) -> Result<Outbound, StoreError> {
        let Some(judged) = self.store.sample(sample).await?.filter(|_| inbound.scene == Scene::Private) else {
            return Ok(toast(reply::OLD_BUTTON));
        };
        let mut samples = self.store.samples(judged.chat).await?;
        for sample in samples.iter_mut().filter(|sample| sample.id == judged.id) {
            sample.fits = fits.or(sample.fits);
        }
        let cohort = self.cohort_of_hashed(judged.chat).await?;
        let moment = self.moment_for(inbound.chat, inbound.bot_name.clone(), cohort.as_deref(), today, now);
        let reply = self.next_to_judge(judged.chat, "", &samples, Some(judged.id), &moment);
        let mut outbound = show(on, reply);
        outbound.memo.changes.extend(fits.map(|fits| Change::Judged(judged.id, fits)));
        Ok(outbound)
    }

    /// The cohort of a chat of which only the hash is known.
    async fn cohort_of_hashed(&self, chat: Hashed) -> Result<Option<String>, StoreError> {
        let bound = self.settings.groups.cohorts.iter();
        let key = |id: &i64| ChatKey { surface: Surface::Telegram, id: *id };
        let bound = bound.filter(|(id, _)| self.hashed(key(id)) == chat).map(|(_, cohort)| cohort.clone()).next();
        let cohort = match bound {
            Some(cohort) => Some(cohort),
            None => self.store.chat_settings(chat).await?.cohort,
        };
        Ok(cohort.filter(|cohort| self.cohorts().contains(cohort)))
    }

    /// What was decided after a trial. It is decided once: with that its samples go, and without them the button is an old
    /// one, as it is while another trial is on.
    pub(in crate::app) async fn end_trial(
        &self,
        chat: &str,
        ambient_at: Option<u8>,
        on: Option<MessageId>,
        now: i64,
    ) -> Result<Outbound, StoreError> {
        let Some(chat) = unhex(chat) else { return Ok(toast(reply::OLD_BUTTON)) };
        let is_on = self.store.chat_settings(chat).await?.trial_until.is_some_and(|until| until > now);
        if is_on || self.store.samples(chat).await?.is_empty() {
            return Ok(toast(reply::OLD_BUTTON));
        }
        let moment = self.moment_for(ChatKey { surface: Surface::Telegram, id: 0 }, None, None, Date::default(), 0);
        let mut outbound = show(on, moment.voice().trial_ended(ambient_at));
        let mode = if ambient_at.is_some() { Mode::Ambient } else { Mode::Addressed };
        outbound.memo.changes.extend([
            Change::Mode(chat, Some(mode.word().to_owned())),
            Change::AmbientAt(chat, ambient_at),
            Change::NoSamples(chat),
        ]);
        Ok(outbound)
    }
}

fn hex(Hashed(bytes): Hashed) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Hashed> {
    if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u128::from_str_radix(text, 16).ok().map(|number| Hashed(number.to_be_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(id: i64, confidence: f64, fits: Option<bool>) -> Sample {
        let (text, entry) = ("what is it?".to_owned(), "a".to_owned());
        Sample { id, chat: Hashed([1; 16]), at: id, text, entry, confidence, fits }
    }

    #[test]
    fn the_lowest_confidence_is_recommended_from_which_on_nine_in_ten_fit() {
        let fits = |from: i64, count: i64, confidence: f64, fits: bool| {
            (from..from + count).map(move |id| sample(id, confidence, Some(fits)))
        };
        let of = |samples: Vec<Sample>| recommended(&samples);
        assert_eq!(of(fits(1, 5, 72.0, true).collect()), Some(70));
        assert_eq!(of(fits(1, 5, 92.0, true).chain(fits(9, 2, 73.0, false)).collect()), Some(75));
        assert_eq!(of(fits(1, 5, 92.0, true).chain(fits(9, 2, 88.0, false)).collect()), Some(90));
        assert_eq!(of(fits(1, 3, 92.0, true).collect()), None, "too few to say");
        assert_eq!(of(fits(1, 9, 96.0, false).collect()), None);
        assert_eq!(of((1..9).map(|id| sample(id, 96.0, None)).collect()), None, "nobody has judged");
    }

    #[test]
    fn what_is_judged_is_spread_over_all_confidences() {
        let samples: Vec<Sample> = (0..120).map(|id| sample(id, 70.0 + f64::from(id as i32) / 4.0, None)).collect();
        let judged = to_be_judged(&samples);
        assert_eq!(judged.len(), JUDGED);
        assert!(judged[0].confidence > 99.0 && judged[JUDGED - 1].confidence < 73.0);
        assert!(to_be_judged(&[]).is_empty());
        assert_eq!(to_be_judged(&samples[..3]).len(), 3);
    }

    #[test]
    fn a_chat_is_found_again_by_what_stands_for_it() {
        let chat = Hashed([0xab; 16]);
        assert_eq!(unhex(&hex(chat)), Some(chat));
        for wrong in ["", "xx", &"g".repeat(32), &"a".repeat(33), "+fffffffffffffffffffffffffffffff"] {
            assert_eq!(unhex(wrong), None);
        }
    }
}
