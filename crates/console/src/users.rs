//! ユーザ管理 (O06): finding people of the portal, stopping them, letting in whoever is locked out with two persons.

use crate::{
    ConsoleState, invited,
    officer::{Officer, PostedBy},
    words::{instant, line_error},
};
use axum::{
    extract::{Path, Query},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_console_ui::{
    Chip, ChipColor, Link, Notice, NoticeKind, PersonLine, ReasonForm, ReasonPage, TextField,
    UserPage, UsersPage,
};
use kiban_domain::{Body, PortalRole};
use kiban_services::{
    portal_users::{Reason, shown_login},
    user_care::{self, CareError, Found, MOST},
};
use kiban_web_kit::{Fields, Routes};
use serde::Deserialize;

/// The pages of who looks after people.
pub(crate) fn routes() -> Routes<ConsoleState> {
    Routes::new()
        .get("/ops/users", list)
        .post("/ops/users", invitation)
        .get("/ops/users/{login}", show)
        .post("/ops/users/{login}", submit)
}

#[expect(clippy::result_large_err, reason = "the refusal is the answer itself")]
fn care(officer: &Officer) -> Result<(), Response> {
    officer.may(&[PortalRole::Manager, PortalRole::Admission])
}

/// What an address asks for.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    done: String,
}

fn bodies(found: &Found) -> String {
    let bodies: Vec<String> = found
        .memberships
        .iter()
        .map(|it| {
            let what = match it.body {
                Body::Office(_) => "事業所・医療機関",
                Body::Insurer(_) => "市町村（保険者）",
                Body::Prefecture(_) => "都道府県",
                Body::Operator => "運営",
            };
            format!("{what} {}（{}）", it.body.number(), it.roles.label())
        })
        .collect();
    if bodies.is_empty() {
        "ありません".to_owned()
    } else {
        bodies.join("、")
    }
}

fn chip(found: &Found) -> Chip {
    let user = &found.user;
    match (user.active, found.memberships.is_empty(), user.must_replace) {
        (false, ..) => Chip::new("停止", ChipColor::Red),
        (true, true, _) => Chip::new("所属なし", ChipColor::Gray),
        (true, false, true) => Chip::new("設定の途中", ChipColor::Yellow),
        (true, false, false) => Chip::new("利用中", ChipColor::Green),
    }
}

fn line(found: &Found) -> PersonLine {
    let user = &found.user;
    PersonLine {
        link: Link::new(format!("/ops/users/{}", user.login), &user.name),
        login: shown_login(&user.login),
        mail: user.mail.clone(),
        bodies: bodies(found),
        chip: chip(found),
        seen: user.last_sign_in_at.map(instant).unwrap_or_default(),
    }
}

/// GET `/ops/users`.
async fn list(officer: Officer, Query(asked): Query<Asked>) -> Result<Response, Response> {
    care(&officer)?;
    let (platform, context) = (officer.platform(), officer.context());
    let waiting = user_care::list_waiting(platform, &context).await;
    let waiting = waiting.map_err(|error| officer.failed(&error))?;
    let text = asked.q.trim();
    let found = if text.is_empty() {
        None
    } else {
        let found = user_care::search(platform, &context, text).await;
        Some(found.map_err(|error| officer.failed(&error))?)
    };
    let more = found
        .as_ref()
        .is_some_and(|found| i64::try_from(found.len()).is_ok_and(|count| count >= MOST));
    let page = UsersPage {
        frame: officer.frame("/ops/users"),
        notice: invited::done(&asked.done).map(|title| Notice::new(NoticeKind::Success, title, "")),
        q: TextField::of(text),
        waiting: waiting.iter().map(line).collect(),
        invitations: invited::lines(&officer, |_| true).await?,
        found: found.map(|found| found.iter().map(line).collect()),
        more,
    };
    Ok(officer.page(StatusCode::OK, &page))
}

/// POST `/ops/users`: what is done with an open invitation.
async fn invitation(PostedBy { officer, fields }: PostedBy) -> Result<Response, Response> {
    care(&officer)?;
    let done = invited::act(&officer, "/ops/users", &fields).await;
    Ok(done.unwrap_or_else(|| officer.unknown_act()))
}

async fn load(officer: &Officer, login: &str) -> Result<Found, Response> {
    care(officer)?;
    let found = user_care::read(officer.platform(), &officer.context(), login).await;
    found.map_err(|error| match error {
        CareError::Storage(error) => officer.failed(&error),
        CareError::NotFound | CareError::SamePerson | CareError::Stale | CareError::Reason => {
            officer.say(
                StatusCode::NOT_FOUND,
                "このユーザは見つかりません",
                "ユーザ管理でもう一度探してください。",
            )
        }
    })
}

