//! What all pages with passkeys share: where they work, and what is said when one is not taken.

use axum::response::Response;
use http::StatusCode;
use kiban_services::passkeys::{PasskeyError, RelyingParty};
use kiban_ui::{MessageKind, Notice, NoticeKind, PasskeyPlace};

use crate::{
    answer::{Message, minutes, retry_after},
    visit::Visit,
};

impl Visit {
    /// The site as the browser sees it, if passkeys work there: the care door's own name, or `localhost` at the terminal's bridge.
    ///
    /// The bridge says in a header under which name it was reached. Whoever writes that header instead gains nothing: an answer
    /// must have been signed for that name and come from that origin.
    pub(crate) fn party(&self) -> Option<RelyingParty> {
        match &self.bridge {
            Some(host) => RelyingParty::of_origin(&format!("http://{host}"))
                .filter(|it| it.id() == "localhost"),
            None => RelyingParty::of_origin(&self.state.own_origin),
        }
    }

    /// Whether passkeys work here, and if not, at which address of the bridge `path` would have them.
    pub(crate) fn passkeys(&self, path: &str) -> PasskeyPlace {
        if self.party().is_some() {
            return PasskeyPlace::Here;
        }
        // `localhost` leads to these two addresses only.
        let bridge = self
            .bridge
            .as_deref()
            .and_then(|host| host.rsplit_once(':'));
        match bridge {
            Some(("127.0.0.1" | "[::1]", port)) if port.parse::<u16>().is_ok() => {
                PasskeyPlace::There(format!("http://localhost:{port}{path}"))
            }
            _ => PasskeyPlace::Nowhere,
        }
    }
}

/// The status of a page that asks again.
pub(crate) fn status(error: Option<&PasskeyError>) -> StatusCode {
    match error {
        None => StatusCode::OK,
        Some(PasskeyError::TooMany(_)) => StatusCode::TOO_MANY_REQUESTS,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// What happened and what to do, with the word that never changes for those who help.
pub(crate) fn notice(error: &PasskeyError) -> Notice {
    let (title, body) = words(error);
    let code = error.code();
    Notice::new(
        NoticeKind::Error,
        title,
        format!("{body}（お問い合わせのときは「{code}」とお伝えください）"),
    )
}

fn words(error: &PasskeyError) -> (&'static str, String) {
    let (title, body) = match error {
        PasskeyError::TooOld => (
            "確認の時間が過ぎました",
            "画面を開いてから5分以内に、同じ端末で確認してください。もう一度ボタンを押すと、新しく始まります。",
        ),
        PasskeyError::Replayed => (
            "この確認はすでに終わっています",
            "同じ確認は1回だけ使えます。もう一度ボタンを押すと、新しく始まります。",
        ),
        PasskeyError::Unknown => (
            "このパスキーは登録されていません",
            "別のパスキーを選ぶか、ユーザIDとパスワードでログインしてください。",
        ),
        PasskeyError::OtherAccount => (
            "ほかのユーザIDのパスキーです",
            "今ログインしているユーザIDのパスキーを選んでください。",
        ),
        PasskeyError::WrongOrigin => (
            "別のアドレスで確認されました",
            "ご案内したアドレスで開き直して、もう一度確認してください。",
        ),
        PasskeyError::NotVerified => (
            "本人確認ができませんでした",
            "パスワードなしでログインするには、指紋や顔、暗証番号での確認が必要です。確認できないときは、ユーザIDとパスワードでログインしてください。",
        ),
        PasskeyError::Cloned => (
            "このパスキーは安全のため利用を停止しました",
            "同じパスキーがほかでも使われている可能性があります。別の方法でログインし、事業所の管理者に知らせてください。",
        ),
        PasskeyError::Refused => (
            "パスキーを確認できませんでした",
            "もう一度ボタンを押してください。続くときは、ほかの方法でログインしてください。",
        ),
        PasskeyError::Stopped => (
            "このユーザIDは利用を停止しています",
            "事業所の管理者に確認してください。",
        ),
        PasskeyError::ContractOver => (
            "委託先としての利用期限が過ぎています",
            "続けて利用するときは、委託元の事業所の管理者に、利用期限の変更を依頼してください。",
        ),
        PasskeyError::Taken => (
            "このパスキーはすでに登録されています",
            "ほかの端末やセキュリティキーを使ってください。",
        ),
        PasskeyError::Name => (
            "パスキーの名前を確かめてください",
            "名前を40文字以内で入力してください。",
        ),
        PasskeyError::WrongPassword => (
            "パスワードが正しくありません",
            "今ログインに使っているパスワードを入力してください。",
        ),
        PasskeyError::Last => (
            "このパスキーは削除できません",
            "ほかに2段階目の確認の方法がないためです。先に、別のパスキーを追加してください。",
        ),
        PasskeyError::NoneThere => (
            "使えるパスキーがありません",
            "パスキーを作ったときのアドレスで開き直すか、ほかの方法で確認してください。",
        ),
        PasskeyError::NoSession => (
            "ログインの時間が過ぎました",
            "はじめからログインし直してください。",
        ),
        PasskeyError::TooMany(exhausted) => {
            let wait = minutes(exhausted.retry_after);
            return (
                "続けて何度も確認できなかったため、しばらく受け付けません",
                format!("{wait}分ほど待ってから、もう一度お試しください。"),
            );
        }
        PasskeyError::Storage(_) => ("処理を完了できませんでした", "もう一度お試しください。"),
    };
    (title, body.to_owned())
}

/// A page of its own, where asking again makes no sense.
pub(crate) fn failed(visit: &Visit, error: &PasskeyError) -> Response {
    failed_at(visit, error, |message| {
        visit.say(message.next("/care/sign-in", "ログイン画面へ進む"))
    })
}

/// As [`failed`], said by `say`.
pub(crate) fn failed_at(
    visit: &Visit,
    error: &PasskeyError,
    say: impl FnOnce(Message<'_>) -> Response,
) -> Response {
    let kind = match error {
        PasskeyError::Storage(error) => return visit.storage(error),
        PasskeyError::TooMany(_) => MessageKind::TooMany,
        PasskeyError::NoneThere => MessageKind::NotFound,
        _ => MessageKind::Closed,
    };
    let notice = notice(error);
    let response = say(Message::new(
        kind,
        &format!("{}。{}", notice.title, notice.body),
    ));
    match error {
        PasskeyError::TooMany(exhausted) => retry_after(response, exhausted.retry_after),
        _ => response,
    }
}
