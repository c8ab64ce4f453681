//! Answers of the chat in other words (P-6), where an operator wants that.
//!
//! The passage was found and decided on before, and it is shown with its source in any case. What comes back is shown above it only when the
//! passage says all of it ([`kiban_helpdesk::rephrased`]). Neither question nor text is kept or logged.

use crate::PortalState;
use kiban_helpdesk::{Passage, plain_text, rephrased};
use kiban_services::questions;
use std::{fmt, future::Future, pin::Pin, sync::Arc};

/// Somebody who puts a text into other words; untrusted.
pub trait Rephrase: Send + Sync {
    /// The passage in other words, for who asked `question`, which is masked; `None` when nothing came in time.
    fn rephrase<'a>(
        &'a self,
        question: &'a str,
        passage: &'a str,
    ) -> Pin<Box<dyn Future<Output = Option<String>> + Send + 'a>>;
}

/// Who is asked, and how often.
#[derive(Clone)]
pub struct Rephraser {
    /// Who.
    pub model: Arc<dyn Rephrase>,
    /// So many answers a minute, all processes together.
    pub per_minute: u32,
}

impl fmt::Debug for Rephraser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rephraser")
            .field("per_minute", &self.per_minute)
            .finish_non_exhaustive()
    }
}

/// The passage in other words; `None` when nobody is asked, or what they say cannot be shown.
pub(super) async fn other_words(
    state: &PortalState,
    question: &str,
    passage: &Passage,
) -> Option<String> {
    let rephraser = state.public.rephraser.as_ref()?;
    // When the count fails, nobody is asked: the passage stands there anyway.
    let admitted = questions::admit_rephrasing(&state.platform, rephraser.per_minute).await;
    if !admitted.unwrap_or(false) {
        return None;
    }
    let text = format!("{}\n{}", passage.title, plain_text(&passage.text));
    let said = rephraser.model.rephrase(question, &text).await?;
    rephrased(&text, &said)
}
