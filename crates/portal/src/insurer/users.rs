//! 利用者管理 (I12) of an insurer or a prefecture: invite, change what somebody may do, stop.

use super::nowhere;
use crate::{
    invited,
    member::{PostedIn, SignedIn},
    public::words,
    typed::line_error,
};
use axum::{
    extract::Query,
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_domain::{Body, MailAddress, PortalRole, Roles};
use kiban_portal_ui::{
    BodyUserLine, BodyUsersPage, Chip, ChipColor, Choice, ChoiceField, Link, MemberReasonPage,
    Notice, NoticeKind, ReasonForm, TextField,
};
use kiban_services::portal_users::{
    NewAccount, Reason,
    invitations::{self, InviteError, NewMember},
    members::{self, MemberError},
    shown_login,
};
use kiban_store::repo::portal_users::{MembershipRow, PortalUserRow};
use kiban_web_kit::Fields;
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
        invitations: invited::lines(signed_in).await?,
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
        "stopped" => Some("停止しました"),
        word => invited::done(word),
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
    if let Some(done) = invited::act(&signed_in, &fields).await {
        return match done {
            Ok(word) => Redirect::to(&format!("{}?done={word}", page.action)).into_response(),
            Err(error) => match invited::refused(&signed_in, error) {
                Ok(notice) => {
                    page.notice = Some(notice);
                    signed_in.page(invited::GONE, &page)
                }
                Err(response) => response,
            },
        };
    }
    match fields.get("go") {
        "invite" => {}
        "end" => return end(&signed_in, page, &fields).await,
        go => return change(&signed_in, page, fields.get("user"), go).await,
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
    let form = signed_in.form("invite", &fields);
    match invitations::invite(signed_in.platform(), &context, &form, origin, new).await {
        Ok(()) | Err(InviteError::SentBefore) => {
            Redirect::to(&format!("{}?done=invited", page.action)).into_response()
        }
        Err(InviteError::Storage(error)) => signed_in.failed(&error),
        Err(InviteError::AlreadyInvited(open)) => {
            page.notice = Some(invited::already(&open));
            signed_in.page(StatusCode::CONFLICT, &page)
        }
        Err(
            InviteError::Roles
            | InviteError::Hashing
            | InviteError::Link(_)
            | InviteError::AlreadyIssued(_),
        ) => signed_in.page(StatusCode::UNPROCESSABLE_ENTITY, &page),
    }
}

fn examine(page: &mut BodyUsersPage, is_mail: bool, is_role: bool) {
    if let Some(error) = line_error("氏名", &page.name.value, NAME, true) {
        page.name = page.name.clone().with_error(error);
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

async fn change(signed_in: &SignedIn, page: BodyUsersPage, user: &str, go: &str) -> Response {
    let Ok(role) = go.parse::<PortalRole>() else {
        return signed_in.unknown_act();
    };
    let role = Roles::of([role]);
    let Ok(user_id) = user.parse::<Uuid>() else {
        return nowhere(signed_in);
    };
    let (platform, context) = (signed_in.platform(), signed_in.context());
    let (body, own) = (signed_in.session.body, signed_in.session.user_id);
    let changed = members::set_roles(platform, &context, body, own, user_id, role).await;
    told(signed_in, page, changed, "changed")
}

/// Stops a member, after a second look with a reason.
async fn end(signed_in: &SignedIn, page: BodyUsersPage, fields: &Fields) -> Response {
    let user = fields.get("user");
    let Some(line) = page.users.iter().find(|it| it.id == user) else {
        return nowhere(signed_in);
    };
    let Ok(user_id) = user.parse::<Uuid>() else {
        return nowhere(signed_in);
    };
    let mut asked = MemberReasonPage {
        frame: page.frame.clone().below(&page.action, "利用者管理"),
        form: ReasonForm {
            title: "利用の停止の確認".to_owned(),
            lead: "この利用者は、この団体の画面をすぐに使えなくなります。あとから再開できます。"
                .to_owned(),
            facts: vec![
                ("氏名".to_owned(), line.name.clone()),
                ("ユーザID".to_owned(), line.login.clone()),
                ("役割".to_owned(), line.roles.clone()),
            ],
            action: page.action.clone(),
            hidden: vec![
                ("go".to_owned(), "end".to_owned()),
                ("user".to_owned(), user.to_owned()),
            ],
            reason: TextField::of(fields.get("reason")),
            button: "この利用者を停止する".to_owned(),
            back: Link::new(page.action.clone(), "停止しないで前の画面へ戻る"),
        },
    };
    if fields.get("sure") != "yes" {
        return signed_in.page(StatusCode::OK, &asked);
    }
    let reason = match fields.get("reason").parse::<Reason>() {
        Ok(reason) => reason,
        Err(error) => {
            asked.form.reason = asked.form.reason.with_error(invited::reason_error(error));
            return signed_in.page(StatusCode::UNPROCESSABLE_ENTITY, &asked);
        }
    };
    let (platform, context) = (signed_in.platform(), signed_in.context());
    let (body, own) = (signed_in.session.body, signed_in.session.user_id);
    let ended = members::end(platform, &context, body, own, user_id, &reason).await;
    told(signed_in, page, ended, "stopped")
}

fn told(
    signed_in: &SignedIn,
    mut page: BodyUsersPage,
    changed: Result<(), MemberError>,
    done: &str,
) -> Response {
    let title = match changed {
        Ok(()) => return Redirect::to(&format!("{}?done={done}", page.action)).into_response(),
        Err(MemberError::Storage(error)) => return signed_in.failed(&error),
        Err(MemberError::NotFound | MemberError::Roles) => return nowhere(signed_in),
        Err(MemberError::Own) => "自分の役割は、自分では変えられません",
        Err(MemberError::LastAdministrator) => "管理者がいなくなるため、変更できません",
    };
    page.notice = Some(Notice::new(NoticeKind::Warning, title, ""));
    signed_in.page(StatusCode::CONFLICT, &page)
}
