//! 保険者・都道府県のユーザID (O06): issued, issued again, stopped.

use crate::{
    invited,
    officer::{Officer, PostedBy},
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_console_ui::{
    AccountLine, BodyLine, Chip, ChipColor, InsurerPage, InsurersPage, Link, Notice, NoticeKind,
    ReasonForm, ReasonPage, TextField, WaitingLine,
};
use kiban_domain::{Body, MailAddress, PortalRole, Timestamp, Wareki, normalize};
use kiban_services::{
    insurer_accounts::{self, BodyRow, IssueError},
    portal_users::{
        NewAccount, Reason, bodies,
        invitations::{self, InviteError},
        members::{self, MemberError},
        shown_login,
    },
    readiness,
};
use kiban_store::{Error, repo::portal_users::PortalUserRow};
use kiban_web_kit::Fields;
use serde::Deserialize;

/// Who issues and stops accounts.
const MAY: [PortalRole; 1] = [PortalRole::Manager];
/// Longest name, in characters.
const NAME: usize = 60;

/// What was done before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Before {
    done: String,
}

/// 「令和8年11月20日」, in Japan.
pub(crate) fn day(at: Timestamp) -> String {
    let day = at
        .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9)))
        .date();
    Wareki::try_from(day).map_or_else(|_| day.to_string(), Wareki::long)
}

/// GET `/ops/insurers`.
pub(crate) async fn list(officer: Officer, Query(before): Query<Before>) -> Response {
    if let Err(response) = officer.may(&MAY) {
        return response;
    }
    let notice = match before.done.as_str() {
        "issued" => Some(("ユーザIDを発行しました", "担当者にメールでお送りします。")),
        word => invited::done(word).map(|title| (title, "")),
    };
    let notice = notice.map(|(title, body)| Notice::new(NoticeKind::Success, title, body));
    let fields = [(); 4].map(|()| TextField::default());
    listed(&officer, StatusCode::OK, notice, fields).await
}

async fn listed(
    officer: &Officer,
    status: StatusCode,
    notice: Option<Notice>,
    [number, name, mail, phone]: [TextField; 4],
) -> Response {
    let read = async {
        let insurers = insurer_accounts::list(officer.platform(), "insurer").await?;
        let prefectures = insurer_accounts::list(officer.platform(), "prefecture").await?;
        Ok::<_, Error>((insurers, prefectures))
    };
    let waiting = match waiting(officer).await {
        Ok(waiting) => waiting,
        Err(error) => return officer.failed(&error),
    };
    let is_such = |body: &Body| matches!(body, Body::Insurer(_) | Body::Prefecture(_));
    let invitations = match invited::lines(officer, is_such).await {
        Ok(lines) => lines,
        Err(response) => return response,
    };
    match read.await {
        Ok((insurers, prefectures)) => {
            let page = InsurersPage {
                frame: officer.frame("/ops/insurers"),
                notice,
                insurers: insurers.iter().map(line).collect(),
                prefectures: prefectures.iter().map(line).collect(),
                waiting,
                invitations,
                number,
                name,
                mail,
                phone,
            };
            officer.page(status, &page)
        }
        Err(error) => officer.failed(&error),
    }
}

async fn waiting(officer: &Officer) -> Result<Vec<WaitingLine>, Error> {
    let all = insurer_accounts::list_waiting(officer.platform(), &officer.context()).await?;
    let line = |it: insurer_accounts::Waiting| WaitingLine {
        body: Link::new(format!("/ops/insurers/{}", it.body.number()), it.body_name),
        login: shown_login(&it.user.login),
        name: it.user.name,
        mail: it.user.mail,
        by: it.by,
        until: it.user.secret_until.map_or_else(String::new, day),
    };
    Ok(all.into_iter().map(line).collect())
}

fn line((body, name, row): &(Body, String, BodyRow)) -> BodyLine {
    BodyLine {
        href: format!("/ops/insurers/{}", body.number()),
        number: body.number().to_owned(),
        name: name.clone(),
        holders: row.holders.to_string(),
        came_in: row.last_sign_in_at.map_or_else(
            || "まだありません".to_owned(),
            |at| format!("{}（最後 {}）", row.came_in, day(at)),
        ),
    }
}

