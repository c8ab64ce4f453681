//! An office whose application for a subsidy is submitted, decided or could not be paid.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, missing_docs)]

use super::support::{App, OFFICE, operator, signed_in::Browser};
use kiban_domain::{Body, Programme};
use kiban_services::{
    registrations::ReviewerUser,
    subsidies::{
        self, AcceptedLine, EvidenceUpload, PaperPiece, Proposal, ReviewAct, SubsidyApplicant,
        SubsidyPaper,
    },
};
use kiban_web_kit::{PrintDesk, PrintLimits};
use uuid::Uuid;

pub const PORTAL: &str = "https://portal.example";
const PDF: &[u8] = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<< /Size 2 /Root 1 0 R >>\nstartxref\n45\n%%EOF\n";

/// A printer that writes what stands on the paper as plain text.
pub fn plain_printer() -> PrintDesk<SubsidyPaper> {
    PrintDesk::new(|paper| Ok(text(paper).into_bytes()), PrintLimits::default())
}

fn text(paper: &SubsidyPaper) -> String {
    let mut lines = vec![
        "%PDF".to_owned(),
        paper.title.to_owned(),
        paper.mark.unwrap_or("実物").to_owned(),
        paper.opening.clone(),
        paper.document_no.clone(),
        format!("{} {}", paper.outlet.office, paper.outlet.printed_by),
    ];
    if let Some(head) = &paper.head {
        lines.extend([&head.number, &head.addressee, &head.sender].map(|it| it.join("\n")));
    }
    lines.extend(paper.sum.iter().map(|it| format!("{}：{}", it.0, it.1)));
    for part in &paper.parts {
        lines.push(part.title.to_owned());
        lines.extend(part.pieces.iter().map(piece));
    }
    lines.join("\n")
}

fn piece(piece: &PaperPiece) -> String {
    let facts = |it: &(String, String)| format!("{}：{}", it.0, it.1);
    match piece {
        PaperPiece::Facts(all) => all.iter().map(facts).collect::<Vec<_>>().join("\n"),
        PaperPiece::Table { rows, .. } => {
            let rows = rows.iter().map(|it| it.join("|"));
            rows.collect::<Vec<_>>().join("\n")
        }
        PaperPiece::Text(text) | PaperPiece::Framed(text) => text.clone(),
        PaperPiece::Numbered(items) => items.join("\n"),
    }
}

/// Makes the day one of the period, with the scheme and an admitted office.
pub async fn open(app: &App) {
    app.clock.set("2025-12-01T10:00:00+09:00");
    subsidies::take_in_shipped(&app.platform).await.unwrap();
    app.code().await;
}

pub async fn member<'a>(app: &'a App, office: &str, mail: &str) -> Browser<'a> {
    let body = Body::Office(office.parse().unwrap());
    app.as_member(body, "見本事業所", mail).await
}

pub fn applicant() -> SubsidyApplicant {
    SubsidyApplicant {
        user_id: Uuid::from_u128(100),
        name: "見本 申請子".into(),
        mail: "shinsei@hikari.example".into(),
        office_no: OFFICE.parse().unwrap(),
    }
}

pub fn reviewer(id: u128) -> ReviewerUser {
    ReviewerUser {
        user_id: Uuid::from_u128(id),
        name: format!("審査 {id}"),
        mail: format!("shinsa{id}@operator.example"),
    }
}

