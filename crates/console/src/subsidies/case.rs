//! 審査 (O03): one application beside its evidence.

use super::{acts, checks, chip, may_read, notice, reviewer, signed, typed, values, yen};
use crate::{
    officer::Officer,
    words::{day, day_of, instant},
};
use axum::{
    extract::{Path, Query},
    response::Response,
};
use http::StatusCode;
use kiban_console_ui::{
    CaseField, CaseFile, CaseForm, CaseLine, Grid, GridCell, Notice, NoticeKind, SubsidyCasePage,
    TextField,
};
use kiban_domain::{FileKind, Reviewer, SubsidyStage, SubsidyStageError, field_label};
use kiban_services::subsidies::{self, Claim, ReviewCase, SubsidyCase, reviewer_of, shown_receipt};
use kiban_web_kit::{Fields, download};
use serde::Deserialize;

/// Reasons that come up again and again.
const TEMPLATES: [&str; 6] = [
    "請求書・領収書の番号が、書類と違います。書類のとおりに直してください。",
    "製造番号が、書類または機器と違います。機器の表示を確かめて直してください。",
    "金額が、書類と違います。書類のとおりに直してください。",
    "書類の文字が読み取れません。読み取れる書類を、もう一度添付してください。",
    "口座名義が、申請した事業所の名義であることを確認できませんでした。",
    "申請された経費は、助成の対象ではありません。",
];

/// What happened before, in an address.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Said {
    #[serde(default)]
    done: String,
}

/// GET `/ops/subsidy/{receipt}`.
pub(super) async fn show(
    officer: Officer,
    Path(receipt): Path<String>,
    Query(said): Query<Said>,
) -> Result<Response, Response> {
    let review = load(&officer, &receipt).await?;
    let mut page = page(&officer, &review, None).await?;
    let title = match &*said.done {
        "take" => "審査を始めました",
        "return" => "差し戻しました",
        "check" if review.case.decision.is_some() => "決定しました",
        "check" => "一次審査を記録しました",
        "decide" => "決定しました",
        _ => "",
    };
    if !title.is_empty() {
        page.notice = Some(Notice::new(NoticeKind::Success, title, ""));
    }
    Ok(officer.page(StatusCode::OK, &page))
}

/// GET `/ops/subsidy/{receipt}/files/{file}`: recorded, and never drawn as a page of ours.
pub(super) async fn file(
    officer: Officer,
    Path((receipt, file)): Path<(String, String)>,
) -> Result<Response, Response> {
    may_read(&officer)?;
    let missing = || {
        officer.say(
            StatusCode::NOT_FOUND,
            "書類が見つかりません",
            "申請の画面からたどってください。",
        )
    };
    let file = file.parse().map_err(|_| missing())?;
    let (platform, context) = (officer.platform(), officer.context());
    let opened = subsidies::open_evidence(platform, &context, &receipt, file).await;
    let opened = opened.map_err(|error| officer.failed(&error))?;
    let opened = opened.ok_or_else(missing)?;
    let media_type = opened.row.file_kind.media_type();
    Ok(download::answer(
        &opened.row.file_name,
        media_type,
        opened.bytes,
    ))
}

/// The application, or that there is none.
pub(super) async fn load(officer: &Officer, receipt: &str) -> Result<ReviewCase, Response> {
    may_read(officer)?;
    let found = subsidies::read_for_review(officer.platform(), &officer.context(), receipt).await;
    found
        .map_err(|error| officer.failed(&error))?
        .ok_or_else(|| {
            officer.say(
                StatusCode::NOT_FOUND,
                "申請が見つかりません",
                "受付番号を確かめるか、審査の一覧からたどってください。",
            )
        })
}

/// The page, with what was typed before something had to be mended.
pub(super) async fn page(
    officer: &Officer,
    review: &ReviewCase,
    fields: Option<&Fields>,
) -> Result<SubsidyCasePage, Response> {
    let case = &review.case;
    let row = &case.row;
    let who = reviewer_of(&reviewer(officer).await?, row);
    let may = may(officer, case, who);
    let (proposal, accepted) = acts::proposed(case);
    Ok(SubsidyCasePage {
        frame: officer
            .frame("/ops/subsidy")
            .below("/ops/subsidy", "助成金の審査"),
        notice: None,
        receipt: row.receipt.clone(),
        shown: shown_receipt(&row.receipt),
        version: row.version,
        chip: chip(row.stage, row.submissions > 1),
        facts: facts(case),
        letter: notice::address(officer, case),
        checks: checks::of(review, officer.platform().today()),
        fields: values::plain_fields(row.programme)
            .into_iter()
            .map(|name| field(case, &name, fields))
            .collect(),
        lines: lines(case, fields),
        worked: worked(case),
        sums: sums(case),
        proposal,
        accepted,
        changes: changes(case),
        payments: payments(case),
        steps: steps(case),
        form: may.form,
        buttons: may.buttons,
        why_not: may.why_not,
        templates: TEMPLATES.to_vec(),
        note: TextField::of(fields.map_or_else(String::new, typed::note)),
        inner: TextField::of(fields.map_or("", |it| it.get("inner"))),
        wrong: Vec::new(),
    })
}

