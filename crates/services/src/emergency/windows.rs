//! Windows: when and where offices may look in emergencies. The operator's business.

use crate::{CallContext, Platform};
use jiff::SignedDuration;
use kiban_access::{EmergencyRefusal, ManageEmergency, Permit, manage_emergency};
use kiban_audit::Action;
use kiban_domain::{EmergencyArea, InsurerNumber, Timestamp};
use kiban_store::{
    Error, Work,
    repo::{
        emergency::{self, WindowRow},
        insurers,
    },
};
use uuid::Uuid;

/// The longest window: 14 days, in force since 2026-04-01. An emergency that lasts longer is decided anew, with a window
/// of its own, so that none stays open because nobody thought of it.
pub const WINDOW_LONGEST: SignedDuration = SignedDuration::from_hours(14 * 24);
/// The longest reason of a window, in characters.
pub const WINDOW_REASON_MAX: usize = 200;

/// What the operator asks to open.
#[derive(Debug, Clone)]
pub struct NewWindow {
    /// Where.
    pub area: EmergencyArea,
    /// First instant, not before now; `None` is now.
    pub from: Option<Timestamp>,
    /// The first instant after it.
    pub until: Timestamp,
    /// Why, 1 to [`WINDOW_REASON_MAX`] characters.
    pub reason: String,
}

/// Why no window was changed.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// Not the operator.
    #[error("refused")]
    Refused(#[source] EmergencyRefusal),
    /// An insurer is not registered, or the prefecture has none that is.
    #[error("no such insurer is registered")]
    UnknownArea,
    /// It would begin in the past, or end before it begins.
    #[error("the times are out of order")]
    OutOfOrder,
    /// Longer than [`WINDOW_LONGEST`].
    #[error("the window is too long")]
    TooLong,
    /// The reason is empty or too long.
    #[error("the reason is empty or too long")]
    Reason,
    /// There is no such window, or it is over.
    #[error("no such window")]
    NotFound,
    /// The database.
    #[error("storage")]
    Storage(#[from] Error),
}

/// Opens a window from now or a later instant on.
///
/// # Errors
///
/// See [`WindowError`]; nothing has been changed.
pub async fn open_window(
    platform: &Platform,
    context: &CallContext,
    new: NewWindow,
) -> Result<WindowRow, WindowError> {
    let permit = manage_emergency(&context.caller).map_err(WindowError::Refused)?;
    let now = platform.now();
    let from = new.from.unwrap_or(now);
    if from < now || new.until <= from {
        return Err(WindowError::OutOfOrder);
    }
    if new.until.duration_since(from) > WINDOW_LONGEST {
        return Err(WindowError::TooLong);
    }
    let reason = new.reason.trim().to_owned();
    let length = reason.chars().count();
    if length == 0 || length > WINDOW_REASON_MAX || reason.chars().any(char::is_control) {
        return Err(WindowError::Reason);
    }
    let row = WindowRow {
        window_id: platform.id(),
        area: new.area,
        reason,
        starts_at: from,
        ends_at: new.until,
        created_at: now,
        created_by: by(context),
        closed_at: None,
        closed_by: None,
    };
    let (own, caller) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let covered = covered(work, &row.area).await?;
                emergency::add_window(work, &permit, &row).await?;
                record(work, &own, &caller, &row, &covered, "emergency_on").await?;
                Ok(row)
            })
        })
        .await
}

/// Switches a window off: from this instant on nothing rests on it, views that were opened among them.
///
/// # Errors
///
/// See [`WindowError`]; [`WindowError::NotFound`] also for a window that is over.
pub async fn close_window(
    platform: &Platform,
    context: &CallContext,
    window_id: Uuid,
) -> Result<WindowRow, WindowError> {
    let permit: Permit<ManageEmergency> =
        manage_emergency(&context.caller).map_err(WindowError::Refused)?;
    let (own, caller) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let by = by(&caller);
                if !emergency::close_window(work, &permit, window_id, own.now(), &by).await? {
                    return Err(WindowError::NotFound);
                }
                let row = emergency::find_window(work, window_id).await?;
                let row = row.ok_or(WindowError::NotFound)?;
                let covered = covered(work, &row.area).await?;
                record(work, &own, &caller, &row, &covered, "emergency_off").await?;
                Ok(row)
            })
        })
        .await
}

/// Every window there was, newest first.
///
/// # Errors
///
/// [`WindowError::Refused`] for everybody but the operator.
pub async fn list_windows(
    platform: &Platform,
    context: &CallContext,
) -> Result<Vec<WindowRow>, WindowError> {
    manage_emergency(&context.caller).map_err(WindowError::Refused)?;
    Ok(emergency::list_windows(&mut platform.store.point().await?).await?)
}

/// The windows that are open now, for telling offices that there are any: public, and about nobody.
///
/// # Errors
///
/// The database.
pub async fn open_now(platform: &Platform) -> Result<Vec<WindowRow>, Error> {
    emergency::list_open_windows(&mut platform.store.point().await?, platform.now()).await
}

/// The registered insurers of an area; each of a list has to be there, and of a prefecture one.
async fn covered(work: &mut Work, area: &EmergencyArea) -> Result<Vec<InsurerNumber>, WindowError> {
    let all = insurers::list(work).await?;
    let all = all.into_iter().map(|row| row.insurer_no);
    let covered: Vec<InsurerNumber> = all.filter(|number| area.covers(number)).collect();
    let complete = match area {
        EmergencyArea::Insurers(numbers) => numbers.len() == covered.len(),
        EmergencyArea::Prefecture(_) => !covered.is_empty(),
    };
    complete.then_some(covered).ok_or(WindowError::UnknownArea)
}

fn by(context: &CallContext) -> String {
    let actor = &context.actor;
    actor.staff.as_ref().unwrap_or(&actor.organisation).clone()
}

/// One entry in the lane of each insurer whose persons it opens or closes.
async fn record(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    row: &WindowRow,
    covered: &[InsurerNumber],
    purpose: &'static str,
) -> Result<(), Error> {
    for insurer_no in covered {
        let event = context
            .event(platform, insurer_no.as_str(), Action::EmergencyWindow)
            .purpose(purpose)
            .ground(format!("emergency_window:{}", row.window_id));
        work.record(&event.to_entry()).await?;
    }
    Ok(())
}
