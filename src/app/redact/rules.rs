//! The table of what personal data looks like: one row each, applied in this order.
//!
//! An earlier row takes what a later one would split, and what it lets stay no later one sees. What goes is the group `gone`
//! of a pattern, or all that it finds. What a pattern sees is the shape of a text, which is ASCII: `€` and `£` are `$` there,
//! `ß` is `ss`, and another letter is one of as many bytes as it has. All patterns are such that a text is read once by each, however long it is.

use super::takes::{
    Names, Number, is_card, is_date, is_dialled, is_grouped, is_handle, is_ip, is_local, is_long, is_mixed,
    is_no_count, is_secret, is_street, is_town, is_uncommon, is_year,
};

/// What personal data is, and what stands in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A mail address.
    Email,
    /// A telephone number.
    Phone,
    /// The number of a person, a record, a claim, a card.
    Number,
    /// A day: of birth, of a visit.
    Date,
    /// An age that few people reach.
    Age,
    /// A name, or what somebody is called on some page.
    Name,
    /// Where somebody lives.
    Address,
    /// The address of a device.
    Device,
    /// A link to a person.
    Link,
    /// What opens a door: a token, a password.
    Secret,
}

impl Kind {
    /// All of them, those first that people write most.
    pub const ALL: [Self; 10] = [
        Self::Name,
        Self::Email,
        Self::Phone,
        Self::Number,
        Self::Date,
        Self::Age,
        Self::Address,
        Self::Device,
        Self::Link,
        Self::Secret,
    ];

    /// What is stored in its place.
    pub fn placeholder(self) -> &'static str {
        match self {
            Self::Email => "[email]",
            Self::Phone => "[phone]",
            Self::Number => "[number]",
            Self::Date => "[date]",
            Self::Age => "[age]",
            Self::Name => "[name]",
            Self::Address => "[address]",
            Self::Device => "[device]",
            Self::Link => "[link]",
            Self::Secret => "[secret]",
        }
    }
}

/// What goes of what a row finds.
pub enum Take {
    /// The group `gone`, or all.
    Found,
    /// The same, if this holds for it.
    If(fn(&str) -> bool),
    /// The name behind it, if there is one.
    Name(Names),
    /// The name in the group `gone`, at its end.
    NameBefore,
    /// The number behind it, if there is one.
    Number(Number),
    /// Nothing: it stays, whatever later rows would find in it.
    Nothing,
}

/// A row.
pub struct Rule {
    /// What it finds.
    pub kind: Kind,
    /// The pattern.
    pub find: &'static str,
    /// What of that goes.
    pub take: Take,
    /// Whether it is called a patient's.
    pub of_patient: bool,
}

const fn rule(kind: Kind, find: &'static str, take: Take) -> Rule {
    Rule { kind, find, take, of_patient: false }
}

const fn of_patient(kind: Kind, find: &'static str, take: Take) -> Rule {
    Rule { kind, find, take, of_patient: true }
}

macro_rules! month {
    () => {
        "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
    };
}

macro_rules! day {
    () => {
        r"\d{1,2}(?:st|nd|rd|th)?"
    };
}

/// Behind what a number is called: that it is one.
macro_rules! as_number {
    () => {
        r"(?:'?s)?(?:\s+(?:record|account|acct|control|identification|security|tax|policy|member(?:ship)?|insurance|plan|card|claim|chart|licen[sc]e))?(?:\s*(?:numbers?|num|nbr|nr|no|identifier|ids?|#)\b\.?|\s*#)+"
    };
}

/// Up to the number itself: "of my mother is", "=".
macro_rules! is {
    () => {
        r"(?:(?:\s+[\p{L}'/]+){0,6}?\s*(?:\bis\b|\bwas\b|\bare\b|[:=])|\s*[-(]+)?"
    };
}

/// An extension behind a telephone number.
macro_rules! extension {
    () => {
        r"(?:\s*,?\s*(?:ext|extn|extension|x|#)\.?:?\s*\d{1,6})?"
    };
}

macro_rules! state {
    () => {
        "(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|P[AR]|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY])"
    };
}

use Kind::{Address, Age, Date, Device, Email, Link, Name, Phone, Secret};

