//! Keeps what this terminal is: its keys, its certificates, and where they are good (W-1).
//!
//! One folder, readable by its owner only. For each role there are up to three files, and each change is one rename, so that the
//! program can be killed at any moment:
//!
//! | file | what it is | when it goes |
//! | --- | --- | --- |
//! | `reader.json` | the identity in use: key, certificate, authority, door | replaced by the next one |
//! | `reader.next.key` | a key whose certificate has been asked for, perhaps in vain | once its certificate is written |
//! | `reader.next.json` | an identity that was received but not used yet | becomes the one in use after its first use |
//!
//! `browser.*` are the same for the bridge. A key is written before it is asked for: when the answer is lost, the same key asks
//! again and the server gives the same certificate.

mod files;
mod fresh;
mod key;
mod renew;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kiban_card::wire::RenewRole;
use kiban_domain::Clock;
use serde::{Deserialize, Serialize};

use crate::door::Settings;
use crate::identity::{OwnCertificate, UnreadableCertificate};

pub use fresh::{keep_fresh, note_contacts};
pub use key::KeyError;
pub use renew::{Kept, RENEW_DAYS, RenewFailure};

/// What one of the terminal's two certificates is for, with everything that is needed to use it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Identity {
    /// `https://host[:port]` of the care door.
    pub care_url: String,
    /// The authority of the care door's own certificate, PEM.
    pub server_authority: String,
    /// The terminal's certificate, PEM.
    pub certificate: String,
    /// Its private key, PKCS#8 PEM. It was made here and never leaves.
    pub key: String,
    /// The portal where the terminal was enrolled.
    pub portal: String,
    /// What the office calls the terminal.
    pub name: String,
}

/// Shows no key.
impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity")
            .field("care_url", &self.care_url)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Identity {
    /// As the way to the care door wants it.
    pub fn settings(&self, clock: Arc<dyn Clock>) -> Settings {
        Settings {
            care_url: self.care_url.clone(),
            authority_pem: self.server_authority.clone(),
            certificate_pem: self.certificate.clone(),
            key_pem: self.key.clone(),
            clock,
        }
    }

    /// What its certificate says.
    ///
    /// # Errors
    ///
    /// [`UnreadableCertificate`].
    pub fn own(&self) -> Result<OwnCertificate, UnreadableCertificate> {
        OwnCertificate::read(&self.certificate)
    }
}

/// Where a terminal keeps itself.
#[derive(Debug, Clone)]
pub struct Keeper {
    folder: PathBuf,
    clock: Arc<dyn Clock>,
}

