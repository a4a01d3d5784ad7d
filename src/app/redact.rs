//! Removes personal data from a question before it is logged.
//!
//! Owns what counts as personal data. Pure. It errs towards keeping a question readable: years, prices, exam and code
//! numbers stay; what a person could be found by goes. A short code (`99213`, `J1100`, `0001F`, `99213-25`) is one of
//! those that everybody uses, unless it is called somebody's number.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// One kind of personal data.
struct Rule {
    find: Regex,
    replace: &'static str,
}

/// What looks like a number of somebody's and is a code that everybody uses, perhaps with a modifier.
const CODE: &str = r"^(?:\d{5}|[A-Za-z]\d{4}|\d{4}[A-Za-z])(?:-[0-9A-Za-z]{2})?$";

/// Applied in this order: an earlier rule takes what a later one would split. Where a rule has a group `unless_code`, what
/// it finds stays if that group is a [`CODE`].
const RULES: &[(&str, &str)] = &[
    // user:password@ in an address.
    (r"(?i)\b([a-z][a-z0-9+.-]*://)[^\s/?#@]+@", "${1}[name]@"),
    (r"(?i)[a-z0-9][a-z0-9._%+'-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+", "[email]"),
    // A handle of a chat.
    (r"(^|[\s(,;:])@[A-Za-z][A-Za-z0-9_]{4,31}\b", "${1}[name]"),
    // Names after an introduction. Two words follow only when written as names are.
    (
        r"\b((?i:my (?:full |first |last |sur)?name(?: is|'s|’s|:)|i am called|i'm called))\s+\p{L}[\p{L}'’-]*(?:\s+\p{Lu}[\p{L}'’.-]*){0,3}",
        "${1} [name]",
    ),
    (
        r"\b((?i:this is))\s+\p{L}[\p{L}'’-]*(?:\s+\p{Lu}[\p{L}'’.-]*){0,3}\s+((?i:speaking|here|calling|writing|from))\b",
        "${1} [name] ${2}",
    ),
    (
        r"\b((?i:i am|i'm|i’m|call me|patient|member|mr\.?|mrs\.?|ms\.?|dr\.?))\s+\p{Lu}\p{Ll}[\p{L}'’-]*(?:\s+\p{Lu}[\p{L}'’.-]*){1,3}",
        "${1} [name]",
    ),
    // Dates of a day; a year or a month and year alone stays.
    (r"\b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b", "[date]"),
    (r"\b\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d{2}\b", "[date]"),
    (
        r"(?i)\b\d{1,2}(?:st|nd|rd|th)?\.?(?: of)? (?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?,? (?:19|20)\d{2}\b",
        "[date]",
    ),
    (
        r"(?i)\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.? \d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\d{2}\b",
        "[date]",
    ),
    (r"(?i)\b((?:dob|d\.o\.b\.|date of birth|born(?: on| in)?|birthday)(?: is|:)?)\s+[\d][\d/.-]*", "${1} [date]"),
    // Social security number.
    (r"\b\d{3}[- ]\d{2}[- ]\d{4}\b", "[number]"),
    // Numbers of records and people, however short, when they are called so.
    (
        r"(?i)\b((?:(?:mrn|ssn|npi|medical record|patient id|student id|member id)(?: (?:number|no\.?|num))?|(?:member|claim|account|acct|policy|patient|case|invoice)(?: (?:number|no\.?|num|id)|\s*#))(?: is|:)?\s*#?\s*)(?:[a-z]{1,5}-?)?\d[\d-]{4,}[a-z0-9]*\b",
        "${1}[number]",
    ),
    // The same called only by its kind: a claim has codes, too ("claim 99213 denied").
    (
        r"(?i)\b((?:member|claim|account|acct|policy|patient)(?: is|:)?\s+)(?P<unless_code>(?:[a-z]{1,5}-?)?\d[\d-]{4,}[a-z0-9]*)\b",
        "${1}[number]",
    ),
    // Cards, in the groups that stand on them; not in groups, they are long numbers. Codes side by side are neither.
    (r"\b\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{4}\b", "[number]"),
    (r"\b\d{4}[ -]\d{6}[ -]\d{5}\b", "[number]"),
    // Telephones: international, or ten digits in the usual groups, or the like with brackets.
    (r"(?:\+|\b00)\d(?:[\s().-]{0,2}\d){6,13}\b", "[phone]"),
    (r"(?:\b1[\s.-]?)?(?:\(\d{3}\)\s?|\b\d{3}[\s.-])\d{3}[\s.-]?\d{4}\b", "[phone]"),
    (
        r"(?i)\b((?:phone|call|text|mobile|cell|tel|whatsapp)(?: (?:me|number|no\.?))?(?: at| on| is|:)?\s+)\d(?:[\s.-]?\d){5,}\b",
        "${1}[phone]",
    ),
    (r"\b\d{10}\b", "[phone]"),
    // Any other long number, also with letters in front (a claim's): no year, price or code has so many digits.
    (r"\b[A-Za-z]{0,4}-?\d{7,}[A-Za-z0-9]*\b", "[number]"),
];

static COMPILED: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    RULES.iter().filter_map(|&(find, replace)| Some(Rule { find: Regex::new(find).ok()?, replace })).collect()
});
static COMPILED_CODE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(CODE).ok());

