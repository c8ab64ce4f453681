//! `kiban emergency`: when and where offices may look in emergencies, and the review of what they looked at.

use super::say;
use crate::{
    assemble::{DataArgs, operator},
    machine::SystemClock,
};
use anyhow::Result;
use clap::{Args, Subcommand};
use jiff::tz::{TimeZone, offset};
use kiban_domain::{EmergencyArea, InsurerNumber, LookFinding, Timestamp};
use kiban_services::{
    Platform,
    emergency::{
        self, LISTED_MAX, LookId, NewWindow, Review, ReviewError, Unreviewed, WINDOW_LONGEST,
        WindowError,
    },
};
use kiban_store::repo::emergency::WindowRow;
use std::process::ExitCode;
use uuid::Uuid;

#[derive(Debug, Subcommand)]
pub(crate) enum EmergencyCommand {
    /// 緊急閲覧を開く（地域と期間と理由を決める。最長14日、延ばすときは新しく開く）
    On(OnArgs),
    /// 緊急閲覧を閉じる。開いている閲覧もすぐに終わる
    Off {
        /// 期間のID
        id: Uuid,
    },
    /// 期間の一覧
    List {
        /// JSONで出力する（1行に1件）
        #[arg(long)]
        json: bool,
    },
    /// まだ確認していない閲覧の一覧。--look を付けると、その閲覧の確認を記録する
    Review(ReviewArgs),
}

#[derive(Debug, Args)]
pub(crate) struct OnArgs {
    /// 保険者番号（複数可）
    #[arg(
        long = "insurer",
        required_unless_present = "prefecture",
        conflicts_with = "prefecture"
    )]
    insurers: Vec<InsurerNumber>,
    /// 都道府県の番号（01から47）
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=47))]
    prefecture: Option<u8>,
    /// いつから（例: 2026-11-01T09:00:00+09:00。指定しないときは今）
    #[arg(long)]
    from: Option<Timestamp>,
    /// いつまで（この時刻には閉じている）
    #[arg(long)]
    until: Timestamp,
    /// 理由（200文字まで。事業所の画面にも表示する）
    #[arg(long)]
    reason: String,
}

#[derive(Debug, Args)]
pub(crate) struct ReviewArgs {
    /// 確認する閲覧のID
    #[arg(long, requires_all = ["finding", "by"])]
    look: Option<LookId>,
    /// 確認の結果: ok, improper
    #[arg(long, requires = "look")]
    finding: Option<LookFinding>,
    /// 所見（improper のときは必ず。500文字まで）
    #[arg(long, requires = "look", default_value = "", hide_default_value = true)]
    remark: String,
    /// 確認した人の氏名
    #[arg(long, requires = "look")]
    by: Option<String>,
    /// 一覧をJSONで出力する（1行に1件）
    #[arg(long, conflicts_with = "look")]
    json: bool,
}

