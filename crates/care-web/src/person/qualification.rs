//! 資格・証情報 (C05): every certificate in full, and earlier ones.

use axum::response::Response;
use kiban_exchange::municipal::record::{
    BurdenLimitRecord, CostShareRecord, InsuredCardRecord, ReductionRecord,
};
use kiban_store::repo::facts::FactRow;
use kiban_ui::{CertificateVersion, Chip, ChipColor, MenuItem, QualificationPage};

use super::{
    certificates::{burden_stage, ratio, reduction_content, reduction_kind},
    dossier::{About, Dossier, of_set},
};
use crate::{answer::page, words};

/// GET `…/qualification`.
pub(crate) async fn show(about: About) -> Result<Response, Response> {
    let (dossier, rows) = about.read_with_versions(None, "view_qualification").await?;
    let updated = dossier.members.updated_at();
    Ok(page(&QualificationPage {
        frame: about.signed_in.frame(Some(MenuItem::Persons)),
        person: dossier.head(),
        updated: updated.map_or_else(|| "記録はありません".to_owned(), words::instant),
        certificates: dossier.certificates(),
        history: history(&rows, &dossier),
    }))
}

/// All versions, newest first.
pub(super) fn history(rows: &[FactRow], dossier: &Dossier) -> Vec<CertificateVersion> {
    let version = |row: &FactRow, kind: String, issued: Option<&String>, content: String| {
        CertificateVersion {
            kind,
            issued: issued.and_then(|text| words::date_of(text)),
            period: words::period(row.valid_from, Some(row.valid_to)),
            content,
            chip: words::validity(Some(row.valid_from), Some(row.valid_to), dossier.today),
        }
    };
    let card = dossier.members.insured_card.as_ref();
    let cards = of_set::<InsuredCardRecord>(rows).map(|(row, it)| {
        let level = words::care_level(it.care_level.as_deref().unwrap_or_default());
        let mut version = version(row, "被保険者証".to_owned(), Some(&it.issued_on), level);
        // A card without an end stays within its dates for ever, but a later one has taken its place.
        if card.is_some_and(|card| row.valid_from < card.true_from) {
            version.chip = Chip::new("以前の証", ChipColor::Gray);
        }
        version
    });
    let shares = of_set::<CostShareRecord>(rows).map(|(row, it)| {
        let ratios: Vec<String> = it.ratios.iter().map(|row| ratio(&row.ratio)).collect();
        version(
            row,
            "負担割合証".to_owned(),
            Some(&it.issued_on),
            ratios.join("、"),
        )
    });
    let limits = of_set::<BurdenLimitRecord>(rows).map(|(row, it)| {
        let stage = burden_stage(&it.burden_stage);
        version(
            row,
            "負担限度額認定証".to_owned(),
            Some(&it.issued_on),
            stage,
        )
    });
    let reductions = of_set::<ReductionRecord>(rows).map(|(row, it)| {
        version(
            row,
            reduction_kind(&it.kind),
            it.issued_on.as_ref(),
            reduction_content(&it),
        )
    });
    let mut all: Vec<_> = cards
        .chain(shares)
        .chain(limits)
        .chain(reductions)
        .collect();
    all.sort_by(|one, other| {
        let day = |it: &CertificateVersion| it.issued.as_ref().map(|day| day.iso.clone());
        day(other).cmp(&day(one))
    });
    all
}
