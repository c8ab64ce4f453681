//! Making an account: the first administrator's, or on an invitation (W-2).

use axum::{
    extract::{Query, Request},
    response::Response,
};
use http::{HeaderMap, StatusCode, header::SET_COOKIE};
use kiban_services::{
    accounts::{self, AccountForm, BeginError, Closed, Draft, FinishError, Ground, Mistake},
    passkeys::PasskeyError,
};
use kiban_ui::{
    AccountFields, AccountPage, AccountStage, Link, MessageKind, PasskeyPage, SecondFactorSetUp,
    TextField,
};
use kiban_web_kit::{Transport, csrf, entry, session::Token};
use serde::Deserialize;

use crate::{
    answer::{Message, minutes, page_with, retry_after, see_other},
    form::{Fields, checked},
    passkeys, qr,
    visit::Visit,
    words,
};

const FIRST: &str = "/care/setup/administrator";
const INVITED: &str = "/care/invitation";

/// GET `/care/setup/administrator`.
pub(crate) async fn first(visit: Visit, headers: HeaderMap) -> Result<Response, Response> {
    let progress =
        kiban_services::setup::progress(visit.platform(), &visit.office_no, visit.terminal_id());
    let progress = progress.await.map_err(|error| visit.storage(&error))?;
    if progress.administrator {
        return Ok(see_other("/care/setup"));
    }
    if !progress.may_make_administrator {
        return Err(closed(&visit, Closed::OtherTerminal));
    }
    let stage = AccountStage::Form(AccountFields::default());
    Ok(fresh(&visit, &headers, FIRST, false, stage))
}

/// Where an invitation leads.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    code: String,
}

/// GET `/care/invitation?code=…`.
pub(crate) async fn invited(
    visit: Visit,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let found = accounts::find_invitation(
        visit.platform(),
        &visit.office_no,
        visit.serial(),
        &asked.code,
    )
    .await;
    let found = found.map_err(|error| refused(&visit, error))?;
    let renewal = found.login.is_some();
    let fields = AccountFields {
        invitation: asked.code,
        invited: found.row.name,
        user: TextField::of(found.login.unwrap_or_default()),
        ..AccountFields::default()
    };
    let stage = AccountStage::Form(fields);
    Ok(fresh(&visit, &headers, INVITED, renewal, stage))
}

fn fresh(
    visit: &Visit,
    headers: &HeaderMap,
    action: &str,
    renewal: bool,
    stage: AccountStage,
) -> Response {
    let entry = entry::of(headers).unwrap_or_else(|| Token::new(&*visit.platform().entropy));
    let page = account_page(visit, &entry, action, renewal, stage);
    let mut response = page_with(StatusCode::OK, &page);
    let cookie = entry::cookie(&entry, "/care", Transport::Tls);
    response.headers_mut().append(SET_COOKIE, cookie);
    response
}

fn account_page(
    visit: &Visit,
    entry: &Token,
    action: &str,
    renewal: bool,
    stage: AccountStage,
) -> AccountPage {
    AccountPage {
        frame: visit.frame(),
        csrf: csrf::token(entry),
        action: action.to_owned(),
        first: action == FIRST,
        renewal,
        notice: None,
        stage,
    }
}

/// POST `/care/setup/administrator`.
pub(crate) async fn make_first(visit: Visit, request: Request) -> Result<Response, Response> {
    make(visit, request, FIRST).await
}

/// POST `/care/invitation`.
pub(crate) async fn make_invited(visit: Visit, request: Request) -> Result<Response, Response> {
    make(visit, request, INVITED).await
}

async fn make(visit: Visit, request: Request, action: &str) -> Result<Response, Response> {
    let entry = entry::of(request.headers());
    let fields = checked(request, &visit, entry.as_ref())
        .await
        .map_err(|message| visit.say(message.next("/care/sign-in", "ログイン画面へ進む")))?;
    let Some(entry) = entry else {
        return Ok(see_other(action));
    };
    match fields.get("go") {
        "finish" => finish(&visit, &entry, action, &fields).await,
        "passkey" => ask_passkey(&visit, &entry, action, fields.get("draft"), None).await,
        "answer" => finish_by_passkey(&visit, &entry, action, &fields).await,
        _ => begin(&visit, &entry, action, &fields).await,
    }
}

