use std::path::Path;

use proptest::prelude::*;

use super::*;

/// The texts of a file in `tests/eval`, one JSON object a line, under this name; with the object.
fn texts(file: &str, name: &str) -> Vec<(String, serde_json::Value)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/eval").join(file);
    let lines = std::fs::read_to_string(&path).expect("it is there");
    let read = |line: &str| {
        let object: serde_json::Value = serde_json::from_str(line).expect("JSON");
        (object[name].as_str().expect("a text").to_owned(), object)
    };
    lines.lines().map(read).collect()
}

#[test]
fn every_rule_compiles() {
    assert_eq!(COMPILED.len(), RULES.len());
}

#[track_caller]
fn goes(table: &[(&str, &str)]) {
    for (text, expected) in table {
        assert_eq!(redact(text), *expected, "{text:?}");
    }
}

#[track_caller]
fn stays(table: &[&str]) {
    for text in table {
        assert_eq!(redact(text), *text);
    }
}

#[test]
fn where_somebody_is_reached_goes() {
    goes(&[
        ("write me at Ann.O'Neil+x@mail.example.co.uk please", "write me at [email] please"),
        ("ann (at) example (dot) org, ann at gmail dot com, ann@gmail", "[email], [email], [email]"),
        ("https://bob:secret@example.org/x", "https://[name]@example.org/x"),
        ("ask @maria_lopez, thx @Deb", "ask [name], thx [name]"),
        ("insta: kay.la or snap is tiffy_2002", "insta: [name] or snap is [name]"),
        ("t.me/maria https://www.facebook.com/maria.l.7?x=1, ok", "[link] [link] ok"),
        ("call me on 555-123-4567", "call me on [phone]"),
        ("my number (555) 123-4567 ext. 12 ok", "my number [phone] ok"),
        ("+44 20 7946 0958?", "[phone]?"),
        ("5551234567 or 1-800-555-0199 or 555/123-4567", "[phone] or [phone] or [phone]"),
        ("text me at 555 1234, ext 44", "text me at [phone]"),
        ("my ip is 203.0.113.7, not 300.1.1.1", "my ip is [device], not 300.1.1.1"),
        ("1427 Maple Street Apt 4B, Columbus, OH 43215", "[address], [address]"),
        ("zip 43215, 43215-2210, PO Box 12", "zip [address], [address], [address]"),
        ("my password is Tulsa!24, pin 8841", "my password is [secret], pin [secret]"),
        ("123456789:AAHk3jd92kdlsa0f9s8d7f6g5h4j3k2l1zx", "[secret]"),
    ]);
}

#[test]
fn numbers_that_are_somebodys_go() {
    goes(&[
        ("ssn 123-45-6789, or 123 45 6789", "ssn [number], or [number]"),
        ("last 4 of my social: 6789", "last 4 of my social: [number]"),
        ("card 4111 1111 1111 1111, 3782-822463-10005", "card [number], [number]"),
        ("card 4111111111111111, 6304000000000000000", "card [number], [number]"),
        ("60111 11111 11111 7", "[number]"),
        ("claim 4471-22", "claim [number]"),
        ("claim 447122 and claim is WXY-44710", "claim [number] and claim is [number]"),
        ("claim number 44712, claim #44712", "claim number [number], claim #[number]"),
        ("member A44712", "member [number]"),
        ("my member id with aetna is W1234 56789.", "my member id with aetna is [number]."),
        ("patient 0044712 was seen for 99213", "patient [number] was seen for 99213"),
        ("MRN: 00412, mrn#A-20931", "MRN: [number], mrn#[number]"),
        ("NPI 1245319599, DEA BB1388568", "NPI [number], DEA [number]"),
        ("driver's license D123-4567-8901, passport X1234567", "driver's license [number], passport [number]"),
        ("her medicare is 1EG4-TE5-MK73", "her medicare is [number]"),
        ("id W123456789", "id [number]"),
        ("policy 5512098, again 5512098", "policy [number], again [number]"),
    ]);
}

