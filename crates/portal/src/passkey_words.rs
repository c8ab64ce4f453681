//! What is said when a passkey is not taken.

use kiban_portal_ui::{Notice, NoticeKind};
use kiban_services::passkeys::PasskeyError;

/// What happened and what to do, with the word that never changes for those who help.
pub(crate) fn notice(error: &PasskeyError) -> Notice {
    let (title, body) = error.words();
    let code = error.code();
    Notice::new(
        NoticeKind::Error,
        title,
        format!("{body}（お問い合わせのときは「{code}」とお伝えください）"),
    )
}
