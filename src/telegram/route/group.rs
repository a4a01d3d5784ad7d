//! Messages in groups: who writes, to whom, and why it is for the bot.

use super::raw::{Entity, Membership, Message};
use super::{Myself, Routed, TELEGRAM, Task, at, chat_key, said, user_key};
use crate::app::{
    ChatKey, Event, Group, Heard, Inbound, InlineQuery, MessageId, Replied, Rights, Said, Scene, Trigger,
};

/// Who writes for an admin that does not want to be known, and for a channel.
const ANONYMOUS_ADMIN: u64 = 1_087_968_824;
const CHANNEL: u64 = 136_817_688;

/// Who wrote a message, and what is known of their rights.
struct Writer {
    person: ChatKey,
    rights: Rights,
}

/// Who wrote it, or why it is not to be looked at.
fn writer(message: &Message, me: &Myself) -> Result<Writer, &'static str> {
    if message.is_automatic_forward {
        return Err("an automatic forward");
    }
    if message.via_bot.as_ref().is_some_and(|via| via.id == me.id) {
        return Err("sent by way of the bot");
    }
    let from = message.from.as_ref();
    if from.is_some_and(|from| from.id == me.id) {
        return Err("the bot's own message");
    }
    if from.is_some_and(|from| from.id == TELEGRAM) {
        return Err("Telegram's own message");
    }
    match (&message.sender_chat, from) {
        // An admin in the name of the group.
        (Some(chat), _) if chat.id == message.chat.id => {
            Ok(Writer { person: chat_key(chat.id), rights: Rights::Admin })
        }
        (Some(chat), from) if from.is_none_or(|from| !from.is_bot || from.id == CHANNEL) => {
            Ok(Writer { person: chat_key(chat.id), rights: Rights::Member })
        }
        (_, Some(from)) if from.id == ANONYMOUS_ADMIN => {
            Ok(Writer { person: chat_key(message.chat.id), rights: Rights::Admin })
        }
        (_, Some(from)) if from.is_bot => Err("another bot's message"),
        (_, Some(from)) => Ok(Writer { person: user_key(from.id), rights: Rights::Unknown }),
        (_, None) => Err("nobody's message"),
    }
}

/// What a message in a group is to the bot.
pub(super) fn route_message(message: &Message, edited: bool, me: &Myself) -> Routed {
    let happens = |event| {
        let person = message.from.as_ref().map_or(chat_key(message.chat.id), |from| user_key(from.id));
        Routed::event(inbound(message, Writer { person, rights: Rights::Unknown }, at(message, edited), event, me))
    };
    if let Some(to) = message.migrate_to_chat_id {
        return happens(Event::Moved(chat_key(to)));
    }
    if let Some(from) = message.migrate_from_chat_id {
        let mut routed = happens(Event::Moved(chat_key(message.chat.id)));
        if let Task::Event(inbound) = &mut routed.task {
            inbound.chat = chat_key(from);
        }
        return routed;
    }
    if let Some(members) = &message.new_chat_members {
        let people = members.iter().any(|member| !member.is_bot);
        let id = MessageId(message.message_id);
        return if people { happens(Event::Joined { id }) } else { Routed::ignored("a bot has joined") };
    }
    let writer = match writer(message, me) {
        Ok(writer) => writer,
        Err(why) => return Routed::ignored(why),
    };
    if message.is_forwarded() {
        // What it says was said elsewhere, and not to the bot.
        return Routed::ignored("forwarded words in a group");
    }
    let said = match said(message, edited, me) {
        Ok(said) => said,
        Err(why) => return Routed::ignored(why),
    };
    match heard(message, said, edited, me) {
        Ok(heard) => Routed::event(inbound(message, writer, at(message, edited), Event::Heard(heard), me)),
        Err(why) => Routed::ignored(why),
    }
}

fn heard(message: &Message, said: Said, edited: bool, me: &Myself) -> Result<Heard, &'static str> {
    let words = message.words().unwrap_or_default();
    let mentions = mentions(words, message.marks(), me);
    // A message in a topic replies to the one that began the topic, unless somebody has replied to another.
    let begins_topic =
        |to: &Message| message.topic() == Some(to.message_id) || to.rest.contains_key("forum_topic_created");
    let replied_to = message.reply_to_message.as_deref();
    let replied_to = replied_to.filter(|to| !to.is_automatic_forward && !begins_topic(to));
    let to_me = replied_to.and_then(|to| to.from.as_ref()).is_some_and(|from| from.id == me.id);
    let (trigger, said) = match said {
        Said::Command(..) => (Trigger::Command, said),
        // Perhaps another bot's, and in a group nobody is told about commands.
        Said::UnknownCommand => return Err("a command for another bot, or for none"),
        Said::Question(_) if mentions.me => {
            let words = without_me(words, message.marks(), me);
            // "@bot /ask how much".
            match Said::from_text(&words, Some(&me.username)) {
                Said::UnknownCommand => return Err("a command for another bot, or for none"),
                said => (Trigger::Mention, said),
            }
        }
        Said::Question(_) if to_me && !mentions.others => (Trigger::Reply, said),
        said => (Trigger::None, said),
    };
    let replied = replied_to.map(self::replied_to(me));
    // An answer to the bot itself is not for somebody else; one to a post of the channel is for everybody.
    let to_others = mentions.others || (replied.is_some() && !to_me);
    let id = MessageId(message.message_id);
    Ok(Heard { said, id, edited, trigger, to_others, replied, beside: message.beside() })
}