/// An insurer by six digits, a prefecture by two.
fn body_of(number: &str) -> Option<Body> {
    let number = normalize(number);
    let kind = if number.len() == 2 {
        "prefecture"
    } else {
        "insurer"
    };
    Body::of(kind, &number).ok()
}

/// POST `/ops/insurers`: one account, to the person in charge; or what is done with an open invitation.
pub(crate) async fn issue(posted: PostedBy) -> Response {
    let PostedBy { officer, fields } = posted;
    if let Err(response) = officer.may(&MAY) {
        return response;
    }
    if let Some(response) = invited::act(&officer, "/ops/insurers", &fields).await {
        return response;
    }
    if !matches!(fields.get("go"), "" | "issue") {
        return officer.unknown_act();
    }
    let mut typed = ["number", "name", "mail", "phone"].map(|it| TextField::of(fields.get(it)));
    let body = body_of(fields.get("number"));
    let mail = fields.get("mail").parse::<MailAddress>();
    examine(&mut typed, body, mail.is_ok());
    let (Some(body), Ok(mail)) = (body, mail) else {
        return listed(&officer, StatusCode::UNPROCESSABLE_ENTITY, None, typed).await;
    };
    if typed.iter().any(|it| it.error.is_some()) {
        return listed(&officer, StatusCode::UNPROCESSABLE_ENTITY, None, typed).await;
    }
    let account = NewAccount {
        name: typed[1].value.clone(),
        mail,
        phone: typed[3].value.clone(),
    };
    let (platform, context) = (officer.platform(), officer.context());
    let origin = &officer.state.own_origin;
    let form = officer.form("issue", &fields);
    let issued = insurer_accounts::issue(platform, &context, &form, origin, body, account).await;
    let message = match issued {
        Ok(_) | Err(IssueError::Invite(InviteError::SentBefore)) => {
            return Redirect::to("/ops/insurers?done=issued").into_response();
        }
        Err(IssueError::Invite(InviteError::AlreadyIssued(user))) => {
            let advice = format!(
                "{}さん（{}）のユーザID {} が、初回のログインを待っています。届いていないときは、ユーザIDの画面で初回パスワードを再発行してください。",
                user.name,
                user.mail,
                shown_login(&user.login)
            );
            let link = Link::new(
                format!("/ops/insurers/{}", body.number()),
                "ユーザIDの画面を開く",
            );
            let notice = Notice::new(NoticeKind::Warning, "すでに招待しています", advice);
            let notice = Some(notice.with_link(link));
            return listed(&officer, StatusCode::CONFLICT, notice, typed).await;
        }
        Err(IssueError::CheckDigit) => "保険者番号が正しくありません。もう一度お確かめください",
        Err(IssueError::NoSuchInsurer) => {
            "入力された保険者番号の市町村または広域連合は見つかりませんでした"
        }
        Err(IssueError::Storage(error) | IssueError::Invite(InviteError::Storage(error))) => {
            return officer.failed(&error);
        }
        Err(
            IssueError::Kind
            | IssueError::Invite(
                InviteError::Roles
                | InviteError::Hashing
                | InviteError::Link(_)
                | InviteError::AlreadyInvited(_),
            ),
        ) => "この番号には発行できません",
    };
    typed[0] = typed[0].clone().with_error(message);
    listed(&officer, StatusCode::UNPROCESSABLE_ENTITY, None, typed).await
}

