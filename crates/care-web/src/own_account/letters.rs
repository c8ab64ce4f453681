//! Whether the member gets letters about progress (W-6).

use axum::response::Response;
use kiban_services::{progress::letters, staff::StaffRole};
use kiban_ui::LettersChoice;

use crate::{answer::see_other, form::Posted, visit::SignedIn};

/// What the member has chosen, for its page.
pub(super) async fn choice(signed_in: &SignedIn) -> Result<LettersChoice, Response> {
    if signed_in.session.role == StaffRole::Contractor {
        return Ok(LettersChoice::NotForContractors);
    }
    let choice = letters::choice(signed_in.platform(), signed_in.session.staff_id).await;
    let choice = choice.map_err(|error| signed_in.storage(&error))?;
    Ok(match choice {
        letters::Choice { wanted: true, .. } => LettersChoice::On,
        letters::Choice {
            has_address: false, ..
        } => LettersChoice::NoAddress,
        letters::Choice { .. } => LettersChoice::Off,
    })
}

/// POST `/care/account/letters`: on with `letters=on`, else off.
pub(crate) async fn choose(Posted { signed_in, form }: Posted) -> Result<Response, Response> {
    let wanted = form.get("letters") == "on";
    letters::choose(signed_in.platform(), signed_in.session.staff_id, wanted)
        .await
        .map_err(|error| signed_in.storage(&error))?;
    let done = if wanted { "letters" } else { "no-letters" };
    Ok(see_other(&format!("/care/account?done={done}#letters")))
}
