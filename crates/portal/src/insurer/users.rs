//! 利用者管理 (I12) of an insurer or a prefecture: invite, change what somebody may do, stop.

use super::nowhere;
use crate::{
    member::{PostedIn, SignedIn},
    public::words,
};
use axum::{
    extract::Query,
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_domain::{Body, MailAddress, PortalRole, Roles};
use kiban_portal_ui::{
    BodyUserLine, BodyUsersPage, Chip, ChipColor, Choice, ChoiceField, Link, Notice, NoticeKind,
    TextField,
};
use kiban_services::portal_users::{
    NewAccount,
    invitations::{self, InviteError, NewMember},
    members::{self, MemberError},
    shown_login,
};
use kiban_store::repo::portal_users::{MembershipRow, PortalUserRow};
use serde::Deserialize;
use uuid::Uuid;

/// Longest name, in characters.
const NAME: usize = 60;

/// What was done before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Before {
    done: String,
}

/// The page of the body that somebody acts for; offices and the operator have others.
fn address(signed_in: &SignedIn) -> Option<&'static str> {
    match signed_in.session.body {
        Body::Insurer(_) => Some("/insurer/users"),
        Body::Prefecture(_) => Some("/prefecture/users"),
        Body::Office(_) | Body::Operator => None,
    }
}

fn roles(chosen: &str) -> ChoiceField {
    let choice = |it: PortalRole| Choice {
        chosen: it.code() == chosen,
        ..Choice::new(it.code(), it.label(), "")
    };
    ChoiceField::of(vec![
        choice(PortalRole::Member),
        choice(PortalRole::Administrator),
    ])
}

async fn page(signed_in: &SignedIn, notice: Option<Notice>) -> Result<BodyUsersPage, Response> {
    let address = address(signed_in).ok_or_else(|| nowhere(signed_in))?;
    let users = members::list(signed_in.platform(), &signed_in.session.body).await;
    let users = users.map_err(|error| signed_in.failed(&error))?;
    let own = signed_in.session.user_id;
    Ok(BodyUsersPage {
        frame: signed_in.frame().at(address),
        action: address.to_owned(),
        notice,
        organisation: signed_in.organisation.clone(),
        users: users
            .iter()
            .map(|(user, row)| line(own, user, row))
            .collect(),
        administrator: signed_in.session.keeps_members(),
        name: TextField::default(),
        mail: TextField::default(),
        role: roles("member"),
    })
}

fn line(own: Uuid, user: &PortalUserRow, row: &MembershipRow) -> BodyUserLine {
    let administrator = row.roles.has(PortalRole::Administrator);
    let acts: &[(&str, &str)] = match (user.user_id == own, row.holds, administrator) {
        (true, ..) => &[],
        (false, false, _) => &[("member", "担当者として再開する")],
        (false, true, true) => &[("member", "担当者にする"), ("end", "停止する")],
        (false, true, false) => &[("administrator", "管理者にする"), ("end", "停止する")],
    };
    let state = match (row.holds && user.active, user.last_sign_in_at) {
        (false, _) => Chip::new("停止", ChipColor::Gray),
        (true, None) => Chip::new("初回ログイン待ち", ChipColor::Yellow),
        (true, Some(_)) => Chip::new("有効", ChipColor::Green),
    };
    let act = |(word, label): &(&str, &str)| ((*word).to_owned(), (*label).to_owned());
    BodyUserLine {
        id: user.user_id.to_string(),
        login: shown_login(&user.login),
        name: user.name.clone(),
        roles: row.roles.label(),
        state,
        last: user.last_sign_in_at.map_or_else(
            || "—".to_owned(),
            |at| words::date(words::day_of(at)).wareki,
        ),
        acts: acts.iter().map(act).collect(),
    }
}

/// GET `/insurer/users` and `/prefecture/users`.
pub(super) async fn show(signed_in: SignedIn, Query(before): Query<Before>) -> Response {
    let title = match before.done.as_str() {
        "invited" => Some("招待のメールをお送りします"),
        "changed" => Some("変更しました"),
        _ => None,
    };
    let notice = title.map(|title| Notice::new(NoticeKind::Success, title, ""));
    match page(&signed_in, notice).await {
        Ok(page) => signed_in.page(StatusCode::OK, &page),
        Err(response) => response,
    }
}

