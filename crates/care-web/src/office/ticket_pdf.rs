//! The sheet of a one-time code (W-1). The server keeps no code, so the page that shows it sends it back to be printed.

use axum::response::Response;
use kiban_domain::Timestamp;
use kiban_print::{Sheet, TicketSheet};
use kiban_ui::MessageKind;

use super::terminals::{find, hour_and_minute};
use crate::{answer::Message, form::Posted, visit::SignedIn};

/// Letters of a code as the page shows it: two groups and the stroke between them.
const CODE_LETTERS: usize = 11;

/// POST `/care/terminals/code.pdf`.
pub(crate) async fn download(Posted { signed_in, form }: Posted) -> Result<Response, Response> {
    signed_in.issuer()?;
    let now = signed_in.platform().now();
    let (code, ends) = (form.get("code"), form.get("expires"));
    let ends = ends
        .parse()
        .ok()
        .and_then(|it| Timestamp::from_second(it).ok());
    let Some(ends) = ends.filter(|ends| *ends > now && is_code(code)) else {
        return Err(over(&signed_in));
    };
    let turn = signed_in.turn().await?;
    let renewed = match form.get("terminal") {
        "" => None,
        id => Some(find(&signed_in, id).await?.row.name),
    };
    let sheet = Sheet::Ticket(TicketSheet {
        renewed,
        address: signed_in.start_address(),
        office_no: signed_in.office_no().as_str().to_owned(),
        code: code.to_owned(),
        until: format!("{}まで（発行から30分）", hour_and_minute(ends)),
        imprint: signed_in.imprint(),
    });
    Ok(signed_in.file(turn, sheet, "tanmatsu-code").await)
}

fn is_code(text: &str) -> bool {
    let (letters, strokes): (Vec<u8>, Vec<u8>) = text.bytes().partition(|byte| *byte != b'-');
    text.len() == CODE_LETTERS
        && strokes.len() == 1
        && letters.iter().all(u8::is_ascii_alphanumeric)
}

fn over(signed_in: &SignedIn) -> Response {
    let detail = "コードの有効期限が過ぎています。もう一度コードを発行してください。";
    let message = Message::new(MessageKind::Closed, detail);
    signed_in.say(message.next("/care/terminals", "端末の一覧へ戻る"))
}
