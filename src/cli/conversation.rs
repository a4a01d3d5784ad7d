//! A conversation with the bot in a terminal: the same [`App::handle`] as everywhere, messages as text.
//!
//! Owns the numbers of messages and which buttons can be pressed now. Remembers nothing after it ends.

use std::io::{self, Write};
use std::sync::Arc;

use tokio::runtime::Runtime;

use super::load::{self, Served};
use super::{Failure, terminal};
use crate::app::{
    App, AppSettings, Beside, ChatKey, Event, HashKey, Inbound, MessageId, Said, Scene, Step, Surface, clock,
};
use crate::engine::reply::{Action, Reply};
use crate::store::{MemoryStore, StoreError};

/// Up to this a number alone is taken for a button; what is longer may be a year or a code to ask about.
const HIGHEST_CHOICE: usize = 99;

/// The person in front of the terminal.
const CHAT: ChatKey = ChatKey { surface: Surface::Terminal, id: 1 };

/// One conversation.
pub struct Conversation {
    app: App,
    runtime: Runtime,
    /// The number of the last message, of either side.
    last: i32,
    /// The buttons that are offered, by their numbers from 1: the message each is on, and what it does.
    offered: Vec<(MessageId, Action)>,
}

impl Conversation {
    /// A new conversation with the bot that `served` describes.
    pub fn new(served: Served) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        // Nothing outlives the conversation, so the key need not either.
        let settings = AppSettings { keep_log: false, ..load::app_settings(&served.config, HashKey::random()) };
        let app = App::new(served.engine, Arc::new(MemoryStore::default()), settings);
        Ok(Self { app, runtime, last: 0, offered: Vec::new() })
    }

    /// What the bot does about a line that was typed, written to `out`.
    pub fn say(&mut self, line: &str, out: &mut impl Write) -> Result<(), Failure> {
        let Some(event) = self.event(line, out)? else { return Ok(()) };
        let steps = self.steps(event)?;
        if steps.iter().any(|step| !matches!(step, Step::Toast(_))) {
            // What is shown now takes the place of what was offered before.
            self.offered.clear();
        }
        for step in steps {
            self.carry_out(step, out)?;
        }
        Ok(())
    }

    /// The replies to a question and nothing around them.
    pub fn ask(&mut self, question: &str) -> Result<Vec<Reply>, Failure> {
        let id = self.next();
        let steps = self.steps(Event::Message {
            said: Said::Question(question.to_owned()),
            id,
            edited: false,
            replied: None,
            beside: Beside::default(),
        })?;
        let replies = steps.into_iter().filter_map(|step| match step {
            Step::Send { reply, .. } | Step::Edit { reply, .. } => Some(reply),
            Step::EditButtons { .. }
            | Step::Delete { .. }
            | Step::Toast(_)
            | Step::SendTo(_)
            | Step::SendPrivately { .. }
            | Step::SendFile { .. }
            | Step::In(..)
            | Step::TidyUp(_)
            | Step::Tick { .. }
            | Step::CloseTopic(_) => None,
        });
        Ok(replies.collect())
    }

    fn steps(&mut self, event: Event) -> Result<Vec<Step>, Failure> {
        let inbound =
            Inbound { chat: CHAT, topic: None, scene: Scene::Private, bot_name: None, name: None, at: None, event };
        let handled = self.runtime.block_on(async {
            let outbound = self.app.handle(&inbound, clock::today(), clock::now()).await?;
            self.app.remember(outbound.memo, clock::now()).await;
            Ok(outbound.steps)
        });
        handled.map_err(|error: StoreError| Failure::new(error.to_string(), "start again"))
    }

    /// A number is a press of that button, `/word` a command, anything else a question.
    fn event(&mut self, line: &str, out: &mut impl Write) -> io::Result<Option<Event>> {
        let line = line.trim();
        let id = self.next();
        if !self.offered.is_empty()
            && let Some(number) = line.parse::<usize>().ok().filter(|number| *number <= HIGHEST_CHOICE)
        {
            return Ok(match number.checked_sub(1).and_then(|index| self.offered.get(index)) {
                Some((on, Action::Press(press))) => Some(Event::Press { data: press.encode(), on: Some(*on) }),
                Some((_, Action::Url(url))) => {
                    writeln!(out, "{url}\n")?;
                    None
                }
                None => {
                    writeln!(out, "(There is no button {number}; the last one is {}.)\n", self.offered.len())?;
                    None
                }
            });
        }
        let said = Said::from_text(line, None);
        Ok(Some(Event::Message { said, id, edited: false, replied: None, beside: Beside::default() }))
    }

    fn carry_out(&mut self, step: Step, out: &mut impl Write) -> Result<(), Failure> {
        let (message, reply, answers) = match step {
            Step::Toast(words) => {
                writeln!(out, "({words})\n")?;
                return Ok(());
            }
            Step::EditButtons { message, reply } => {
                self.offer(message, &reply, out)?;
                return Ok(());
            }
            // Only an edited question takes answers away, and a line that was typed stays as it is; the others are for groups.
            Step::Delete { .. }
            | Step::SendTo(_)
            | Step::SendPrivately { .. }
            | Step::SendFile { .. }
            | Step::In(..)
            | Step::TidyUp(_)
            | Step::Tick { .. }
            | Step::CloseTopic(_) => return Ok(()),
            Step::Send { reply, answers, .. } => (self.next(), reply, answers),
            Step::Edit { message, reply, answers } => (message, reply, answers),
        };
        writeln!(out, "{}\n", terminal::text(&reply.html))?;
        self.offer(message, &reply, out)?;
        if let Some(answers) = answers {
            // Memory does not fail, and without it only the editing of questions is lost, which a terminal has not.
            let _ = self.runtime.block_on(self.app.sent(CHAT, answers, Some(message), clock::now()));
        }
        Ok(())
    }

    fn offer(&mut self, message: MessageId, reply: &Reply, out: &mut impl Write) -> io::Result<()> {
        let choices = terminal::choices(reply);
        // After those of the replies before this one: a number is one button.
        for (number, (label, _)) in (self.offered.len() + 1..).zip(&choices) {
            writeln!(out, "  {number}) {label}")?;
        }
        if !choices.is_empty() {
            writeln!(out)?;
        }
        self.offered.extend(choices.into_iter().map(|(_, action)| (message, action.clone())));
        Ok(())
    }

    fn next(&mut self) -> MessageId {
        self.last = self.last.saturating_add(1);
        MessageId(self.last)
    }
}