async fn begin(
    visit: &Visit,
    entry: &Token,
    action: &str,
    fields: &Fields,
) -> Result<Response, Response> {
    let ground = if action == FIRST {
        Ground::First {
            terminal_id: visit.terminal_id().to_owned(),
        }
    } else {
        Ground::Invitation(fields.get("invitation").to_owned())
    };
    let mut typed = AccountFields {
        invitation: fields.get("invitation").to_owned(),
        user: TextField::of(fields.get("user")),
        name: TextField::of(fields.get("name")),
        mail: TextField::of(fields.get("mail")),
        ..AccountFields::default()
    };
    let mut renewal = false;
    if let Ground::Invitation(code) = &ground {
        let platform = visit.platform();
        let found =
            accounts::find_invitation(platform, &visit.office_no, visit.serial(), code).await;
        let found = found.map_err(|error| refused(visit, error))?;
        renewal = found.login.is_some();
        typed.invited = found.row.name;
        if let Some(login) = found.login {
            typed.user = TextField::of(login);
        }
    }
    let password = fields.raw("password");
    let same = password == fields.raw("again");
    let form = AccountForm {
        login: fields.get("user").to_owned(),
        name: fields.get("name").to_owned(),
        mail: fields.get("mail").to_owned(),
        password: password.to_owned(),
    };
    let begun = if same {
        let platform = visit.platform();
        accounts::begin(platform, visit.office_no, visit.serial(), &ground, form).await
    } else {
        Err(BeginError::Mistakes(Vec::new()))
    };
    match begun {
        Ok(draft) => {
            let stage = second_factor(visit, &draft, None);
            let page = account_page(visit, entry, action, renewal, stage);
            Ok(page_with(StatusCode::OK, &page))
        }
        Err(BeginError::Mistakes(mistakes)) => {
            for mistake in mistakes {
                mark(&mut typed, mistake);
            }
            if !same {
                typed.again = typed
                    .again
                    .with_error("2つのパスワードが同じではありません");
            }
            let stage = AccountStage::Form(typed);
            let page = account_page(visit, entry, action, renewal, stage);
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(refused(visit, error)),
    }
}

fn mark(fields: &mut AccountFields, mistake: Mistake) {
    let (field, words) = match mistake {
        Mistake::Login => (
            &mut fields.user,
            "ユーザIDは、半角の英数字とハイフンなどで3〜40文字で入力してください",
        ),
        Mistake::LoginTaken => (
            &mut fields.user,
            "このユーザIDは、事業所の中ですでに使われています",
        ),
        Mistake::Name => (&mut fields.name, "氏名を40文字以内で入力してください"),
        Mistake::Mail => (&mut fields.mail, "メールアドレスの形で入力してください"),
        Mistake::PasswordLength => (
            &mut fields.password,
            "パスワードは12文字以上、256文字以内で入力してください",
        ),
        Mistake::PasswordEasy => (
            &mut fields.password,
            "推測されやすいパスワードです。ユーザIDを含まない、いろいろな文字のものにしてください",
        ),
    };
    *field = std::mem::take(field).with_error(words);
}

fn second_factor(visit: &Visit, draft: &Draft, error: Option<&str>) -> AccountStage {
    let address = format!(
        "otpauth://totp/kiban:{}%20{}?secret={}&issuer=kiban",
        visit.office_no.as_str(),
        words::encoded(&draft.login),
        draft.secret
    );
    let (size, path) = qr::path(&address).unwrap_or_default();
    let letters: Vec<char> = draft.secret.chars().collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    let code = TextField::default();
    AccountStage::SecondFactor(SecondFactorSetUp {
        draft: draft.token.clone(),
        user: draft.login.clone(),
        size,
        path,
        secret: groups.join(" "),
        passkey: visit.party().is_some(),
        code: match error {
            Some(error) => code.with_error(error),
            None => code,
        },
    })
}

async fn finish(
    visit: &Visit,
    entry: &Token,
    action: &str,
    fields: &Fields,
) -> Result<Response, Response> {
    let token = fields.get("draft");
    let draft = accounts::find_draft(visit.platform(), visit.serial(), token)
        .await
        .map_err(|error| visit.storage(&error))?;
    let finished = accounts::finish(
        visit.platform(),
        &visit.context(),
        visit.serial(),
        visit.terminal_id(),
        token,
        fields.get("code"),
    )
    .await;
    let (Some(draft), finished) = (draft, finished) else {
        return Err(too_late(visit, action));
    };
    match finished {
        Ok(codes) => Ok(done(visit, entry, action, codes, draft.login)),
        Err(FinishError::WrongCode) => {
            let words = "認証コードが正しくありません。アプリに表示されている新しいコードを入力してください";
            let stage = second_factor(visit, &draft, Some(words));
            let page = account_page(visit, entry, action, false, stage);
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(unfinished(visit, action, error)),
    }
}

fn done(visit: &Visit, entry: &Token, action: &str, codes: Vec<String>, user: String) -> Response {
    let stage = AccountStage::Done { codes, user };
    let page = account_page(visit, entry, action, false, stage);
    page_with(StatusCode::OK, &page)
}

/// Why no account was made, but for what can be typed again.
fn unfinished(visit: &Visit, action: &str, error: FinishError) -> Response {
    match error {
        FinishError::NoDraft | FinishError::WrongCode | FinishError::Passkey(_) => {
            too_late(visit, action)
        }
        FinishError::Taken => visit.say(
            Message::new(
                MessageKind::Closed,
                "このユーザIDは、ほかの人が先に使い始めました。はじめからやり直してください。",
            )
            .next(action, "はじめの画面へ進む"),
        ),
        FinishError::TooMany(exhausted) => refused(visit, BeginError::TooMany(exhausted)),
        FinishError::Closed(reason) => closed(visit, reason),
        FinishError::Storage(error) => visit.storage(&error),
    }
}

/// The page on which the browser makes the first passkey; `trouble` is what went wrong before.
async fn ask_passkey(
    visit: &Visit,
    entry: &Token,
    action: &str,
    token: &str,
    trouble: Option<PasskeyError>,
) -> Result<Response, Response> {
    let Some(party) = visit.party() else {
        return Err(too_late(visit, action));
    };
    let asked = accounts::ask_passkey(visit.platform(), visit.serial(), &party, token).await;
    let asked = match asked {
        Ok(asked) => asked,
        Err(FinishError::Passkey(error)) => return Err(passkeys::failed(visit, &error)),
        Err(error) => return Err(unfinished(visit, action, error)),
    };
    let status = passkeys::status(trouble.as_ref());
    let page = PasskeyPage {
        frame: visit.frame(),
        csrf: csrf::token(entry),
        title: "パスキーの設定".to_owned(),
        lead: "画面の案内にそって、この端末またはセキュリティキーにパスキーを作ってください。"
            .to_owned(),
        notice: trouble.map(|error| passkeys::notice(&error)),
        action: action.to_owned(),
        fields: vec![("draft", token.to_owned())],
        challenge: asked.id,
        options: asked.options,
        create: true,
        button: "パスキーを作る",
        back: Link::new(action, "はじめからやり直して認証アプリを使う"),
    };
    Ok(page_with(status, &page))
}

async fn finish_by_passkey(
    visit: &Visit,
    entry: &Token,
    action: &str,
    fields: &Fields,
) -> Result<Response, Response> {
    let token = fields.get("draft");
    let draft = accounts::find_draft(visit.platform(), visit.serial(), token)
        .await
        .map_err(|error| visit.storage(&error))?;
    let (Some(draft), Some(party)) = (draft, visit.party()) else {
        return Err(too_late(visit, action));
    };
    let context = visit.context();
    let finished = accounts::finish_by_passkey(
        visit.platform(),
        &context,
        visit.serial(),
        visit.terminal_id(),
        &party,
        token,
        fields.get("challenge"),
        fields.get("answer"),
    );
    match finished.await {
        Ok(codes) => Ok(done(visit, entry, action, codes, draft.login)),
        Err(FinishError::Passkey(PasskeyError::Storage(error))) => Err(visit.storage(&error)),
        Err(FinishError::Passkey(error)) => {
            ask_passkey(visit, entry, action, token, Some(error)).await
        }
        Err(error) => Err(unfinished(visit, action, error)),
    }
}

fn too_late(visit: &Visit, action: &str) -> Response {
    let next = if action == FIRST {
        FIRST
    } else {
        "/care/sign-in"
    };
    visit.say(
        Message::new(
            MessageKind::Closed,
            "設定の途中で30分が過ぎたか、すでに登録が終わっています。ログインできないときは、はじめからやり直してください。",
        )
        .next(next, "次の画面へ進む"),
    )
}

fn refused(visit: &Visit, error: BeginError) -> Response {
    match error {
        BeginError::Closed(reason) => closed(visit, reason),
        BeginError::TooMany(exhausted) => {
            let detail = format!(
                "続けて何度も確認できませんでした。{}分ほど待ってから、もう一度お試しください。",
                minutes(exhausted.retry_after)
            );
            let message = Message::new(MessageKind::TooMany, &detail);
            let response = visit.say(message.next("/care/sign-in", "ログイン画面へ進む"));
            retry_after(response, exhausted.retry_after)
        }
        BeginError::Storage(error) => visit.storage(&error),
        BeginError::Hashing | BeginError::Mistakes(_) => {
            tracing::error!(%error, "an account could not be made");
            visit.say(Message::new(MessageKind::Failure, ""))
        }
    }
}

fn closed(visit: &Visit, reason: Closed) -> Response {
    let (kind, detail) = match reason {
        Closed::Unknown => (
            MessageKind::NotFound,
            "このご案内は確認できませんでした。ご案内を受けた事業所の端末で、メールのアドレスをそのまま開いてください。",
        ),
        Closed::Used => (
            MessageKind::Closed,
            "このご案内はすでに使われています。登録が終わっているときは、そのままログインしてください。心当たりがないときは、事業所の管理者に知らせてください。",
        ),
        Closed::Cancelled => (
            MessageKind::Closed,
            "このご案内は取り消されたか、新しいものに替わりました。いちばん新しいメールを開くか、事業所の管理者に確認してください。",
        ),
        Closed::Ended => (
            MessageKind::Closed,
            "このご案内は期限が過ぎています。事業所の管理者に、もう一度送るよう依頼してください。",
        ),
        Closed::HasAdministrator => (
            MessageKind::Closed,
            "この事業所には、すでに管理者がいます。職員の登録は、管理者に依頼してください。",
        ),
        Closed::OtherTerminal => (
            MessageKind::Forbidden,
            "最初の管理者は、運営から送られたコードで登録した端末でだけ登録できます。その端末で開くか、運営の窓口に新しいコードを依頼してください。",
        ),
    };
    visit.say(Message::new(kind, detail).next("/care/sign-in", "ログイン画面へ進む"))
}