/// POST `/insurer/users` and `/prefecture/users`.
pub(super) async fn submit(posted: PostedIn) -> Response {
    let PostedIn { signed_in, fields } = posted;
    let mut page = match page(&signed_in, None).await {
        Ok(page) => page,
        Err(response) => return response,
    };
    if !page.administrator {
        return signed_in.say(
            StatusCode::FORBIDDEN,
            "この操作をする権限がありません",
            "管理者だけができる操作です。管理者に依頼してください。",
            Link::new(page.action, "前の画面へ戻る"),
        );
    }
    let go = fields.get("go");
    if go != "invite" {
        return change(&signed_in, page, fields.get("user"), go).await;
    }
    page.name = TextField::of(fields.get("name"));
    page.mail = TextField::of(fields.get("mail"));
    page.role = roles(fields.get("role"));
    let role = fields.get("role").parse::<PortalRole>().ok();
    let role = role.filter(|it| signed_in.session.body.roles().contains(it));
    let mail = fields.get("mail").parse::<MailAddress>().ok();
    examine(&mut page, mail.is_some(), role.is_some());
    let (Some(mail), Some(role), true) = (mail, role, page.errors().is_empty()) else {
        return signed_in.page(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let new = NewMember {
        account: NewAccount {
            name: page.name.value.clone(),
            mail,
            phone: String::new(),
        },
        body: signed_in.session.body,
        body_name: signed_in.organisation.clone(),
        roles: Roles::of([role]),
    };
    let context = signed_in.context();
    let origin = &signed_in.state.own_origin;
    match invitations::invite(signed_in.platform(), &context, origin, new).await {
        Ok(()) => Redirect::to(&format!("{}?done=invited", page.action)).into_response(),
        Err(InviteError::Storage(error)) => signed_in.failed(&error),
        Err(InviteError::Roles | InviteError::Hashing | InviteError::Link(_)) => {
            signed_in.page(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

fn examine(page: &mut BodyUsersPage, is_mail: bool, is_role: bool) {
    let name = &page.name.value;
    if name.is_empty() {
        page.name = page.name.clone().with_error("氏名を入力してください");
    } else if name.chars().count() > NAME || name.contains(char::is_control) {
        page.name = page
            .name
            .clone()
            .with_error("氏名は、60文字以内で入力してください");
    }
    if page.mail.value.is_empty() {
        page.mail = page
            .mail
            .clone()
            .with_error("メールアドレスを入力してください");
    } else if !is_mail {
        page.mail = page.mail.clone().with_error(
            "メールアドレスは、@の前後を半角の英数字で入力してください（例：tantou@example.jp）",
        );
    }
    if !is_role {
        page.role = page.role.clone().with_error("役割を選択してください");
    }
}

async fn change(signed_in: &SignedIn, mut page: BodyUsersPage, user: &str, go: &str) -> Response {
    let Ok(user_id) = user.parse::<Uuid>() else {
        return nowhere(signed_in);
    };
    let (platform, context) = (signed_in.platform(), signed_in.context());
    let (body, own) = (signed_in.session.body, signed_in.session.user_id);
    let changed = if go == "end" {
        members::end(platform, &context, body, own, user_id).await
    } else {
        let role = match go.parse::<PortalRole>() {
            Ok(role) => Roles::of([role]),
            Err(_) => return nowhere(signed_in),
        };
        members::set_roles(platform, &context, body, own, user_id, role).await
    };
    let title = match changed {
        Ok(()) => return Redirect::to(&format!("{}?done=changed", page.action)).into_response(),
        Err(MemberError::Storage(error)) => return signed_in.failed(&error),
        Err(MemberError::NotFound | MemberError::Roles) => return nowhere(signed_in),
        Err(MemberError::Own) => "自分の役割は、自分では変えられません",
        Err(MemberError::LastAdministrator) => "管理者がいなくなるため、変更できません",
    };
    page.notice = Some(Notice::new(NoticeKind::Warning, title, ""));
    signed_in.page(StatusCode::CONFLICT, &page)
}
