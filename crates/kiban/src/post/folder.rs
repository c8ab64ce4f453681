//! Letters as files: in a sandbox nothing leaves the machine.

use super::message::message;
use crate::machine::SystemClock;
use anyhow::{Context as _, Result};
use kiban_domain::{Clock as _, MailAddress};
use kiban_services::{
    certificates::write_private,
    mail::{Mailbox, Outgoing, Post, PostError},
};
use std::{
    future::Future,
    path::{Path, PathBuf},
    pin::Pin,
    sync::Arc,
};

/// A folder of `.eml` files, one a letter; any mail program opens them.
pub(crate) struct Folder {
    path: PathBuf,
    from: MailAddress,
    mailbox: Option<Arc<Mailbox>>,
}

impl Folder {
    /// Uses the folder, making it if it is not there.
    pub(crate) fn open(path: &Path, from: Option<MailAddress>) -> Result<Self> {
        std::fs::create_dir_all(path)
            .with_context(|| format!("フォルダを作れません: {}", path.display()))?;
        let from = match from {
            Some(from) => from,
            None => "kiban@sandbox.example".parse()?,
        };
        Ok(Self {
            path: path.to_owned(),
            from,
            mailbox: None,
        })
    }

    /// With a mailbox that keeps the last letters for the sandbox's own page.
    pub(crate) fn with_mailbox(mut self, mailbox: Arc<Mailbox>) -> Self {
        self.mailbox = Some(mailbox);
        self
    }

    fn write(&self, letter: &Outgoing) -> Result<(), PostError> {
        let message = message(letter, &self.from)?.formatted();
        // A letter may hold a one-time code, so the file is its owner's. It appears whole: scripts wait for it.
        let half = self.path.join(format!("{}.part", letter.mail_id));
        let whole = self.path.join(format!("{}.eml", letter.mail_id));
        write_private(&half, &message)
            .and_then(|()| std::fs::rename(&half, &whole))
            .map_err(|error| PostError::Later(format!("folder: {}", error.kind())))
    }
}

impl Post for Folder {
    fn send<'a>(
        &'a self,
        letter: &'a Outgoing,
    ) -> Pin<Box<dyn Future<Output = Result<(), PostError>> + Send + 'a>> {
        Box::pin(async move {
            self.write(letter)?;
            if let Some(mailbox) = &self.mailbox {
                mailbox.keep(letter, SystemClock::default().now());
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_letter_becomes_a_file_and_a_second_copy_replaces_it() {
        let folder = tempfile::tempdir().unwrap();
        let post = Folder::open(&folder.path().join("mail"), None).unwrap();
        let letter = Outgoing {
            mail_id: uuid::Uuid::from_u128(7),
            token: "0123456789abcdef".into(),
            to: "kanri@hikari.example".parse().unwrap(),
            subject: "利用開始のご案内".into(),
            body: "コード".into(),
            leave_url: None,
        };
        post.send(&letter).await.unwrap();
        post.send(&letter).await.unwrap();
        let files: Vec<_> = std::fs::read_dir(&post.path).unwrap().collect();
        assert_eq!(files.len(), 1);
        let text = std::fs::read_to_string(files[0].as_ref().unwrap().path()).unwrap();
        assert!(
            text.contains(
                "Message-ID: <00000000000000000000000000000007.0123456789abcdef@sandbox.example>"
            ) && text.contains("To: kanri@hikari.example"),
            "{text}"
        );
    }
}
