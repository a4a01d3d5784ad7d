//! Seals what people wrote, for the time that it has to wait in the store.
//!
//! Owns the cipher. Who has the database and not the key file learns no more than how long a message is, and can neither
//! change one nor pass it off as another.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};

use super::HashKey;

/// Bytes of a nonce: long enough to be drawn at random.
const NONCE: usize = 24;

/// Seals and opens under one key.
#[derive(Clone)]
pub struct Seal(XChaCha20Poly1305);

impl Seal {
    /// A seal under a key that is derived from this one.
    pub fn new(key: &HashKey) -> Self {
        Self(XChaCha20Poly1305::new(&Key::from(key.derive("updates set aside"))))
    }

    /// Another, for what is kept of conversations: numbers of the one and of the other are not the same.
    pub fn of_conversations(key: &HashKey) -> Self {
        Self(XChaCha20Poly1305::new(&Key::from(key.derive("conversations with mentors"))))
    }

    /// Seals a text that belongs to this number. `None`: it is longer than the cipher can take, which no text is.
    ///
    /// # Panics
    ///
    /// When the operating system has no random numbers, which leaves nothing to run on.
    pub fn seal(&self, number: i64, text: &str) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE];
        #[expect(clippy::expect_used, reason = "a nonce that comes twice would give both texts away")]
        getrandom::fill(&mut nonce).expect("the operating system gives random numbers");
        let payload = Payload { msg: text.as_bytes(), aad: &number.to_be_bytes() };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// The text that was sealed for this number; `None` when it was under another key, or is damaged.
    pub fn open(&self, number: i64, sealed: &[u8]) -> Option<String> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: &number.to_be_bytes() };
        String::from_utf8(self.0.decrypt(&XNonce::from(*nonce), payload).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_can_be_opened_with_the_same_key_for_the_same_number_only() {
        let seal = Seal::new(&HashKey::new([7; 32]));
        let sealed = seal.seal(5, "what is the CPC? 😀").expect("short enough");
        assert_eq!(seal.open(5, &sealed).as_deref(), Some("what is the CPC? 😀"));
        assert_eq!(seal.open(6, &sealed), None);
        assert_eq!(Seal::new(&HashKey::new([8; 32])).open(5, &sealed), None);
        assert_eq!(Seal::of_conversations(&HashKey::new([7; 32])).open(5, &sealed), None);
        for damaged in [&sealed[..10], &sealed[..sealed.len() - 1], &[]] {
            assert_eq!(seal.open(5, damaged), None);
        }
    }

    #[test]
    fn nothing_shows_and_nothing_repeats() {
        let seal = Seal::new(&HashKey::new([7; 32]));
        let [one, other] = [(); 2].map(|()| seal.seal(5, "what is the CPC?").expect("short enough"));
        assert_ne!(one, other);
        assert!(!one.windows(3).any(|bytes| bytes == b"CPC"));
    }
}
