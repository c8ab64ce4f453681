//! 保険者・都道府県のユーザID (O06): issued, issued again, stopped.

use crate::officer::{Officer, PostedBy};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_console_ui::{
    AccountLine, BodyLine, Chip, ChipColor, InsurerPage, InsurersPage, Notice, NoticeKind,
    TextField,
};
use kiban_domain::{Body, MailAddress, PortalRole, Timestamp, Wareki, normalize};
use kiban_services::{
    insurer_accounts::{self, BodyRow, IssueError},
    portal_users::{
        NewAccount, bodies,
        invitations::{self, InviteError},
        members::{self, MemberError},
        shown_login,
    },
    readiness,
};
use kiban_store::Error;
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
    let notice = (before.done == "issued").then(|| {
        Notice::new(
            NoticeKind::Success,
            "ユーザIDを発行しました",
            "担当者にメールでお送りします。",
        )
    });
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
    match read.await {
        Ok((insurers, prefectures)) => {
            let page = InsurersPage {
                frame: officer.frame("/ops/insurers"),
                notice,
                insurers: insurers.iter().map(line).collect(),
                prefectures: prefectures.iter().map(line).collect(),
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

/// POST `/ops/insurers`: one account, to the person in charge.
pub(crate) async fn issue(posted: PostedBy) -> Response {
    let PostedBy { officer, fields } = posted;
    if let Err(response) = officer.may(&MAY) {
        return response;
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
    let message = match insurer_accounts::issue(platform, &context, origin, body, account).await {
        Ok(_) => return Redirect::to("/ops/insurers?done=issued").into_response(),
        Err(IssueError::CheckDigit) => "保険者番号が正しくありません。もう一度お確かめください",
        Err(IssueError::NoSuchInsurer) => {
            "入力された保険者番号の市町村または広域連合は見つかりませんでした"
        }
        Err(IssueError::Storage(error) | IssueError::Invite(InviteError::Storage(error))) => {
            return officer.failed(&error);
        }
        Err(
            IssueError::Kind
            | IssueError::Invite(InviteError::Roles | InviteError::Hashing | InviteError::Link(_)),
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
    } else if name.value.chars().count() > NAME || name.value.contains(char::is_control) {
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
    let of_body = |id: &str| {
        let mut users = held.iter().map(|(user, _)| user.user_id);
        users.find(|it| it.to_string() == id)
    };
    let Some(user_id) = of_body(fields.get("user")) else {
        return nowhere(&officer);
    };
    let go = fields.get("go");
    if go == "again" {
        let name = match bodies::name(platform, &body).await {
            Ok(name) => name,
            Err(error) => return officer.failed(&error),
        };
        let origin = &officer.state.own_origin;
        match invitations::issue_again(platform, &context, origin, user_id, &name).await {
            Ok(()) => {}
            Err(InviteError::Storage(error)) => return officer.failed(&error),
            Err(InviteError::Roles | InviteError::Hashing | InviteError::Link(_)) => {
                return nowhere(&officer);
            }
        }
    } else {
        let active = go == "resume";
        let own = officer.session.user_id;
        match members::set_active(platform, &context, own, user_id, active).await {
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
    let done = match go {
        "again" | "resume" => go,
        _ => "stop",
    };
    Redirect::to(&format!("/ops/insurers/{}?done={done}", body.number())).into_response()
}