/// When the server last answered, for `status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// By this computer's clock, RFC 3339.
    pub at: String,
    /// The newest program that the server named.
    pub newest_version: String,
}

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeeperError {
    /// A file cannot be read or written.
    #[error("{path}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not what this program writes.
    #[error("{0} is not readable")]
    Unreadable(PathBuf),
    /// Another program works on the folder.
    #[error("another program is changing the folder")]
    Busy,
    /// No key could be made.
    #[error("key")]
    Key(#[from] KeyError),
}

impl Keeper {
    /// Keeps in `folder`, which is made when it is missing, for its owner alone.
    ///
    /// # Errors
    ///
    /// [`KeeperError::File`].
    pub fn open(folder: &Path, clock: Arc<dyn Clock>) -> Result<Self, KeeperError> {
        files::make_private_folder(folder).map_err(at(folder))?;
        Ok(Self {
            folder: folder.to_owned(),
            clock,
        })
    }

    /// Where it keeps.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The clock it goes by.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }

    /// The identity in use.
    ///
    /// # Errors
    ///
    /// [`KeeperError::File`], [`KeeperError::Unreadable`].
    pub fn current(&self, role: RenewRole) -> Result<Option<Identity>, KeeperError> {
        Self::read(&self.path(role, "json"))
    }

    /// The identity that was received and not used yet.
    ///
    /// # Errors
    ///
    /// As for [`Self::current`].
    pub fn next(&self, role: RenewRole) -> Result<Option<Identity>, KeeperError> {
        Self::read(&self.path(role, "next.json"))
    }

    /// The key whose certificate was asked for without an answer, or a new one, which is on the disk before this returns.
    ///
    /// # Errors
    ///
    /// [`KeeperError::File`], [`KeeperError::Key`].
    pub fn waiting_key(&self, role: RenewRole) -> Result<String, KeeperError> {
        let path = self.path(role, "next.key");
        if let Some(key) = files::read(&path).map_err(at(&path))?
            && key::request(&key).is_ok()
        {
            return Ok(key);
        }
        let key = key::new_key()?;
        files::replace(&path, key.as_bytes()).map_err(at(&path))?;
        Ok(key)
    }

    /// A certificate request for a key, PKCS#10 PEM.
    ///
    /// # Errors
    ///
    /// [`KeeperError::Key`].
    pub fn request(key_pem: &str) -> Result<String, KeeperError> {
        Ok(key::request(key_pem)?)
    }

    /// Takes a received identity in: at once when there is none in use, otherwise as the next one.
    ///
    /// # Errors
    ///
    /// [`KeeperError::File`], [`KeeperError::Unreadable`].
    pub fn receive(&self, role: RenewRole, identity: &Identity) -> Result<(), KeeperError> {
        let first = self.current(role)?.is_none();
        let path = self.path(role, if first { "json" } else { "next.json" });
        let bytes = serde_json::to_vec_pretty(identity)
            .map_err(|_| KeeperError::Unreadable(path.clone()))?;
        files::replace(&path, &bytes).map_err(at(&path))?;
        let key = self.path(role, "next.key");
        files::remove(&key).map_err(at(&key))
    }

    /// The next identity was used: it is the one in use from now on.
    ///
    /// # Errors
    ///
    /// [`KeeperError::File`].
    pub fn promote(&self, role: RenewRole) -> Result<(), KeeperError> {
        let (next, current) = (self.path(role, "next.json"), self.path(role, "json"));
        files::rename(&next, &current).map_err(at(&next))
    }

    /// The next identity is refused for good.
    ///
    /// # Errors
    ///
    /// [`KeeperError::File`].
    pub fn discard_next(&self, role: RenewRole) -> Result<(), KeeperError> {
        let next = self.path(role, "next.json");
        files::remove(&next).map_err(at(&next))
    }

    /// Forgets an identity: it belonged to what this terminal was before.
    ///
    /// # Errors
    ///
    /// [`KeeperError::File`].
    pub fn forget(&self, role: RenewRole) -> Result<(), KeeperError> {
        for end in ["next.json", "next.key", "json"] {
            let path = self.path(role, end);
            files::remove(&path).map_err(at(&path))?;
        }
        Ok(())
    }

    /// When the server last answered.
    ///
    /// # Errors
    ///
    /// As for [`Self::current`].
    pub fn contact(&self) -> Result<Option<Contact>, KeeperError> {
        Self::read(&self.folder.join("contact.json"))
    }

    /// Notes that the server answered.
    ///
    /// # Errors
    ///
    /// [`KeeperError::File`].
    pub fn note_contact(&self, contact: &Contact) -> Result<(), KeeperError> {
        let path = self.folder.join("contact.json");
        let bytes =
            serde_json::to_vec(contact).map_err(|_| KeeperError::Unreadable(path.clone()))?;
        files::replace(&path, &bytes).map_err(at(&path))
    }

    /// Lets one program at a time change the folder. The lock ends with the value, and with the program however it ends.
    ///
    /// # Errors
    ///
    /// [`KeeperError::Busy`] when another holds it.
    pub fn lock(&self) -> Result<Locked, KeeperError> {
        let path = self.folder.join("lock");
        let file = files::open_private(&path).map_err(at(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Locked { _file: file }),
            Err(std::fs::TryLockError::WouldBlock) => Err(KeeperError::Busy),
            Err(std::fs::TryLockError::Error(source)) => Err(KeeperError::File { path, source }),
        }
    }

    fn path(&self, role: RenewRole, end: &str) -> PathBuf {
        let word = match role {
            RenewRole::Reader => "reader",
            RenewRole::Browser => "browser",
        };
        self.folder.join(format!("{word}.{end}"))
    }

    fn read<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Option<T>, KeeperError> {
        let Some(text) = files::read(path).map_err(at(path))? else {
            return Ok(None);
        };
        let read = serde_json::from_str(&text);
        read.map(Some)
            .map_err(|_| KeeperError::Unreadable(path.to_owned()))
    }
}

/// The folder is this program's to change.
#[derive(Debug)]
pub struct Locked {
    _file: std::fs::File,
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> KeeperError {
    let path = path.to_owned();
    move |source| KeeperError::File { path, source }
}
