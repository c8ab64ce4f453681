//! 利用者の概要 (C04).

use axum::{extract::Query, response::Response};
use kiban_access::Part;
use kiban_domain::{Application, Date, StageClock};
use kiban_store::repo::{
    identity,
    relations::{self, FOREVER, RelationRow},
};
use kiban_ui::{
    ApplicationFacts, AsOf, Chip, ChipColor, Link, MenuItem, Notice, NoticeKind, PersonPage,
    RegistrationFacts, TextField,
};
use serde::Deserialize;

use super::{
    changes::Asked,
    dossier::{About, Dossier},
    progress::{is_closed, progress_chip},
};
use crate::{answer::page_with, persons::listed, words};

/// From how many days before its end the validity is a warning: renewal opens then.
const NEAR_DAYS: i32 = 60;

/// The query.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Since {
    since: String,
}

/// GET `/care/persons/{insurer_no}/{insured_no}?since=…`; without a day, changes since the office looked last are shown.
pub(crate) async fn show(about: About, Query(query): Query<Since>) -> Result<Response, Response> {
    let today = about.signed_in.platform().today();
    let asked = Asked::of(&query.since, today);
    let status = asked.status;
    let (dossier, changes) = about.read_with_changes(asked.since, "view_person").await?;
    let registration = registration(&about, dossier.today).await?;
    let person = dossier.head();
    let day = words::date(dossier.on);
    let overview = PersonPage {
        changes: asked.panel(changes, today),
        validity: validity(&dossier, &person.path()),
        double: double(&about).await?,
        registration,
        application: application(&dossier),
        certificates: dossier.certificates(),
        as_of: AsOf {
            field: TextField::of(day.wareki.clone()),
            day,
        },
        frame: about.signed_in.frame(Some(MenuItem::Persons)),
        person,
    };
    Ok(page_with(status, &overview))
}

/// That other offices manage the person's care today, by name of the office.
async fn double(about: &About) -> Result<Option<Notice>, Response> {
    let others = listed::other_managers(&about.signed_in).await?;
    let others: Vec<String> = others
        .iter()
        .filter(|other| other.person == about.key)
        .map(|other| format!("{}（{}）", other.office, other.service_kind.label()))
        .collect();
    Ok((!others.is_empty()).then(|| {
        Notice::new(
            NoticeKind::Warning,
            "ほかの事業所も、この方のケアマネジメントの担当として登録しています",
            format!(
                "{}。どちらが担当か、事業所どうしで確かめてください。",
                others.join("、")
            ),
        )
    }))
}

/// Our registration that holds today; the one that ends last, where there are several.
async fn registration(about: &About, today: Date) -> Result<RegistrationFacts, Response> {
    let signed_in = &about.signed_in;
    let failed = |error: kiban_store::Error| signed_in.storage(&error);
    let mut work = signed_in.platform().store.point().await.map_err(failed)?;
    let rows = relations::list_of(&mut work, &about.key, &signed_in.office_no()).await;
    let rows: Vec<RelationRow> = rows.map_err(failed)?;
    let mut holding: Vec<&RelationRow> = rows
        .iter()
        .filter(|row| row.valid_from <= today && today <= row.valid_to)
        .collect();
    holding.sort_by_key(|row| std::cmp::Reverse(row.valid_to));
    // The reading was allowed on the ground of a registration; it may have ended since.
    let Some(last) = holding.first() else {
        return Err(signed_in.refused(kiban_access::Refusal::RelationEnded));
    };
    let check = identity::find_check(&mut work, &about.key.insurer_no, last.check_id).await;
    let check = check.map_err(failed)?;
    let services: Vec<&str> = holding.iter().map(|row| row.service_kind.label()).collect();
    Ok(RegistrationFacts {
        service: services.join("、"),
        method: check
            .map_or("記録なし", |check| check.method.label())
            .to_owned(),
        period: words::period(last.valid_from, Some(last.valid_to)),
        chip: if last.valid_to == FOREVER {
            Chip::new("有効", ChipColor::Green)
        } else {
            Chip::new("終了予定", ChipColor::Yellow)
        },
    })
}

/// Whether the certification is in force, in one sentence.
fn validity(dossier: &Dossier, path: &str) -> Notice {
    let card = dossier.members.insured_card.as_ref().map(|it| &it.record);
    let certification = dossier.members.certification.as_ref().map(|it| &it.record);
    let level = card
        .and_then(|card| card.care_level.clone())
        .or(certification.map(|it| it.care_level.clone()));
    let until = card
        .and_then(|card| card.valid_to.as_deref())
        .or(certification.and_then(|it| it.valid_to.as_deref()))
        .and_then(|text| text.parse::<Date>().ok());
    let Some(level) = level.filter(|level| !level.is_empty()) else {
        return Notice::new(
            NoticeKind::Info,
            "要介護認定の記録はありません",
            "認定を受けているかどうかは、ご本人または市町村の窓口に確認してください。",
        );
    };
    let level = words::care_level(&level);
    let Some(until) = until else {
        return Notice::new(NoticeKind::Info, format!("認定の結果は、{level}です"), "");
    };
    let left = words::days_between(dossier.on, until);
    if left < 0 {
        let notice = Notice::new(
            NoticeKind::Warning,
            format!("認定の有効期間は、{}に終わっています", words::both(until)),
            "更新申請の状況を、ご本人または市町村の窓口に確認してください。",
        );
        return if dossier.may_see(Part::Progress) {
            notice.with_link(Link::new(
                format!("{path}/progress"),
                "認定申請の進捗を見る",
            ))
        } else {
            notice
        };
    }
    let kind = if left <= NEAR_DAYS {
        NoticeKind::Warning
    } else {
        NoticeKind::Success
    };
    Notice::new(
        kind,
        format!("{level}の認定は、{}まで有効です", words::both(until)),
        format!("{}です。", words::left(dossier.on, until)),
    )
}

/// The application under way, if there is one that may be seen.
fn application(dossier: &Dossier) -> Option<ApplicationFacts> {
    let record = &dossier.members.progress.as_ref()?.record;
    let application = Application::try_from(record).ok()?;
    if is_closed(&application) {
        return None;
    }
    let clock = StageClock::of(&application, dossier.today);
    let turns: Vec<&str> = clock.turns.iter().map(|turn| turn.label()).collect();
    Some(ApplicationFacts {
        kind: application.kind.label().to_owned(),
        chip: progress_chip(&application),
        note: if turns.is_empty() {
            format!("申請から{}日", clock.days)
        } else {
            format!(
                "申請から{}日・{}を待っています",
                clock.days,
                turns.join("と")
            )
        },
    })
}
