//! Files that come with inquiries and answers (P-5).
//!
//! A file streams into the object store while it is inspected, and waits there for its form: bound to the form's key, which only the
//! sender's browser can make, so that a page that comes back for another mistake has its files still. What is never sent is forgotten
//! after a day, and its content with it.

use super::{FormKey, Inquiry, InquiryError, Sender, open};
use crate::{
    CallContext, Platform,
    rate::{self, Exhausted, Limit},
    receiving::{NotReceived, Receiving, content_bytes, unfit_sentence},
};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{FileKind, UnfitFile};
use kiban_store::{
    Error,
    repo::inquiry_files::{self, FileRow},
};
use uuid::Uuid;

/// So many files a message has at the most.
pub const MOST_FILES: usize = 5;
/// All files of a message together, in bytes: 30 MB.
pub const TOGETHER: usize = 30 << 20;
/// So many files somebody may send.
const PER_SENDER: Limit = Limit {
    attempts: 60,
    seconds: 3_600,
};

/// Why a file was not kept.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file is none that is taken.
    #[error("the file is not taken")]
    Unfit(#[source] UnfitFile),
    /// The message has [`MOST_FILES`] already.
    #[error("too many files")]
    TooMany,
    /// With it the files would be longer than [`TOGETHER`].
    #[error("the files are too large together")]
    TooLargeTogether,
    /// The database or the object store.
    #[error("storage")]
    Storage(#[from] Error),
}

impl From<NotReceived> for FileError {
    fn from(why: NotReceived) -> Self {
        match why {
            NotReceived::Unfit(unfit) => Self::Unfit(unfit),
            NotReceived::Storage(error) => Self::Storage(error),
        }
    }
}

impl FileError {
    /// The same for whoever sent the file `name`, with what to do about it.
    pub fn sentence(&self, name: &str) -> String {
        match self {
            Self::Unfit(unfit) => {
                unfit_sentence(name, *unfit, "PDF・JPEG・PNG・HEIC・テキスト・CSV")
            }
            Self::TooMany => {
                format!("{name}は添付できませんでした。添付できるのは{MOST_FILES}ファイルまでです")
            }
            Self::TooLargeTogether => {
                format!("{name}は添付できませんでした。添付できるのは、合わせて30MBまでです")
            }
            Self::Storage(_) => format!("{name}は添付できませんでした"),
        }
    }
}

/// Counts a file against the limit of its sender.
///
/// # Errors
///
/// The database only; the inner one when there were too many.
pub async fn admit_file(
    platform: &Platform,
    sender: &Sender,
) -> Result<Result<(), Exhausted>, Error> {
    let bucket = (format!("inquiry-file:{}", sender.bucket()), PER_SENDER);
    let reserved = rate::reserve(platform, vec![bucket]).await?;
    Ok(reserved.map(|_| ()))
}

/// A file that is coming in.
#[derive(Debug)]
pub struct Upload(Receiving);

impl Upload {
    /// Begins to take a file in; `name` as it was sent.
    ///
    /// # Errors
    ///
    /// The object store only.
    pub fn begin(platform: &Platform, name: &str) -> Result<Self, Error> {
        Receiving::begin(platform, name, &FileKind::ALL).map(Self)
    }

    /// Its name as it may be shown.
    pub fn name(&self) -> &str {
        self.0.name()
    }

    /// Takes the next piece in. What is beyond the longest file is looked at no more and not written.
    ///
    /// # Errors
    ///
    /// The object store only.
    pub fn take(&mut self, piece: &[u8]) -> Result<(), Error> {
        self.0.take(piece)
    }

    /// Whether nothing came: what browsers send for a field without a file.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keeps the file for its form.
    ///
    /// # Errors
    ///
    /// See [`FileError`]; nothing has been kept.
    pub async fn keep(self, platform: &Platform, form: &FormKey) -> Result<(), FileError> {
        let received = self.0.finish().await?;
        let row = FileRow {
            file_id: platform.id(),
            form_key: form.as_bytes().to_vec(),
            ticket: None,
            message_no: None,
            file_name: received.name,
            file_kind: received.kind,
            locked: received.locked,
            size_bytes: received.size,
            content: received.content,
            received_at: platform.now(),
        };
        platform
            .store
            .write(move |work| {
                Box::pin(async move {
                    let mut files = inquiry_files::list_waiting(work, &row.form_key).await?;
                    // The same file twice is a button pressed twice.
                    let same =
                        |it: &FileRow| it.content == row.content && it.file_name == row.file_name;
                    if files.iter().any(same) {
                        return Ok(());
                    }
                    if files.len() >= MOST_FILES {
                        return Err(FileError::TooMany);
                    }
                    files.push(row.clone());
                    if !fit_together(&files) {
                        return Err(FileError::TooLargeTogether);
                    }
                    Ok(inquiry_files::add(work, &row).await?)
                })
            })
            .await
    }
}

/// Whether these may be the files of one message.
pub(super) fn fit_together(files: &[FileRow]) -> bool {
    let size: i64 = files.iter().map(|it| it.size_bytes).sum();
    files.len() <= MOST_FILES && usize::try_from(size).is_ok_and(|size| size <= TOGETHER)
}

/// Files that wait for a form to be sent.
///
/// # Errors
///
/// The database only.
pub async fn waiting(platform: &Platform, form: &FormKey) -> Result<Vec<FileRow>, Error> {
    let mut work = platform.store.point().await?;
    inquiry_files::list_waiting(&mut work, form.as_bytes()).await
}

/// Takes a file away that waits for its form; false when it is not there.
///
/// # Errors
///
/// The database only.
pub async fn drop_file(platform: &Platform, form: &FormKey, file_id: Uuid) -> Result<bool, Error> {
    let form = form.clone();
    platform
        .store
        .write(move |work| {
            Box::pin(
                async move { inquiry_files::drop_waiting(work, form.as_bytes(), file_id).await },
            )
        })
        .await
}

/// A file with its bytes. No `Debug`: nobody knows what is in it.
pub struct Opened {
    /// The file.
    pub row: FileRow,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Gives out a file of an inquiry to whoever has number and code.
///
/// # Errors
///
/// [`InquiryError::Wrong`], also for a file of another inquiry; [`InquiryError::Storage`].
pub async fn open_with_code(
    platform: &Platform,
    ticket: &str,
    code: &str,
    file_id: Uuid,
) -> Result<Opened, InquiryError> {
    let inquiry = open(platform, ticket, code).await?;
    let opened = opened(platform, inquiry, file_id).await?;
    opened.ok_or(InquiryError::Wrong)
}

/// Gives out a file of an inquiry to the help desk. When this returns, the record is on disk.
///
/// # Errors
///
/// [`InquiryError::NotFound`], [`InquiryError::Storage`].
pub async fn open_for_desk(
    platform: &Platform,
    context: &CallContext,
    ticket: &str,
    file_id: Uuid,
) -> Result<Opened, InquiryError> {
    let inquiry = super::desk::known(platform, ticket).await?;
    let ground = format!("inquiry:{}:file:{file_id}", inquiry.row.ticket);
    let opened = opened(platform, inquiry, file_id).await?;
    let opened = opened.ok_or(InquiryError::NotFound)?;
    let event = context.event(platform, NO_INSURER, Action::InquiryRead);
    platform
        .audit
        .append(event.ground(ground).to_entry())
        .await?;
    Ok(opened)
}

pub(super) async fn opened(
    platform: &Platform,
    inquiry: Inquiry,
    file_id: Uuid,
) -> Result<Option<Opened>, InquiryError> {
    let found = inquiry.files.into_iter().find(|it| it.file_id == file_id);
    let Some(row) = found else {
        return Ok(None);
    };
    let bytes = content_bytes(platform, &row.content).await?;
    Ok(Some(Opened { row, bytes }))
}
