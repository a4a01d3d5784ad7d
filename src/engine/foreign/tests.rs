//! Questions in other languages, and in English that looks like them.

use super::*;
use crate::engine::corpus::Corpus;

/// What a question to a corpus in this language is called.
fn called(language: Language, text: &str) -> Option<String> {
    let analyzer = Analyzer::new(&Corpus::default().lexicon, language);
    let tongue = Tongue::of(&analyzer, &[]);
    tongue.foreign(&analyzer, &analyzer.words(text)).map(|foreign| foreign.to_string())
}

#[test]
fn the_tables_fit() {
    assert!(OF_NAMES.is_sorted());
    assert!(tables().count() <= MOST);
    for language in Language::all() {
        assert_eq!(tables().nth(language as usize).map(|(name, _)| name), Some(language.name()));
    }
}

/// Asked of a corpus in English.
const FOREIGN: &[(&str, &[&str])] = &[
    (
        "Spanish",
        &[
            "¿Cuánto cuesta el examen?",
            "que es el CPC exam?",
            "como puedo trabajar desde casa",
            "cual es mejor, CPC o CCS",
            "hola necesito ayuda con el certificado",
            "puedo hacer el curso sin experiencia",
            "cuanto gana un codificador medico al mes",
            "es muy dificil el examen de la AAPC?",
            "donde puedo estudiar medical billing gratis",
            "tengo que renovar mi certificado cada año?",
            "hay trabajos para principiantes",
        ],
    ),
    (
        "French",
        &[
            "Combien coûte l'examen ?",
            "comment je peux passer le CPC",
            "est ce que je peux travailler depuis chez moi",
            "quelle est la différence entre CPC et CCS",
            "bonjour, j'ai besoin d'aide pour l'examen",
            "c'est quoi le medical coding",
            "où trouver un emploi sans expérience",
            "faut il un diplôme pour être codeur",
            "je dois renouveler mon certificat tous les ans?",
        ],
    ),
    (
        "German",
        &[
            "Was kostet die Prüfung und wie lange dauert sie?",
            "wie viel verdient man als coder",
            "brauche ich einen abschluss fur das CPC exam",
            "ich möchte von zuhause arbeiten, geht das?",
            "welches zertifikat ist besser, CPC oder CCS",
            "kann ich die prufung wiederholen wenn ich durchfalle",
            "wo finde ich eine stelle ohne erfahrung",
            "gibt es den kurs auch online",
        ],
    ),
    (
        "Portuguese",
        &[
            "quanto custa o exame?",
            "o que é medical coding",
            "eu preciso de diploma para ser codificador",
            "como faço para trabalhar em casa",
            "qual é melhor, CPC ou CCS?",
            "vocês têm curso em português",
            "quero saber quanto ganha um codificador",
            "posso fazer a prova online",
        ],
    ),
    (
        "Italian",
        &[
            "quanto costa l'esame?",
            "come posso lavorare da casa",
            "qual è la differenza tra CPC e CCS",
            "ho bisogno di una laurea per fare il coder",
            "dove posso trovare un corso gratis",
            "vorrei sapere quanto si guadagna",
            "che cosa serve per iscriversi all'esame",
            "ciao, non ho esperienza, posso iniziare?",
        ],
    ),
    (
        "Tagalog",
        &[
            "magkano ang exam ng CPC?",
            "paano po ba mag apply sa trabaho",
            "pwede ba ako mag work from home",
            "kailangan ko ba ng degree",
            "ano po yung pinagkaiba ng CPC at CCS",
            "gaano katagal ang review para sa exam",
            "saan ako kukuha ng training",
            "mahirap ba talaga yung board exam",
        ],
    ),
    (
        "Dutch",
        &[
            "hoeveel kost het examen",
            "kan ik ook thuis werken met dit certificaat",
            "wat is het verschil tussen CPC en CCS",
            "heb ik een diploma nodig om te beginnen",
            "hoe lang duurt de opleiding",
        ],
    ),
    (
        "Turkish",
        &[
            "sınav ücreti ne kadar",
            "evden çalışmak için ne yapmam lazım",
            "CPC mi CCS mi daha iyi",
            "diploma gerekli mi yoksa değil mi",
            "sinav ucreti ne kadar ve nasil odenir",
        ],
    ),
    (
        "Hindi",
        &[
            "cpc exam ki fees kitni hai",
            "medical coding kya hota hai",
            "ghar se kaam kaise kare",
            "mujhe degree chahiye kya",
            "CPC aur CCS mein kya farak hai",
        ],
    ),
    (
        "Polish",
        &["ile kosztuje egzamin CPC", "czy mogę pracować w domu bez doświadczenia", "jak się przygotować do egzaminu"],
    ),
    ("Vietnamese", &["thi CPC bao nhiêu tiền", "tôi có thể làm việc ở nhà không"]),
    ("Indonesian", &["berapa biaya ujian CPC", "apakah saya bisa kerja dari rumah"]),
    ("Swedish", &["vad kostar provet", "kan jag jobba hemifrån utan examen"]),
    ("Romanian", &["cât costă examenul", "pot să lucrez de acasă"]),
];