/// GET `/ops/users/{login}`.
async fn show(
    officer: Officer,
    Path(login): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let found = load(&officer, &login).await?;
    let title = match asked.done.as_str() {
        "stop" => Some("利用を停止しました"),
        "resume" => Some("利用を再開しました"),
        "ask" => Some("ロック解除を依頼しました。別の担当者の承認を待っています"),
        "open" => Some("承認し、再設定のメールを送りました"),
        "refuse" => Some("依頼を承認しませんでした"),
        _ => None,
    };
    let mut page = page(&officer, &found);
    page.notice = title.map(|title| Notice::new(NoticeKind::Success, title, ""));
    Ok(officer.page(StatusCode::OK, &page))
}

fn page(officer: &Officer, found: &Found) -> UserPage {
    let user = &found.user;
    let me = officer.session.user_id;
    let seen = user.last_sign_in_at.map(instant);
    let facts = [
        ("ユーザID", shown_login(&user.login)),
        ("メールアドレス", user.mail.clone()),
        ("電話番号", user.phone.clone()),
        ("所属", bodies(found)),
        ("登録した日時", instant(user.created_at)),
        (
            "最後のログイン",
            seen.unwrap_or_else(|| "まだありません".to_owned()),
        ),
    ];
    UserPage {
        frame: officer
            .frame("/ops/users")
            .below("/ops/users", "ユーザ管理"),
        notice: None,
        action: format!("/ops/users/{}", user.login),
        name: user.name.clone(),
        facts: facts
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(term, text)| (term.to_owned(), text))
            .collect(),
        chip: chip(found),
        own: user.user_id == me,
        stopped: !user.active,
        unlock: found.unlock.as_ref().map(|unlock| {
            vec![
                ("依頼した人".to_owned(), unlock.asked_name.clone()),
                ("依頼した日時".to_owned(), instant(unlock.asked_at)),
                ("理由".to_owned(), unlock.reason.clone()),
            ]
        }),
        may_decide: found
            .unlock
            .as_ref()
            .is_some_and(|unlock| unlock.asked_by != me),
        reason: TextField::default(),
    }
}

/// POST `/ops/users/{login}`; `go` says what.
async fn submit(
    Path(login): Path<String>,
    PostedBy { officer, fields }: PostedBy,
) -> Result<Response, Response> {
    let found = load(&officer, &login).await?;
    let (platform, context) = (officer.platform(), officer.context());
    let (me, user_id) = (officer.session.user_id, found.user.user_id);
    let portal = &officer.state.own_origin;
    let go = fields.get("go");
    let done = match go {
        "stop" => {
            let reason = stop_reason(&officer, &found, &fields)?;
            user_care::set_active(platform, &context, me, user_id, Some(&reason)).await
        }
        "resume" => user_care::set_active(platform, &context, me, user_id, None).await,
        "ask" => {
            let by = (me, officer.session.name.clone());
            user_care::ask_unlock(platform, &context, by, user_id, fields.get("reason")).await
        }
        "open" | "refuse" => {
            user_care::decide_unlock(platform, &context, portal, me, user_id, go == "open").await
        }
        _ => return Err(officer.unknown_act()),
    };
    let Err(error) = done else {
        let target = format!("/ops/users/{login}?done={go}");
        return Ok(Redirect::to(&target).into_response());
    };
    let mut page = page(&officer, &found);
    page.reason = TextField::of(fields.get("reason"));
    let (status, title) = match error {
        CareError::Storage(error) => return Err(officer.failed(&error)),
        CareError::Reason => {
            let label = "理由と、本人を確かめた方法";
            let error = line_error(label, fields.get("reason"), 500, true);
            page.reason = page.reason.with_error(error.unwrap_or_default());
            return Ok(officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
        CareError::SamePerson => (StatusCode::FORBIDDEN, "この操作は、別の担当者が行います"),
        CareError::Stale => (
            StatusCode::CONFLICT,
            "ほかの人が先に処理しました。いまの状態を確かめてください",
        ),
        CareError::NotFound => (StatusCode::NOT_FOUND, "この操作はできません"),
    };
    page.notice = Some(Notice::new(NoticeKind::Error, title, ""));
    Ok(officer.page(status, &page))
}

/// The reason that was given after a second look; otherwise the page that asks for it.
#[expect(clippy::result_large_err, reason = "the page is the answer itself")]
fn stop_reason(officer: &Officer, found: &Found, fields: &Fields) -> Result<Reason, Response> {
    let user = &found.user;
    let action = format!("/ops/users/{}", user.login);
    let mut page = ReasonPage {
        frame: officer
            .frame("/ops/users")
            .below("/ops/users", "ユーザ管理")
            .below(&action, &user.name),
        form: ReasonForm {
            title: "利用の停止の確認".to_owned(),
            lead: "このユーザは、すべての所属ですぐに使えなくなります。あとから再開できます。"
                .to_owned(),
            facts: vec![
                ("氏名".to_owned(), user.name.clone()),
                ("ユーザID".to_owned(), shown_login(&user.login)),
                ("所属".to_owned(), bodies(found)),
            ],
            hidden: vec![("go".to_owned(), "stop".to_owned())],
            reason: TextField::of(fields.get("reason")),
            button: "このユーザの利用を停止する".to_owned(),
            back: Link::new(action.clone(), "停止しないで前の画面へ戻る"),
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