fn examine([number, name, mail, phone]: &mut [TextField; 4], body: Option<Body>, is_mail: bool) {
    let refuse = |field: &mut TextField, message: &str| {
        *field = field.clone().with_error(message);
    };
    if number.value.is_empty() {
        refuse(number, "保険者番号または都道府県の番号を入力してください");
    } else if body.is_none() {
        refuse(
            number,
            "保険者番号は6桁、都道府県の番号は01から47までの2桁で入力してください",
        );
    }
    if name.value.is_empty() {
        refuse(name, "担当者の氏名を入力してください");
    } else if name.value.contains(char::is_control) {
        refuse(
            name,
            "担当者の氏名は、改行などを入れないで、1行で入力してください",
        );
    } else if name.value.chars().count() > NAME {
        refuse(name, "担当者の氏名は、60文字以内で入力してください");
    }
    if mail.value.is_empty() {
        refuse(mail, "メールアドレスを入力してください");
    } else if !is_mail {
        refuse(
            mail,
            "メールアドレスは、@の前後を半角の英数字で入力してください（例：tantou@example.jp）",
        );
    }
    let digits = normalize(&phone.value);
    let digits = digits.chars().filter(char::is_ascii_digit).count();
    if !phone.value.is_empty() && !(10..=11).contains(&digits) {
        refuse(
            phone,
            "電話番号は、市外局番から10桁または11桁で入力してください（例：03-0000-0000）",
        );
    }
}

/// GET `/ops/insurers/{number}`.
pub(crate) async fn show(
    officer: Officer,
    Path(number): Path<String>,
    Query(before): Query<Before>,
) -> Response {
    if let Err(response) = officer.may(&MAY) {
        return response;
    }
    let notice = match before.done.as_str() {
        "again" => Some("初回パスワードを再発行し、メールでお送りします"),
        "stop" => Some("停止しました"),
        "resume" => Some("再開しました"),
        _ => None,
    };
    let notice = notice.map(|title| Notice::new(NoticeKind::Success, title, ""));
    let Some(body) = body_of(&number) else {
        return nowhere(&officer);
    };
    shown(&officer, body, StatusCode::OK, notice).await
}

fn nowhere(officer: &Officer) -> Response {
    officer.say(
        StatusCode::NOT_FOUND,
        "ページが見つかりません",
        "番号を確かめてください。",
    )
}

async fn shown(
    officer: &Officer,
    body: Body,
    status: StatusCode,
    notice: Option<Notice>,
) -> Response {
    let platform = officer.platform();
    let read = async {
        let name = bodies::name(platform, &body).await?;
        let own = match &body {
            Body::Insurer(number) => readiness::list_insured(platform, number).await?,
            Body::Office(_) | Body::Prefecture(_) | Body::Operator => Vec::new(),
        };
        Ok::<_, Error>((name, own, members::list(platform, &body).await?))
    };
    let (name, own, accounts) = match read.await {
        Ok(read) => read,
        Err(error) => return officer.failed(&error),
    };
    let account = |(user, row): &(
        kiban_store::repo::portal_users::PortalUserRow,
        kiban_store::repo::portal_users::MembershipRow,
    )| {
        let state = match (user.active, row.holds, user.last_sign_in_at) {
            (false, ..) => Chip::new("停止", ChipColor::Gray),
            (true, false, _) => Chip::new("担当の終了", ChipColor::Gray),
            (true, true, None) => Chip::new("初回ログイン待ち", ChipColor::Yellow),
            (true, true, Some(_)) => Chip::new("有効", ChipColor::Green),
        };
        AccountLine {
            id: user.user_id.to_string(),
            login: shown_login(&user.login),
            name: user.name.clone(),
            mail: user.mail.clone(),
            roles: row.roles.label(),
            state,
            last: user.last_sign_in_at.map_or_else(|| "—".to_owned(), day),
            stopped: !user.active,
        }
    };
    let page = InsurerPage {
        frame: officer
            .frame("/ops/insurers")
            .below("/ops/insurers", "保険者のユーザID"),
        action: format!("/ops/insurers/{}", body.number()),
        notice,
        name,
        number: body.number().to_owned(),
        municipalities: own.iter().map(|it| it.name.to_owned()).collect(),
        accounts: accounts.iter().map(account).collect(),
    };
    officer.page(status, &page)
}

