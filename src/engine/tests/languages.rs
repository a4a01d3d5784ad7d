//! A small FAQ in each language: of three entries the right one is found, in other forms and without accents.

use super::super::*;
use crate::diagnostic::SourceFile;

/// A language, three questions of entries, and for each of them what students ask.
type Row = (Language, [(&'static str, &'static [&'static str]); 3]);

const FAQS: &[Row] = &[
    (
        Language::German,
        [
            ("Was kostet die Prüfung?", &["kosten der prufungen", "Pruefung kosten", "wie viel kosten Prüfungen"]),
            (
                "Kann ich von zu Hause arbeiten?",
                &["arbeit zuhause oder im büro, arbeitet man zu hause", "hause arbeiten"],
            ),
            ("Wie lange dauert die Ausbildung?", &["dauer der ausbildungen", "ausbildung dauert lange"]),
        ],
    ),
    (
        Language::Spanish,
        [
            (
                "¿Cuánto cuesta el exámen de certificación?",
                &["cuanto cuestan los examenes", "precio del examen", "certificaciones costo"],
            ),
            ("¿Puedo trabajar desde casa?", &["trabajo en casa", "se puede trabajar en la casa"]),
            ("¿Qué salario gana un codificador?", &["salarios de codificadores", "los codificadores ganan"]),
        ],
    ),
    (
        Language::French,
        [
            ("Combien coûte l’examen ?", &["cout des examens", "l'examen coute combien", "prix de l examen"]),
            ("Puis-je travailler à la maison ?", &["travail a la maison", "on travaille de la maison"]),
            ("Faut-il être diplômé ?", &["diplome", "les diplômés", "il faut des diplomes"]),
        ],
    ),
    (
        Language::Russian,
        [
            ("Сколько стоит экзамен?", &["стоимость экзамена", "цена экзаменов", "экзамены сколько стоят"]),
            ("Можно ли работать из дома?", &["работа дома", "работаю из дому"]),
            ("Какая зарплата у кодировщика?", &["зарплаты кодировщиков", "какую зарплату получают"]),
        ],
    ),
    (
        Language::Turkish,
        [
            ("Sınav ücreti ne kadar?", &["sinav ucretleri", "sınavların ücreti", "sinavlar kac para"]),
            ("Evden çalışabilir miyim?", &["evden calisma", "evde çalışmak"]),
            ("Kurs kaç ay sürüyor?", &["kurslar kac ay", "kursun suresi ay olarak"]),
        ],
    ),
    (
        Language::Italian,
        [
            ("Quanto costa l'esame?", &["costo degli esami", "prezzo dell'esame", "esami quanto costano"]),
            ("Posso lavorare da casa?", &["lavoro a casa", "si lavora da casa"]),
            ("Serve un'università o una laurea?", &["universita", "lauree", "senza laurea"]),
        ],
    ),
    (
        Language::Portuguese,
        [
            (
                "Quanto custa a certificação?",
                &["certificacoes", "custo da certificacao", "quanto custam as certificações"],
            ),
            ("Posso trabalhar em casa?", &["trabalho em casa", "trabalhando de casa"]),
            ("Preciso de experiência?", &["sem experiencia", "experiências"]),
        ],
    ),
    (
        Language::Dutch,
        [
            ("Wat kost het examen?", &["kosten van de examens", "examen kosten"]),
            ("Kan ik thuis werken?", &["werk thuis", "thuis gewerkt"]),
            ("Hoe lang duurt de opleiding?", &["duur opleidingen", "opleiding lang"]),
        ],
    ),
    (
        Language::Swedish,
        [
            ("Vad kostar provet?", &["kostnad for proven", "prov kostar"]),
            ("Kan jag arbeta hemma?", &["arbete hemma", "hemma arbetar"]),
            ("Hur hög är lönen?", &["lon", "löner", "lonen"]),
        ],
    ),
    (
        Language::Danish,
        [
            ("Hvad koster prøven?", &["prover", "prøverne koster"]),
            ("Kan jeg arbejde hjemme?", &["arbejdet hjemme", "arbejder man hjemme"]),
            ("Hvor lang er uddannelsen?", &["uddannelser", "uddannelse lang"]),
        ],
    ),
    (
        Language::Norwegian,
        [
            ("Hva koster prøven?", &["prover", "prøvene koster"]),
            ("Kan jeg jobbe hjemme?", &["jobb hjemme", "jobber man hjemme"]),
            ("Hvor lang er utdanningen?", &["utdanninger", "utdanning lang"]),
        ],
    ),
    (
        Language::Finnish,
        [
            ("Paljonko koe maksaa?", &["maksavatko kokeet", "koe maksaa"]),
            ("Voinko työskennellä kotona?", &["tyoskennella kotona", "kotona työskentely"]),
            ("Millainen on palkka?", &["palkat", "palkasta"]),
        ],
    ),
    (
        Language::Hungarian,
        [
            ("Mennyibe kerül a vizsga?", &["vizsgat", "vizsga kerul", "vizsgák"]),
            ("Lehet otthon dolgozni?", &["otthon dolgozom", "dolgozni otthonrol"]),
            ("Mekkora a fizetés?", &["fizetes", "fizetések"]),
        ],
    ),
    (
        Language::Romanian,
        [
            ("Cât costă examenul?", &["costa examen", "examenele costa"]),
            ("Pot lucra de acasă?", &["lucrez acasa", "de acasa lucrand"]),
            ("Ce certificații există?", &["certificatie", "certificatiile"]),
        ],
    ),
    (
        Language::Greek,
        [
            ("Πόσο κοστίζει η εξέταση;", &["κοστος εξετασης", "εξετασεις"]),
            ("Μπορώ να δουλεύω από το σπίτι;", &["δουλευω σπιτι", "ΔΟΥΛΕΙΑ ΣΠΙΤΙ"]),
            ("Ποιος είναι ο μισθός;", &["μισθοι", "μισθος"]),
        ],
    ),
    (
        Language::Arabic,
        [
            ("كم تكلفة الامتحان؟", &["تكلفة إمتحان", "التكلفة للامتحان"]),
            ("هل يمكنني العمل من المنزل؟", &["عمل منزل", "العمل في المنزل"]),
            ("ما هو الراتب؟", &["راتب", "كم الراتب"]),
        ],
    ),
    (
        Language::Tamil,
        [
            ("தேர்வு கட்டணம் எவ்வளவு?", &["தேர்வுகள் கட்டணம்", "கட்டணம்"]),
            ("வீட்டில் இருந்து வேலை செய்யலாமா?", &["வீட்டில் வேலை", "வேலை"]),
            ("சம்பளம் என்ன?", &["சம்பளம்", "எவ்வளவு சம்பளம்"]),
        ],
    ),
];

fn engine(language: Language, questions: &[&str]) -> Engine {
    let entries = questions
        .iter()
        .enumerate()
        .map(|(i, question)| serde_json::json!({"id": format!("e{i}"), "question": question, "answer": "-"}));
    let text = serde_json::Value::Array(entries.collect()).to_string();
    let (corpus, _) = corpus::parse(vec![SourceFile { path: "faq.json".to_owned(), text }]);
    Engine::build(Corpus { language, ..corpus }, Settings::default())
}

#[test]
fn other_forms_and_missing_accents_lead_to_the_right_entry() {
    let mut wrong = Vec::new();
    for (language, faq) in FAQS {
        let engine = engine(*language, &faq.map(|(question, _)| question));
        for (number, (question, asked)) in faq.iter().enumerate() {
            let exact = engine.answer(question, Audience::Private);
            if exact.decision != Decision::Answer(number) {
                wrong.push(format!("{language:?} {question}: {exact:?}"));
            }
            for asked in *asked {
                let verdict = engine.answer(asked, Audience::Private);
                if verdict.hits.first().map(|hit| hit.entry) != Some(number) || verdict.foreign.is_some() {
                    wrong.push(format!("{language:?} {asked}: {verdict:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn all_languages_have_a_small_faq_but_english_which_has_all_other_tests() {
    for language in Language::all().filter(|language| *language != Language::English) {
        assert!(FAQS.iter().any(|(other, _)| *other == language), "{language:?}");
    }
}

#[test]
fn small_words_and_an_unknown_one_are_no_question_of_the_corpus() {
    for (language, faq) in FAQS {
        let engine = engine(*language, &faq.map(|(question, _)| question));
        let first = faq[0].0.split(' ').next().unwrap_or_default();
        let verdict = engine.answer(&format!("{first} zebra"), Audience::Private);
        assert!(!matches!(verdict.decision, Decision::Answer(_)), "{language:?} {first}: {verdict:?}");
    }
    let german = engine(
        Language::German,
        &["Was kostet die Prüfung?", "Wie teuer ist der Test?", "Kann ich zu Hause arbeiten?"],
    );
    for question in ["was ist das wetter", "wo kann ich schwimmen", "wie ist der flug"] {
        let verdict = german.answer(question, Audience::Private);
        assert!(!matches!(verdict.decision, Decision::Answer(_)), "{question}: {verdict:?}");
    }
}

#[test]
fn english_rules_are_for_english() {
    // A request in English is none elsewhere, and English short forms are words.
    let german = engine(Language::German, &["Book me wont", "Ausbildung", "Gehalt"]);
    let explained = german.explain("book me wont", Audience::Private);
    assert!(!explained.request);
    assert_eq!(explained.words.len(), 3);
    let english = engine(Language::English, &["Book me wont", "Training", "Salary"]);
    let explained = english.explain("book me wont", Audience::Private);
    assert!(explained.request);
    assert_eq!(explained.words.len(), 4);
}

#[test]
fn a_foreign_question_is_declined_and_says_why() {
    let engine = engine(Language::English, &["How much is the exam?", "Can I work from home?", "What is a coder?"]);
    for question in ["que es el exam?", "wie viel kostet die Prüfung", "сколько стоит exam"] {
        for audience in [Audience::Private, Audience::GroupAddressed, Audience::Inline, Audience::Pipeline] {
            let verdict = engine.answer(question, audience);
            assert_eq!((verdict.decision, verdict.confidence), (Decision::Decline, 0.0), "{question}");
            assert!(verdict.foreign.is_some());
        }
        assert_eq!(engine.answer(question, Audience::GroupAmbient).decision, Decision::Silent);
        assert!(engine.explain(question, Audience::Private).foreign.is_some());
    }
}

#[test]
fn what_is_asked_in_the_words_of_an_entry_is_answered_in_any_language() {
    let mut questions: Vec<String> = (0..30).map(|n| format!("What is rule number {n}?")).collect();
    questions.push("¿Hablas español? ¿Puedo preguntar en español?".to_owned());
    let questions: Vec<&str> = questions.iter().map(String::as_str).collect();
    let engine = engine(Language::English, &questions);
    let verdict = engine.answer("hablas español, puedo preguntar en espanol", Audience::Private);
    assert!(matches!(verdict.decision, Decision::Answer(_)), "{verdict:?}");
    assert!(engine.answer("puedo preguntar como es la regla", Audience::Private).foreign.is_some());
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]
    #[test]
    fn any_text_in_any_language_is_survived(text in "\\PC{0,60}", number in 0..FAQS.len()) {
        let (language, faq) = FAQS[number];
        let questions = [faq[0].0, faq[1].0, text.as_str()];
        let engine = engine(language, &questions);
        let _ = engine.answer(&text, Audience::Private);
        let _ = engine.answer(faq[2].0, Audience::GroupAmbient);
    }
}
