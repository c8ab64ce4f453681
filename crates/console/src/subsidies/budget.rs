//! 予算・執行 (O05): what was granted and paid of each budget; the period and the budgets are changed by proposing a revision of the scheme.

use super::{
    STAGES, acts, balance, granted,
    masters::{in_force, refusal, revisions},
    may_read, percent, prefecture_name, reviewer, schemes, signed, stage_name, yen,
};
use crate::{
    officer::{Officer, PostedBy},
    words::day,
};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use kiban_console_ui::{BudgetForm, BudgetScheme, Grid, GridCell, SubsidyBudgetPage, TextField};
use kiban_domain::{Opening, PortalRole, Programme, Yen, read_count, read_date};
use kiban_services::subsidies::{self, BalanceRow, Standing, Totals};
use kiban_web_kit::Fields;

/// GET `/ops/subsidy/budget`.
pub(super) async fn show(officer: Officer) -> Result<Response, Response> {
    let page = page(&officer).await?;
    Ok(officer.page(StatusCode::OK, &page))
}

async fn page(officer: &Officer) -> Result<SubsidyBudgetPage, Response> {
    may_read(officer)?;
    let standing = schemes(officer).await?;
    let balances = subsidies::balances(officer.platform()).await;
    let balances = balances.map_err(|error| officer.failed(&error))?;
    let totals = subsidies::totals(officer.platform()).await;
    let totals = totals.map_err(|error| officer.failed(&error))?;
    let scheme = |it: &Standing| {
        let scheme = &it.scheme;
        let own: Vec<_> = totals
            .iter()
            .filter(|it| it.scheme == scheme.code())
            .collect();
        let period = scheme.applications();
        let now = match period.at(officer.platform().now()) {
            Opening::Before => "受付前",
            Opening::Open { .. } => "受付中",
            Opening::After => "受付終了",
        };
        BudgetScheme {
            code: scheme.code().to_owned(),
            title: scheme.title().to_owned(),
            period: format!("{}から{}まで（{now}）", day(period.first), day(period.last)),
            budgets: of_year(budgets(it, &balances), scheme.title()),
            stages: of_year(stages(&own), scheme.title()),
            prefectures: of_year(prefectures(&own), scheme.title()),
            form: acts(officer).then(|| form(it)),
        }
    };
    Ok(SubsidyBudgetPage {
        frame: officer.frame("/ops/subsidy/budget"),
        schemes: standing.iter().map(scheme).collect(),
    })
}

/// A table under the name of its year: the page has the same tables for every year, and each has to be told from the others.
fn of_year(grid: Grid, title: &str) -> Grid {
    Grid {
        label: format!("{title}：{}", grid.label),
        ..grid
    }
}

fn budgets(standing: &Standing, balances: &[BalanceRow]) -> Grid {
    let heads = [
        ("助成の種類", false),
        ("予算", true),
        ("交付決定", true),
        ("振込の手続き中", true),
        ("振込済み", true),
        ("予算の残り", true),
        ("執行率", true),
    ];
    let mut grid = Grid::new("予算と執行", &heads);
    for &programme in Programme::ALL {
        let key = (standing.scheme.code(), programme);
        let granted = granted(balances, key.0, programme);
        let budget = standing.scheme.review().budget(programme);
        let budget = budget.map(|it| signed(it.get()));
        let none = || "上限なし".to_owned();
        grid.rows.push(vec![
            GridCell::of(programme.label()),
            GridCell::of(budget.map_or_else(none, yen)),
            GridCell::of(yen(granted)),
            GridCell::of(yen(balance(balances, key, "in_transfer"))),
            GridCell::of(yen(balance(balances, key, "paid"))),
            GridCell::of(budget.map_or_else(none, |it| yen(it - granted))),
            GridCell::of(
                budget.map_or_else(String::new, |it| format!("{}%", percent(granted, it))),
            ),
        ]);
    }
    grid
}

/// Counts and sums of the applications among `own` that `is` chooses.
fn figures(own: &[&Totals], is: impl Fn(&Totals) -> bool) -> (i64, i64, i64) {
    let chosen = own.iter().filter(|it| is(it));
    chosen.fold((0, 0, 0), |sum, it| {
        (
            sum.0 + it.count,
            sum.1 + it.claimed_yen,
            sum.2 + it.granted_yen,
        )
    })
}

fn row(name: &str, (count, claimed, granted): (i64, i64, i64)) -> Vec<GridCell> {
    vec![
        GridCell::of(name),
        GridCell::of(format!("{count}件")),
        GridCell::of(yen(claimed)),
        GridCell::of(yen(granted)),
    ]
}

const HEADS: [(&str, bool); 3] = [
    ("件数", true),
    ("申請額", true),
    ("交付額（案を含む）", true),
];

fn stages(own: &[&Totals]) -> Grid {
    let mut grid = Grid::new("状態ごとの件数", &[("状態", false)]);
    grid.heads.extend(HEADS);
    for (code, _) in STAGES {
        let found = figures(own, |it| it.stage == code);
        if found.0 > 0 {
            grid.rows.push(row(stage_name(code), found));
        }
    }
    grid
}