/// What whoever wrote a message is called: an admin in the name of the group as that is.
fn name(message: &Message) -> Option<String> {
    let chat = message.sender_chat.as_ref().and_then(|chat| chat.title.clone());
    chat.or_else(|| message.from.as_ref()?.first_name.clone())
}

/// The message that another one replies to.
pub(super) fn replied_to(me: &Myself) -> impl Fn(&Message) -> Replied {
    |to| Replied {
        id: MessageId(to.message_id),
        person: writer(to, me).ok().map(|writer| writer.person),
        text: to.words().map(str::to_owned),
        author: to.author(),
    }
}

/// Something that happened in a group.
fn inbound(message: &Message, writer: Writer, at: i64, event: Event, me: &Myself) -> Inbound {
    Inbound {
        chat: chat_key(message.chat.id),
        topic: message.topic(),
        scene: Scene::Group(Group {
            person: writer.person,
            rights: writer.rights,
            username: me.username.clone(),
            title: message.chat.title.clone().unwrap_or_default(),
            link: link(message),
        }),
        bot_name: Some(me.name.clone()),
        name: name(message),
        at: Some(at),
        event,
    }
}

/// A press of this person on a message in a group.
pub(super) fn pressed(message: &Message, person: ChatKey, name: Option<String>, event: Event, me: &Myself) -> Inbound {
    let writer = Writer { person, rights: Rights::Unknown };
    Inbound { at: None, name, ..inbound(message, writer, 0, event, me) }
}

/// How messages of the chat are linked, up to their numbers. Those of a group that is no supergroup cannot be.
fn link(message: &Message) -> Option<String> {
    let topic = message.topic().map(|topic| format!("{topic}/")).unwrap_or_default();
    if let Some(name) = &message.chat.username {
        return Some(format!("https://t.me/{name}/{topic}"));
    }
    let id = message.chat.id.to_string();
    Some(format!("https://t.me/c/{}/{topic}", id.strip_prefix("-100")?))
}

/// A post in a channel: only `/post` is for the bot.
pub(super) fn route_post(message: &Message, me: &Myself) -> Routed {
    let words = message.words().unwrap_or_default().trim();
    let (head, id) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let (name, addressee) = head.split_once('@').map_or((head, None), |(name, to)| (name, Some(to)));
    let for_me = addressee.is_none_or(|to| to.eq_ignore_ascii_case(&me.username));
    if !name.eq_ignore_ascii_case("/post") || !for_me || message.is_forwarded() {
        return Routed::ignored("a post in a channel");
    }
    let event = Event::Post { words: id.to_owned(), id: MessageId(message.message_id) };
    // Only admins of a channel post in it.
    let writer = Writer { person: chat_key(message.chat.id), rights: Rights::Admin };
    Routed::event(inbound(message, writer, message.date, event, me))
}

/// A mention of the bot in a chat that it is not in. Of the chat nothing is kept: its id may be that of another one.
pub(super) fn route_guest(message: &Message, me: &Myself) -> Routed {
    let writer = match writer(message, me) {
        Ok(writer) => writer,
        Err(why) => return Routed::ignored(why),
    };
    let Some(id) = message.guest_query_id.clone() else { return Routed::ignored("a guest's message without a query") };
    let mut words = without_me(message.words().unwrap_or_default(), message.marks(), me);
    if !words.chars().any(char::is_alphanumeric) {
        // A bare mention below somebody's words is about those.
        words = message.reply_to_message.as_ref().and_then(|to| to.words()).unwrap_or_default().to_owned();
    }
    let words = match Said::from_text(&words, Some(&me.username)) {
        Said::Question(words) | Said::Command(_, words) => words,
        Said::UnknownCommand | Said::Wordless => return Routed::ignored("a command for another bot, or for none"),
    };
    let query = InlineQuery { person: writer.person, username: me.username.clone(), words, offset: String::new() };
    Routed { chat: None, task: Task::Guest { id, query } }
}

