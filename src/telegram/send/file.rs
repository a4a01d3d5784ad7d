//! Files: sent to editors who ask for them.

use tokio::time::Instant;

use super::{Failure, Sender};
use crate::app::ChatKey;
use crate::telegram::api::CallError;
use crate::telegram::health::BackOff;

/// How often it is tried: who gets none can ask again.
const TRIES: u32 = 3;

impl Sender {
    /// Sends a file to a chat.
    pub(super) async fn send_file(&self, chat: ChatKey, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let mut pause = BackOff::new();
        for _ in 0..TRIES {
            self.limits.message(chat.id).await;
            match self.api.upload(chat.id, name, bytes.to_vec()).await {
                Ok(()) => return Ok(()),
                Err(CallError::RetryAfter(wait)) => self.limits.pause(chat.id, wait, Instant::now()),
                Err(error) if error.is_outage() => {
                    tracing::warn!(%error, "a file could not be sent");
                    pause.wait().await;
                }
                Err(error) => return Err(Failure::Answer(error)),
            }
        }
        Err(Failure::GaveUp)
    }
}
