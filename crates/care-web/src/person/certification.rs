//! 要介護認定情報 (C06).

use axum::response::Response;
use kiban_access::Part;
use kiban_domain::{Application, Date, Units};
use kiban_exchange::municipal::record::{CertificationRecord, Tenths};
use kiban_ui::{
    CertificationPage, CertificationResult, CommitteeJudgement, DateText, Fact, MenuItem,
    PrimaryJudgement, Section,
};

use super::dossier::{About, Dossier};
use crate::{answer::page, words};

/// GET `…/certification`.
pub(crate) async fn show(about: About) -> Result<Response, Response> {
    let dossier = about.read(None, "view_certification").await?;
    let (result, committee, primary) = sections(&dossier);
    Ok(page(&CertificationPage {
        frame: about.signed_in.frame(Some(MenuItem::Persons)),
        person: dossier.head(),
        result,
        primary,
        committee,
        survey: dossier.section(Part::Survey, None, "認定調査票はまだ届いていません。"),
        opinion: dossier.section(Part::Opinion, None, "主治医意見書はまだ届いていません。"),
    }))
}

/// The result, the committee's judgement and the computer's, as far as they may be shown.
pub(super) fn sections(
    dossier: &Dossier,
) -> (
    Section<CertificationResult>,
    Section<CommitteeJudgement>,
    Section<PrimaryJudgement>,
) {
    let record = dossier.members.certification.as_ref().map(|it| &it.record);
    let result = dossier.section(
        Part::Certification,
        record.map(|it| result(dossier, it)),
        "要介護認定の記録はまだありません。",
    );
    let primary = dossier.section(
        Part::Certification,
        record.and_then(primary),
        "一次判定の記録はまだありません。",
    );
    (result, committee(dossier, record), primary)
}

fn result(dossier: &Dossier, it: &CertificationRecord) -> CertificationResult {
    let day = |text: Option<&String>| text.and_then(|text| text.parse::<Date>().ok());
    let card = dossier.members.insured_card.as_ref().map(|it| &it.record);
    let limit = card
        .filter(|card| card.care_level.as_ref() == Some(&it.care_level))
        .and_then(|card| card.benefit_limit_units);
    let application = dossier.members.progress.as_ref().map(|it| &it.record);
    let application = application
        .filter(|record| record.applied_on == it.applied_on && record.branch == it.branch)
        .and_then(|record| Application::try_from(record).ok());
    CertificationResult {
        care_level: words::care_level(&it.care_level),
        chip: words::validity(
            day(it.valid_from.as_ref()),
            day(it.valid_to.as_ref()),
            dossier.on,
        ),
        valid: words::period_of(it.valid_from.as_ref(), it.valid_to.as_ref()),
        months: it
            .valid_months
            .map_or_else(String::new, |months| format!("{months}か月")),
        certified: written(&it.certified_on),
        filed: written(&it.applied_on),
        kind: application.map_or_else(String::new, |it| it.kind.label().to_owned()),
        limit: limit.map_or_else(String::new, |units| {
            format!("1月当たり {}", Units::new(units))
        }),
    }
}

fn written(text: &str) -> DateText {
    words::date_of(text).unwrap_or_else(|| DateText::new(text, "記載はありません", text))
}

fn primary(it: &CertificationRecord) -> Option<PrimaryJudgement> {
    let level = it.primary_result.as_deref()?;
    let facts = |all: &[(&str, Option<Tenths>)], unit: &str| -> Vec<Fact> {
        all.iter()
            .filter_map(|(term, value)| Some(Fact::new(*term, format!("{}{unit}", (*value)?))))
            .collect()
    };
    Some(PrimaryJudgement {
        result: words::care_level(level),
        day: it.primary_judged_on.as_deref().and_then(words::date_of),
        total_time: it
            .minutes_total
            .map_or_else(String::new, |time| format!("{time}分")),
        times: facts(
            &[
                ("食事", it.minutes_eating),
                ("排泄", it.minutes_excretion),
                ("移動", it.minutes_moving),
                ("清潔保持", it.minutes_cleanliness),
                ("間接ケア", it.minutes_indirect),
                ("BPSD関連", it.minutes_bpsd),
                ("機能訓練関連", it.minutes_function),
                ("医療関連", it.minutes_medical),
                ("認知症加算", it.minutes_dementia),
            ],
            "分",
        ),
        scores: facts(
            &[
                ("第1群", it.score_1),
                ("第2群", it.score_2),
                ("第3群", it.score_3),
                ("第4群", it.score_4),
                ("第5群", it.score_5),
            ],
            "点",
        ),
        warnings: Vec::new(),
    })
}

/// Result and opinion of the committee. The opinion has a decision of its own, so the whole section follows it.
fn committee(
    dossier: &Dossier,
    record: Option<&CertificationRecord>,
) -> Section<CommitteeJudgement> {
    let opinion = dossier.members.committee_opinion.as_ref();
    let judged = record.map(|it| CommitteeJudgement {
        result: words::care_level(&it.care_level),
        day: it.secondary_judged_on.as_deref().and_then(words::date_of),
        opinion: opinion.map_or_else(String::new, |it| it.record.committee_opinion.clone()),
    });
    dossier.section(
        Part::CommitteeOpinion,
        judged,
        "二次判定の記録はまだありません。",
    )
}
