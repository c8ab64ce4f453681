//! Looking in an emergency, when nobody can check who a person is.
//!
//! The operator opens a window for an area and a time. While it is open, members of offices at their terminals may search
//! by name and birth date, give a reason, and see a few parts of one person for a day at most. Nothing of this makes the
//! office one of the person's offices. Each search and each look is on the trail before it is answered, the person is told
//! with the view itself, and the operator reviews every view afterwards.

mod review;
mod search;
mod shown;
mod view;
mod windows;

pub use review::{LISTED_MAX, Review, ReviewError, Unreviewed, review, unreviewed};
pub use search::{HITS_MAX, Hit, SearchError, Wanted, search};
pub use shown::{
    ShownBurdenLimit, ShownCareManager, ShownCertification, ShownCostShare, ShownInsured,
    ShownInsuredCard, ShownParts, ShownRatio, ShownRoom,
};
pub use view::{
    Asked, EmergencyView, LookError, LookId, OpenError, Running, STATEMENT_MAX, STATEMENT_MIN,
    open, read, running,
};
pub use windows::{
    NewWindow, WINDOW_LONGEST, WINDOW_REASON_MAX, WindowError, close_window, list_windows,
    open_now, open_window,
};

use crate::CallContext;
use kiban_audit::{Actor, Door};

/// The member and the terminal at which somebody asks, if both are known and it is a terminal of the care door.
fn at_terminal(context: &CallContext) -> Option<(&str, &str)> {
    let Actor {
        door,
        certificate,
        staff,
        ..
    } = &context.actor;
    match (door, staff, certificate) {
        (Door::Care, Some(account), Some(terminal)) => Some((account, terminal)),
        _ => None,
    }
}