struct May {
    form: CaseForm,
    buttons: Vec<(&'static str, &'static str)>,
    why_not: String,
}

/// What this reviewer may do now, and why not more.
fn may(officer: &Officer, case: &SubsidyCase, who: Reviewer) -> May {
    let stage = case.row.stage;
    let mut may = May {
        form: CaseForm::default(),
        buttons: Vec::new(),
        why_not: String::new(),
    };
    if !super::acts(officer) {
        may.why_not = "監査の役割では、見ることだけができます。".into();
        return may;
    }
    let own = matches!(stage, SubsidyStage::InReview { reviewer } if reviewer == who.user_id);
    let open = matches!(
        stage,
        SubsidyStage::Submitted | SubsidyStage::InReview { .. } | SubsidyStage::Checked { .. }
    );
    if open && who.is_applicant {
        may.why_not = acts::why(SubsidyStageError::OwnApplication).into();
        return may;
    }
    may.form.returns = stage.send_back(who).is_ok();
    may.form.checks = own;
    match stage {
        SubsidyStage::Submitted => may.buttons.push(("take", "審査を始める")),
        SubsidyStage::InReview { .. } if !own => {
            may.buttons.push(("take", "審査を引き継ぐ"));
            may.why_not = format!(
                "{}さんが審査しています。引き継ぐと、あなたが審査できます。",
                case.row.reviewer_name
            );
        }
        SubsidyStage::Checked { first } if first == who.user_id => {
            may.why_not = acts::why(SubsidyStageError::SamePerson).into();
        }
        SubsidyStage::Checked { .. } => may.buttons.push(("decide", "決定の確認へ進む")),
        SubsidyStage::InReview { .. } => {}
        SubsidyStage::Draft | SubsidyStage::Returned => {
            may.why_not = acts::why(SubsidyStageError::ApplicantsTurn).into();
        }
        SubsidyStage::Granted { .. } => {
            may.why_not = acts::why(SubsidyStageError::Decided).into();
        }
        SubsidyStage::Refused { .. } | SubsidyStage::Withdrawn | SubsidyStage::Paid { .. } => {
            may.why_not = acts::why(SubsidyStageError::Ended).into();
        }
    }
    may
}

fn facts(case: &SubsidyCase) -> Vec<(String, String)> {
    let row = &case.row;
    let came = row.submitted_at.map(|it| day_of(it).wareki);
    let mut facts = vec![
        ("名称", row.office_name.clone()),
        ("事業所番号", row.office_no.as_str().to_owned()),
        ("助成の種類", row.programme.label().to_owned()),
        ("制度", case.scheme.title().to_owned()),
        ("申請した人", row.applicant_name.clone()),
        ("メールアドレス", row.applicant_mail.clone()),
        ("提出した日", came.unwrap_or_default()),
        ("提出の回数", format!("{}回", row.submissions)),
    ];
    if !row.reviewer_name.is_empty() {
        facts.push(("担当", row.reviewer_name.clone()));
    }
    if row.on_hold {
        facts.push((
            "振込の保留",
            "振込ができませんでした。申請者による振込先の訂正を待っています。".into(),
        ));
    }
    let own = |(term, text): (&str, String)| (term.to_owned(), text);
    facts.into_iter().map(own).collect()
}

fn field(case: &SubsidyCase, name: &str, fields: Option<&Fields>) -> CaseField {
    let earlier = case.remarks.iter().filter(|it| it.field == name);
    CaseField {
        name: name.to_owned(),
        label: field_label(name).unwrap_or_default(),
        value: values::shown(name, case.form.get(name)),
        remark: fields.map_or_else(String::new, |it| {
            it.get(&format!("remark.{name}")).to_owned()
        }),
        earlier: earlier
            .map(|it| format!("{}（{}回目の提出）", it.remark, it.submission))
            .collect(),
    }
}

fn lines(case: &SubsidyCase, fields: Option<&Fields>) -> Vec<CaseLine> {
    let percent = case.scheme.tax_percent();
    let filled = case.filled.iter().flat_map(|it| &it.lines);
    let line = |it: &kiban_domain::FilledLine| {
        let mut line = typed::untouched(it, percent);
        let claimed = it.cost.with_tax(percent).get();
        let about =
            fields.filter(|fields| !fields.raw(&format!("line.{}.yen", it.number)).is_empty());
        if let Some(fields) = about {
            typed::take(fields, &mut line, claimed);
            for field in [&mut line.quantity, &mut line.yen, &mut line.reason] {
                field.error = None;
            }
        }
        let names = kiban_domain::LineField::ALL
            .iter()
            .map(|field| format!("line.{}.{}", it.number, field.code()));
        line.fields = names
            .map(|name| field(case, &name, fields))
            .filter(|field| !field.value.is_empty())
            .collect();
        let own = case
            .files
            .iter()
            .filter(|file| file.line == i64::from(it.number));
        line.files = own
            .map(|file| CaseFile {
                href: format!("/ops/subsidy/{}/files/{}", case.row.receipt, file.file_id),
                name: file.file_name.clone(),
                about: crate::words::file(file.file_kind, file.size_bytes),
                image: matches!(file.file_kind, FileKind::Jpeg | FileKind::Png),
                locked: file.locked,
            })
            .collect();
        line
    };
    filled.map(line).collect()
}