pub(crate) async fn run(data: DataArgs, command: EmergencyCommand) -> Result<ExitCode> {
    let platform = data.open(SystemClock::default()).await?;
    match command {
        EmergencyCommand::On(args) => on(&platform, args).await?,
        EmergencyCommand::Off { id } => {
            let closed = emergency::close_window(&platform, &operator(), id).await;
            let row = closed.map_err(worded)?;
            say(&format!("閉じました: {}", line(&row, platform.now())));
        }
        EmergencyCommand::List { json } => {
            let rows = emergency::list_windows(&platform, &operator()).await;
            for row in rows.map_err(worded)? {
                say(&if json {
                    to_json(&row, platform.now())
                } else {
                    line(&row, platform.now())
                });
            }
        }
        EmergencyCommand::Review(args) => review(&platform, args).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn on(platform: &Platform, args: OnArgs) -> Result<()> {
    let area = match args.prefecture {
        Some(prefecture) => EmergencyArea::Prefecture(prefecture),
        None => EmergencyArea::of_insurers(args.insurers)?,
    };
    let new = NewWindow {
        area,
        from: args.from,
        until: args.until,
        reason: args.reason,
    };
    let opened = emergency::open_window(platform, &operator(), new).await;
    let row = opened.map_err(worded)?;
    say(&format!("開きました: {}", line(&row, platform.now())));
    Ok(())
}

async fn review(platform: &Platform, args: ReviewArgs) -> Result<()> {
    if let (Some(id), Some(finding), Some(by)) = (args.look, args.finding, args.by) {
        let review = Review {
            id,
            finding,
            remark: args.remark,
            by,
        };
        let done = emergency::review(platform, &operator(), review).await;
        done.map_err(review_worded)?;
        say(&format!("確認を記録しました（{}）", finding.label()));
        return Ok(());
    }
    let waiting = emergency::unreviewed(platform, &operator()).await;
    let waiting = waiting.map_err(review_worded)?;
    for it in &waiting {
        say(&if args.json {
            look_json(it)
        } else {
            look_line(it)
        });
    }
    if !args.json {
        let more = i64::try_from(waiting.len()).is_ok_and(|count| count >= LISTED_MAX);
        let more = if more {
            "（古い順。続きがあります）"
        } else {
            ""
        };
        say(&format!("確認を待つ閲覧 {}件{more}", waiting.len()));
    }
    Ok(())
}

fn state(row: &WindowRow, now: Timestamp) -> (&'static str, &'static str) {
    let window = row.window();
    if window.is_open(now) {
        ("open", "開いている")
    } else if now < window.from && row.closed_at.is_none() {
        ("planned", "開始前")
    } else {
        ("closed", "終了")
    }
}

fn line(row: &WindowRow, now: Timestamp) -> String {
    format!(
        "{}  {}  {}  {}から{}まで  {}",
        row.window_id,
        state(row, now).1,
        row.area,
        local(row.starts_at),
        local(row.window().until),
        row.reason
    )
}

fn to_json(row: &WindowRow, now: Timestamp) -> String {
    serde_json::json!({
        "id": row.window_id.to_string(), "state": state(row, now).0, "area": row.area.to_string(),
        "from": row.starts_at.to_string(), "until": row.ends_at.to_string(), "reason": row.reason,
        "created_at": row.created_at.to_string(), "created_by": row.created_by,
        "closed_at": row.closed_at.map(|at| at.to_string()), "closed_by": row.closed_by,
    })
    .to_string()
}

/// Whom it showed stays out but for the last three characters: the operator reviews the office, not the person.
fn look_line(it: &Unreviewed) -> String {
    let look = &it.look;
    format!(
        "{}  {}から{}まで  {}（{}）{}  端末の証明書 {}  被保険者番号の末尾 {}  {}：{}",
        it.id,
        local(look.opened_at),
        local(look.ends_at),
        it.office,
        look.office_no.as_str(),
        look.account,
        look.terminal,
        tail(it),
        look.reason.label(),
        look.statement.replace(['\r', '\n'], " ")
    )
}

fn look_json(it: &Unreviewed) -> String {
    let look = &it.look;
    serde_json::json!({
        "id": it.id.to_string(), "opened_at": look.opened_at.to_string(), "ends_at": look.ends_at.to_string(),
        "window": look.window_id.to_string(), "office_no": look.office_no.as_str(), "office": it.office, "account": look.account,
        "terminal": look.terminal, "insured_no_end": tail(it), "reason": look.reason.code(),
        "statement": look.statement,
    })
    .to_string()
}

fn tail(it: &Unreviewed) -> String {
    let number = it.look.person.insured_no.as_str();
    let hidden = number.chars().count().saturating_sub(3);
    number.chars().skip(hidden).collect()
}

fn local(at: Timestamp) -> String {
    let local = at.to_zoned(TimeZone::fixed(offset(9)));
    local.strftime("%Y-%m-%d %H:%M").to_string()
}

fn worded(error: WindowError) -> anyhow::Error {
    let days = WINDOW_LONGEST.as_hours() / 24;
    let words = match &error {
        WindowError::Refused(refusal) => refusal.message().to_owned(),
        WindowError::UnknownArea => {
            "登録されていない保険者があります。先に `kiban insurer add` で登録してください"
                .to_owned()
        }
        WindowError::OutOfOrder => {
            "開始は今より後、終了は開始より後の時刻を指定してください".to_owned()
        }
        WindowError::TooLong => format!(
            "期間は{days}日までです。続けて必要なときは、終わる前に新しい期間を開いてください"
        ),
        WindowError::Reason => {
            "理由は、1文字以上200文字以内で、改行を入れずに指定してください".to_owned()
        }
        WindowError::NotFound => {
            "この期間はないか、すでに終わっています。`kiban emergency list` で確かめてください"
                .to_owned()
        }
        WindowError::Storage(_) => return error.into(),
    };
    anyhow::anyhow!(words)
}

fn review_worded(error: ReviewError) -> anyhow::Error {
    let words = match &error {
        ReviewError::Refused(refusal) => refusal.message().to_owned(),
        ReviewError::NotFound => {
            "この閲覧は見つかりません。`kiban emergency review` で確かめてください".to_owned()
        }
        ReviewError::Reviewed(standing) => format!(
            "この閲覧は、{}に{}さんが確認しています（{}）。先の確認はそのまま残ります",
            local(standing.at),
            standing.by,
            standing.finding.label()
        ),
        ReviewError::Remark => {
            "所見は500文字以内で指定してください。不適切としたときは、所見が必要です".to_owned()
        }
        ReviewError::By => "確認した人の氏名は、1文字以上50文字以内で指定してください".to_owned(),
        ReviewError::Storage(_) => return error.into(),
    };
    anyhow::anyhow!(words)
}
