//! マイページ: what the people of an office or institution do for it (P-2, W-1).
//!
//! Somebody whose application is under way comes in too, and sees how it stands; what needs an admitted office says so.

mod applications;
mod certificates;
mod checklist;
mod home;
mod office;
mod own;
mod subsidy;
mod user;
mod users;

use crate::{
    PortalState,
    member::{SignedIn, time_of_day},
};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use kiban_domain::{Timestamp, Wareki, tokyo_date};
use kiban_portal_ui::{Link, PortalFrame};
use kiban_web_kit::Routes;
use serde::Deserialize;

/// The pages of an office's people.
pub(crate) fn routes() -> Routes<PortalState> {
    Routes::new()
        .get("/mypage", home::show)
        .get("/mypage/switch", switch)
        .get("/mypage/office", office::show)
        .post("/mypage/office", office::submit)
        .get("/mypage/users", users::show)
        .post("/mypage/users", users::invite)
        .get("/mypage/users/{login}", user::show)
        .post("/mypage/users/{login}", user::submit)
        .get("/mypage/users/{login}/{act}", user::ask)
        .post("/mypage/users/{login}/{act}", user::act)
        .get("/mypage/applications", applications::list)
        .get("/mypage/applications/{receipt}", applications::show)
        .post("/mypage/applications/{receipt}", applications::resubmit)
        .get("/mypage/applications/{receipt}/withdraw", applications::ask)
        .post(
            "/mypage/applications/{receipt}/withdraw",
            applications::withdraw,
        )
        .get(
            "/mypage/applications/{receipt}/files/{file}",
            subsidy::give_out,
        )
        .get("/mypage/applications/{receipt}/notice.pdf", subsidy::notice)
        .get("/mypage/applications/{receipt}/copy.pdf", subsidy::copy)
        .get(
            "/mypage/applications/{receipt}/account",
            subsidy::show_account,
        )
        .post(
            "/mypage/applications/{receipt}/account",
            subsidy::correct_account,
        )
        .get("/apply/subsidy/{programme}", subsidy::show_begin)
        .post("/apply/subsidy/{programme}", subsidy::begin)
        .get(
            "/apply/subsidy/{programme}/{receipt}/confirm",
            subsidy::show_confirm,
        )
        .post(
            "/apply/subsidy/{programme}/{receipt}/confirm",
            subsidy::submit,
        )
        .get(
            "/apply/subsidy/{programme}/{receipt}/{step}",
            subsidy::show_step,
        )
        .post("/apply/subsidy/{programme}/{receipt}/{step}", subsidy::save)
        .get("/mypage/certificates", certificates::show)
        .post("/mypage/certificates", certificates::apply)
        .post("/mypage/certificates/{id}/renew", certificates::renew)
        .get("/mypage/certificates/{id}/stop", certificates::ask)
        .post("/mypage/certificates/{id}/stop", certificates::stop)
        .get("/mypage/checklist", checklist::show)
        .post("/mypage/checklist", checklist::save)
}

/// The pages of the menu, in order.
pub(crate) fn menu() -> Vec<Link> {
    vec![
        Link::new("/mypage", "マイページ"),
        Link::new("/mypage/office", "事業所の情報"),
        Link::new("/mypage/users", "担当者の管理"),
        Link::new("/mypage/applications", "申請の状況"),
        Link::new("/mypage/certificates", "電子証明書"),
        Link::new("/mypage/checklist", "導入準備チェック"),
        Link::new("/mypage/notices", "通知"),
    ]
}

/// What an address says about what was done before.
#[derive(Debug, Default, Deserialize)]
struct Done {
    #[serde(default)]
    done: String,
}

/// GET `/mypage/switch`: the same page for offices and for everybody else.
async fn switch() -> Response {
    Redirect::to("/switch").into_response()
}

fn frame(signed_in: &SignedIn, place: &str) -> PortalFrame {
    let frame = signed_in.frame().at(place);
    if place == "/mypage" {
        frame
    } else {
        frame.below("/mypage", "マイページ")
    }
}

fn see_other(target: &str) -> Response {
    Redirect::to(target).into_response()
}

/// What is asked for is not there, or not this office's.
fn missing(signed_in: &SignedIn) -> Response {
    signed_in.say(
        StatusCode::NOT_FOUND,
        "お探しのものは見つかりませんでした",
        "アドレスを確かめるか、マイページからたどってください。",
        Link::new("/mypage", "マイページへ戻る"),
    )
}

/// Somebody else was first.
fn stale(signed_in: &SignedIn, back: Link) -> Response {
    signed_in.say(
        StatusCode::CONFLICT,
        "ほかの人が先に更新しました",
        "いまの内容を確かめてから、もう一度操作してください。入力された内容は保存していません。",
        back,
    )
}

/// 「令和8年11月23日 10時05分」.
fn instant(at: Timestamp) -> String {
    let day = tokyo_date(at);
    let day = Wareki::try_from(day).map_or_else(|_| day.to_string(), Wareki::long);
    format!("{day} {}", time_of_day(at))
}
