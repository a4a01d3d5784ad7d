//! Any message against a small FAQ. The first byte is the conversation: which engine, and which entry was the last answer.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use telefaq::diagnostic::SourceFile;
use telefaq::engine::reply::about;
use telefaq::engine::{Audience, Engine, EntryNumber, Language, Part, Settings, Verdict, corpus};
use telefaq_fuzz::{AUDIENCES, check_explanation, check_reply, check_verdict, reply, timed};

const FAQ: &str = r#"[
    {"id": "greeting", "kind": "smalltalk", "question": "Hello!", "answer": "Hello.", "phrasings": ["hi", "good morning"]},
    {"id": "thanks", "kind": "smalltalk", "question": "Thank you!", "answer": "You are welcome.",
     "phrasings": ["thanks a lot", "great, that helps", "ok thx"]},
    {"id": "cpc", "question": "What is the CPC?", "answer": "The certificate of AAPC for **outpatient** coding.",
     "phrasings": ["what does cpc stand for", "tell me about the CPC", "is the cpc for doctors' offices"]},
    {"id": "cpc-a", "question": "What is the CPC-A?", "answer": "A CPC whose holder has no experience yet.",
     "phrasings": ["apprentice status", "what is the A behind CPC", "how do i remove the a from cpc-a"]},
    {"id": "ccs", "question": "What is the CCS?", "answer": "The certificate of AHIMA for hospitals.",
     "phrasings": ["what does ccs stand for", "inpatient coding certificate", "is the ccs hard"]},
    {"id": "cpc-or-ccs", "question": "CPC or CCS: which one should I take?", "answer": "Offices: CPC. Hospitals: CCS.",
     "phrasings": ["difference between cpc and ccs", "is the ccs better than the cpc"]},
    {"id": "cpc-exam", "question": "How many questions does the CPC exam have?", "answer": "100 in 4 hours.",
     "phrasings": ["how long is the cpc exam", "cpc test format", "passing score of the cpc"]},
    {"id": "ccs-exam", "question": "How many questions does the CCS exam have?", "answer": "About 110 in 4 hours.",
     "phrasings": ["how long is the ccs exam", "ccs test format", "passing score of the ccs"]},
    {"id": "cost", "question": "How much does the exam cost?", "answer": "About $425.", "claim": "cost",
     "phrasings": ["exam fee", "what do i pay for the test", "is it expensive to get certified"]},
    {"id": "salary", "question": "How much do coders earn?", "answer": "About $50,250 a year.", "claim": "salary",
     "phrasings": ["what is the pay", "average salary of a medical coder", "can you live on it"]},
    {"id": "remote", "question": "Can I work from home?", "answer": "With some experience, yes.",
     "phrasings": ["remote jobs", "do coders work remotely", "work at home without experience"]},
    {"id": "books", "question": "Which books are allowed in the exam?", "answer": "CPT, ICD-10-CM and HCPCS Level II.",
     "phrasings": ["may i bring my own code books", "can i write in my books", "do i need the ICD-10-CM book"]},
    {"id": "icd-10-pcs", "question": "What is ICD-10-PCS?", "answer": "Codes for procedures in hospitals.",
     "phrasings": ["difference between ICD-10-CM and ICD-10-PCS", "who uses pcs codes"]},
    {"id": "no-degree", "question": "Can I become a coder without a degree?", "answer": "Yes.",
     "phrasings": ["do i need college", "is a ged enough"]}
]"#;

const LEXICON: &str = r#"
protected = ["CPC", "CPC-A", "CCS", "CCS-P", "AAPC", "AHIMA", "ICD-10-CM", "ICD-10-PCS", "CPT", "HCPCS"]
synonyms = [
    ["CPC", "certified professional coder", "c.p.c."], ["CPC-A", "cpca"], ["ICD-10-CM", "icd 10 cm"],
    ["salary", "wage", "income"], ["remote", "work from home", "wfh"],
]
[abbreviations]
"exp" = "experience"
"w/o" = "without"
"#;

/// Asked after every message: what was asked before makes no difference.
const OTHER: &str = "hi, how much does the CCS exam cost and can i work from home w/o exp?";

struct Subject {
    engine: Engine,
    alone: Verdict,
    parts: Vec<Part>,
}

impl Subject {
    fn new(language: Language) -> Self {
        let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
        let (mut corpus, findings) = corpus::parse(vec![file("faq.json", FAQ), file("lexicon.toml", LEXICON)]);
        assert!(findings.is_empty() && corpus.entries.len() == 14, "{findings:?}");
        corpus.language = language;
        let engine = Engine::build(corpus, Settings::default());
        let alone = engine.answer(OTHER, Audience::Private);
        let parts = engine.converse(OTHER, Audience::Private, Some(2));
        Self { engine, alone, parts }
    }

    fn check_message(&self, message: &str, last: EntryNumber, data: &[u8]) {
        let engine = &self.engine;
        for audience in AUDIENCES {
            check_verdict(engine, &timed("answer", data, || engine.answer(message, audience)), audience);
        }
        // What takes longer is for the audience that is answered most, and another one.
        for audience in [Audience::Private, AUDIENCES[message.len() % AUDIENCES.len()]] {
            let verdict = engine.answer(message, audience);
            assert_eq!(verdict, engine.answer(message, audience), "answered otherwise the second time");
            for last in [None, Some(last)] {
                let parts = timed("converse", data, || engine.converse(message, audience, last));
                self.check_parts(&parts, message, audience);
                assert_eq!(parts, engine.converse(message, audience, last), "another conversation the second time");
            }
            check_explanation(engine, &timed("explain", data, || engine.explain(message, audience)));
        }
        assert_eq!(engine.answer(OTHER, Audience::Private), self.alone, "something is left of what was asked");
        assert_eq!(engine.converse(OTHER, Audience::Private, Some(2)), self.parts, "something is left");
    }

    fn check_parts(&self, parts: &[Part], message: &str, audience: Audience) {
        assert!((1..=3).contains(&parts.len()), "{} parts", parts.len());
        let mut rest = message;
        for part in parts {
            check_verdict(&self.engine, &part.verdict, audience);
            let at = rest.find(&part.text).unwrap_or_else(|| panic!("{:?} is not there, in this order", part.text));
            rest = &rest[at + part.text.len()..];
            if let Some(reply) = reply(&self.engine, &part.verdict) {
                check_reply(&self.engine, &reply);
                check_reply(&self.engine, &about(&part.text, reply));
            }
        }
    }
}

static ENGLISH: LazyLock<Subject> = LazyLock::new(|| Subject::new(Language::English));
static GERMAN: LazyLock<Subject> = LazyLock::new(|| Subject::new(Language::German));

fuzz_target!(|data: &[u8]| {
    let Some((&first, rest)) = data.split_first() else { return };
    let subject = if first < 0x80 { &*ENGLISH } else { &*GERMAN };
    // The last two of sixteen are no entry.
    let last = usize::from(first % 16);
    subject.check_message(&String::from_utf8_lossy(rest), last, data);
});