fn worked(case: &SubsidyCase) -> Grid {
    let heads = [
        ("経費", false),
        ("区分", false),
        ("税込の金額", true),
        ("対象の数量", true),
        ("対象の金額", true),
        ("対象にならない理由", false),
    ];
    let mut grid = Grid::new("経費ごとの計算", &heads);
    let (Some(filled), Some(claim)) = (&case.filled, &case.claim) else {
        return grid;
    };
    for (line, worked) in filled.lines.iter().zip(claim.lines()) {
        grid.rows.push(vec![
            GridCell::of(format!("経費{}", line.number)),
            GridCell::of(line.cost.kind.label()),
            GridCell::of(yen(signed(worked.with_tax.get()))),
            GridCell::of(worked.counted.to_string()),
            GridCell::of(yen(signed(worked.eligible.get()))),
            GridCell::of(values::cut(worked.cut.as_ref())),
        ]);
    }
    grid
}

fn sums(case: &SubsidyCase) -> Vec<(String, String)> {
    let amount = |it: kiban_domain::Yen| yen(signed(it.get()));
    let sums = match &case.claim {
        None => Vec::new(),
        Some(Claim::Care(it)) => {
            let categories: Vec<_> = it.categories.iter().map(|it| &*it.label).collect();
            vec![
                ("サービスの区分", categories.join("、")),
                ("カードリーダーの上限", format!("{}台", it.readers_most)),
                ("対象経費の合計", amount(it.eligible)),
                ("限度額", amount(it.limit)),
                ("限度額を超えた額", amount(it.above_limit)),
                ("申請額", amount(it.amount)),
            ]
        }
        Some(Claim::Opinion(it)) => vec![
            ("医療機関の区分", it.class.label.clone()),
            ("対象経費の合計", amount(it.eligible)),
            (
                "補助率",
                format!("{}分の{}", it.class.rate.below, it.class.rate.above),
            ),
            ("補助率をかけた額", amount(it.at_rate)),
            ("限度額", amount(it.class.limit)),
            ("限度額を超えた額", amount(it.above_limit)),
            ("申請額", amount(it.amount)),
        ],
    };
    let own = |(term, text): (&str, String)| (term.to_owned(), text);
    sums.into_iter().map(own).collect()
}

fn changes(case: &SubsidyCase) -> Grid {
    let heads = [
        ("項目", false),
        ("前回の提出", false),
        ("今回の提出", false),
    ];
    let mut grid = Grid::new("変わった項目の一覧", &heads);
    for it in &case.changes {
        grid.rows.push(vec![
            GridCell::of(&it.label),
            GridCell::of(values::shown(&it.field, &it.before)),
            GridCell::of(values::shown(&it.field, &it.after)),
        ]);
    }
    grid
}

fn payments(case: &SubsidyCase) -> Grid {
    let heads = [
        ("顧客コード", false),
        ("振込", false),
        ("金額", true),
        ("状態", false),
        ("理由", false),
    ];
    let mut grid = Grid::new("この申請の振込", &heads);
    for it in &case.payments {
        grid.rows.push(vec![
            GridCell::of(it.payment_no.to_string()),
            GridCell::link(
                format!("/ops/subsidy/payments/{}", it.run_no),
                format!("第{}回", it.run_no),
            ),
            GridCell::of(yen(it.amount_yen)),
            GridCell::of(super::payment_state(&it.state)),
            GridCell::of(&it.reason),
        ]);
    }
    grid
}

fn steps(case: &SubsidyCase) -> Grid {
    let heads = [
        ("日時", false),
        ("内容", false),
        ("した人", false),
        ("申請者への連絡", false),
        ("内部のメモ（運営だけ）", false),
    ];
    let mut grid = Grid::new("経過の一覧", &heads);
    for it in &case.steps {
        let actor = if it.by_operator && it.actor != "運営" {
            format!("運営　{}", it.actor)
        } else {
            it.actor.clone()
        };
        grid.rows.push(vec![
            GridCell::of(instant(it.acted_at)),
            GridCell::of(it.step.label()),
            GridCell::of(actor),
            GridCell::of(&it.note),
            GridCell::of(&it.inner_note),
        ]);
    }
    if let Some(decision) = &case.decision {
        grid.label = format!(
            "経過の一覧（決定 第{}号・{}）",
            decision.decision_no,
            day(decision.decided_on)
        );
    }
    grid
}
