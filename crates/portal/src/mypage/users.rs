//! 担当者の管理 (M03): who uses the portal for the office, and inviting somebody.

use super::{
    Done, frame, instant,
    own::{Own, PostedOwn},
    see_other,
};
use crate::{invited, typed};
use axum::{extract::Query, response::Response};
use http::StatusCode;
use kiban_domain::{Body, PortalRole, Roles};
use kiban_portal_ui::{
    Chip, ChipColor, Choice, ChoiceField, Link, MyUsersPage, Notice, NoticeKind, TextField,
    UserLine,
};
use kiban_services::portal_users::{
    NewAccount,
    invitations::{self, InviteError, NewMember},
    members, shown_login,
};
use kiban_store::repo::portal_users::{MembershipRow, PortalUserRow};

/// The roles to choose from.
pub(super) fn roles(chosen: Option<PortalRole>) -> ChoiceField {
    let choice = |role: PortalRole, help| Choice {
        chosen: chosen == Some(role),
        ..Choice::new(role.code(), role.label(), help)
    };
    ChoiceField::of(vec![
        choice(
            PortalRole::Administrator,
            "担当者の招待と停止、電子証明書の申込み、事業所の情報の変更ができます。",
        ),
        choice(PortalRole::Member, "事業所の情報と申請の状況を見られます。"),
    ])
}

/// The role of a form's field; nothing for one that offices have not got.
pub(super) fn role(code: &str) -> Option<PortalRole> {
    [PortalRole::Administrator, PortalRole::Member]
        .into_iter()
        .find(|role| role.code() == code)
}

pub(super) async fn all(own: &Own) -> Result<Vec<(PortalUserRow, MembershipRow)>, Response> {
    let all = members::list(own.platform(), &Body::Office(own.office_no)).await;
    all.map_err(|error| own.failed(&error))
}

pub(super) fn line(own: &Own, (user, membership): &(PortalUserRow, MembershipRow)) -> UserLine {
    let chip = match (membership.holds, user.active, user.must_replace) {
        (false, ..) => Chip::new("停止", ChipColor::Gray),
        (true, false, _) => Chip::new("運営が停止", ChipColor::Red),
        (true, true, true) => Chip::new("設定の途中", ChipColor::Yellow),
        (true, true, false) => Chip::new("利用中", ChipColor::Green),
    };
    UserLine {
        href: format!("/mypage/users/{}", user.login),
        name: user.name.clone(),
        login: shown_login(&user.login),
        mail: user.mail.clone(),
        role: membership.roles.label(),
        chip,
        seen: user.last_sign_in_at.map(instant).unwrap_or_default(),
        own: user.user_id == own.session.user_id,
    }
}

/// GET `/mypage/users`.
pub(super) async fn show(own: Own, Query(done): Query<Done>) -> Result<Response, Response> {
    own.admitted().await?;
    let title = match done.done.as_str() {
        "invited" => Some("招待のメールをお送りしました"),
        "role" => Some("役割を変更しました"),
        "stopped" => Some("利用を停止しました"),
        "handed" => Some("管理者を引き継ぎました"),
        word => invited::done(word),
    };
    let mut page = page(&own).await?;
    page.notice = title.map(|title| Notice::new(NoticeKind::Success, title, ""));
    Ok(own.page(StatusCode::OK, &page))
}

async fn page(own: &Own) -> Result<MyUsersPage, Response> {
    let all = all(own).await?;
    Ok(MyUsersPage {
        frame: frame(own, "/mypage/users"),
        notice: None,
        rows: all.iter().map(|it| line(own, it)).collect(),
        invitations: invited::lines(own).await?,
        administrator: own.session.keeps_members(),
        name: TextField::default(),
        mail: TextField::default(),
        role: roles(Some(PortalRole::Member)),
    })
}

/// POST `/mypage/users`: an invitation, or what is done with an open one. Whether anybody with this address has an account changes nothing.
pub(super) async fn invite(posted: PostedOwn) -> Result<Response, Response> {
    let PostedOwn { own, fields } = posted;
    own.administrator()?;
    own.admitted().await?;
    let mut page = page(&own).await?;
    if let Some(done) = invited::act(&own, &fields).await {
        return match done {
            Ok(word) => Ok(see_other(&format!("/mypage/users?done={word}"))),
            Err(error) => {
                page.notice = Some(invited::refused(&own, error)?);
                Ok(own.page(invited::GONE, &page))
            }
        };
    }
    if !matches!(fields.get("go"), "" | "invite") {
        return Err(own.unknown_act());
    }
    page.name = TextField::of(fields.get("name"));
    page.mail = TextField::of(fields.get("mail"));
    let role = role(fields.get("role"));
    page.role = roles(role);
    if role.is_none() {
        page.role = page.role.with_error("役割を選択してください");
    }
    let name = typed::person(&mut page.name, "氏名");
    let mail = typed::mail(&mut page.mail);
    let (Some(name), Some(mail), Some(role)) = (name, mail, role) else {
        return Ok(own.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    let new = NewMember {
        account: NewAccount {
            name,
            mail,
            phone: String::new(),
        },
        body: Body::Office(own.office_no),
        body_name: own.organisation.clone(),
        roles: Roles::of([role]),
    };
    let context = own.context();
    let (platform, origin) = (own.platform(), &own.state.own_origin);
    let form = own.form("invite", &fields);
    match invitations::invite(platform, &context, &form, origin, new).await {
        Ok(()) | Err(InviteError::SentBefore) => Ok(see_other("/mypage/users?done=invited")),
        Err(InviteError::Storage(error)) => Err(own.failed(&error)),
        Err(InviteError::AlreadyInvited(open)) => {
            page.notice = Some(invited::already(&open));
            Ok(own.page(StatusCode::CONFLICT, &page))
        }
        Err(
            InviteError::Roles
            | InviteError::Hashing
            | InviteError::Link(_)
            | InviteError::AlreadyIssued(_),
        ) => Err(own.say(
            StatusCode::INTERNAL_SERVER_ERROR,
            "処理を完了できませんでした",
            "しばらくたってから、もう一度お試しください。",
            Link::new("/mypage/users", "担当者の管理へ戻る"),
        )),
    }
}