/// All rows, in order.
pub static RULES: &[Rule] = &[
    // ---- what opens a door ----
    // The token of a bot, and those of other services.
    rule(Secret, r"\b\d{6,12}:[A-Za-z0-9_-]{30,}", Take::Found),
    rule(
        Secret,
        r"\b(?:(?:sk|pk|rk|ghp|gho|github_pat|xox[abp])[-_][A-Za-z0-9_-]{16,}|AKIA[A-Z0-9]{16}|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_.-]{10,})",
        Take::Found,
    ),
    rule(
        Secret,
        r#"(?i)\b(?:pass ?word|passcode|passphrase|passwd|pwd|pin|otp|security code|verification code|cvv|cvc)(?: code| number)?(?:\s+is|\s+was|\s*[:=])\s*["'(]?(?P<gone>[^\s"')]{2,}[^\s"'),.;!?])"#,
        Take::If(is_secret),
    ),
    rule(
        Secret,
        r"(?i)\b(?:pass ?word|passcode|passphrase|passwd|pwd)\s*[:=]\s*(?P<gone>[^\s]{3,}[^\s,.;!?])",
        Take::If(is_uncommon),
    ),
    rule(Secret, r"(?i)\b(?:pin|otp|cvv|cvc|passcode)(?: code| number)?\s+(?P<gone>\d{3,8})\b", Take::Found),
    rule(
        Secret,
        r"(?i)[?&](?:token|key|api_?key|session|sid|auth|pwd|password|user|username|uid|invite)=(?P<gone>[^\s&#]+)",
        Take::Found,
    ),
    // user:password@ in an address.
    rule(Name, r"(?i)\b[a-z][a-z0-9+.-]*://(?P<gone>[^\s/?#@]+)@", Take::Found),
    // ---- where a person is reached on the net ----
    rule(
        Link,
        r#"(?i)(?:https?://|\b)(?:(?:www|m|mobile|web|api|chat|us\d\d(?:web)?)\.)?(?:t\.me|telegram\.(?:me|dog)|wa\.me|(?:api\.|chat\.)?whatsapp\.com|facebook\.com|fb\.(?:com|me)|m\.me|messenger\.com|instagram\.com|instagr\.am|linkedin\.com/(?:in|pub|posts)|twitter\.com|x\.com|tiktok\.com|snapchat\.com|threads\.net|bsky\.app|discord(?:app)?\.(?:gg|com)|reddit\.com/u(?:ser)?|youtube\.com/(?:@|c/|user/|channel/)|github\.com|venmo\.com|paypal\.me|cash\.app|calendly\.com|linktr\.ee|zoom\.us/(?:j|my)|meet\.google\.com|maps\.app\.goo\.gl|goo\.gl/maps|google\.com/maps)/?[^\s<>"')\]]+"#,
        Take::Found,
    ),
    rule(Link, r"(?i)\btg://[^\s<>]+", Take::Found),
    rule(
        Email,
        r#"(?i)(?:"[^"\s@]{1,64}"|[\p{L}\p{N}][\p{L}\p{N}._%+'-]*)@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+"#,
        Take::Found,
    ),
    // "ann (at) example (dot) org", "ann at gmail dot com", "ann@gmail".
    rule(
        Email,
        r"(?i)[\p{L}\p{N}][\p{L}\p{N}._%+'-]*\s*[\[({<]\s*(?:at|@)\s*[\])}>]\s*[\p{L}\p{N}-]+(?:\s*(?:\.|[\[({<]\s*(?:dot|\.)\s*[\])}>]|\bdot\b)\s*[\p{L}\p{N}]+)*",
        Take::Found,
    ),
    rule(
        Email,
        r"(?i)[\p{L}\p{N}][\p{L}\p{N}._%+'-]*(?:\s+dot\s+[\p{L}\p{N}]+)?\s*(?:@\s*(?:gmail|yahoo|hotmail|outlook|icloud|aol|proton(?:mail)?|ymail|msn|comcast)\b(?:\s*(?:\.|\bdot\b)\s*[\p{L}]{2,})?|\s+at\s+[\p{L}\p{N}-]+\s*\bdot\s+(?:com|net|org|edu|gov|io|co|us)\b|\s+at\s+(?:gmail|yahoo|hotmail|outlook|icloud|aol)\s*\.\s*com)",
        Take::Found,
    ),
    // What somebody is called elsewhere, and the handle of a chat.
    rule(
        Name,
        r"(?i)\b(?:insta(?:gram)?|ig|snap(?:chat)?|fb|facebook|tik ?tok|twitter|discord|skype|telegram|venmo|cash ?app|zelle|linked ?in|user ?name|handle|log ?in|user ?id|screen ?name)(?:\s+(?:name|handle|id|user ?name|account|me))?(?:\s+is|\s+at|\s*[:=@])?\s+@?(?P<gone>[\w$][\w.$-]{2,40}(?:#\d{4})?)",
        Take::If(is_handle),
    ),
    rule(
        Name,
        r"(?i)\b(?:insta(?:gram)?|ig|snap(?:chat)?|fb|tik ?tok|twitter|discord|skype|telegram|venmo|cash ?app|zelle|user ?name|handle|log ?in|user ?id|screen ?name)\s*[:=]\s*@?(?P<gone>[\w.$-]{3,40})",
        Take::If(is_uncommon),
    ),
    rule(Name, r#"(?:^|[\s(,;:>"'/])(?P<gone>@[A-Za-z][A-Za-z0-9_]{2,31})\b"#, Take::If(is_uncommon)),
    rule(Name, r"\b[\w.]{2,32}#\d{4}\b", Take::If(|found| is_uncommon(found.split('#').next().unwrap_or_default()))),
    // ---- numbers that are called somebody's ----
    // The number of a bank account abroad, which has a form of its own.
    rule(Kind::Number, r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b", Take::If(is_mixed)),
    rule(
        Kind::Number,
        concat!(
            r"(?i)\b(?:aapc|ahima|nha|amba|pearson(?:\s?vue)?|student|school|candidate|exam|order|confirmation|conf|reference|ref|ticket|tracking|invoice|receipt|transaction|employee|badge|registration|voucher|certificat(?:e|ion)|credential|membership)(?:'s)?",
            r"(?:\s+(?:student|member|membership|customer|candidate|exam|user|vue))?",
            as_number!(),
            is!()
        ),
        Take::Number(Number::Named(4)),
    ),
    rule(
        Kind::Number,
        concat!(
            r"(?i)\b(?:licen[sc]e|dl|driver'?s|passport|visa|green card|alien|case|user|customer|tax(?:payer)?|routing|bank|checking|savings|credit card|debit card|gift card|card|plate|vin|serial|check|cheque|group|grp|account|acct|provider|employer|device|imei)",
            as_number!(),
            is!()
        ),
        Take::Number(Number::Named(4)),
    ),
    rule(
        Kind::Number,
        concat!(
            r"(?i)\b(?:npi|dea|ptan|upin|tin|fein|ein|itin|iban|swift|imei)(?:'s|s)?(?:\s*(?:numbers?|num|nbr|no|#)\b\.?|\s*#)*",
            is!()
        ),
        Take::Number(Number::Named(5)),
    ),
    of_patient(
        Kind::Number,
        concat!(
            r"(?i)(?:\b(?:mrn|hicn|mbi|ssn|ss\s?n|social(?:\s+security)?)|\bm\.\s?r\.\s?n\.?|\bmed(?:ical)?\.?\s+rec(?:ord)?s?|\bchart)(?:'s|s)?(?:\s*(?:numbers?|num|nbr|no|id|#)\b\.?|\s*#)*",
            is!()
        ),
        Take::Number(Number::Named(3)),
    ),
    of_patient(
        Kind::Number,
        concat!(
            r"(?i)\b(?:member|subscriber|claim|clm|policy|patient|pt|beneficiary|insurance|insured|ins|medicare|medicaid|medi-cal|encounter|visit|accession|specimen|prescription|rx|referral|auth(?:orization)?|health\s+plan|plan|hospital|aetna|cigna|humana|bcbs|uhc)",
            as_number!(),
            is!()
        ),
        Take::Number(Number::Named(4)),
    ),
    // The same called only by its kind: a claim has codes, too ("claim 99213 denied").
    of_patient(
        Kind::Number,
        r"(?i)\b(?:member|subscriber|claim|clm|policy|patient|pt|encounter|prescription|rx|medicaid|medicare)(?:\s+is|\s+was|\s*:)?\s+",
        Take::Number(Number::Kind),
    ),
    rule(
        Kind::Number,
        r"(?i)\b(?:account|acct|invoice|confirmation|reference|ref|order|passport|licen[sc]e|dl|plate|vin|ticket|tracking|receipt|id)(?:\s+is|\s+was|\s*:)?\s+",
        Take::Number(Number::Kind),
    ),
    rule(
        Kind::Number,
        r"(?i)\b(?:license\s+)?plate(?:\s+is|\s*:)?\s+(?P<gone>[a-z0-9]{2,4}[ -]?[a-z0-9]{2,4})\b",
        Take::If(is_handle),
    ),
    rule(
        Kind::Number,
        r"(?i)\b(?:ending|ends|end)\s+(?:in|with)\s+(?P<gone>\d{3,6})\b",
        Take::If(|found| !is_year(found)),
    ),
    of_patient(
        Kind::Number,
        r"(?i)\blast\s+(?:4|four)\b[^\d\n]{0,24}\b(?:social|ssn|ss)\b[^\d\n]{0,12}(?P<gone>\d{4})\b",
        Take::Found,
    ),
    rule(
        Kind::Number,
        r"(?i)\blast\s+(?:4|four)(?:\s+digits?)?\b[^\d\n]{0,32}?(?P<gone>\d{4})\b",
        Take::If(|found| !is_year(found)),
    ),
    // Medicare's own, which has a form like no other.
    of_patient(Kind::Number, r"(?i)\b[1-9][a-z][a-z0-9]\d[ -]?[a-z][a-z0-9]\d[ -]?[a-z]{2}\d{2}\b", Take::Found),
    of_patient(Kind::Number, r"\b\d{3}-\d{2}-\d{4}\b", Take::Found),
    rule(Kind::Number, r"\b\d{3}[ .]\d{2}[ .]\d{4}\b", Take::Found),
    rule(Kind::Number, r"(?i)\bx{3}[ -]?x{2}[ -]?(?P<gone>\d{4})\b", Take::Found),
    // The number of a book, a drug, a term: it stays, whatever it looks like.
    rule(
        Kind::Number,
        r"(?i)\b(?:ndc|isbn|snomed(?:[ -]?ct)?|loinc|rxnorm|rxcui|upc|taxonomy)(?:[ -]?1[03]\b)?(?:\s*(?:codes?|number|no|#))*\s*(?:\bis\b|[:#-])?\s*\d[\dx -]*[\dx]\b",
        Take::Nothing,
    ),
    // Cards, in the groups that stand on them or with the checksum of one.
    rule(Kind::Number, r"\b\d{4}[ .-]\d{4}[ .-]\d{4}[ .-]\d{4}(?:[ -]?\d{1,3})?\b", Take::Found),
    rule(Kind::Number, r"\b\d{4}[ .-]\d{6}[ .-]\d{5}\b", Take::Found),
    rule(Kind::Number, r"\b\d(?:[ -]?\d){12,18}\b", Take::If(is_card)),
    // ---- births, and other days ----
    of_patient(
        Date,
        concat!(
            r"(?i)\b(?:d\.?\s?o\.?\s?b|date\s+of\s+birth|birth\s?date|born|fecha\s+de\s+nacimiento)\b[^\d\n]{0,24}?(?P<gone>",
            r"\d{1,4}\s?[-/. ]\s?\d{1,2}\s?[-/. ]\s?'?\d{2,4}\b|\d{8}\b|\d{6}\b|",
            month!(),
            r"[.,]?\s?",
            day!(),
            r",?\s+'?\d{2,4}\b|",
            day!(),
            r"(?:\s+(?:of|de))?[ -]?",
            month!(),
            r"\.?,?(?:\s+de)?[ -]'?\d{2,4}\b)"
        ),
        Take::Found,
    ),
    rule(
        Date,
        concat!(
            r"(?i)\b(?:d\.?\s?o\.?\s?b|date\s+of\s+birth|birth\s?date|born|b-?day|birthday|cumplea\p{L}{1,2}os)\b(?:\s*(?:is|was|on|in|the|of|'?s|year)\b)*\s*[.:=(-]?\s*(?P<gone>",
            r"\d{1,4}\s?[-/. ]\s?\d{1,2}\s?[-/. ]\s?'?\d{2,4}\b|\d{1,2}[-/.]\d{1,2}\b|\d{8}\b|\d{6}\b|",
            month!(),
            r"[.,]?\s?",
            day!(),
            r"(?:,?\s+'?\d{2,4})?\b|",
            day!(),
            r"(?:\s+of)?[ -]?",
            month!(),
            r"(?:\.?,?[ -]'?\d{2,4})?\b|(?:19|20)\d{2}\b|'?\d{2}\b)"
        ),
        Take::Found,
    ),
    rule(
        Date,
        concat!(
            r"(?i)\b(?:dos|d\.o\.s\.?|date\s+of\s+(?:service|death|admission|discharge|surgery|accident|injury)|admit(?:ted)?|discharged?|admission|hospitalized)\b(?:\s+(?:is|was|on|date|for|the))*\s*[:=-]?\s*(?P<gone>",
            r"\d{1,2}[/.-]\d{1,2}\b|",
            month!(),
            r"\.?\s",
            day!(),
            r"\b|",
            day!(),
            r"(?:\s+of)?\s",
            month!(),
            r"\b)"
        ),
        Take::Found,
    ),
    // ---- what everybody uses and would be taken for a number below ----
    rule(Kind::Number, r"\b(?:\d{4}-\d{4}-\d{2}|\d{5}-\d{3}-\d{2}|\d{5}-\d{4}-\d{1,2})\b", Take::Nothing),
    rule(Address, r"(?i)\b(?:zip|postal)(?:\s?codes?)?\b[^\d\n]{0,16}(?P<gone>\d{5}(?:-\d{4})?)\b", Take::Found),
    rule(Address, r"\b\d{5}-\d{4}\b", Take::Found),
    rule(Kind::Number, r"\b\d{3}[A-Z]\d{5}X\b", Take::Nothing),
    rule(Kind::Number, r"[$]\s?\d[\d,]*(?:\.\d+)?[kKmM]?\b", Take::Nothing),
    rule(
        Kind::Number,
        r"\b\d{5}(?:-\d{2})?(?:(?:, ?|[/+&-]| [-+/&]? ?| and | or | to )\d{5}(?:-\d{2})?)+\b",
        Take::Nothing,
    ),
    // ---- days; a year or a month and year alone stays ----
    rule(Date, r"\b\d{4}(?:\s?/\s?|[-.])\d{1,2}(?:\s?/\s?|[-.])\d{1,2}\b", Take::If(is_date)),
    rule(Date, r"\b\d{1,2}(?:\s?/\s?|[-.])\d{1,2}(?:\s?/\s?|[-.])(?:19|20|')?\d{2}\b", Take::If(is_date)),
    rule(
        Date,
        concat!(r"(?i)\b", day!(), r"\.?(?: of)?[ -]?", month!(), r"\.?,?(?:[ -](?:19|20)|[ -]?'|-)\d{2}\b"),
        Take::Found,
    ),
    rule(Date, concat!(r"(?i)\b", day!(), month!(), r"(?:19|20)\d{2}\b"), Take::Found),
    rule(Date, concat!(r"(?i)\b", month!(), r"\.?[ -]", day!(), r",?(?:[ -](?:19|20)|[ -]?')\d{2}\b"), Take::Found),
    rule(Age, r"(?i)\b(?P<gone>9\d|1[01]\d)(?:\s?-?\s?(?:yo|y/o|y\.o\.|yrs?\.?\s?-?old|years?[ -]old))\b", Take::Found),
    // ---- names ----
    // Beside what only a patient has.
    of_patient(
        Name,
        r"(?i)(?P<gone>\p{L}[\p{L}'-]*(?:,? \p{L}[\p{L}'.-]*){0,4})\s?[,;:(-]{0,2}\s?\b(?:d\.?o\.?b|date of birth|mrn|ssn|medical record|member id|acct|hicn|mbi)\b(?:\s*(?:number|no|#|is))*\s*[.:#=(-]*\s*[\d\x01]",
        Take::NameBefore,
    ),
    of_patient(
        Name,
        r"(?i)(?:\b(?:dob|mrn|ssn|member id|date of birth)|\x01)\s?[)\]]?\s?[,;-]?\s?(?:patient|pt|name)(?:'s)?(?: name)?(?: is|:)?\s",
        Take::Name(Names::Announced),
    ),
    of_patient(
        Name,
        r"(?i)\b(?:patient|pt|member|subscriber|insured|guarantor|beneficiary|policy\s?holder|client|claimant)(?:'?s)?\s+(?:(?:full|first|last|legal)\s+)?name(?:'s|\s+is|\s+was)?\s*[:=-]?\s*",
        Take::Name(Names::Announced),
    ),
    of_patient(
        Name,
        r"(?i)\b(?:patient|pt|member|subscriber|insured|guarantor|beneficiary|policy\s?holder|claimant)\s*[:=]\s*",
        Take::Name(Names::Announced),
    ),
    of_patient(
        Name,
        r"\b(?:patients?|pts?)\s+(?:(?:named|called|is)\s+)?(?:(?i:mr|mrs|ms|miss)\b\.?\s+)?",
        Take::Name(Names::Possible),
    ),
    // "Patient Interaction" begins a line of a list: one word is a name, but no alarm.
    of_patient(
        Name,
        r"\b(?:Patients?|PATIENT|Pts?|PT)\s+(?:(?:named|called|is)\s+)?(?:(?i:mr|mrs|ms|miss)\b\.?\s+)?",
        Take::Name(Names::Full),
    ),
    rule(Name, r"\b(?:Patient|PATIENT|Pt)\s+", Take::Name(Names::Possible)),
    of_patient(
        Name,
        r"(?i)\b(?:member|subscriber|insured|guarantor|beneficiary|policy\s?holder|client|claimant)\s+(?:(?:named|called|is)\s+)?",
        Take::Name(Names::Full),
    ),
    rule(
        Name,
        r"(?i)\b(?:(?:full|first|last|middle|sur|maiden|legal|given|married|preferred|nick)\s?)*name(?:'s|\s+is|\s+was|s\s+are|\s*[:=])\s*",
        Take::Name(Names::Announced),
    ),
    rule(
        Name,
        r"(?i)\b(?:i\s?a?'?m\s+called|they\s+call\s+me|(?:every(?:one|body)|people|friends)\s+calls?\s+me|i\s+go\s+by|goes\s+by|me\s+llamo|mi\s+nombre\s+es|je\s+m'appelle|ich\s+heisse|mein\s+name\s+ist)\s+",
        Take::Name(Names::Announced),
    ),
    rule(Name, r"(?i)\b(?:mr|mrs|mister|missus|mx)\b\.?\s*", Take::Name(Names::Titled)),
    rule(
        Name,
        r"\b(?:Ms|Miss|Dr|Prof|Sra?|Sister|Pastor|Nurse|Coach|Professor|Doctor)\b\.?\s*",
        Take::Name(Names::Possible),
    ),
    rule(Name, r"(?i)\b(?:dr|ms|prof)\b\.?\s+", Take::Name(Names::Titled)),
    rule(Name, r"(?i)\b(?:miss|professor|doctor|nurse|coach)\s+", Take::Name(Names::Possible)),
    rule(
        Name,
        r"\b(?:[Ii]'?m|[Ii] am|I'M|I AM|(?i:it's|its|it is|soy|call me|named|name of|under the name|aka))\s+",
        Take::Name(Names::Possible),
    ),
    rule(Name, r"(?i)\bthis\s+is\s+", Take::Name(Names::Introduced)),
    rule(
        Name,
        r"(?i)\bthis\s+is\s+(?P<gone>\p{L}[\p{L}'-]*(?: \p{L}[\p{L}'-]*)?)\s+(?:speaking|calling|writing)\b",
        Take::NameBefore,
    ),
    rule(
        Name,
        r"(?i)\b(?:this\s+is|i'?m)\s+(?P<gone>\p{L}[\p{L}'-]{2,})\s+(?:speaking|calling)\b",
        Take::If(is_uncommon),
    ),
    rule(
        Name,
        r"(?i)\b(?:contact|reach(?:\s+out\s+to)?|ask(?:ed)?(?:\s+for)?|(?:speak|spoke|talk|talked|meet|met)\s+(?:to|with)|call(?:ed)?|text(?:ed)?|e-?mail(?:ed)?|messaged?|dm|ping|attn|attention|supervisor|manager|boss|instructor|teacher|mentor|tutor|advisor|recruiter|co-?worker|friend|wife|husband|son|daughter|mother|mom|father|dad|sister|brother|aunt|uncle|cousin|niece|nephew|boyfriend|girlfriend|partner|roommate|neighbor|grandma|grandpa|signed\s+by|sent\s+by|paid\s+by)(?:'s)?\s*(?::|,|\s+is\s|\s+named\s)?\s+",
        Take::Name(Names::Possible),
    ),
    rule(
        Name,
        r"(?i)\b(?:contact|attn|attention|from|to|cc|signed|signature|provider|physician|doctor|student|employee|applicant)\s*[:=]\s*",
        Take::Name(Names::Possible),
    ),
    rule(Name, r"(?i)\b(?:dear|hi|hello|hey|hola|hiya)[,!]?\s+", Take::Name(Names::Known)),
    rule(
        Name,
        r"(?i)\b(?:sincerely|regards|respectfully|best\s+wishes|yours\s+truly|cordially|xoxo|signed)(?:\s+yours)?\s*[,.!:~-]*\s+",
        Take::Name(Names::Signed),
    ),
    rule(
        Name,
        r"(?i)(?:\b(?:thanks|thank\s+you|thx|ty|tysm|tia|best|cheers|love|gracias|warmly|yours|take\s+care|blessings)(?:\s+(?:a\s+lot|so\s+much|in\s+advance|again|all|everyone))?\s*[,.!~-]*\s+|(?:^|\n)\s*[-~]+\s*)",
        Take::Name(Names::Closing),
    ),
    rule(
        Name,
        r"(?:^|[.!?\n]\s*)(?:[Hh](?:i|ello|ey)[,!]?\s+(?:all|everyone|everybody|there|guys|y'?all)?[,!.]?\s*)?(?P<gone>\p{Lu}\p{Ll}+)\s+here\b",
        Take::If(super::words::is_given),
    ),
    // ---- devices and places ----
    rule(Device, r"(?i)\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b", Take::Found),
    rule(Device, r"\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d{2,5})?\b", Take::If(is_ip)),
    rule(
        Device,
        r"(?i)\b(?:[0-9a-f]{1,4}:){5,7}[0-9a-f]{1,4}\b|\b(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}\b",
        Take::If(is_handle),
    ),
    rule(Address, r"-?\b\d{1,3}\.\d{4,}\s?,\s?-?\d{1,3}\.\d{4,}", Take::Found),
    rule(Address, r"(?i)\bp\.?\s?o\.?\s?box\s*#?\s*\d+(?:-\d+)?", Take::Found),
    rule(
        Address,
        concat!(
            r"(?i)\b\d{1,6}(?:-\d{1,4})?[a-f]?\s+(?:[\p{L}0-9][\p{L}0-9'.-]*\s+){1,5}?",
            r"(?:street|st|avenue|ave|av|road|rd|drive|dr|lane|ln|court|ct|circle|cir|blvd|boulevard|way|place|pl|terrace|ter|parkway|pkwy|highway|hwy|trail|trl|square|sq|loop|alley|run|pike|crescent)\b\.?"
        ),
        Take::If(is_street),
    ),
    rule(
        Address,
        r"(?i)\x01\.?,?\s+(?P<gone>(?:#|unit|floor|fl|room|rm|bldg|building)\.?\s*#?\s*[a-z]?-?\d+[a-z]?)\b",
        Take::Found,
    ),
    rule(
        Address,
        r"(?i)\b(?:address(?:\s+is|\s*:)|live[sd]?\s+at|living\s+at|resid(?:e[sd]?|ing)\s+at|ship\s+(?:it\s+|them\s+)?to|mail\s+(?:it\s+|them\s+)?to|send\s+(?:it\s+|them\s+)?to)\s+(?P<gone>\d+[a-z]?\s+[^\n,.;?!]{3,60})",
        Take::Found,
    ),
    rule(
        Address,
        concat!(r"\b(?P<gone>(?:\p{Lu}[\p{L}'.-]+,? ){1,3}", state!(), r"\.?,? \d{5}(?:-\d{4})?)\b"),
        Take::If(is_town),
    ),
    // In lower case, but for the states that are words: "or 99213".
    rule(
        Address,
        r"(?i)\b(?:[\p{L}'.-]+ )?[\p{L}'.-]+, (?:a[krz]|c[at]|dc|fl|ga|i[al]|k[sy]|m[dinost]|n[cdehjmvy]|ri|s[cd]|t[nx]|ut|v[at]|w[aivy])\.?,? \d{5}(?:-\d{4})?\b",
        Take::Found,
    ),
    rule(Address, r"(?i)\b(?:apt|apartment|suite|ste)\b\.?\s*#?\s*(?:\d+[a-z]?|[a-z]-?\d+)\b", Take::Found),
    // ---- telephones ----
    // International, or ten digits in the usual groups, or the like with brackets.
    rule(Phone, concat!(r"(?i)(?:\+ ?|\b00)[1-9](?:[ ().-]{0,3}\d){6,13}", extension!()), Take::Found),
    rule(
        Phone,
        concat!(
            r"(?i)(?:\b1[ .-]{0,3})?(?:\(\s?\d{3}\s?\)[ .-]{0,3}|\b\d{3} ?[ ./_-] ?)\d{3} ?[ ._-]? ?\d{4}\b",
            extension!()
        ),
        Take::Found,
    ),
    rule(
        Phone,
        concat!(
            r"(?i)\b(?:phone|telephone|call|text|txt|mobile|cell(?:ular|phone)?|tel|whats\s?app|wa|sms|fax|viber|dial|reach|ring|my\s+(?:number|no\.?|#|digits))(?:\s+(?:me|us|him|her|them|[\p{L}]+)){0,2}?(?:\s+(?:number|no\.?|#))?(?:\s+(?:at|on|is|to|@))?\s*[:#]?\s*(?P<gone>\+?\(?\d(?:[ ().-]{0,2}\d){5,14}",
            extension!(),
            ")"
        ),
        Take::If(is_dialled),
    ),
    rule(Phone, r"\b0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}\b", Take::If(is_grouped)),
    rule(Phone, r"\b[2-9]\d{2}[-.]\d{4}\b", Take::If(is_local)),
    rule(Phone, r"(?i)\b\d{3}[ .-]?\d{4}\s*,?\s*(?:ext|extn|extension|x)\.?:?\s*\d{1,6}\b", Take::Found),
    rule(
        Phone,
        r"(?i)\b(?:ext|extn)\b\.?\s*[:#]?\s*(?P<gone>\d{2,6})\b|\bextension\s*[:#]?\s*(?P<also>\d{3,6})\b",
        Take::Found,
    ),
    rule(Phone, r"\b1?\d{10}\b", Take::Found),
    rule(Phone, r"\b\d(?:[ .-]\d){6,}\b", Take::If(is_no_count)),
    // ---- any other long number: no year, price or code has so many digits ----
    rule(Secret, r"(?i)\b[0-9a-f]{32,}\b", Take::Found),
    rule(Kind::Number, r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", Take::Found),
    rule(Kind::Number, r"\b[A-Za-z]{0,4}\d{2,6}(?:-\d{2,8}){1,4}\b", Take::If(is_long)),
    rule(Kind::Number, r"(?:\b[A-Za-z]{1,5}-)?[\p{L}\p{N}_]*\d{7,}[\p{L}\p{N}_]*", Take::Found),
    rule(Kind::Number, r"\b[A-Za-z]{1,5}-?\d{6,}\b", Take::Found),
    rule(Kind::Number, r"\b[A-Za-z0-9]{9,24}\b", Take::If(is_mixed)),
];