/// The bot was added, removed, blocked or unblocked.
pub(super) fn route_membership(membership: &Membership, me: &Myself) -> Routed {
    let chat = &membership.chat;
    let member = &membership.new_chat_member;
    let reachable = match member.status.as_str() {
        "kicked" | "left" => false,
        "restricted" => member.is_member,
        _ => true,
    };
    let event = Event::Reachable(reachable);
    if chat.kind == "private" {
        return Routed::event(me.meets((chat.id, None), None, None, event));
    }
    let scene = Scene::Group(Group {
        person: chat_key(chat.id),
        rights: Rights::Unknown,
        username: me.username.clone(),
        title: chat.title.clone().unwrap_or_default(),
        link: None,
    });
    let bot_name = Some(me.name.clone());
    Routed::event(Inbound { chat: chat_key(chat.id), topic: None, scene, bot_name, name: None, at: None, event })
}

/// Who is mentioned.
struct Mentions {
    me: bool,
    others: bool,
}

fn mentions(words: &str, marks: &[Entity], me: &Myself) -> Mentions {
    let names = names(words).map(|(_, name)| name.eq_ignore_ascii_case(&me.username));
    let users = marks.iter().filter(|mark| mark.kind == "text_mention");
    let users = users.filter_map(|mark| mark.user.as_ref()).map(|user| user.id == me.id);
    names.chain(users).fold(Mentions { me: false, others: false }, |mut found, is_me| {
        found.me |= is_me;
        found.others |= !is_me;
        found
    })
}

/// The user names in a text, without `@`, each with the place of that. What follows a letter is a mail address.
fn names(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('@').filter_map(|(at, _)| {
        let after = text.get(at + 1..)?;
        let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
        let before = text.get(..at)?.chars().next_back();
        let stands_alone = before.is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '_' | '/' | '.')));
        after.get(..end).filter(|name| stands_alone && name.len() >= 4).map(|name| (at, name))
    })
}

/// The words without the mentions of the bot.
fn without_me(words: &str, marks: &[Entity], me: &Myself) -> String {
    let mut cut: Vec<(usize, usize)> = names(words)
        .filter(|(_, name)| name.eq_ignore_ascii_case(&me.username))
        .map(|(at, name)| (at, at + 1 + name.len()))
        .collect();
    let own = marks.iter().filter(|mark| mark.kind == "text_mention");
    let own = own.filter(|mark| mark.user.as_ref().is_some_and(|user| user.id == me.id));
    cut.extend(own.filter_map(|mark| {
        let end = mark.offset.checked_add(mark.length)?;
        Some((byte_of(words, mark.offset)?, byte_of(words, end)?))
    }));
    cut.sort_unstable();
    let mut left = String::with_capacity(words.len());
    let mut from = 0;
    for (start, end) in cut {
        left.push_str(words.get(from..start).unwrap_or_default());
        left.push(' ');
        from = from.max(end);
    }
    left.push_str(words.get(from..).unwrap_or_default());
    let between = |c: char| c.is_whitespace() || matches!(c, ',' | ':' | ';' | '-' | '–' | '—');
    left.trim_start_matches(between).trim_end().to_owned()
}

/// The byte at which so many UTF-16 units of a text have passed.
fn byte_of(text: &str, units: usize) -> Option<usize> {
    let mut passed = 0;
    for (at, c) in text.char_indices() {
        if passed >= units {
            return (passed == units).then_some(at);
        }
        passed += c.len_utf16();
    }
    (passed == units).then_some(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn me() -> Myself {
        Myself { id: 42, username: "TestFaqBot".into(), name: "The FAQ".into() }
    }

    #[test]
    fn names_are_those_that_stand_alone() {
        let found = |text: &'static str| names(text).map(|(_, name)| name).collect::<Vec<_>>();
        assert_eq!(found("@ann_b and (@TestFaqBot), mail me@club.example, t.me/@x"), ["ann_b", "TestFaqBot"]);
        assert_eq!(found("@@@ @é @abc @abcd"), ["abcd"]);
        assert_eq!(found("/ask@TestFaqBot how"), Vec::<&str>::new(), "part of a command");
    }

    #[test]
    fn the_question_is_what_is_left_without_the_name() {
        let left = |text: &str| without_me(text, &[], &me());
        for (text, expected) in [
            ("@TestFaqBot how much?", "how much?"),
            ("how much, @testfaqbot?", "how much,  ?"),
            ("@TestFaqBot, @TestFaqBot: how?", "how?"),
            ("@TestFaqBot", ""),
            ("😀 @TestFaqBot é", "😀   é"),
        ] {
            assert_eq!(
                left(text).split_whitespace().collect::<Vec<_>>(),
                expected.split_whitespace().collect::<Vec<_>>()
            );
        }
        let user = || Some(super::super::raw::User { id: 42, is_bot: true, first_name: None });
        let mark = |offset, length| Entity { kind: "text_mention".into(), offset, length, user: user(), url: None };
        assert_eq!(without_me("😀 FAQ how?", &[mark(3, 3)], &me()), "😀   how?");
        for (offset, length) in [(1, 3), (3, 99), (usize::MAX - 9, 4)] {
            assert_eq!(
                without_me("😀 FAQ how?", &[mark(offset, length)], &me()),
                "😀 FAQ how?",
                "places that are none"
            );
        }
    }
}
