//! One of an office's people (M03): their role, stopping them, handing the keeping of the others over.

use super::{
    frame, missing,
    own::{Own, PostedOwn},
    see_other,
    users::{all, line, role, roles},
};
use crate::invited;
use axum::{extract::Path, response::Response};
use http::StatusCode;
use kiban_domain::{Body, PortalRole, Roles};
use kiban_portal_ui::{
    Link, MemberReasonPage, MyConfirmPage, MyUserPage, Notice, NoticeKind, ReasonForm, TextField,
};
use kiban_services::portal_users::{
    Reason,
    members::{self, MemberError},
};
use kiban_store::repo::portal_users::{MembershipRow, PortalUserRow};

type Member = (PortalUserRow, MembershipRow);

/// Another one of the office's people.
async fn find(own: &Own, login: &str) -> Result<Member, Response> {
    own.administrator()?;
    let found = all(own)
        .await?
        .into_iter()
        .find(|(user, _)| user.login == login);
    found
        .filter(|(user, _)| user.user_id != own.session.user_id)
        .ok_or_else(|| missing(own))
}

/// GET `/mypage/users/{login}`.
pub(super) async fn show(own: Own, Path(login): Path<String>) -> Result<Response, Response> {
    let member = find(&own, &login).await?;
    Ok(own.page(StatusCode::OK, &page(&own, &member)))
}

fn page(own: &Own, member: &Member) -> MyUserPage {
    let roles_held = member.1.roles;
    let chosen = if roles_held.has(PortalRole::Administrator) {
        PortalRole::Administrator
    } else {
        PortalRole::Member
    };
    MyUserPage {
        frame: frame(own, "/mypage/users").below("/mypage/users", "担当者の管理"),
        notice: None,
        user: line(own, member),
        holds: member.1.holds,
        role: roles(Some(chosen)),
    }
}

/// POST `/mypage/users/{login}`: another role, or an ended membership that begins again.
pub(super) async fn submit(
    Path(login): Path<String>,
    posted: PostedOwn,
) -> Result<Response, Response> {
    let PostedOwn { own, fields } = posted;
    let member = find(&own, &login).await?;
    let Some(role) = role(fields.get("role")) else {
        let mut page = page(&own, &member);
        page.role = roles(None).with_error("役割を選択してください");
        return Ok(own.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    let context = own.context();
    let set = members::set_roles(
        own.platform(),
        &context,
        Body::Office(own.office_no),
        own.session.user_id,
        member.0.user_id,
        Roles::of([role]),
    );
    match set.await {
        Ok(()) => Ok(see_other("/mypage/users?done=role")),
        Err(error) => Err(failed(&own, &member, &error)),
    }
}

fn failed(own: &Own, member: &Member, error: &MemberError) -> Response {
    let title = match error {
        MemberError::NotFound => return missing(own),
        MemberError::Storage(error) => return own.failed(error),
        MemberError::Own => "自分の役割は変更できません",
        MemberError::LastAdministrator => "管理者がいなくなるため、変更できません",
        MemberError::Roles => "役割を選択してください",
    };
    let mut page = page(own, member);
    page.notice = Some(Notice::new(
        NoticeKind::Error,
        title,
        "ほかの担当者を管理者にしてから、もう一度操作してください。",
    ));
    own.page(StatusCode::CONFLICT, &page)
}

/// What can be done after one more question.
#[derive(Debug, Clone, Copy)]
enum Act {
    Stop,
    HandOver,
}

impl Act {
    fn of(word: &str) -> Option<Self> {
        match word {
            "stop" => Some(Self::Stop),
            "hand-over" => Some(Self::HandOver),
            _ => None,
        }
    }
}

/// GET `/mypage/users/{login}/stop` and `…/hand-over`: asks once more.
pub(super) async fn ask(
    own: Own,
    Path((login, act)): Path<(String, String)>,
) -> Result<Response, Response> {
    let act = Act::of(&act).ok_or_else(|| missing(&own))?;
    let member = find(&own, &login).await?;
    if !member.1.holds {
        return Err(missing(&own));
    }
    Ok(match act {
        Act::Stop => own.page(StatusCode::OK, &stop_page(&own, &member, "")),
        Act::HandOver => own.page(StatusCode::OK, &hand_over_page(&own, &member)),
    })
}

fn facts((user, membership): &Member) -> Vec<(String, String)> {
    vec![
        ("氏名".into(), user.name.clone()),
        ("メールアドレス".into(), user.mail.clone()),
        ("いまの役割".into(), membership.roles.label()),
    ]
}

fn back((user, _): &Member) -> Link {
    let href = format!("/mypage/users/{}", user.login);
    Link::new(href, "変更しないで前の画面へ戻る")
}

fn stop_page(own: &Own, member: &Member, reason: &str) -> MemberReasonPage {
    MemberReasonPage {
        frame: frame(own, "/mypage/users").below("/mypage/users", "担当者の管理"),
        form: ReasonForm {
        title: "利用の停止の確認".into(),
        lead:
            "この担当者は、この事業所のマイページをすぐに使えなくなります。あとから再開できます。"
                .into(),
        facts: facts(member),
        action: format!("/mypage/users/{}/stop", member.0.login),
        hidden: Vec::new(),
        reason: TextField::of(reason),
        button: "この担当者の利用を停止する".into(),
        back: back(member),
        },
    }
}

fn hand_over_page(own: &Own, member: &Member) -> MyConfirmPage {
    MyConfirmPage {
        frame: frame(own, "/mypage/users").below("/mypage/users", "担当者の管理"),
        title: "管理者の引き継ぎの確認".into(),
        lead: "この担当者が管理者になり、あなたは担当者になります。元に戻すときは、新しい管理者に依頼してください。"
            .into(),
        facts: facts(member),
        action: format!("/mypage/users/{}/hand-over", member.0.login),
        hidden: Vec::new(),
        button: "管理者を引き継ぐ".into(),
        back: back(member),
    }
}

/// POST `/mypage/users/{login}/stop` and `…/hand-over`.
pub(super) async fn act(
    Path((login, act)): Path<(String, String)>,
    posted: PostedOwn,
) -> Result<Response, Response> {
    let PostedOwn { own, fields } = posted;
    let act = Act::of(&act).ok_or_else(|| missing(&own))?;
    let member = find(&own, &login).await?;
    let (platform, context) = (own.platform(), own.context());
    let (body, me, other) = (
        Body::Office(own.office_no),
        own.session.user_id,
        member.0.user_id,
    );
    let (outcome, done) = match act {
        Act::Stop => {
            let typed = fields.get("reason");
            let reason = match typed.parse::<Reason>() {
                Ok(reason) => reason,
                Err(error) => {
                    let mut page = stop_page(&own, &member, typed);
                    page.form.reason = page.form.reason.with_error(invited::reason_error(error));
                    return Ok(own.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
                }
            };
            (
                members::end(platform, &context, body, me, other, &reason).await,
                "stopped",
            )
        }
        Act::HandOver => (
            members::hand_over(platform, &context, body, me, other).await,
            "handed",
        ),
    };
    outcome.map_err(|error| failed(&own, &member, &error))?;
    Ok(see_other(&format!("/mypage/users?done={done}")))
}
