//! The Telegram front: start-up, menu, and the parts below.
//!
//! Reading order, which is also the path of an update: `intake` takes it in, `route` reads it, `work` sees it
//! through, `send` carries out what [`App::handle`] decided, by way of `api` and within `limits`.
//!
//! Only this module and those below name teloxide. Its client, payloads and types are used; its dispatcher is not, for
//! it acknowledges updates before they are handled.

mod api;
mod health;
mod intake;
mod later;
mod limits;
mod newer;
mod rights;
mod route;
mod send;
mod settings;
mod work;

use std::pin::pin;
use std::sync::Arc;

use serde::Serialize;
use serde::de::IgnoredAny;
use teloxide::payloads::{DeleteMyCommands, GetMe, SetMyCommands, setters::*};
use teloxide::requests::Payload;
use teloxide::types::{BotCommand, BotCommandScope, ChatId, Me, Recipient};

use crate::app::{App, Command, Menu};
use api::{Api, CallError};
use health::{BackOff, Health};
pub use intake::webhook::{Deliveries, webhook};
use later::InHand;
use limits::Limits;
use route::Myself;
use send::Sender;
pub use settings::{TelegramSettings, Token, WebhookSettings};
use work::Desk;

/// Why the Telegram front cannot start. Once started it goes on until it is told to stop.
#[derive(Debug, thiserror::Error)]
pub enum TelegramError {
    /// The token is wrong.
    #[error(
        "Telegram does not accept the bot's token. Ask @BotFather (https://t.me/BotFather) for one: /newbot makes a new \
         bot, /token shows the token of a bot you have. Then set it as TELOXIDE_TOKEN"
    )]
    Token,
    /// The address of the Bot API server is wrong.
    #[error("{0:?} is not the address of a Bot API server; it looks like https://api.telegram.org")]
    ApiUrl(String),
    /// The HTTP client cannot be set up.
    #[error("cannot set up the connection to Telegram: {0}")]
    Client(String),
}

/// How updates come in.
#[derive(Debug)]
pub enum Updates {
    /// The bot asks for them.
    Polled,
    /// Telegram brings them, by way of the route that belongs to these ([`webhook`]).
    Delivered(Deliveries),
}

/// Runs the bot until `shutdown`, then finishes what is in hand. What the route takes in needs no more time after that than
/// it takes to say so.
///
/// # Errors
///
/// See [`TelegramError`]. That Telegram cannot be reached is none: it is waited for.
pub async fn run(
    app: Arc<App>,
    settings: TelegramSettings,
    updates: Updates,
    shutdown: impl Future<Output = ()> + Send,
) -> Result<(), TelegramError> {
    let mut shutdown = pin!(shutdown);
    let api = connect(&settings)?;
    let health = Arc::new(Health::default());
    let started = tokio::select! {
        () = &mut shutdown => return Ok(()),
        started = start(&api, &health) => started?,
    };
    let way = match &updates {
        Updates::Polled => "polling",
        Updates::Delivered(_) => "webhook",
    };
    tracing::info!(bot = started.username, way, "receiving updates from Telegram");
    // Beside everything else: Telegram makes bots wait that set their commands often.
    let menu = tokio::spawn({
        let (api, health) = (api.clone(), Arc::clone(&health));
        let editors = app.settings().people.all();
        async move { set_menu(&api, &health, &editors).await }
    });
    let limits = Limits::new(
        settings.messages_per_second,
        settings.chat_messages_per_second,
        settings.group_messages_per_minute,
    );
    let (workers, ephemeral) = (settings.workers, settings.ephemeral);
    let sender = Sender::new(api.clone(), Arc::clone(&health), limits, workers, Arc::clone(&app), ephemeral);
    let sender = Arc::new(sender);
    let in_hand = InHand::default();
    let later = {
        let (app, sender, health) = (Arc::clone(&app), Arc::clone(&sender), Arc::clone(&health));
        tokio::spawn(later::run(app, sender, health, started.username.clone(), in_hand.clone()))
    };
    let desk = Arc::new(Desk::new(app, sender, started, &settings));
    match updates {
        Updates::Polled => {
            intake::polling::run(&api, &health, desk, settings.poll_timeout, settings.grace, shutdown).await;
        }
        Updates::Delivered(deliveries) => {
            intake::webhook::run(&api, &health, desk, deliveries, settings.grace, shutdown).await;
        }
    }
    later.abort();
    in_hand.finish(settings.grace / 2).await;
    menu.abort();
    Ok(())
}