impl Rule {
    fn apply<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let is_code = |found: &str| COMPILED_CODE.as_ref().is_some_and(|code| code.is_match(found));
        self.find.replace_all(text, |found: &Captures<'_>| {
            let mut replaced = String::new();
            match found.name("unless_code") {
                Some(number) if is_code(number.as_str()) => replaced.push_str(&found[0]),
                _ => found.expand(self.replace, &mut replaced),
            }
            replaced
        })
    }
}

/// `text` with personal data replaced by `[email]`, `[phone]`, `[number]`, `[date]` and `[name]`.
pub fn redact(text: &str) -> String {
    COMPILED
        .iter()
        .fold(Cow::Borrowed(text), |text, rule| match rule.apply(&text) {
            Cow::Borrowed(_) => text,
            Cow::Owned(replaced) => Cow::Owned(replaced),
        })
        .into_owned()
}

/// What kinds of personal data a text seems to have, in the words that stand for them in a redacted text.
pub fn kinds(text: &str) -> Vec<&'static str> {
    let redacted = redact(text);
    let added = |kind: &&&str| {
        let mark = format!("[{kind}]");
        redacted.matches(&mark).count() > text.matches(&mark).count()
    };
    ["name", "email", "phone", "number", "date"].iter().filter(added).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_are_those_that_are_removed() {
        assert_eq!(kinds("call me at 555 123 4567 or bo@example.org, my name is Bo"), ["name", "email", "phone"]);
        assert_eq!(kinds("the form says [phone] and [name], is 99213 a code?"), Vec::<&str>::new());
    }

    #[test]
    fn every_rule_compiles() {
        assert_eq!(COMPILED.len(), RULES.len());
        assert!(COMPILED_CODE.is_some());
    }

    #[test]
    fn personal_data_goes() {
        for (text, expected) in [
            ("write me at Ann.O'Neil+x@mail.example.co.uk please", "write me at [email] please"),
            ("https://bob:secret@example.org/x", "https://[name]@example.org/x"),
            ("call me on 555-123-4567", "call me on [phone]"),
            ("my number (555) 123-4567 ok", "my number [phone] ok"),
            ("+44 20 7946 0958?", "[phone]?"),
            ("5551234567", "[phone]"),
            ("1-800-555-0199", "[phone]"),
            ("text me at 555 1234", "text me at [phone]"),
            ("ssn 123-45-6789", "ssn [number]"),
            ("card 4111 1111 1111 1111", "card [number]"),
            ("card 3782-822463-10005", "card [number]"),
            ("card 4111111111111111, 6304000000000000000", "card [number], [number]"),
            ("claim 4471-22", "claim [number]"),
            ("claim 447122 and claim is WXY-44710", "claim [number] and claim is [number]"),
            ("claim number 44712, claim #44712", "claim number [number], claim #[number]"),
            ("member A44712", "member [number]"),
            ("patient 0044712 was seen for 99213", "patient [number] was seen for 99213"),
            ("claim number CLM-20231", "claim number [number]"),
            ("MRN: 00412", "MRN: [number]"),
            ("MRN 884412", "MRN [number]"),
            ("id W123456789", "id [number]"),
            ("I was born 04/12/1990", "I was born [date]"),
            ("dob 1990-04-12", "dob [date]"),
            ("born on 12 April 1990", "born on [date]"),
            ("seen April 3rd, 2024", "seen [date]"),
            ("born in 1990", "born in [date]"),
            ("my name is Maria Lopez and I want the CPC", "my name is [name] and I want the CPC"),
            ("my name is maria and I", "my name is [name] and I"),
            ("My name's José-Luis O’Brien", "My name's [name]"),
            ("hi i am called Bo", "hi i am called [name]"),
            ("this is Dana Smith speaking, how", "this is [name] speaking, how"),
            ("this is dana calling", "this is [name] calling"),
            ("I'm Dana Smith, can I", "I'm [name], can I"),
            ("patient John Doe was denied", "patient [name] was denied"),
            ("ask @maria_lopez", "ask [name]"),
        ] {
            assert_eq!(redact(text), expected, "{text:?}");
        }
    }

    #[test]
    fn ordinary_questions_stay() {
        for text in [
            "what is new in 2026",
            "CPT 99213 vs 99214",
            "99213 99214 99215",
            "99213, 99214 99215 99221-99223",
            "claim 99213 was denied, and claim 99213-25 too",
            "claim J1100, policy 0001F, patient A9921",
            "is it $399 or $1,299.00?",
            "ICD-10 and ICD-10-CM, code E11.9",
            "can I earn 50,250 a year",
            "100 questions in 4 hours",
            "what is this is it good",
            "this is the exam here in Texas",
            "I am new, which one first?",
            "I'm a nurse",
            "is the CPC exam on May 2026",
            "1-2 years of experience, 24/7",
            "HCPCS J1100 or G0008",
            "what does claim 1500 form mean",
            "CMS-1500 or UB-04",
            "cpc@home",
            "9 to 5, 3.5 GPA, 10-15 hours",
            "NPI number, what is it",
            "is 45-50 passing in 2025/2026",
        ] {
            assert_eq!(redact(text), text);
        }
    }

    #[test]
    fn any_text_is_taken() {
        for text in ["", "\u{0}", "@", "+", "١٢٣٤٥٦٧٨٩٠", "名前は田中です", &"9".repeat(10_000)] {
            let _ = redact(text);
        }
    }
}
