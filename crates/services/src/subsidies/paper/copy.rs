//! 申請書の控え: everything that was submitted, with the number and the time at which it came.

use super::{
    PaperPart, PaperPiece, SubsidyPaper,
    words::{account, day, fact, file, instant, steps, yen},
};
use crate::Outlet;
use crate::subsidies::{SubsidyCase, SubsidyFileRow, shown_receipt};
use kiban_domain::{
    CostKind, Declaration, FilledLine, FilledSubsidy, Programme, ServiceKind, SubsidyForm,
    SubsidyStage,
};

/// So many digits of a file's SHA-256 are told: enough to tell two files apart by eye.
const HASH_SHOWN: usize = 16;

/// The copy of what was submitted last; nothing of a draft.
pub fn copy(case: &SubsidyCase, outlet: Outlet) -> Option<SubsidyPaper> {
    let corrected = case.before_correction.as_ref();
    let filled = corrected.map(|it| &it.0).or(case.filled.as_ref())?;
    let form = case.submitted.as_ref()?;
    let row = &case.row;
    let receipt = shown_receipt(&row.receipt);
    let came = row.submitted_at.map_or_else(String::new, instant);
    let office = format!("{}\n（番号 {}）", row.office_name, row.office_no.as_str());
    let mut parts = vec![
        PaperPart::new(
            "申請",
            vec![PaperPiece::Facts(vec![
                fact("申請番号", receipt.clone()),
                fact("受け付けた日時", came),
                fact("制度", case.scheme.title()),
                fact("助成の種類", row.programme.label()),
                fact("事業所・医療機関", office),
                fact("申請した人", row.applicant_name.clone()),
            ])],
        ),
        PaperPart::new(
            "区分",
            vec![PaperPiece::Facts(kinds(row.programme, filled, form))],
        ),
        PaperPart::new("経費", vec![costs(filled)]),
    ];
    if let Some(claim) = &case.claim {
        let worked = PaperPiece::Facts(steps(claim, "申請額"));
        parts.push(PaperPart::new("申請額の計算", vec![worked]));
    }
    parts.push(PaperPart::new("添付した書類", files(case)));
    let mut masked = "口座番号は、下3桁だけを示しています。".to_owned();
    if corrected.is_some() {
        masked +=
            "振込先は、提出のあとに訂正されています。今の振込先は、マイページで確かめられます。";
    }
    parts.push(PaperPart::new(
        "振込先の口座",
        vec![PaperPiece::Facts(account(filled)), PaperPiece::Text(masked)],
    ));
    let declared = Declaration::ALL.iter().map(|it| it.label().to_owned());
    parts.push(PaperPart::new(
        "申請にあたって確認したこと",
        vec![PaperPiece::Numbered(declared.collect())],
    ));
    Some(SubsidyPaper {
        title: "助成金交付申請書の控え",
        mark: outlet.mark(),
        head: None,
        opening:
            "次の内容の申請を受け付けました。この控えは、交付の決定を知らせるものではありません。"
                .to_owned(),
        sum: Some(("申請額", yen(row.claimed_yen.unwrap_or(0)))),
        parts,
        document_no: format!(
            "申請番号 {receipt}（提出{}回目）",
            row.submissions - corrected.map_or(0, |it| it.1)
        ),
        file_name: format!("助成金交付申請書の控え_{receipt}.pdf"),
        outlet,
    })
}

fn kinds(
    programme: Programme,
    filled: &FilledSubsidy,
    form: &SubsidyForm,
) -> Vec<(String, String)> {
    match programme {
        Programme::Care => {
            let kinds: Vec<_> = filled.kinds.iter().map(ServiceKind::label).collect();
            vec![fact("サービスの種類", kinds.join("、"))]
        }
        Programme::Opinion => {
            let institution = match form.get("institution") {
                "hospital" => "病院",
                "clinic" => "診療所",
                other => other,
            };
            vec![
                fact("医療機関の区分", institution),
                fact("病床数", format!("{}床", filled.beds)),
                fact("電子カルテ等の事業者", form.get("vendor")),
                fact("電子カルテ等の製品名", form.get("product")),
            ]
        }
    }
}

fn costs(filled: &FilledSubsidy) -> PaperPiece {
    let row = |line: &FilledLine| {
        let cost = &line.cost;
        let mut what = format!("{}\n{}　{}", cost.kind.label(), line.maker, line.model);
        if !line.serials.is_empty() {
            what.push_str("\n製造番号：");
            what.push_str(&line.serials.join("、"));
        }
        vec![
            line.number.to_string(),
            what,
            cost.on.map_or_else(String::new, day),
            if cost.kind == CostKind::Reader {
                format!("{}台", cost.quantity)
            } else {
                String::new()
            },
            line.invoice.clone(),
            cost.amount.to_string(),
            cost.tax.label().to_owned(),
        ]
    };
    PaperPiece::Table {
        columns: vec![
            ("経費", 4),
            ("内容", 17),
            ("購入日・実施日", 12),
            ("台数", 5),
            ("請求書・領収書の番号", 10),
            ("金額", 8),
            ("消費税", 6),
        ],
        rows: filled.lines.iter().map(row).collect(),
    }
}

fn files(case: &SubsidyCase) -> Vec<PaperPiece> {
    let row = |it: &SubsidyFileRow| {
        vec![
            it.line.to_string(),
            it.file_name.clone(),
            file(it.file_kind, it.size_bytes),
            it.content.chars().take(HASH_SHOWN).collect(),
        ]
    };
    // While it is mended, files come and go that are not submitted yet.
    let sent = case.row.submitted_at;
    let submitted = |it: &&SubsidyFileRow| sent.is_none_or(|at| it.received_at <= at);
    let standing = case.files.iter().filter(|it| it.removed_at.is_none());
    let mut pieces = vec![PaperPiece::Table {
        columns: vec![
            ("経費", 2),
            ("ファイルの名前", 10),
            ("種類・大きさ", 5),
            ("SHA-256の先頭16桁", 7),
        ],
        rows: standing.filter(submitted).map(row).collect(),
    }];
    if case.row.stage == SubsidyStage::Returned {
        let note = "差戻しの後に削除した書類は、この一覧にありません。";
        pieces.push(PaperPiece::Text(note.to_owned()));
    }
    pieces
}