fn connect(settings: &TelegramSettings) -> Result<Api, TelegramError> {
    if settings.token.reveal().trim().is_empty() {
        return Err(TelegramError::Token);
    }
    let url = match &settings.api_url {
        None => None,
        Some(address) => match reqwest::Url::parse(address) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Some(url),
            _ => return Err(TelegramError::ApiUrl(address.clone())),
        },
    };
    Api::new(settings.token.reveal(), url, settings.request_timeout)
        .map_err(|error| TelegramError::Client(error.to_string()))
}

/// Finds out who the bot is, however long Telegram takes to be there.
async fn start(api: &Api, health: &Health) -> Result<Myself, TelegramError> {
    let mut pause = BackOff::new();
    let me: Me = loop {
        match api.call(&GetMe::new()).await {
            Ok(me) => break me,
            Err(CallError::Unauthorized) => return Err(TelegramError::Token),
            Err(CallError::RetryAfter(wait)) => tokio::time::sleep(wait).await,
            Err(error) => {
                tracing::warn!(%error, "cannot reach Telegram yet; trying again");
                pause.wait().await;
            }
        }
    };
    health.answered();
    Ok(Myself::from(&me))
}

/// Shows the commands in Telegram's menus: one for private chats, one for groups and one for their admins. A list set for a
/// narrower scope or a language, perhaps by an earlier version or by hand, would hide them.
async fn set_menu(api: &Api, health: &Health, editors: &[i64]) {
    let commands = |menu| Command::of(menu).map(|command| BotCommand::new(command.name(), command.description()));
    for (menu, scope) in [
        (Menu::Private, BotCommandScope::Default),
        (Menu::Groups, BotCommandScope::AllGroupChats),
        (Menu::GroupAdmins, BotCommandScope::AllChatAdministrators),
    ] {
        insist(api, health, &SetMyCommands::new(commands(menu)).scope(scope)).await;
    }
    for &editor in editors {
        // Refused as long as they have not written to the bot.
        let scope = BotCommandScope::Chat { chat_id: Recipient::Id(ChatId(editor)) };
        insist(api, health, &SetMyCommands::new(commands(Menu::Editors)).scope(scope)).await;
    }
    insist(api, health, &DeleteMyCommands::new().scope(BotCommandScope::AllPrivateChats)).await;
    for scope in [
        BotCommandScope::Default,
        BotCommandScope::AllPrivateChats,
        BotCommandScope::AllGroupChats,
        BotCommandScope::AllChatAdministrators,
    ] {
        // What the bot says by itself is English in every language, so no language has a list of its own.
        insist(api, health, &DeleteMyCommands::new().scope(scope).language_code("en")).await;
    }
}

/// Makes a call until Telegram has answered it, and says whether it did what was asked. A refusal is logged.
async fn insist<P>(api: &Api, health: &Health, payload: &P) -> bool
where
    P: Payload + Serialize + Sync,
{
    let mut pause = BackOff::new();
    loop {
        match api.call_for::<P, IgnoredAny>(payload).await {
            Ok(_) => {
                health.answered();
                return true;
            }
            Err(CallError::RetryAfter(wait)) => tokio::time::sleep(wait).await,
            Err(error) if error.is_outage() => {
                tracing::warn!(%error, method = P::NAME, "a call failed; trying again");
                pause.wait().await;
            }
            Err(error) => {
                tracing::warn!(%error, method = P::NAME, "Telegram refused a setting");
                return false;
            }
        }
    }
}
