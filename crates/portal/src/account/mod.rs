//! 自分の設定 (M04) and 団体の切替え.

mod change;
mod passkey;
mod show;
mod switch;

use crate::PortalState;
use kiban_web_kit::Routes;

/// Pages of everybody who is signed in.
pub(crate) fn routes() -> Routes<PortalState> {
    Routes::new()
        .get("/account", show::show)
        .post("/account", change::submit)
        .post("/account/passkey", passkey::submit)
        .get("/switch", switch::show)
        .post("/switch", switch::submit)
}
