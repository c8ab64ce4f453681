//! 業務トップ (C01): what has to be done today.

use axum::response::Response;
use kiban_access::PersonKey;
use kiban_domain::{Date, MunicipalityStage, ProgressStage, Wareki, tokyo_date};
use kiban_pki::Subject;
use kiban_services::{insurers, progress, relations::ListError, staff::StaffRole, terminals};
use kiban_store::repo::{
    insurers::InsurerRow,
    progress::NoticeRow,
    relations::{FOREVER, ListedRow},
};
use kiban_ui::{
    Chip, ChipColor, HomePage, Link, MedicalKind, MenuItem, MunicipalityState, Notice, NoticeKind,
    Task, TerminalCertificate,
};

use crate::{
    answer::{page, see_other},
    emergency,
    persons::listed::{self, Person},
    registrations::waiting,
    visit::{SignedIn, Visit},
    words,
};

/// Registrations that end within so many days are named.
const ENDING_DAYS: i32 = 30;
/// Applications that wait for so many days are named, as in the domain's own clock.
const WAITING_DAYS: i32 = 25;
/// Certifications that end within so many days are named: renewal opens then (介護保険法施行規則第39条).
const EXPIRING_DAYS: i32 = 60;
/// A terminal's certificate is to be renewed from so many days before its end.
const RENEWAL_DAYS: i32 = 30;
/// How many persons are shown whom the office registered for last.
const RECENT: usize = 5;
/// How many tasks of a kind are listed; the lists have the rest.
const TASKS: usize = 20;

/// GET `/`.
pub(crate) async fn start() -> Response {
    see_other("/care")
}

/// GET `/care`.
pub(crate) async fn show(signed_in: SignedIn) -> Result<Response, Response> {
    if signed_in.session.role == StaffRole::Contractor {
        return Ok(see_other("/care/terminals"));
    }
    if signed_in.medical() == Some(MedicalKind::Medical) {
        return Ok(see_other("/medical"));
    }
    let today = signed_in.platform().today();
    let rows = listed::all(&signed_in).await?;
    let insurers = insurers::list(signed_in.platform())
        .await
        .map_err(|error| signed_in.storage(&error))?;
    let moved = progress::unseen(signed_in.platform(), &signed_in.context)
        .await
        .map_err(|error| match error {
            ListError::Refused(refusal) => signed_in.refused(refusal),
            ListError::Storage(error) => signed_in.storage(&error),
        })?;
    let ending = ending(&rows, today);
    let silent = waiting::notices(&signed_in, &rows, today).await?;
    let persons = listed::current(rows, today);
    Ok(page(&HomePage {
        frame: signed_in.frame(Some(MenuItem::Home)),
        today: Wareki::try_from(today)
            .map_or_else(|_| today.to_string(), Wareki::long_with_weekday),
        notices: [
            emergency::banner(&signed_in).await?,
            ending_terminals(&signed_in).await?,
            silent,
        ]
        .concat(),
        persons: persons.len().to_string(),
        ending,
        moved: moved_on(&persons, &moved),
        applications: waiting(&persons, today),
        expiring: expiring(&persons, today),
        terminal: terminal(&signed_in.visit, today),
        municipalities: municipalities(&persons, insurers),
        recent: recent(&persons, today),
    }))
}

/// Certificates of the office's terminals that end within 60 days, for those who can renew them.
pub(crate) async fn ending_terminals(signed_in: &SignedIn) -> Result<Vec<Notice>, Response> {
    if signed_in.session.role != StaffRole::Administrator {
        return Ok(Vec::new());
    }
    let clock = &*signed_in.visit.state.clock;
    let all = terminals::list(signed_in.platform(), clock, &signed_in.office_no())
        .await
        .map_err(|error| signed_in.storage(&error))?;
    let now = clock.now();
    let notice = |terminal: &terminals::Terminal| {
        let left = terminals::days_left(terminal.current(now)?.certificate.not_after, now);
        (left <= terminals::REMINDERS[0]).then(|| {
            let title = format!(
                "端末「{}」の電子証明書の期限まで、あと{left}日です",
                terminal.row.name
            );
            let body = "期限を過ぎると、この端末ではWEBサービスを使えません。";
            let mut notice = Notice::new(NoticeKind::Warning, title, body);
            notice.link = Some(Link::new("/care/terminals", "端末の一覧で更新する"));
            notice
        })
    };
    Ok(all.iter().filter_map(notice).collect())
}

fn person(row: &ListedRow) -> Link {
    Link::new(listed::path(&row.relation.person), row.name.clone())
}

fn ending(rows: &[ListedRow], today: Date) -> Vec<Task> {
    let mut ending: Vec<_> = rows
        .iter()
        .filter(|row| listed::holds(&row.relation, today) && row.relation.valid_to != FOREVER)
        .filter(|row| words::days_between(today, row.relation.valid_to) <= ENDING_DAYS)
        .collect();
    ending.sort_by_key(|row| row.relation.valid_to);
    ending
        .into_iter()
        .take(TASKS)
        .map(|row| Task {
            person: person(row),
            what: format!("{}の担当登録", row.relation.service_kind.label()),
            due: words::date(row.relation.valid_to),
            chip: Chip::new(words::left(today, row.relation.valid_to), ChipColor::Yellow),
        })
        .collect()
}