/// Two readers of 16,000 yen and a connection of 40,000 yen without tax.
fn values() -> Vec<(String, String)> {
    [
        ("kinds", "11 43"),
        ("line.1.kind", "reader"),
        ("line.1.on", "2025-11-04"),
        ("line.1.maker", "見本電器"),
        ("line.1.model", "MR-1"),
        ("line.1.serials", "A001、A002"),
        ("line.1.invoice", "INV-1"),
        ("line.1.quantity", "2"),
        ("line.1.amount", "16000"),
        ("line.1.tax", "included"),
        ("line.2.kind", "connection"),
        ("line.2.on", "2025-11-20"),
        ("line.2.maker", "見本サポート"),
        ("line.2.model", "端末の設定"),
        ("line.2.invoice", "S-22"),
        ("line.2.amount", "40000"),
        ("line.2.tax", "excluded"),
        ("account.bank", "9999"),
        ("account.bank_name", "見本銀行"),
        ("account.branch", "001"),
        ("account.branch_name", "本店"),
        ("account.kind", "1"),
        ("account.number", "1234567"),
        ("account.holder", "カ）ミホンケア"),
        ("declare.truth", "1"),
        ("declare.once", "1"),
        ("declare.keep", "1"),
        ("declare.back", "1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// The receipt of a draft, at version 1.
pub async fn begun(app: &App) -> String {
    let (key, context) = (("2025", Programme::Care), operator());
    subsidies::begin(&app.platform, &context, &applicant(), key, values())
        .await
        .unwrap()
}

/// The receipt of an application that was submitted, at version 2.
pub async fn submitted(app: &App) -> String {
    let receipt = begun(app).await;
    for line in [1, 2] {
        let mut upload = EvidenceUpload::begin(&app.platform, "領収書.pdf").unwrap();
        upload.take(PDF).unwrap();
        let who = applicant();
        let kept = upload.keep(&app.platform, &who, &receipt, line).await;
        kept.unwrap();
    }
    let key = (&*receipt, 1);
    subsidies::submit(&app.platform, &operator(), &applicant(), key, PORTAL)
        .await
        .unwrap();
    receipt
}

pub async fn review(app: &App, receipt: &str, seen: i64, act: ReviewAct, by: u128) {
    let (key, act) = ((receipt, seen), (act, "内部のメモ"));
    subsidies::review(&app.platform, &operator(), PORTAL, key, act, reviewer(by))
        .await
        .unwrap();
}

/// Of the second cost 33,000 yen count.
pub fn in_part() -> Proposal {
    let line = |number, quantity, yen, reason: &str| AcceptedLine {
        number,
        quantity,
        yen,
        reason: reason.into(),
    };
    Proposal {
        refuse: false,
        reason: "書類を確認しました。".into(),
        lines: vec![
            line(1, 2, 16_000, ""),
            line(2, 1, 33_000, "端末は対象外です"),
        ],
        amount_yen: 0,
    }
}

/// The receipt of an application that was granted 49,000 yen, at version 4.
pub async fn granted(app: &App) -> String {
    let receipt = submitted(app).await;
    review(app, &receipt, 2, ReviewAct::Take, 1).await;
    review(app, &receipt, 3, ReviewAct::Check(in_part()), 1).await;
    receipt
}

/// The receipt of an application that two persons refused, at version 5.
pub async fn refused(app: &App) -> String {
    let receipt = submitted(app).await;
    let refuse = Proposal {
        refuse: true,
        reason: "端末のみの申請です。".into(),
        ..Proposal::default()
    };
    review(app, &receipt, 2, ReviewAct::Take, 1).await;
    review(app, &receipt, 3, ReviewAct::Check(refuse), 1).await;
    review(app, &receipt, 4, ReviewAct::Decide, 2).await;
    receipt
}

/// The receipt of an application whose payment came back.
pub async fn came_back(app: &App) -> String {
    let receipt = granted(app).await;
    let (platform, context) = (&app.platform, operator());
    let (on, key) = ("2025-12-10".parse().unwrap(), b"a".to_vec());
    let run = subsidies::make_run(platform, &context, on, key, reviewer(1));
    let run = run.await.unwrap();
    let released = subsidies::release_run(platform, &context, (run, 1), reviewer(2));
    released.await.unwrap();
    let listed = subsidies::read_run(platform, &context, run).await.unwrap();
    let number = listed.unwrap().payments[0].0.payment_no;
    let answer = format!("顧客コード,結果,理由\n{number},不能,口座なし\n");
    subsidies::take_results(platform, &context, run, answer.as_bytes(), PORTAL)
        .await
        .unwrap();
    receipt
}
