//! 確認 and 提出: what will be submitted, in the form in which it is kept.

use super::{
    address, applicant, around, back, page_of, questions::Step, step, steps, title, written,
};
use crate::{
    mypage::{
        missing,
        own::{Own, PostedOwn},
        see_other, stale,
    },
    public::subsidy::{day, yen},
};
use axum::{extract::Path, response::Response};
use http::StatusCode;
use kiban_domain::{
    FieldFault, FilledSubsidy, FormFacts, Programme, ServiceKind, SubsidyStageError,
};
use kiban_portal_ui::{FactGroup, Link, Notice, NoticeKind, SubsidyConfirmPage};
use kiban_services::subsidies::{self, SubmitError, SubsidyCase};

/// GET `/apply/subsidy/{programme}/{receipt}/confirm`.
pub(in crate::mypage) async fn show(
    own: Own,
    Path((programme, receipt)): Path<(String, String)>,
) -> Result<Response, Response> {
    let case = written(&own, &programme, &receipt).await?;
    let applicant = applicant(&own).await?;
    let faults = step::faults(&own, &case);
    let tried = subsidies::try_submit(own.platform(), &applicant, &receipt).await;
    let refused = match tried {
        Ok(_) => None,
        Err(error) => said(&own, error)?,
    };
    let mut page = page(&own, &case, &faults);
    page.notice = refused;
    if page.notice.is_none() && faults.is_empty() {
        page.action = Some(address(&case, "confirm"));
    }
    Ok(own.page(StatusCode::OK, &page))
}

fn page(own: &Own, case: &SubsidyCase, faults: &[FieldFault]) -> SubsidyConfirmPage {
    let wrong = |it: &FieldFault| {
        let step = Step::asking(&it.field).word();
        Link::new(
            format!("{}#{}", address(case, step), it.field),
            it.message(),
        )
    };
    let facts = FormFacts {
        scheme: &case.scheme,
        programme: case.row.programme,
        today: own.platform().today(),
        with_files: None,
    };
    let filled = case.form.read(&facts).ok();
    SubsidyConfirmPage {
        frame: around(own),
        title: title(case.row.programme).to_owned(),
        steps: steps(),
        notice: None,
        wrong: faults.iter().map(wrong).collect(),
        groups: filled.map_or_else(Vec::new, |it| contents(case, &it, true)),
        estimate: step::estimate(case, &case.form),
        action: None,
        seen: case.row.version.to_string(),
        back: Link::new(address(case, "account"), "前の画面へ戻る"),
    }
}

/// What was typed, as it is kept; `writing`: with links to where it is mended, and the whole account.
pub(super) fn contents(
    case: &SubsidyCase,
    filled: &FilledSubsidy,
    writing: bool,
) -> Vec<FactGroup> {
    let edit = |step: Step, label: &str| {
        writing.then(|| Link::new(address(case, step.word()), format!("{label}を修正する")))
    };
    let fact = |term: &str, text: String| (term.to_owned(), text);
    let kinds: Vec<_> = filled.kinds.iter().map(ServiceKind::label).collect();
    let about = match case.row.programme {
        Programme::Care => vec![fact("サービスの種類", kinds.join("、"))],
        Programme::Opinion => vec![
            fact(
                "医療機関の区分",
                match case.form.get("institution") {
                    "hospital" => "病院".to_owned(),
                    "clinic" => "診療所".to_owned(),
                    other => other.to_owned(),
                },
            ),
            fact("病床数", format!("{}床", filled.beds)),
            fact("電子カルテ等の事業者", case.form.get("vendor").to_owned()),
            fact("電子カルテ等の製品名", case.form.get("product").to_owned()),
        ],
    };
    let mut groups = vec![FactGroup {
        title: "区分".into(),
        edit: edit(Step::Kinds, "区分"),
        facts: about,
    }];
    for line in &filled.lines {
        let cost = &line.cost;
        let amount = format!("{}（{}）", yen(cost.amount), cost.tax.label());
        let files = case.files.iter();
        let files: Vec<_> = files
            .filter(|it| it.line == i64::from(line.number) && it.removed_at.is_none())
            .map(|it| it.file_name.clone())
            .collect();
        let facts = vec![
            fact("経費の区分", cost.kind.label().to_owned()),
            fact("購入日・実施日", cost.on.map_or_else(String::new, day)),
            fact("メーカー・業者", line.maker.clone()),
            fact("型番・内容", line.model.clone()),
            fact("台数", format!("{}台", cost.quantity)),
            fact("製造番号", line.serials.join("、")),
            fact("請求書・領収書の番号", line.invoice.clone()),
            fact("金額", amount),
            fact("ファイル", files.join("、")),
        ];
        let shown = facts.into_iter().filter(|(term, text)| {
            let only_readers = term == "台数" && cost.kind != kiban_domain::CostKind::Reader;
            !text.is_empty() && !only_readers
        });
        let title = format!("経費{}", line.number);
        groups.push(FactGroup {
            edit: edit(Step::Costs, &title),
            title,
            facts: shown.collect(),
        });
    }
    let (account, names) = (&filled.account.account, &filled.account);
    let number = if writing {
        account.number.as_str().to_owned()
    } else {
        account.masked_number()
    };
    groups.push(FactGroup {
        title: "振込先の口座".into(),
        edit: edit(Step::Account, "口座"),
        facts: vec![
            fact(
                "金融機関",
                format!("{}（{}）", names.bank_name, account.bank.as_str()),
            ),
            fact(
                "支店",
                format!("{}（{}）", names.branch_name, account.branch.as_str()),
            ),
            fact("預金種目", account.kind.label().to_owned()),
            fact("口座番号", number),
            fact("口座名義（カナ）", account.holder.as_str().to_owned()),
        ],
    });
    groups
}

