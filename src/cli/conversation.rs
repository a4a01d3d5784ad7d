//! A conversation with the bot in a terminal: the same [`App::handle`] as everywhere, messages as text.
//!
//! Owns the numbers of messages and which buttons can be pressed now. Remembers nothing after it ends.

use std::io::{self, Write};
use std::sync::Arc;

use tokio::runtime::Runtime;

use super::load::{self, Served};
use super::{Failure, terminal};
use crate::app::{App, AppSettings, ChatKey, Event, HashKey, Inbound, MessageId, Said, Step, Surface};
use crate::engine::reply::{Action, Reply};
use crate::store::MemoryStore;

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
    /// The message whose buttons are offered, and what they do.
    offered: Option<(MessageId, Vec<Action>)>,
}

impl Conversation {
    /// A new conversation with the bot that `served` describes.
    pub fn new(served: Served) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        // Nothing outlives the conversation, so the key need not either.
        let settings = AppSettings { keep_log: false, ..load::app_settings(&served.config, HashKey::random()) };
        let app = App::new(served.engine, Arc::new(MemoryStore::default()), settings);
        Ok(Self { app, runtime, last: 0, offered: None })
    }

    /// What the bot does about a line that was typed, written to `out`.
    pub fn say(&mut self, line: &str, out: &mut impl Write) -> Result<(), Failure> {
        let Some(event) = self.event(line, out)? else { return Ok(()) };
        for step in self.steps(event)? {
            self.carry_out(step, out)?;
        }
        Ok(())
    }

    /// The first reply to a question and nothing around it.
    pub fn ask(&mut self, question: &str) -> Result<Option<Reply>, Failure> {
        let id = self.next();
        let steps = self.steps(Event::Message { said: Said::Question(question.to_owned()), id, edited: false })?;
        Ok(steps.into_iter().find_map(|step| match step {
            Step::Send { reply, .. } | Step::Edit { reply, .. } => Some(reply),
            Step::EditButtons { .. } | Step::Toast(_) => None,
        }))
    }

    fn steps(&mut self, event: Event) -> Result<Vec<Step>, Failure> {
        let inbound = Inbound { chat: CHAT, bot_name: None, at: None, event };
        let handled = self.runtime.block_on(self.app.handle(&inbound, load::today(), load::now()));
        match handled {
            Ok(outbound) => Ok(outbound.steps),
            Err(error) => Err(Failure::new(error.to_string(), "start again")),
        }
    }

    /// A number is a press of that button, `/word` a command, anything else a question.
    fn event(&mut self, line: &str, out: &mut impl Write) -> io::Result<Option<Event>> {
        let line = line.trim();
        let id = self.next();
        if let Some((on, actions)) = self.offered.as_ref().filter(|(_, actions)| !actions.is_empty())
            && let Some(number) = line.parse::<usize>().ok().filter(|number| *number <= HIGHEST_CHOICE)
        {
            return Ok(match number.checked_sub(1).and_then(|index| actions.get(index)) {
                Some(Action::Press(press)) => Some(Event::Press { data: press.encode(), on: Some(*on) }),
                Some(Action::Url(url)) => {
                    writeln!(out, "{url}\n")?;
                    None
                }
                None => {
                    writeln!(out, "(There is no button {number}; the last one is {}.)\n", actions.len())?;
                    None
                }
            });
        }
        Ok(Some(Event::Message { said: Said::from_text(line, None), id, edited: false }))
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
            Step::Send { reply, answers } => (self.next(), reply, answers),
            Step::Edit { message, reply, answers } => (message, reply, answers),
        };
        writeln!(out, "{}\n", terminal::text(&reply.html))?;
        self.offer(message, &reply, out)?;
        if let Some(answers) = answers {
            // Memory does not fail, and without it only the editing of questions is lost, which a terminal has not.
            let _ = self.runtime.block_on(self.app.sent(CHAT, answers, message, load::now()));
        }
        Ok(())
    }

    fn offer(&mut self, message: MessageId, reply: &Reply, out: &mut impl Write) -> io::Result<()> {
        let choices = terminal::choices(reply);
        for (i, (label, _)) in choices.iter().enumerate() {
            writeln!(out, "  {}) {label}", i + 1)?;
        }
        if !choices.is_empty() {
            writeln!(out)?;
        }
        self.offered = Some((message, choices.into_iter().map(|(_, action)| action.clone()).collect()));
        Ok(())
    }

    fn next(&mut self) -> MessageId {
        self.last = self.last.saturating_add(1);
        MessageId(self.last)
    }
}
