//! ユーザ登録 (P19): an office or institution applies, step by step, without an account.
//!
//! Nothing is kept before the letter is sent: each page carries what was said before, and each step reads all of it anew.

mod confirm;
mod read;
mod steps;

use crate::{PortalState, forms::Place};
use kiban_web_kit::Routes;

const SIGN_UP: Place = Place {
    path: "/signup",
    again: ("/signup", "ユーザ登録"),
};

/// The pages of a sign-up.
pub(crate) fn routes() -> Routes<PortalState> {
    Routes::new()
        .get("/signup", steps::show)
        .post("/signup", steps::submit)
        .get("/signup/confirm/{token}", confirm::show)
        .post("/signup/confirm/{token}", confirm::submit)
}