#[test]
fn questions_in_other_languages_are_foreign_to_english() {
    let mut missed = Vec::new();
    for (language, questions) in FOREIGN {
        for question in *questions {
            match called(Language::English, question) {
                Some(called) if called == format!("in {language}, by its small words") => {}
                other => missed.push(format!("{question}: {other:?} instead of {language}")),
            }
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn letters_that_no_entry_has_are_foreign() {
    for (question, script) in [
        ("сколько стоит экзамен CPC", Some("Cyrillic")),
        ("كم تكلفة الامتحان", Some("Arabic")),
        ("考试多少钱", Some("Chinese")),
        ("CPC 考试要多少钱", Some("Chinese")),
        ("試験はいくらですか", Some("Japanese")),
        ("시험 비용이 얼마인가요", Some("Korean")),
        ("परीक्षा की फीस कितनी है", Some("Devanagari")),
        ("πόσο κοστίζει η εξέταση", Some("Greek")),
        ("כמה עולה המבחן", Some("Hebrew")),
        ("தேர்வு கட்டணம் என்ன", Some("Tamil")),
        ("ค่าสอบเท่าไหร่", Some("Thai")),
        ("what does 考试 mean in the exam", None),
        ("is α the same as alpha", None),
        ("𝐇𝐨𝐰 𝐦𝐮𝐜𝐡 is ｔｈｅ exam", None),
        ("🅰️ ❤️ 123", None),
        ("", None),
    ] {
        assert_eq!(called(Language::English, question), script.map(|s| format!("in {s} letters")), "{question}");
    }
}

#[test]
fn english_with_slips_and_words_of_others_is_not_foreign() {
    for question in [
        "y r u",
        "plz hlp me wit da exam",
        "how mcuh dose hte exma cost",
        "wat is de diference",
        "how do i get in to de anza or la sierra",
        "coding jobs in los angeles, la",
        "does de la salle offer cpc",
        "is it en route",
        "what is a vis-a-vis exam",
        "certificado de CPC",
        "cpc la de da",
        "un employed can i",
        "can i work per diem",
        "what is pro se",
        "hat man die war",
        "me no speak english good how i do",
        "di u get ur cpc",
        "na",
        "la la la la",
        "my card was used w/o my permission",
        "J ma waifing fro a pendding money",
        "ok gracias",
    ] {
        assert_eq!(called(Language::English, question), None, "{question}");
    }
}

/// Of corpora in other languages.
#[test]
fn each_language_knows_its_own_from_others() {
    for (language, questions) in FOREIGN {
        let Some(own) = Language::all().find(|own| own.name() == *language) else { continue };
        for question in *questions {
            assert_eq!(called(own, question), None, "{question}");
        }
        let english = "what do I have to do to take the exam, and how much is it";
        let expected =
            if own.script() == Script::Latin { "in English, by its small words" } else { "in Latin letters" };
        assert_eq!(called(own, english).as_deref(), Some(expected), "{language}");
    }
}

#[test]
fn a_corpus_with_wordings_in_two_languages_reads_both() {
    let entry = |question: &str| Entry {
        question: crate::diagnostic::Spanned { value: question.to_owned(), ..Default::default() },
        ..Entry::default()
    };
    let analyzer = Analyzer::new(&Corpus::default().lexicon, Language::English);
    let mut entries = vec![entry("How much is the exam in Los Angeles?"), entry("¿Cuánto cuesta el curso?")];
    let asked =
        |entries: &[Entry], text: &str| Tongue::of(&analyzer, entries).foreign(&analyzer, &analyzer.words(text));
    assert_eq!(asked(&entries, "dónde puedo estudiar"), None);
    assert!(asked(&entries, "wo kann ich das lernen").is_some());
    entries.extend((0..20).map(|n| entry(&format!("What is number {n}?"))));
    assert!(asked(&entries, "dónde puedo estudiar").is_some(), "one wording is no language of the corpus");
    assert_eq!(asked(&entries, "los dos exam"), None);
    entries.push(Entry { kind: Kind::Smalltalk, ..entry("привет, que tal") });
    assert!(asked(&entries, "сколько стоит").is_some() && asked(&entries, "que el exam").is_some(), "a greeting");
}

#[test]
fn of_the_questions_of_the_evaluation_only_those_are_foreign_that_are() {
    let questions = include_str!("../../../tests/eval/questions.jsonl");
    let queries = questions.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let queries: Vec<String> = queries.filter_map(|value| Some(value["query"].as_str()?.to_owned())).collect();
    let foreign: Vec<&String> = queries.iter().filter(|query| called(Language::English, query).is_some()).collect();
    assert_eq!(
        foreign,
        [
            "今天天气怎么样",
            "السلام عليكم ورحمة الله",
            "¿Dónde puedo comprar zapatos baratos?",
            "wie spät ist es",
            "आज मौसम कैसा है",
            "buongiorno a tutti, che bella giornata",
        ]
    );
}
