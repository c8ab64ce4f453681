//! 業務トップ (I01).

use super::{insurer, nowhere};
use crate::{
    member::{SignedIn, mail_notice},
    public::{news, words},
};
use axum::response::Response;
use http::StatusCode;
use kiban_content::Audience;
use kiban_domain::{Municipality, PlannedTime, PlatformFunction, ReadinessStep};
use kiban_portal_ui::{InsurerHomePage, Link, OwnMunicipality};
use kiban_services::{
    readiness::{self, Declared},
    surveys::{self, RoundState},
};
use kiban_store::Error;

/// So many notices stand on the page.
const NEWS: usize = 5;

/// GET `/insurer`.
pub(super) async fn show(signed_in: SignedIn) -> Response {
    let Some(number) = insurer(&signed_in) else {
        return nowhere(&signed_in);
    };
    let platform = signed_in.platform();
    let notice = match mail_notice(&signed_in).await {
        Ok(notice) => notice,
        Err(response) => return response,
    };
    let read = async {
        let mut own = Vec::new();
        for it in readiness::list_insured(platform, &number).await? {
            own.push((it, readiness::find_declared(platform, &it.code).await?));
        }
        let todos = todos(&signed_in, &own).await?;
        Ok::<_, Error>((own, todos))
    };
    let published = signed_in.state.public.published.current(platform);
    match (read.await, published.await) {
        (Ok((own, todos)), Ok(published)) => {
            let for_insurers = published.news.iter().filter(|it| {
                let audience = &it.article.headline.audience;
                audience.is_empty() || audience.contains(&Audience::Insurer)
            });
            let page = InsurerHomePage {
                frame: signed_in.frame().at("/insurer"),
                organisation: signed_in.organisation.clone(),
                notice,
                todos,
                municipalities: own
                    .iter()
                    .map(|(it, of)| shown(&signed_in, it, of))
                    .collect(),
                news: for_insurers.take(NEWS).map(news::line).collect(),
            };
            signed_in.page(StatusCode::OK, &page)
        }
        (Err(error), _) | (_, Err(error)) => signed_in.failed(&error),
    }
}

fn shown(signed_in: &SignedIn, it: &Municipality, declared: &Declared) -> OwnMunicipality {
    let today = signed_in.platform().today();
    let newest = declared.history.first().map(|row| row.recorded_at);
    OwnMunicipality {
        href: super::page_of(it),
        name: it.name.to_owned(),
        functions: PlatformFunction::ALL
            .iter()
            .map(|function| {
                let stage = declared.steps(*function).stage(today);
                (function.label().to_owned(), words::stage(stage))
            })
            .collect(),
        updated: newest.map(|at| words::date(words::day_of(at))),
    }
}

/// What is open: rounds to answer, municipalities that have said nothing, plans whose time has passed.
async fn todos(
    signed_in: &SignedIn,
    own: &[(&'static Municipality, Declared)],
) -> Result<Vec<(Link, String)>, Error> {
    let platform = signed_in.platform();
    let today = platform.today();
    let mut todos = Vec::new();
    for round in surveys::list(platform).await? {
        if round.state(today) != RoundState::Open {
            continue;
        }
        for (it, _) in own {
            let number = round.row.round_no;
            let given = surveys::find_answer(platform, number, &it.code).await?;
            let word = match (given.submitted.is_some(), given.draft) {
                (true, false) => continue,
                (true, true) => "提出していない修正があります",
                (false, true) => "一時保存しています",
                (false, false) => "まだ回答していません",
            };
            let last = words::date(round.row.closes_on).wareki;
            todos.push((
                Link::new(
                    format!("/insurer/surveys/{number}/{}", it.code.as_str()),
                    format!("「{}」に回答する（{}）", round.row.title, it.name),
                ),
                format!("{last}まで。{word}"),
            ));
        }
    }
    for (it, declared) in own {
        if declared.history.is_empty() {
            let link = Link::new(
                super::page_of(it),
                format!("{}の対応状況を登録する", it.name),
            );
            todos.push((link, "まだ登録がありません".to_owned()));
        }
        for function in PlatformFunction::ALL {
            let steps = declared.steps(*function);
            let late = ReadinessStep::ALL.iter().find(|step| {
                let dates = steps.of(**step);
                let passed = |it: PlannedTime| it.last_day() < today;
                dates.actual.is_none() && dates.planned.is_some_and(passed)
            });
            let Some(step) = late else {
                continue;
            };
            let planned = steps
                .of(*step)
                .planned
                .map_or_else(String::new, PlannedTime::label);
            let link = Link::new(
                format!("{}/{}", super::page_of(it), function.code()),
                format!("{}　{}を更新する", it.name, function.label()),
            );
            let note = format!("「{}」の予定（{planned}）を過ぎています", step.label());
            todos.push((link, note));
        }
    }
    Ok(todos)
}