/// POST `/ops/insurers/{number}`: an account's first secret again, stopped, or let in again.
pub(crate) async fn change(Path(number): Path<String>, posted: PostedBy) -> Response {
    let PostedBy { officer, fields } = posted;
    if let Err(response) = officer.may(&MAY) {
        return response;
    }
    let Some(body) = body_of(&number) else {
        return nowhere(&officer);
    };
    let (platform, context) = (officer.platform(), officer.context());
    let held = match members::list(platform, &body).await {
        Ok(held) => held,
        Err(error) => return officer.failed(&error),
    };
    let go = fields.get("go");
    if !matches!(go, "again" | "stop" | "resume") {
        return officer.unknown_act();
    }
    let mut users = held.iter().map(|(user, _)| user);
    let Some(user) = users.find(|it| it.user_id.to_string() == fields.get("user")) else {
        return nowhere(&officer);
    };
    let name = match bodies::name(platform, &body).await {
        Ok(name) => name,
        Err(error) => return officer.failed(&error),
    };
    let own = officer.session.user_id;
    let reason = match go {
        "resume" => None,
        _ => match asked(&officer, &body, &name, user, &fields) {
            Ok(reason) => Some(reason),
            Err(page) => return page,
        },
    };
    match (go, reason) {
        ("again", Some(reason)) => {
            let form = officer.form("again", &fields);
            let origin = &officer.state.own_origin;
            let whom = (user.user_id, &*name);
            let again =
                invitations::issue_again(platform, &context, &form, origin, whom, &reason).await;
            match again {
                Ok(()) => {}
                Err(InviteError::Storage(error)) => return officer.failed(&error),
                Err(
                    InviteError::Roles
                    | InviteError::Hashing
                    | InviteError::Link(_)
                    | InviteError::SentBefore
                    | InviteError::AlreadyInvited(_)
                    | InviteError::AlreadyIssued(_),
                ) => return nowhere(&officer),
            }
        }
        (_, reason) => {
            let user_id = user.user_id;
            let set = members::set_active(platform, &context, own, user_id, reason.as_ref());
            match set.await {
                Ok(()) => {}
                Err(MemberError::Storage(error)) => return officer.failed(&error),
                Err(
                    MemberError::NotFound
                    | MemberError::Own
                    | MemberError::LastAdministrator
                    | MemberError::Roles,
                ) => return nowhere(&officer),
            }
        }
    }
    Redirect::to(&format!("/ops/insurers/{}?done={go}", body.number())).into_response()
}

/// The reason that was given after a second look; otherwise the page that asks for it.
#[expect(clippy::result_large_err, reason = "the page is the answer itself")]
fn asked(
    officer: &Officer,
    body: &Body,
    body_name: &str,
    user: &PortalUserRow,
    fields: &Fields,
) -> Result<Reason, Response> {
    let action = format!("/ops/insurers/{}", body.number());
    let (title, lead, button) = match fields.get("go") {
        "again" => (
            "初回パスワードの再発行の確認",
            "新しい初回パスワードを、登録されたメールアドレスへお送りします。いまのパスワードはすぐに使えなくなり、ログインしている画面も終わります。取り消せません。",
            "初回パスワードを再発行する",
        ),
        _ => (
            "ユーザIDの停止の確認",
            "このユーザは、すべての所属ですぐに使えなくなります。あとから再開できます。",
            "このユーザIDを停止する",
        ),
    };
    let mut page = ReasonPage {
        frame: officer
            .frame("/ops/insurers")
            .below("/ops/insurers", "保険者のユーザID")
            .below(&action, format!("{body_name}のユーザID")),
        form: ReasonForm {
            title: title.to_owned(),
            lead: lead.to_owned(),
            facts: vec![
                ("保険者・都道府県".to_owned(), body_name.to_owned()),
                ("ユーザID".to_owned(), shown_login(&user.login)),
                ("氏名".to_owned(), user.name.clone()),
                ("メールアドレス".to_owned(), user.mail.clone()),
            ],
            hidden: ["go", "user"]
                .map(|it| (it.to_owned(), fields.get(it).to_owned()))
                .to_vec(),
            reason: TextField::of(fields.get("reason")),
            button: button.to_owned(),
            back: Link::new(action.clone(), "変更しないで前の画面へ戻る"),
            action,
        },
    };
    if fields.get("sure") != "yes" {
        return Err(officer.page(StatusCode::OK, &page));
    }
    fields.get("reason").parse::<Reason>().map_err(|error| {
        page.form.reason = page
            .form
            .reason
            .clone()
            .with_error(invited::reason_error(error));
        officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page)
    })
}