#[test]
fn days_go_and_years_stay() {
    goes(&[
        ("I was born 04/12/1990", "I was born [date]"),
        ("dob 1990-04-12, dob 041290", "dob [date], dob [date]"),
        ("born on 12 April 1990", "born on [date]"),
        ("seen April 3rd, 2024 and 3-Apr-24", "seen [date] and [date]"),
        ("born in 1990, bday 4/12", "born in [date], bday [date]"),
        ("DOS 10/02, admitted march 3", "DOS [date], admitted [date]"),
        ("she is 93 years old", "she is [age] years old"),
    ]);
    stays(&["I am 57 years old", "in May 2026", "2025-2026, 2025/2026", "24/7", "1-2 years", "33/45/90"]);
}

#[test]
fn names_that_are_announced_go() {
    goes(&[
        ("my name is Maria Lopez and I want the CPC", "my name is [name] and I want the CPC"),
        ("my name is maria lopez", "my name is [name]"),
        ("my name is maria and I", "my name is [name] and I"),
        ("MY NAME IS MARIA LOPEZ AND I", "MY NAME IS [name] AND I"),
        ("My name's José-Luis O’Brien", "My name's [name]"),
        ("my name is María de la Cruz Jr. thanks", "my name is [name]. thanks"),
        ("hi i am called Bo", "hi i am called [name]"),
        ("this is Dana Smith speaking, how", "this is [name] speaking, how"),
        ("this is dana calling", "this is [name] calling"),
        ("I'm Dana Smith, can I", "I'm [name], can I"),
        ("im shay from tulsa", "im [name] from tulsa"),
        ("patient John Doe was denied", "patient [name] was denied"),
        ("patient jane doe was denied", "patient [name] was denied"),
        ("Lopez, Maria (DOB 1/2/80)", "[name] (DOB [date])"),
        ("mr smith, Mrs. Jones's class, dr okafor", "mr [name], Mrs. [name]'s class, dr [name]"),
        ("Name: J. Smith", "Name: [name]"),
        ("contact Rosalind Frank at the desk", "contact [name] at the desk"),
        ("ok?\nsincerely,\nmaria lopez", "ok?\nsincerely,\n[name]"),
        ("thanks, Maria", "thanks, [name]"),
        ("I'm Okafor. Is it hard? Okafor asks", "I'm [name]. Is it hard? [name] asks"),
    ]);
    stays(&[
        "i am new here",
        "I'm a nurse, I'm Canadian, I'm CPC certified",
        "my name is spelled wrong",
        "this is the exam here in Texas",
        "what is this is it good",
        "contact AAPC, call Medicare, ask for help",
        "patient portal, Patient Advocate, pt eval",
        "thanks everybody",
    ]);
}

#[test]
fn what_is_hidden_goes_and_what_hides_it_stays() {
    goes(&[
        ("5\u{200b}5\u{200b}5-123-45\u{ad}67", "[phone]"),
        ("ssn\u{a0}123‑45‑6789", "ssn\u{a0}[number]"),
        ("５５５－１２３－４５６７", "[phone]"),
        ("1️⃣2️⃣3️⃣-4️⃣5️⃣-6️⃣7️⃣8️⃣9️⃣", "[number]\u{fe0f}\u{20e3}"),
        ("**my name is** _Maria Lopez_", "**my name is** _[name]_"),
        ("<b>123</b>-<i>45</i>-6789 &amp; ok", "<b>[number] &amp; ok"),
        (r"555\-123\-4567", "[phone]"),
        ("ann%40example.org ann&#64;example.org", "[email] [email]"),
        ("my name is \u{202e}𝐌𝐚𝐫𝐢𝐚\u{202c}", "my name is \u{202e}[name]\u{202c}"),
    ]);
}

#[test]
fn nothing_of_what_was_collected_stays() {
    for (text, object) in texts("personal.jsonl", "text") {
        let redacted = redact(&text);
        for secret in object["secrets"].as_array().expect("a list") {
            let secret = secret.as_str().expect("a text");
            assert!(text.contains(secret) && !redacted.contains(secret), "{secret:?} stays of {text:?}: {redacted:?}");
        }
    }
}

