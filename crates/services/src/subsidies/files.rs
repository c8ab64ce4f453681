//! Evidence of costs: taken in as inquiries' files are, kept with a line (G-4).

use super::draft::{SaveError, SubsidyApplicant, own};
use crate::{
    CallContext, Platform,
    code::typed_code,
    receiving::{NotReceived, Receiving, content_bytes, unfit_sentence},
};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::{FileKind, UnfitFile};
use kiban_store::{
    Error,
    repo::{
        subsidies,
        subsidy_files::{self, SubsidyFileRow},
    },
};
use uuid::Uuid;

/// So many files a line has at the most.
pub const LINE_FILES: usize = 5;
/// All files of an application together, in bytes: 60 MB.
pub const SUBSIDY_TOGETHER: i64 = 60 << 20;
/// What is taken as evidence.
pub const EVIDENCE: [FileKind; 4] = [FileKind::Pdf, FileKind::Jpeg, FileKind::Png, FileKind::Heic];

/// Why a file was not kept.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// There is no such application or line, or it cannot be changed now.
    #[error("it cannot be changed")]
    Save(#[from] SaveError),
    /// The file is none that is taken.
    #[error("the file is not taken")]
    Unfit(#[source] UnfitFile),
    /// The line has [`LINE_FILES`] already.
    #[error("too many files")]
    TooMany,
    /// With it the files would be longer than [`SUBSIDY_TOGETHER`].
    #[error("the files are too large together")]
    TooLargeTogether,
}

impl From<Error> for EvidenceError {
    fn from(error: Error) -> Self {
        Self::Save(error.into())
    }
}

impl From<NotReceived> for EvidenceError {
    fn from(why: NotReceived) -> Self {
        match why {
            NotReceived::Unfit(unfit) => Self::Unfit(unfit),
            NotReceived::Storage(error) => error.into(),
        }
    }
}

impl EvidenceError {
    /// The same for whoever sent the file `name`, with what to do about it.
    pub fn sentence(&self, name: &str) -> String {
        match self {
            Self::Unfit(unfit) => unfit_sentence(name, *unfit, "PDF・JPEG・PNG・HEIC"),
            Self::TooMany => format!(
                "{name}は添付できませんでした。1つの経費に添付できるのは{LINE_FILES}ファイルまでです"
            ),
            Self::TooLargeTogether => {
                format!("{name}は添付できませんでした。申請の全体で60MBまでです")
            }
            Self::Save(_) => format!("{name}は添付できませんでした"),
        }
    }
}

/// A file that is coming in.
#[derive(Debug)]
pub struct EvidenceUpload(Receiving);

impl EvidenceUpload {
    /// Begins to take a file in; `name` as it was sent.
    ///
    /// # Errors
    ///
    /// The object store only.
    pub fn begin(platform: &Platform, name: &str) -> Result<Self, Error> {
        Receiving::begin(platform, name, &EVIDENCE).map(Self)
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

    /// Keeps the file with a line of an application that its applicant may change. The same file again at the same line is one.
    ///
    /// # Errors
    ///
    /// See [`EvidenceError`]; nothing has been kept.
    pub async fn keep(
        self,
        platform: &Platform,
        applicant: &SubsidyApplicant,
        receipt: &str,
        line: u32,
    ) -> Result<(), EvidenceError> {
        let received = self.0.finish().await?;
        let row = SubsidyFileRow {
            file_id: platform.id(),
            application_id: Uuid::nil(),
            line: i64::from(line),
            file_name: received.name,
            file_kind: received.kind,
            locked: received.locked,
            size_bytes: received.size,
            content: received.content,
            received_at: platform.now(),
            removed_at: None,
        };
        let (applicant, receipt) = (applicant.clone(), receipt.to_owned());
        platform
            .store
            .write(move |work| {
                Box::pin(async move {
                    let application = own(work, &applicant, &receipt).await?;
                    let application = application.ok_or(SaveError::NotFound)?;
                    if !application.stage.is_applicants() {
                        return Err(SaveError::Stage.into());
                    }
                    let row = SubsidyFileRow {
                        application_id: application.application_id,
                        ..row
                    };
                    let files = subsidy_files::list(work, row.application_id).await?;
                    let mut of_line = files.iter().filter(|it| it.line == row.line);
                    if of_line.clone().any(|it| it.content == row.content) {
                        return Ok(());
                    }
                    if of_line.by_ref().count() >= LINE_FILES {
                        return Err(EvidenceError::TooMany);
                    }
                    let together: i64 = files.iter().map(|it| it.size_bytes).sum();
                    if together + row.size_bytes > SUBSIDY_TOGETHER {
                        return Err(EvidenceError::TooLargeTogether);
                    }
                    Ok(subsidy_files::add(work, &row).await?)
                })
            })
            .await
    }
}

/// Takes a file out of an application that its applicant may change. A submission that had it keeps it.
///
/// # Errors
///
/// See [`SaveError`].
pub async fn remove_file(
    platform: &Platform,
    applicant: &SubsidyApplicant,
    receipt: &str,
    file_id: Uuid,
) -> Result<(), SaveError> {
    let (inside, applicant, receipt) = (platform.clone(), applicant.clone(), receipt.to_owned());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let row = own(work, &applicant, &receipt).await?;
                let row = row.ok_or(SaveError::NotFound)?;
                if !row.stage.is_applicants() {
                    return Err(SaveError::Stage);
                }
                subsidy_files::remove(work, row.application_id, file_id, inside.now()).await?;
                Ok(())
            })
        })
        .await
}

/// A file with its bytes. No `Debug`: nobody knows what is in it.
pub struct Evidence {
    /// The file.
    pub row: SubsidyFileRow,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Gives a file out to its applicant's office; nothing when it has none such.
///
/// # Errors
///
/// The database or the object store only.
pub async fn open_own_evidence(
    platform: &Platform,
    applicant: &SubsidyApplicant,
    receipt: &str,
    file_id: Uuid,
) -> Result<Option<Evidence>, Error> {
    let mut work = platform.store.read().await?;
    let Some(row) = own(&mut work, applicant, receipt).await? else {
        return Ok(None);
    };
    let file = subsidy_files::find(&mut work, row.application_id, file_id).await?;
    drop(work);
    evidence(platform, file.filter(|it| it.removed_at.is_none())).await
}

/// Gives a file out to a reviewer. When this returns, the record is on disk.
///
/// # Errors
///
/// The database or the object store only.
pub async fn open_evidence(
    platform: &Platform,
    context: &CallContext,
    receipt: &str,
    file_id: Uuid,
) -> Result<Option<Evidence>, Error> {
    let Some(receipt) = typed_code(receipt, super::RECEIPT) else {
        return Ok(None);
    };
    let mut work = platform.store.read().await?;
    let Some(row) = subsidies::find_by_receipt(&mut work, &receipt).await? else {
        return Ok(None);
    };
    let file = subsidy_files::find(&mut work, row.application_id, file_id).await?;
    drop(work);
    let Some(opened) = evidence(platform, file).await? else {
        return Ok(None);
    };
    let entry = context
        .event(platform, NO_INSURER, Action::SubsidyRead)
        .ground(format!("subsidy:{receipt}:file:{file_id}"))
        .to_entry();
    platform.audit.append(entry).await?;
    Ok(Some(opened))
}

async fn evidence(
    platform: &Platform,
    row: Option<SubsidyFileRow>,
) -> Result<Option<Evidence>, Error> {
    let Some(row) = row else { return Ok(None) };
    let bytes = content_bytes(platform, &row.content).await?;
    Ok(Some(Evidence { row, bytes }))
}
