//! 制度の値 (O11): schemes in revisions, and proposing one.

use super::{acts, may_read, reviewer, schemes};
use crate::{officer::Officer, small_file::SmallFile, words::short_instant};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use kiban_console_ui::{Chip, ChipColor, Grid, GridCell, MastersPage, TextField};
use kiban_domain::PortalRole;
use kiban_services::subsidies::{self, SCHEME_FILE_BYTES, SchemeError, SchemeRow};

/// GET `/ops/masters`.
pub(super) async fn show(officer: Officer) -> Result<Response, Response> {
    let page = page(&officer, None).await?;
    Ok(officer.page(StatusCode::OK, &page))
}

pub(super) async fn revisions(officer: &Officer) -> Result<Vec<SchemeRow>, Response> {
    may_read(officer)?;
    let rows = subsidies::revisions(officer.platform()).await;
    rows.map_err(|error| officer.failed(&error))
}

/// Of these the revision of a scheme that is in force.
pub(super) fn in_force<'a>(rows: &'a [SchemeRow], scheme: &str) -> Option<&'a SchemeRow> {
    let mut own = rows.iter().filter(|it| it.scheme == scheme);
    own.find(|it| it.state == "standing")
}

/// How a revision stands.
pub(super) fn chip(rows: &[SchemeRow], row: &SchemeRow) -> Chip {
    match &*row.state {
        "proposed" => Chip::new("承認待ち", ChipColor::Yellow),
        "refused" => Chip::new("却下", ChipColor::Red),
        "standing" if in_force(rows, &row.scheme) == Some(row) => {
            Chip::new("有効", ChipColor::Green)
        }
        _ => Chip::new("以前の版", ChipColor::Gray),
    }
}

async fn page(officer: &Officer, typed: Option<(&str, &str)>) -> Result<MastersPage, Response> {
    let rows = revisions(officer).await?;
    let heads = [
        ("制度", false),
        ("状態", false),
        ("提案した人", false),
        ("提案した日時", false),
        ("理由", false),
        ("決めた人", false),
    ];
    let mut grid = Grid::new("制度の版の一覧", &heads);
    for row in &rows {
        let href = format!("/ops/masters/{}/{}", row.scheme, row.revision);
        let proposer = if row.proposed_by.is_some() {
            &*row.proposed_name
        } else {
            "はじめからの版"
        };
        grid.rows.push(vec![
            GridCell::link(href, format!("{}（第{}版）", row.scheme, row.revision)),
            GridCell::chip(chip(&rows, row)),
            GridCell::of(proposer),
            GridCell::of(short_instant(row.proposed_at)),
            GridCell::of(&row.reason),
            GridCell::of(&row.decided_name),
        ]);
    }
    let standing = schemes(officer).await?;
    let heads = [
        ("制度", false),
        ("サービス", false),
        ("区分", false),
        ("確かさ", false),
    ];
    let mut kinds = Grid::new("サービスの種類の区分", &heads);
    for it in &standing {
        let scheme = &it.scheme;
        for kind in &scheme.care().kinds {
            let category = scheme.category_of(kind.kind);
            kinds.rows.push(vec![
                GridCell::of(scheme.code()),
                GridCell::of(format!("{}（{}）", kind.kind.label(), kind.kind.as_str())),
                GridCell::of(category.map_or(&*kind.category, |it| &it.label)),
                GridCell::of(kind.certainty.label()),
            ]);
        }
    }
    let now = standing
        .first()
        .and_then(|it| in_force(&rows, it.scheme.code()));
    let now = now.map_or("", |it| &*it.content);
    let (content, reason) = typed.unwrap_or((now, ""));
    Ok(MastersPage {
        frame: officer.frame("/ops/masters"),
        revisions: grid,
        kinds,
        content: acts(officer).then(|| TextField::of(content)),
        reason: TextField::of(reason),
        wrong: Vec::new(),
    })
}

/// POST `/ops/masters`: a text or a file, which another person approves.
pub(super) async fn propose(
    SmallFile {
        officer,
        fields,
        bytes,
    }: SmallFile,
) -> Result<Response, Response> {
    officer.may(&[PortalRole::Subsidy])?;
    let (content, reason) = (fields.get("content"), fields.get("reason"));
    let content = if bytes.is_empty() {
        Ok(content.replace("\r\n", "\n"))
    } else {
        String::from_utf8(bytes).map(|it| it.replace("\r\n", "\n"))
    };
    let Ok(content) = content else {
        let mut page = page(&officer, None).await?;
        page.reason = TextField::of(reason);
        page.wrong
            .push("ファイルを、UTF-8の文章として読めません".into());
        return Ok(officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    // A last line without an end is the same text as one with it.
    let content = format!("{}\n", content.trim_end());
    let by = reviewer(&officer).await?;
    let (platform, context) = (officer.platform(), officer.context());
    let wrong = if content.len() > SCHEME_FILE_BYTES {
        vec!["文章が長すぎます。256KBまでにしてください".to_owned()]
    } else {
        match subsidies::propose(platform, &context, content.clone(), reason, by).await {
            Ok((scheme, revision)) => {
                let address = format!("/ops/masters/{scheme}/{revision}?done=propose");
                return Ok(Redirect::to(&address).into_response());
            }
            Err(error) => refusal(&officer, &error)?,
        }
    };
    let mut page = page(&officer, Some((&content, reason))).await?;
    page.wrong = wrong;
    Ok(officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// Why a scheme was not taken in, each a sentence without a full stop.
#[expect(
    clippy::result_large_err,
    reason = "the answer itself, made once and sent"
)]
pub(super) fn refusal(officer: &Officer, error: &SchemeError) -> Result<Vec<String>, Response> {
    let one = |text: &str| Ok(vec![text.to_owned()]);
    match error {
        SchemeError::Faults(faults) => Ok(faults.iter().map(ToString::to_string).collect()),
        SchemeError::Same => one("いま有効な版と同じです。変更していません"),
        SchemeError::Waiting => {
            one("承認を待っている変更があります。承認か却下のあとで提案してください")
        }
        SchemeError::Reason => one("変更の理由を、400文字以内で入力してください"),
        SchemeError::Stale => one("この版は、ほかの人が先に決めています"),
        SchemeError::SamePerson => one("提案した人は、承認も却下もできません"),
        SchemeError::Storage(error) => Err(officer.failed(error)),
    }
}