#[test]
fn ordinary_messages_stay_and_are_no_patients() {
    for (text, _) in texts("ordinary.jsonl", "text") {
        assert_eq!(redact(&text), text);
        assert!(!looks_like_patient_data(&text), "{text}");
    }
}

#[test]
fn what_students_ask_is_no_patient_data() {
    for (file, name) in [
        ("chatter.jsonl", "text"),
        ("chatter-2.jsonl", "text"),
        ("chatter-3.jsonl", "text"),
        ("hard.jsonl", "query"),
        ("questions.jsonl", "query"),
        ("conversations.jsonl", "message"),
    ] {
        for (text, _) in texts(file, name) {
            assert!(!looks_like_patient_data(&text), "{text}");
        }
    }
}

#[test]
fn a_patients_data_are_known_from_somebodys_own() {
    for text in [
        "patient Jane Doe was denied",
        "pt john smith needs 99213",
        "member Jane Doe has no auth",
        "Jane Doe dob 1/2/1950",
        "doe, jane (MRN 5561207)",
        "MRN 00412",
        "claim number 2025113098 denied",
        "member id W220145883",
        "her date of birth is 4 May 1950",
        "123-45-6789",
        "Patient name: okafor",
        "m\u{200b}rn 5561207",
    ] {
        assert!(looks_like_patient_data(text), "{text}");
    }
    for text in [
        "call me at 555-123-4567",
        "ann@example.org",
        "my name is Maria Lopez",
        "my AAPC member number is 01982734",
        "student id 900412377",
        "born in 1971, too late?",
        "I live at 12 Maple Street, zip 43215",
        "what is an MRN, and a member id?",
        "Patient Interaction: much of it",
        "claim 99213 denied for the patient",
        "the patient is 45, member since 2019",
        "",
    ] {
        assert!(!looks_like_patient_data(text), "{text}");
    }
}

#[test]
fn a_part_is_read_in_the_light_of_the_message() {
    let message = "my name is Anneliese. can I retake it? Anneliese paid, member id: W22014. is W22014 right?";
    for (part, expected) in [
        ("Anneliese paid, member id: W22014.", "[name] paid, member id: [number]."),
        ("is W22014 right?", "is [number] right?"),
        ("can I retake it?", "can I retake it?"),
        ("not in it: Anneliese 555-123-4567", "not in it: Anneliese [phone]"),
        ("", ""),
    ] {
        assert_eq!(redact_part(message, part), expected);
    }
    assert_eq!(redact_part("call 555-123-4567 now", "123-4567 now"), "[phone] now", "cut within what goes");
}

proptest! {
    #[test]
    fn any_text_is_taken(text in ".{0,200}") {
        let _ = (redact(&text), looks_like_patient_data(&text));
    }

    /// Among pieces that rules begin with, in any order.
    #[test]
    fn seven_digits_in_a_row_never_stay(
        pieces in proptest::collection::vec(
            prop_oneof![
                "my name is |patient |Maria Lopez, |mrn |dob: |call |claim number is |Dr\\. |thanks, |mr |@|<b>|\n",
                "[0-9]{1,12}[ /-]?",
                "[a-zé_]{1,6} ?",
            ],
            0..12,
        )
    ) {
        let redacted = redact(&pieces.concat());
        let digits = redacted.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
        prop_assert!(digits < Some(7), "{redacted}");
    }
}

#[test]
fn a_long_text_is_read_once() {
    let began = std::time::Instant::now();
    for unit in
        ["9", "a@", "&", "<", "my name is ", "1 ", "patient ", "99213 ", "dob ", "claim number a b c ", "1 a street "]
    {
        let redacted = redact(&unit.repeat(100_000 / unit.len()));
        assert!(!redacted.is_empty());
    }
    // A part of a second; read once for each of its letters, it would be hours.
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

#[test]
fn the_kinds_are_those_that_are_removed() {
    assert_eq!(kinds("call me at 555 123 4567 or bo@example.org, my name is Bo"), ["name", "email", "phone"]);
    assert_eq!(kinds("the form says [phone] and [name], is 99213 a code?"), Vec::<&str>::new());
}
