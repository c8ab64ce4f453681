//! What My Page (M01) says of applications for subsidies: to finish, to mend, to correct, to read.

use super::{account, applicant, chip, page_of, title, turn, word};
use crate::{mypage::own::Own, public::subsidy::day};
use axum::response::Response;
use kiban_domain::{Opening, SubsidyStage, Timestamp};
use kiban_portal_ui::{Link, TaskLine};
use kiban_services::subsidies::{self, Standing, SubsidyRow};

/// For so many days a decision stands on My Page.
const DECISION_DAYS: i64 = 30;

/// Applications of which something is to be done or read, the newest first.
pub(in crate::mypage) async fn tasks(own: &Own) -> Result<Vec<TaskLine>, Response> {
    let applicant = applicant(own).await?;
    let rows = subsidies::list_own(own.platform(), &applicant).await;
    let rows = rows.map_err(|error| own.failed(&error))?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let standing = subsidies::standing(own.platform()).await;
    let standing = standing.map_err(|error| own.failed(&error))?;
    let now = own.platform().now();
    Ok(rows
        .iter()
        .filter_map(|row| task(row, &standing, now))
        .collect())
}

fn task(row: &SubsidyRow, standing: &[Standing], now: Timestamp) -> Option<TaskLine> {
    let detail = |label: &str| Link::new(page_of(&row.receipt), label);
    let (text, link) = match row.stage {
        SubsidyStage::Draft => {
            let programme = word(row.programme);
            let href = format!("/apply/subsidy/{programme}/{}/kinds", row.receipt);
            let link = Link::new(href, "申請の入力を続ける");
            (until(row, standing, now)?, link)
        }
        SubsidyStage::Returned => (
            "直していただきたいところがあります。運営からの連絡を読んで、修正して提出してください。"
                .to_owned(),
            detail("運営からの連絡を読む"),
        ),
        SubsidyStage::Granted { .. } if row.on_hold => (
            "助成金を振り込めませんでした。振込先の口座を確かめて、訂正してください。".to_owned(),
            Link::new(account::address(&row.receipt), "振込先を訂正する"),
        ),
        SubsidyStage::Granted { .. } if is_new(row, now) => (
            "交付を決定しました。決定の内容を確かめてください。振込が終わると、メールでお知らせします。"
                .to_owned(),
            detail("交付決定の内容を見る"),
        ),
        SubsidyStage::Refused { .. } if is_new(row, now) => (
            "交付しないことを決定しました。理由を確かめてください。".to_owned(),
            detail("不交付の理由を見る"),
        ),
        SubsidyStage::Granted { .. }
        | SubsidyStage::Refused { .. }
        | SubsidyStage::Submitted
        | SubsidyStage::InReview { .. }
        | SubsidyStage::Checked { .. }
        | SubsidyStage::Withdrawn
        | SubsidyStage::Paid { .. } => return None,
    };
    Some(TaskLine {
        title: title(row.programme).to_owned(),
        text,
        chip: chip(row),
        turn: turn(row).to_owned(),
        link: Some(link),
    })
}

/// Until when a draft can be submitted; nothing when it cannot any more.
fn until(row: &SubsidyRow, standing: &[Standing], now: Timestamp) -> Option<String> {
    let scheme = standing.iter().find(|it| it.scheme.code() == row.scheme)?;
    let period = scheme.scheme.applications();
    let text = match period.at(now) {
        Opening::Before => format!("申請の受付は、{}からです。", day(period.first)),
        Opening::Open { days_left: 0 } => "申請の受付は、今日までです。".to_owned(),
        Opening::Open { days_left } => {
            let last = day(period.last);
            format!("申請の受付は、あと{days_left}日です（{last}まで）。")
        }
        Opening::After => return None,
    };
    Some(format!("まだ提出していません。{text}"))
}

fn is_new(row: &SubsidyRow, now: Timestamp) -> bool {
    now.duration_since(row.changed_at).as_hours() < DECISION_DAYS * 24
}
