//! An office's first set-up, step by step; it goes on where it stopped (W-2).

use crate::{CallContext, Platform};
use kiban_audit::{Action, NO_INSURER};
use kiban_domain::OfficeNumber;
use kiban_store::repo::{
    setup::{self, SetupRow},
    staff, terminals,
};

/// A step that is noted when it is done. The administrator's account notes itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// 接続確認.
    Connection,
    /// 職員の登録.
    Staff,
    /// 完了.
    Finish,
}

/// How far an office is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The connection was checked.
    pub connection: bool,
    /// There is an administrator.
    pub administrator: bool,
    /// Staff were invited, or left for later.
    pub staff: bool,
    /// All is done.
    pub finished: bool,
    /// Whether the first administrator may be made at this terminal.
    pub may_make_administrator: bool,
}

/// How far the office of this terminal is.
///
/// # Errors
///
/// The database only.
pub async fn progress(
    platform: &Platform,
    office_no: &OfficeNumber,
    terminal_id: &str,
) -> Result<Progress, kiban_store::Error> {
    let mut work = platform.store.read().await?;
    let row = setup::find(&mut work, office_no).await?;
    let administrator = staff::count_administrators(&mut work, office_no).await? > 0;
    let terminal = terminals::find(&mut work, office_no, terminal_id).await?;
    Ok(Progress {
        connection: row.connection_at.is_some(),
        administrator,
        staff: row.staff_at.is_some(),
        finished: row.finished_at.is_some(),
        may_make_administrator: !administrator
            && terminal.is_some_and(|terminal| terminal.may_set_up),
    })
}

/// Whether the office is set up, wherever one asks.
///
/// # Errors
///
/// The database only.
pub async fn is_finished(
    platform: &Platform,
    office_no: &OfficeNumber,
) -> Result<bool, kiban_store::Error> {
    let row = setup::find(&mut platform.store.point().await?, office_no).await?;
    Ok(row.finished_at.is_some())
}

/// Notes that a step is done; a step that was done stays done.
///
/// # Errors
///
/// The database only.
pub async fn note(
    platform: &Platform,
    context: &CallContext,
    office_no: OfficeNumber,
    step: Step,
) -> Result<(), kiban_store::Error> {
    let now = Some(platform.now());
    let (row, word) = match step {
        Step::Connection => (
            SetupRow {
                connection_at: now,
                ..SetupRow::default()
            },
            "connection",
        ),
        Step::Staff => (
            SetupRow {
                staff_at: now,
                ..SetupRow::default()
            },
            "staff",
        ),
        Step::Finish => (
            SetupRow {
                finished_at: now,
                ..SetupRow::default()
            },
            "finish",
        ),
    };
    let entry = context
        .event(platform, NO_INSURER, Action::SettingChanged)
        .ground(format!("set-up:{word}"))
        .to_entry();
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                setup::save(work, &office_no, &row).await?;
                work.record(&entry).await
            })
        })
        .await
}
