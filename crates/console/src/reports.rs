//! 統計 (O17).

use crate::officer::Officer;
use axum::response::Response;
use http::StatusCode;
use kiban_console_ui::{ReportGroup, ReportsPage};
use kiban_domain::{
    InquiryState, PortalRole, RegistrationStage,
    opinion_case::{OpinionRoute, SubmissionState},
};
use kiban_services::{
    statistics::{self, Count},
    subsidies,
};
use kiban_web_kit::csv;

const ROLES: &[PortalRole] = &[PortalRole::Manager, PortalRole::Auditor];

fn word(word: &str) -> &str {
    match word {
        "office" => "事業所・医療機関",
        "insurer" => "市町村（保険者）",
        "prefecture" => "都道府県",
        "operator" => "運営",
        "in" => "ログイン",
        "wrong_password" => "パスワードの誤り",
        "wrong_second_factor" => "2段階目の確認の誤り",
        "answered" => "回答を表示",
        "near" => "近い質問を表示",
        "none" => "見つからない",
        "municipality" => "市町村の状況を表示",
        "waiting" => "送信待ち",
        "given_up" => "届けられない",
        other => other,
    }
}

fn lines(counts: &[Count], label: impl Fn(&str) -> String) -> Vec<(String, String)> {
    let line = |it: &Count| (label(&it.word), grouped(it.count));
    counts.iter().map(line).collect()
}

fn grouped(count: i64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

async fn groups(officer: &Officer) -> Result<Vec<ReportGroup>, Response> {
    officer.may(ROLES)?;
    let figures = statistics::figures(officer.platform()).await;
    let figures = figures.map_err(|error| officer.failed(&error))?;
    let totals = subsidies::totals(officer.platform()).await;
    let totals = totals.map_err(|error| officer.failed(&error))?;
    let subsidy = crate::subsidies::STAGES.iter().filter_map(|(code, name)| {
        let own = totals.iter().filter(|it| it.stage == *code);
        let count: i64 = own.map(|it| it.count).sum();
        (count > 0).then(|| ((*name).to_owned(), grouped(count)))
    });
    let plain = |counts: &[Count]| lines(counts, |it| word(it).to_owned());
    let stage = |it: &str| {
        let nobody = uuid::Uuid::nil();
        let some = [
            RegistrationStage::Applied,
            RegistrationStage::Returned,
            RegistrationStage::Checked { first: nobody },
            RegistrationStage::Approved {
                first: nobody,
                second: nobody,
            },
            RegistrationStage::Refused {
                first: nobody,
                second: nobody,
            },
            RegistrationStage::Withdrawn,
        ];
        let found = some.iter().find(|stage| stage.code() == it);
        found.map_or_else(|| it.to_owned(), |stage| stage.label().to_owned())
    };
    let state = |it: &str| {
        let state = it.parse::<InquiryState>();
        state.map_or_else(|_| it.to_owned(), |it| it.label().to_owned())
    };
    let route = |it: &str| {
        let route = it.parse::<OpinionRoute>();
        route.map_or_else(|_| it.to_owned(), |it| it.label().to_owned())
    };
    let standing = |it: &str| {
        let state = it.parse::<SubmissionState>();
        state.map_or_else(|_| it.to_owned(), |it| it.label().to_owned())
    };
    let group = |id, title, lines| ReportGroup { id, title, lines };
    Ok(vec![
        group(
            "registrations",
            "事業所・医療機関の登録の申請",
            lines(&figures.registrations, stage),
        ),
        group("accounts", "ポータルのユーザ", plain(&figures.accounts)),
        group("sign-ins", "ログイン（30日間）", plain(&figures.sign_ins)),
        group(
            "inquiries",
            "お問い合わせ",
            lines(&figures.inquiries, state),
        ),
        group(
            "questions",
            "チャットの質問（30日間）",
            plain(&figures.questions),
        ),
        group(
            "municipalities",
            "対応状況を登録した市町村",
            vec![("市町村".to_owned(), grouped(figures.municipalities))],
        ),
        group("subsidies", "助成金の申請", subsidy.collect()),
        group(
            "opinion-routes",
            "届いた主治医意見書（30日間、経路別）",
            lines(&figures.opinion_routes, route),
        ),
        group(
            "opinion-states",
            "届いた主治医意見書（30日間、状態別）",
            lines(&figures.opinion_states, standing),
        ),
        group("letters", "送信できていないメール", plain(&figures.letters)),
    ])
}

/// GET `/ops/reports`.
pub(crate) async fn show(officer: Officer) -> Result<Response, Response> {
    let page = ReportsPage {
        groups: groups(&officer).await?,
        frame: officer.frame("/ops/reports"),
    };
    Ok(officer.page(StatusCode::OK, &page))
}

/// GET `/ops/reports.csv`.
pub(crate) async fn file(officer: Officer) -> Result<Response, Response> {
    let mut file = csv::File::new(["項目", "区分", "件数"]);
    for group in groups(&officer).await? {
        for (label, count) in group.lines {
            file.line([group.title, &label, &count.replace(',', "")]);
        }
    }
    Ok(file.answer("reports.csv"))
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn counts_are_grouped_by_thousands() {
        let shown = [0, 999, 1_000, 1_234_567].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "1,234,567"]);
    }
}