/// Why it cannot be submitted now, if it is not for a mistake in the form.
#[expect(clippy::result_large_err, reason = "the refusal is the answer itself")]
fn said(own: &Own, error: SubmitError) -> Result<Option<Notice>, Response> {
    let notice = |title: &str, body: &str| Some(Notice::new(NoticeKind::Warning, title, body));
    Ok(match error {
        SubmitError::Faults(_) => None,
        SubmitError::NotRegistered => notice(
            "提出は、事業所の登録が承認されてからです",
            "入力した内容は保存しています。承認されたら、この画面から提出してください。",
        ),
        SubmitError::OfficeClosed => notice(
            "この事業所は、事業所の一覧で廃止または休止になっています",
            "事業所の状況が違うときは、お問い合わせください。",
        ),
        SubmitError::NotYet => notice(
            "申請の受付は、まだ始まっていません",
            "入力した内容は保存しています。受付が始まったら、この画面から提出してください。",
        ),
        SubmitError::Over => notice(
            "申請の受付は終了しました",
            "受付の期間は、助成金のご案内で確かめてください。",
        ),
        SubmitError::Nothing => notice(
            "助成額が0円のため、提出できません",
            "経費の区分、日付、金額を確かめてください。",
        ),
        SubmitError::NotFound => return Err(missing(own)),
        SubmitError::Stage(_) | SubmitError::Stale => {
            return Err(stale(
                own,
                Link::new("/mypage/applications", "申請の状況を見る"),
            ));
        }
        SubmitError::Storage(error) => return Err(own.failed(&error)),
    })
}

/// POST `/apply/subsidy/{programme}/{receipt}/confirm`: submitted once, however often it is sent.
pub(in crate::mypage) async fn submit(
    Path((_, receipt)): Path<(String, String)>,
    posted: PostedOwn,
) -> Result<Response, Response> {
    let PostedOwn { own, fields } = posted;
    let applicant = applicant(&own).await?;
    let seen = fields.get("seen").parse().unwrap_or_default();
    let (context, key) = (own.context(), (&*receipt, seen));
    let portal = own.state.own_origin.clone();
    let done = subsidies::submit(own.platform(), &context, &applicant, key, &portal).await;
    match done {
        Ok(done) => Ok(see_other(&format!(
            "{}?done=submitted",
            page_of(&done.receipt)
        ))),
        Err(SubmitError::Stage(SubsidyStageError::OperatorsTurn)) => {
            Ok(see_other(&format!("{}?done=submitted", page_of(&receipt))))
        }
        Err(SubmitError::Stale) => {
            let found = super::find(&own, &receipt).await?;
            let moved = found.is_some_and(|it| !it.row.stage.is_applicants());
            if moved {
                // The same form sent twice: the first one did it.
                return Ok(see_other(&format!("{}?done=submitted", page_of(&receipt))));
            }
            Err(stale(&own, back(&receipt)))
        }
        Err(error) => {
            let found = super::find(&own, &receipt).await?;
            let case = found.ok_or_else(|| missing(&own))?;
            let faults = step::faults(&own, &case);
            let mut page = page(&own, &case, &faults);
            page.notice = said(&own, error)?;
            Ok(own.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}
