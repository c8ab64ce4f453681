//! 利用者の資格・認定情報 as PDF: what the permit of one look shows, as of today (W-5).

use axum::response::Response;
use kiban_exchange::municipal::record::CertificationRecord;
use kiban_print::{Fact, PersonSheet, Sheet};
use kiban_store::repo::facts::FactRow;
use kiban_ui::{CertificateVersion, PersonHead};

use super::{
    certification,
    dossier::{About, Dossier, of_set},
    qualification,
};
use crate::{paper, words};

/// What the record of the look says it was for.
const PURPOSE: &str = "print_pdf";

/// GET `…/print.pdf`.
pub(crate) async fn download(about: About) -> Result<Response, Response> {
    let signed_in = &about.signed_in;
    let turn = signed_in.turn().await?;
    let (dossier, rows) = about.read_with_versions(None, PURPOSE).await?;
    let sheet = Sheet::Person(sheet(&about, &dossier, &rows));
    Ok(signed_in.file(turn, sheet, "shikaku-nintei").await)
}

fn sheet(about: &About, dossier: &Dossier, rows: &[FactRow]) -> PersonSheet {
    let (result, committee, primary) = certification::sections(dossier);
    let mut parts = paper::certificates(&dossier.certificates());
    parts.extend(paper::certification(&result, &committee, &primary));
    let earlier = certifications(rows, dossier);
    parts.push(paper::history("要介護認定の履歴", &earlier));
    let certificates = qualification::history(rows, dossier);
    parts.push(paper::history("証の履歴", &certificates));
    PersonSheet {
        person: person(&dossier.head(), dossier),
        parts,
        imprint: about.signed_in.imprint(),
    }
}

fn person(head: &PersonHead, dossier: &Dossier) -> Vec<Fact> {
    vec![
        Fact::new("基準日（この日の情報です）", words::both(dossier.on)),
        Fact::new("フリガナ", &head.kana),
        Fact::new("氏名", &head.name),
        Fact::new(
            "生年月日・年齢",
            format!("{} {}", paper::day(&head.birth), head.age),
        ),
        Fact::new("性別", &head.sex),
        Fact::new("被保険者番号", &head.insured_no),
        Fact::new(
            "保険者",
            format!("{}（保険者番号 {}）", head.insurer_name, head.insurer_no),
        ),
    ]
}

/// All certifications that may be shown, the newest first.
fn certifications(rows: &[FactRow], dossier: &Dossier) -> Vec<CertificateVersion> {
    let mut all: Vec<_> = of_set::<CertificationRecord>(rows)
        .map(|(row, it)| CertificateVersion {
            kind: "要介護認定".to_owned(),
            issued: words::date_of(&it.certified_on),
            period: words::period(row.valid_from, Some(row.valid_to)),
            content: words::care_level(&it.care_level),
            chip: words::validity(Some(row.valid_from), Some(row.valid_to), dossier.today),
        })
        .collect();
    all.sort_by(|one, other| other.period.from.iso.cmp(&one.period.from.iso));
    all
}
