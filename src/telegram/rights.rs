//! Who is an admin of a group: asked of Telegram, and remembered for a moment.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::send::Sender;
use crate::app::ChatKey;

/// How long an answer holds: somebody presses several buttons in a row, and an admin who is none any more soon is none
/// here.
const REMEMBERED: Duration = Duration::from_secs(60);

/// What Telegram has said lately.
#[derive(Default)]
pub struct RightsOf {
    known: Mutex<HashMap<(ChatKey, ChatKey), (bool, Instant)>>,
}

impl RightsOf {
    /// Whether somebody is an admin of a chat; `None`: Telegram does not say.
    pub async fn is_admin(&self, sender: &Sender, chat: ChatKey, person: ChatKey) -> Option<bool> {
        let now = Instant::now();
        let known = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.retain(|_, (_, at)| now.duration_since(*at) < REMEMBERED);
            known.get(&(chat, person)).map(|(admin, _)| *admin)
        };
        if known.is_some() {
            return known;
        }
        let admin = sender.is_admin(chat, person).await?;
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert((chat, person), (admin, now));
        Some(admin)
    }
}
