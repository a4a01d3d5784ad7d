//! The rows of all options.

use super::super::{GroupMode, Mode};
use super::{Choice, Kind, Opt};

/// All options, section by section, in the order of `config.toml`.
pub static OPTIONS: &[Opt] = &[
    Opt {
        section: "faq",
        key: "dir",
        about: "The folder with the entries. `--faq DIR` wins over it.",
        used: true,
        example: "",
        kind: Kind::Path(|c| &mut c.faq.dir),
    },
    Opt {
        section: "faq",
        key: "watch",
        about: "Take over a changed folder while the bot runs, unless it has errors that it had not before, or fails tests that\n\
                it passed. Then the admins are told, and what was served goes on. false: only after a restart, or /reload.",
        used: true,
        example: "",
        kind: Kind::Switch(|c| &mut c.faq.watch),
    },
    Opt {
        section: "faq",
        key: "review_days",
        about: "After how many days without a check an answer is called stale: students are asked to confirm it, and\n\
                `telefaq check` lists it. An entry can have a `review_days` of its own.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=36_500, |c| &mut c.faq.review_days),
    },
    Opt {
        section: "faq",
        key: "language",
        about: "Language of the entries and of the questions: arabic, danish, dutch, english, finnish, french, german,\n\
                greek, hungarian, italian, norwegian, portuguese, romanian, russian, spanish, swedish, tamil or turkish; or\n\
                its code, like \"de\". A question in another language is told so. What the bot says by itself (buttons,\n\
                \"I don't know\") is English for now, whatever the entries are in.",
        used: true,
        example: "",
        kind: Kind::Language(|c| &mut c.faq.language),
    },
    Opt {
        section: "telegram",
        key: "token",
        about: "What @BotFather gave you. Better in the environment, as TELOXIDE_TOKEN: this file gets copied around.\n\
                Without a token there is the page alone.",
        used: true,
        example: "\"123456789:your-token\"",
        kind: Kind::Token(|c| &mut c.telegram.token),
    },
    Opt {
        section: "telegram",
        key: "api_url",
        about: "Another Bot API server than Telegram's own; also TELOXIDE_API_URL.",
        used: true,
        example: "\"http://127.0.0.1:8081\"",
        kind: Kind::Url(|c| &mut c.telegram.api_url),
    },
    Opt {
        section: "telegram",
        key: "required",
        about: "true: refuse to start without a token, instead of serving the page alone.",
        used: true,
        example: "",
        kind: Kind::Switch(|c| &mut c.telegram.required),
    },
    Opt {
        section: "telegram",
        key: "mode",
        about: "How messages come in: \"polling\" (the bot asks Telegram, which works everywhere) or \"webhook\" (Telegram calls\n\
                the bot, at `webhook_url`; README.md says what that needs).",
        used: true,
        example: "",
        kind: Kind::Choice(
            &[
                Choice {
                    word: "polling",
                    set: |c| c.telegram.mode = Mode::Polling,
                    holds: |c| c.telegram.mode == Mode::Polling,
                },
                Choice {
                    word: "webhook",
                    set: |c| c.telegram.mode = Mode::Webhook,
                    holds: |c| c.telegram.mode == Mode::Webhook,
                },
            ],
            &[],
        ),
    },
    Opt {
        section: "telegram",
        key: "webhook_url",
        about: "In webhook mode: the address that Telegram calls, with https and a path. Its host leads to the page's server\n\
                (`listen`), which answers at this path.",
        used: true,
        example: "\"https://faq.example.org/telegram\"",
        kind: Kind::Webhook(|c| &mut c.telegram.webhook_url),
    },
    Opt {
        section: "telegram",
        key: "webhook_secret",
        about: "In webhook mode: what Telegram says with every call, so that nobody else is listened to. Without it one is made\n\
                of the key beside the store.",
        used: true,
        example: "\"letters-digits_and-signs\"",
        kind: Kind::Secret(|c| &mut c.telegram.webhook_secret),
    },
    Opt {
        section: "telegram",
        key: "webhook_connections",
        about: "In webhook mode: how many calls Telegram may make at the same time.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=100, |c| &mut c.telegram.webhook_connections),
    },
    Opt {
        section: "telegram",
        key: "admins",
        about: "Telegram user ids of the owners, as a list: [123456789]; docs/admins.md says who may do what. A bot like\n\
                @userinfobot tells you yours. Write to the bot once, so that it may write to you.",
        used: true,
        example: "",
        kind: Kind::Users(|c| &mut c.telegram.admins),
    },
    Opt {
        section: "telegram",
        key: "editors",
        about: "Telegram user ids of those who keep the FAQ.",
        used: true,
        example: "",
        kind: Kind::Users(|c| &mut c.telegram.editors),
    },
    Opt {
        section: "telegram",
        key: "mentors_chat",
        about: "Id of the chat where mentors answer those who ask for a person; docs/mentors.md says how to set it up. Without it\n\
                they are told how to reach one (`contact`).",
        used: true,
        example: "-1001234567890",
        kind: Kind::Chat(|c| &mut c.telegram.mentors_chat),
    },
    Opt {
        section: "telegram",
        key: "poll_timeout_secs",
        about: "How many seconds Telegram may hold the line when there is no new message. 0 asks again at once: for tests.",
        used: true,
        example: "",
        kind: Kind::Whole(0..=50, |c| &mut c.telegram.poll_timeout_secs),
    },
    Opt {
        section: "telegram",
        key: "request_timeout_secs",
        about: "How many seconds any other request to Telegram may take before it is tried again.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=300, |c| &mut c.telegram.request_timeout_secs),
    },
    Opt {
        section: "telegram",
        key: "workers",
        about: "How many chats are served at the same time. More need more memory, fewer make students wait.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=10_000, |c| &mut c.telegram.workers),
    },
    Opt {
        section: "telegram",
        key: "grace_secs",
        about: "How many seconds the bot takes, when told to stop, to finish the questions in hand.",
        used: true,
        example: "",
        kind: Kind::Whole(0..=3600, |c| &mut c.telegram.grace_secs),
    },
    Opt {
        section: "telegram",
        key: "messages_per_second",
        about: "How many messages are sent in a second over all chats; Telegram allows 30. 0: no limit.",
        used: true,
        example: "",
        kind: Kind::Whole(0..=10_000, |c| &mut c.telegram.messages_per_second),
    },
    Opt {
        section: "telegram",
        key: "chat_messages_per_second",
        about: "How many messages are sent in a second to one chat, after a burst of three; Telegram allows 1. 0: no limit.",
        used: true,
        example: "",
        kind: Kind::Whole(0..=100, |c| &mut c.telegram.chat_messages_per_second),
    },
    Opt {
        section: "telegram",
        key: "group_messages_per_minute",
        about: "How many messages are sent in a minute to one group; Telegram allows 20. 0: no limit.",
        used: true,
        example: "",
        kind: Kind::Whole(0..=1000, |c| &mut c.telegram.group_messages_per_minute),
    },
    Opt {
        section: "telegram",
        key: "inline_cache_secs",
        about: "How many seconds Telegram may show the same list to whoever types the same words behind @yourbot. Longer\n\
                saves work; shorter shows changed answers sooner.",
        used: true,
        example: "",
        kind: Kind::Whole(0..=86_400, |c| &mut c.telegram.inline_cache_secs),
    },
    Opt {
        section: "telegram",
        key: "guest_mode",
        about: "true: answer those who mention the bot in a chat that it is not a member of (Bot API 10.0; to be turned on at\n\
                @BotFather as well).",
        used: true,
        example: "",
        kind: Kind::Switch(|c| &mut c.telegram.guest_mode),
    },
    Opt {
        section: "telegram",
        key: "ephemeral",
        about: "true: what concerns one member of a group (\"I don't know\", \"Answered above\") is shown to nobody else, where\n\
                Telegram can do that (Bot API 10.2). Works best where the bot is an admin; elsewhere everybody sees it.",
        used: true,
        example: "",
        kind: Kind::Switch(|c| &mut c.telegram.ephemeral),
    },
    Opt {
        section: "telegram",
        key: "handler_secs",
        about: "How many seconds the bot may think about one message before it gives it up.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=3600, |c| &mut c.telegram.handler_secs),
    },
    Opt {
        section: "answering",
        key: "answer_at",
        about: "0-100 (per cent): the bot answers when it is at least so sure. At 70, of the answers it was just sure enough of,\n\
                about 7 in 10 are right. Higher: fewer wrong answers, more \"Did you mean\".",
        used: true,
        example: "",
        kind: Kind::Percent(|c| &mut c.answering.thresholds.answer_at),
    },
    Opt {
        section: "answering",
        key: "suggest_at",
        about: "0-100 (per cent): when it is at least so sure it asks \"Did you mean\"; below, it says that it does not know.",
        used: true,
        example: "",
        kind: Kind::Percent(|c| &mut c.answering.thresholds.suggest_at),
    },
    Opt {
        section: "answering",
        key: "ambient_at",
        about: "0-100: from this confidence on it may speak unasked in a group, where its admins want that.",
        used: true,
        example: "",
        kind: Kind::Percent(|c| &mut c.answering.thresholds.ambient_at),
    },
    Opt {
        section: "answering",
        key: "latest_hours",
        about: "Up to how many hours old a question in a private chat is answered that came while the bot was off. Whoever\n\
                asked earlier is told so once. Telegram keeps questions for 24 hours.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=48, |c| &mut c.answering.latest_hours),
    },
    Opt {
        section: "answering",
        key: "contact",
        about: "How students reach a person, in the words they are shown. Without it they are told that nobody is on duty.",
        used: true,
        example: "\"Write to Ms Example, help@example.org, Monday to Friday.\"",
        kind: Kind::Text(|c| &mut c.answering.contact),
    },
    Opt {
        section: "groups",
        key: "mode",
        about: "When the bot speaks in groups whose admins have not set it with /settings: \"off\" never, \"addressed\" to a\n\
                command, a mention or a reply to it, \"ambient\" also to a question to everybody, if it is very sure and nobody\n\
                else has answered.",
        used: true,
        example: "",
        kind: Kind::Choice(
            &[
                Choice {
                    word: "off",
                    set: |c| c.groups.mode = GroupMode::Off,
                    holds: |c| c.groups.mode == GroupMode::Off,
                },
                Choice {
                    word: "addressed",
                    set: |c| c.groups.mode = GroupMode::Addressed,
                    holds: |c| c.groups.mode == GroupMode::Addressed,
                },
                Choice {
                    word: "ambient",
                    set: |c| c.groups.mode = GroupMode::Ambient,
                    holds: |c| c.groups.mode == GroupMode::Ambient,
                },
            ],
            &[],
        ),
    },
    Opt {
        section: "groups",
        key: "cooldown_minutes",
        about: "For how many minutes an answer in a group, or a topic of it, is pointed to (\"Answered above\") instead of being\n\
                given again.",
        used: true,
        example: "",
        kind: Kind::Whole(0..=10_080, |c| &mut c.groups.cooldown_minutes),
    },
    Opt {
        section: "groups",
        key: "grace_secs",
        about: "How many seconds people have to answer before the bot answers a question that nobody has asked it.",
        used: true,
        example: "",
        kind: Kind::Whole(0..=3600, |c| &mut c.groups.grace_secs),
    },
    Opt {
        section: "groups",
        key: "person_answers_per_hour",
        about: "How many answers somebody gets in an hour, in each group. Then they are sent to the private chat, once.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=1000, |c| &mut c.groups.person_answers_per_hour),
    },
    Opt {
        section: "groups",
        key: "chat_answers_per_hour",
        about: "How many answers a group gets in an hour.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=1000, |c| &mut c.groups.chat_answers_per_hour),
    },
    Opt {
        section: "groups",
        key: "latest_minutes",
        about: "Up to how many minutes old a question in a group is answered that came while the bot was off. What is older is\n\
                passed over in silence: by then the group talks of something else.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=1440, |c| &mut c.groups.latest_minutes),
    },
    Opt {
        section: "groups",
        key: "greet",
        about: "true: greet new members, at most once an hour.",
        used: true,
        example: "",
        kind: Kind::Switch(|c| &mut c.groups.greet),
    },
    Opt {
        section: "groups",
        key: "trial_days",
        about: "How many days a trial lasts, in which the bot only notes what it would have answered unasked.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=60, |c| &mut c.groups.trial_days),
    },
    Opt {
        section: "groups",
        key: "warn_patient_data",
        about: "Ask whoever writes a patient's data (a name beside \"patient\", a date of birth, the number of a record or a\n\
                claim) in a group to take them out, once a day: in private, or below the message where that cannot be.\n\
                Not where the bot is `off`.",
        used: true,
        example: "",
        kind: Kind::Switch(|c| &mut c.groups.warn_patient_data),
    },
    Opt {
        section: "groups",
        key: "cohorts",
        about: "Which chats belong to which cohort (a folder in faq/cohorts/), by their ids. The admins of other chats choose\n\
                one with /settings. Example: cohorts = { \"2027-spring\" = [-1001234567890, -1009876543210] }",
        used: true,
        example: "",
        kind: Kind::Cohorts(|c| &mut c.groups.cohorts),
    },
    Opt {
        section: "channels",
        key: "post_to",
        about: "Ids of the channels in which the bot, as an admin there, posts an entry by itself: each time the one that was\n\
                posted longest ago. Without it, /post ID in a channel posts the entry of that id.",
        used: true,
        example: "",
        kind: Kind::Chats(|c| &mut c.channels.post_to),
    },
    Opt {
        section: "channels",
        key: "post_at",
        about: "When: minute, hour, day of the month, month, day of the week, as in cron. \"0 9 * * 1-5\" is at nine, Monday\n\
                to Friday.",
        used: true,
        example: "\"0 9 * * 1-5\"",
        kind: Kind::Cron(|c| &mut c.channels.post_at),
    },
    Opt {
        section: "channels",
        key: "time_zone",
        about: "The time zone of that, by its name: America/New_York, Europe/Vienna, UTC.",
        used: true,
        example: "",
        kind: Kind::TimeZone(|c| &mut c.channels.time_zone),
    },
    Opt {
        section: "channels",
        key: "topics",
        about: "Only entries of these topics (the names of their folders); none: of all.",
        used: true,
        example: "",
        kind: Kind::Texts(|c| &mut c.channels.topics),
    },
    Opt {
        section: "mentors",
        key: "hours",
        about: "When somebody is on duty in `mentors_chat`, as days and hours: [\"Mon-Fri 09:00-17:00\", \"Sat 10:00-12:00\"]. At other\n\
                times students are told when somebody is back. Without it somebody always is.",
        used: true,
        example: "",
        kind: Kind::Hours(|c| &mut c.mentors.hours),
    },
    Opt {
        section: "mentors",
        key: "time_zone",
        about: "The time zone of that, by its name: America/New_York, Europe/Berlin, UTC.",
        used: true,
        example: "",
        kind: Kind::TimeZone(|c| &mut c.mentors.time_zone),
    },
    Opt {
        section: "mentors",
        key: "answer_within_hours",
        about: "Within how many hours students usually get an answer, to be told so. 0: nothing is said about it.",
        used: true,
        example: "",
        kind: Kind::Whole(0..=720, |c| &mut c.mentors.answer_within_hours),
    },
    Opt {
        section: "mentors",
        key: "remind_hours",
        about: "After how many hours in which nobody has claimed or answered a question the mentors are reminded of it, once, and\n\
                the student is told so. 0: never.",
        used: true,
        example: "",
        kind: Kind::Whole(0..=720, |c| &mut c.mentors.remind_hours),
    },
    Opt {
        section: "mentors",
        key: "mentor_names",
        about: "true: students are told the first name of the mentor who answers.",
        used: true,
        example: "",
        kind: Kind::Switch(|c| &mut c.mentors.mentor_names),
    },
    Opt {
        section: "digest",
        key: "at",
        about: "When owners and editors are told how the week was: minute, hour, day of the month, month, day of the week.\n\
                \"0 9 * * 1\" is Monday at nine; \"\" is never.",
        used: true,
        example: "",
        kind: Kind::Cron(|c| &mut c.digest.at),
    },
    Opt {
        section: "digest",
        key: "time_zone",
        about: "The time zone of that, by its name.",
        used: true,
        example: "",
        kind: Kind::TimeZone(|c| &mut c.digest.time_zone),
    },
    Opt {
        section: "digest",
        key: "chat",
        about: "Id of a chat that is told instead of each owner and editor in private.",
        used: true,
        example: "-1001234567890",
        kind: Kind::Chat(|c| &mut c.digest.chat),
    },
    Opt {
        section: "digest",
        key: "news_to",
        about: "Chats that are told at the same time which answers are new or changed, each perhaps with the number of a\n\
                topic: [\"-1001234567890/4\"]. Where there are none, nothing is said.",
        used: true,
        example: "",
        kind: Kind::Places(|c| &mut c.digest.news_to),
    },
    Opt {
        section: "matching",
        key: "encoder",
        about: "The folder of a sentence encoder, which knows what words mean: \"can I do this in my pyjamas\" finds \"can I work\n\
                from home\". docs/encoder.md says where to get one; `telefaq encoder check FOLDER` what it is worth here. Each\n\
                question takes some milliseconds more. Without it words, spelling and letters count.",
        used: true,
        example: "\"models/all-MiniLM-L6-v2\"",
        kind: Kind::MaybePath(|c| &mut c.matching.encoder),
    },
    Opt {
        section: "web",
        key: "listen",
        about: "Where the page is: \"host:port\". Port 0 takes any that is free; false is no page.",
        used: true,
        example: "",
        kind: Kind::Listen(|c| &mut c.web.listen),
    },
    Opt {
        section: "store",
        key: "url",
        about: "Where the bot remembers votes and questions: a file, or \"sqlite::memory:\" to forget everything at the end.",
        used: true,
        example: "",
        kind: Kind::Store(|c| &mut c.store.url),
    },
    Opt {
        section: "store",
        key: "retention_days",
        about: "After how many days the question log and the votes are deleted.",
        used: true,
        example: "",
        kind: Kind::Whole(1..=3650, |c| &mut c.store.retention_days),
    },
];