/// Persons whose application has moved on since this office looked, each once, newest first.
fn moved_on(persons: &[Person], notices: &[NoticeRow]) -> Vec<Task> {
    let mut told: Vec<&PersonKey> = Vec::new();
    let mut moved = Vec::new();
    for notice in notices {
        let person = persons
            .iter()
            .filter(|it| it.row.shared && it.sees_progress)
            .find(|it| it.row.relation.person == notice.person);
        let Some(row) = person.map(|it| &it.row) else {
            continue;
        };
        if told.contains(&&notice.person) {
            continue;
        }
        told.push(&notice.person);
        let stage = ProgressStage::ALL
            .iter()
            .find(|stage| stage.code() == notice.progress);
        let label = match (stage, notice.progress.as_str()) {
            (Some(stage), _) => stage.label(),
            (None, "withdrawn") => "取下げ",
            (None, "rejected") => "却下",
            (None, _) => "変更あり",
        };
        moved.push(Task {
            person: Link::new(
                format!("{}/progress", listed::path(&row.relation.person)),
                row.name.clone(),
            ),
            what: "認定申請".to_owned(),
            due: words::date(tokyo_date(notice.changed_at)),
            chip: Chip::new(label, ChipColor::Blue),
        });
    }
    moved.truncate(TASKS);
    moved
}

fn waiting(persons: &[Person], today: Date) -> Vec<Task> {
    let mut waiting: Vec<_> = persons
        .iter()
        .filter(|person| person.applying && person.row.shared)
        .filter_map(|person| Some((person.row.application_date?, &person.row)))
        .filter(|(filed, _)| words::days_between(*filed, today) >= WAITING_DAYS)
        .collect();
    waiting.sort_by_key(|(filed, _)| *filed);
    waiting
        .into_iter()
        .take(TASKS)
        .map(|(filed, row)| Task {
            person: Link::new(
                format!("{}/progress", listed::path(&row.relation.person)),
                row.name.clone(),
            ),
            what: "認定申請".to_owned(),
            due: words::date(filed),
            chip: Chip::new(
                format!("{}日", words::days_between(filed, today)),
                ChipColor::Orange,
            ),
        })
        .collect()
}

/// In the order of the list, which is nearest first.
fn expiring(persons: &[Person], today: Date) -> Vec<Task> {
    persons
        .iter()
        .filter(|person| person.row.shared)
        .filter_map(|person| Some((person.row.certified_until?, &person.row)))
        .filter(|(until, _)| (0..=EXPIRING_DAYS).contains(&words::days_between(today, *until)))
        .take(TASKS)
        .map(|(until, row)| Task {
            person: person(row),
            what: words::care_level(&row.care_level),
            due: words::date(until),
            chip: Chip::new(words::left(today, until), ChipColor::Yellow),
        })
        .collect()
}

fn terminal(visit: &Visit, today: Date) -> TerminalCertificate {
    let until = tokyo_date(visit.client.not_after);
    let renew = words::days_between(today, until) <= RENEWAL_DAYS;
    let name = match &visit.client.subject {
        Subject::Terminal { terminal_id, .. } => terminal_id.clone(),
        Subject::System { system_id, .. } => system_id.clone(),
    };
    TerminalCertificate {
        terminal: name,
        chip: if renew {
            Chip::new("更新時期", ChipColor::Orange)
        } else {
            Chip::new("有効", ChipColor::Green)
        },
        until: words::date(until),
        advice: if renew {
            "期限が近づいています。事業所の管理者に、新しい電子証明書の発行を依頼してください。"
                .to_owned()
        } else {
            String::new()
        },
    }
}

/// The municipalities of the office's persons.
fn municipalities(persons: &[Person], insurers: Vec<InsurerRow>) -> Vec<MunicipalityState> {
    let serves = |insurer: &InsurerRow| {
        let mut keys = persons.iter().map(|person| &person.row.relation.person);
        keys.any(|key| key.insurer_no == insurer.insurer_no)
    };
    insurers
        .into_iter()
        .filter(serves)
        .map(|insurer| MunicipalityState {
            chip: Chip::new(insurer.stage.label(), stage_color(insurer.stage)),
            note: format!("{}から", words::date(insurer.stage_since).wareki),
            name: insurer.name,
        })
        .collect()
}

fn stage_color(stage: MunicipalityStage) -> ChipColor {
    match stage {
        MunicipalityStage::Unknown => ChipColor::Gray,
        MunicipalityStage::Preparing => ChipColor::Yellow,
        MunicipalityStage::Sending | MunicipalityStage::Migrating => ChipColor::Blue,
        MunicipalityStage::Sharing => ChipColor::Green,
    }
}

fn recent(persons: &[Person], today: Date) -> Vec<kiban_ui::PersonRow> {
    let mut recent: Vec<&Person> = persons.iter().collect();
    recent.sort_by_key(|person| std::cmp::Reverse(person.row.relation.created_at));
    recent.truncate(RECENT);
    recent
        .into_iter()
        .map(|person| person.to_row(today))
        .collect()
}