fn prefectures(own: &[&Totals]) -> Grid {
    let mut grid = Grid::new("都道府県ごとの件数", &[("都道府県", false)]);
    grid.heads.extend(HEADS);
    let digits: std::collections::BTreeSet<_> = own.iter().map(|it| &*it.prefecture).collect();
    for it in digits {
        let found = figures(own, |row| row.prefecture == it);
        grid.rows.push(row(prefecture_name(it), found));
    }
    grid
}

fn form(standing: &Standing) -> BudgetForm {
    let scheme = &standing.scheme;
    let budget = |of| {
        let budget: Option<Yen> = scheme.review().budget(of);
        TextField::of(budget.map_or_else(String::new, |it| it.get().to_string()))
    };
    BudgetForm {
        first: TextField::of(scheme.applications().first.to_string()),
        last: TextField::of(scheme.applications().last.to_string()),
        care: budget(Programme::Care),
        opinion: budget(Programme::Opinion),
        ..BudgetForm::default()
    }
}

/// POST `/ops/subsidy/budget`: proposes a revision with another period or other budgets.
pub(super) async fn propose(PostedBy { officer, fields }: PostedBy) -> Result<Response, Response> {
    officer.may(&[PortalRole::Subsidy])?;
    let mut page = page(&officer).await?;
    let scheme = fields.get("scheme");
    let rows = revisions(&officer).await?;
    let Some((now, shown)) = in_force(&rows, scheme).zip(
        page.schemes
            .iter_mut()
            .find(|it| it.code == scheme)
            .and_then(|it| it.form.as_mut()),
    ) else {
        return Err(officer.unknown_act());
    };
    let mend = StatusCode::UNPROCESSABLE_ENTITY;
    let Some(content) = changed(&now.content, &fields, shown) else {
        return Ok(officer.page(mend, &page));
    };
    let by = reviewer(&officer).await?;
    let (platform, context) = (officer.platform(), officer.context());
    match subsidies::propose(platform, &context, content, fields.get("reason"), by).await {
        Ok((scheme, revision)) => {
            let address = format!("/ops/masters/{scheme}/{revision}?done=propose");
            Ok(Redirect::to(&address).into_response())
        }
        Err(error) => {
            shown.wrong = refusal(&officer, &error)?;
            Ok(officer.page(mend, &page))
        }
    }
}

/// The scheme's text with what was typed; nothing, and the errors beside the fields, when that cannot be read.
fn changed(content: &str, fields: &Fields, shown: &mut BudgetForm) -> Option<String> {
    let date = |name: &str| {
        let typed = fields.get(name);
        let read = read_date(typed).map(|it| format!("\"{}\"", it.date));
        let field = TextField::of(typed);
        match read {
            Ok(day) => (field, Some(day)),
            Err(_) => (
                field.with_error("年月日を入力してください（例：令和8年3月13日、2026-03-13）"),
                None,
            ),
        }
    };
    let money = |name: &str| {
        let typed = fields.get(name);
        let field = TextField::of(typed);
        let number = read_count(typed, &['円']).filter(|it| *it <= 999_999_999_999);
        if typed.trim().is_empty() {
            (field, Some(String::new()))
        } else if let Some(number) = number {
            (field, Some(number.to_string()))
        } else {
            let error = "予算は、12桁までの数字で入力してください";
            (field.with_error(error), None)
        }
    };
    let ((first, first_day), (last, last_day)) = (date("first"), date("last"));
    let ((care, care_yen), (opinion, opinion_yen)) = (money("care"), money("opinion"));
    (shown.first, shown.last, shown.care, shown.opinion) = (first, last, care, opinion);
    shown.reason = TextField::of(fields.get("reason"));
    let text = set(content, ("applications", "first"), &first_day?);
    let text = set(&text, ("applications", "last"), &last_day?);
    let text = set(&text, ("review", "care_budget_yen"), &care_yen?);
    Some(set(&text, ("review", "opinion_budget_yen"), &opinion_yen?))
}

/// The text with another value under a key of a table; an empty value takes the key out. Comments and everything else stay as they are.
fn set(content: &str, (table, key): (&str, &str), value: &str) -> String {
    let head = format!("[{table}]");
    let mut lines: Vec<String> = Vec::new();
    let mut inside = false;
    for line in content.lines() {
        let bare = line.trim();
        if bare.starts_with('[') {
            inside = bare == head;
        }
        let is_key = bare
            .split_once('=')
            .is_some_and(|(name, _)| name.trim() == key);
        if inside && is_key {
            continue;
        }
        lines.push(line.to_owned());
        if bare == head && !value.is_empty() {
            lines.push(format!("{key} = {value}"));
        }
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::set;

    #[test]
    fn g1_a_key_is_changed_added_and_taken_out_and_the_rest_stays() {
        let text = "# first\n[costs]\nlast = \"a\"\n\n[review]\nx = 1\n";
        let changed = set(text, ("costs", "last"), "\"b\"");
        assert_eq!(changed, text.replace("\"a\"", "\"b\""));
        let added = set(text, ("review", "last"), "2");
        assert!(added.contains("[review]\nlast = 2\nx = 1") && added.contains("\"a\""));
        assert_eq!(set(&added, ("review", "last"), ""), text);
    }
}
