//! 助成金のご案内 (P06).

use super::{current, day, yen};
use crate::{
    PortalState,
    public::{failed, page},
};
use axum::{extract::State, response::Response};
use kiban_domain::{Opening, Period, Scheme, ServiceKind, Timestamp};
use kiban_portal_ui::{
    CategoryCells, ClassCells, Link, Notice, NoticeKind, Procedure, Section, SubsidyGuide,
    SubsidyPage, SubsidyTables,
};
use kiban_services::subsidies::Standing;

/// GET `/subsidy`.
pub(in crate::public) async fn show(State(state): State<PortalState>) -> Response {
    let standing = match current(&state).await {
        Ok(standing) => standing,
        Err(error) => return failed(&state, &error),
    };
    let now = state.platform.now();
    let guide = |it: &Standing| {
        let scheme = &it.scheme;
        SubsidyGuide {
            title: scheme.title().to_owned(),
            state: state_of(scheme, now),
            period: period(scheme),
            costs: days(scheme.costs()),
            tax: scheme.tax_percent(),
            rounding: scheme.care().rounding.label().to_owned(),
            count: scheme.care().count.label().to_owned(),
            tables: tables(it),
            source: scheme.source().to_owned(),
        }
    };
    page(&SubsidyPage {
        frame: state.portal_frame().of(Section::Apply),
        guide: (*standing).as_ref().map(guide),
    })
}

/// There is no scheme yet.
pub(super) fn none(state: &PortalState) -> Response {
    page(&SubsidyPage {
        frame: state.portal_frame().of(Section::Apply),
        guide: None,
    })
}

fn days(period: Period) -> String {
    format!("{}から{}まで", day(period.first), day(period.last))
}

/// The days on which applications are taken, with the doubt of the source.
fn period(scheme: &Scheme) -> String {
    let planned = if scheme.is_planned() {
        "（予定）"
    } else {
        ""
    };
    format!("{}{planned}", days(scheme.applications()))
}

fn state_of(scheme: &Scheme, now: Timestamp) -> Notice {
    let period = scheme.applications();
    match period.at(now) {
        Opening::Before => Notice::new(
            NoticeKind::Info,
            "申請の受付は、まだ始まっていません",
            format!("{}から受け付けます。", day(period.first)),
        ),
        Opening::Open { days_left: 0 } => Notice::new(
            NoticeKind::Warning,
            "申請の受付は、本日までです",
            "23時59分までに提出してください。",
        ),
        Opening::Open { days_left } => Notice::new(
            NoticeKind::Info,
            format!("申請を受け付けています（あと{days_left}日）"),
            format!("{}の23時59分までに提出してください。", day(period.last)),
        ),
        Opening::After => Notice::new(
            NoticeKind::Warning,
            "申請の受付は終了しました",
            format!(
                "受付の期間は、{}でした。次の年度の助成は未定です。",
                days(period)
            ),
        )
        .with_link(Link::new("/contact", "お問い合わせの方法を見る")),
    }
}

/// The ceilings and rates of the scheme.
pub(in crate::public) fn tables(standing: &Standing) -> SubsidyTables {
    let scheme = &standing.scheme;
    let care = scheme.care();
    let categories = care.categories.iter().map(|it| {
        let within = care.kinds.iter().filter(|kind| kind.category == it.code);
        let labels: Vec<_> = within.map(|it| ServiceKind::label(&it.kind)).collect();
        CategoryCells {
            label: it.label.clone(),
            kinds: labels.join("、"),
            readers: format!("{}台", it.readers),
            limit: yen(it.limit),
        }
    });
    let classes = scheme.opinion().classes.iter().map(|it| ClassCells {
        label: it.label.clone(),
        rate: format!("{}分の{}", it.rate.below, it.rate.above),
        limit: yen(it.limit),
    });
    SubsidyTables {
        title: scheme.title().to_owned(),
        categories: categories.collect(),
        classes: classes.collect(),
    }
}

/// What the start page says while applications are taken.
pub(in crate::public) fn deadline(standing: &Standing, now: Timestamp) -> Option<Notice> {
    let open = matches!(standing.scheme.applications().at(now), Opening::Open { .. });
    open.then(|| {
        let notice = state_of(&standing.scheme, now);
        let title = format!("助成金：{}", notice.title);
        Notice { title, ..notice }.with_link(Link::new("/subsidy", "助成金のご案内を見る"))
    })
}

/// The two procedures of 各種申請.
pub(in crate::public) fn procedures(standing: &Standing, now: Timestamp) -> [Procedure; 2] {
    let scheme = &standing.scheme;
    let state = match scheme.applications().at(now) {
        Opening::Before => "まだ受け付けていません",
        Opening::Open { .. } => "受け付けています",
        Opening::After => "受付は終了しました",
    };
    let taken = scheme.applications().at(now) != Opening::After;
    let procedure = |title: &str, text: &str, who: &str, word: &str| Procedure {
        title: title.to_owned(),
        text: text.to_owned(),
        who: who.to_owned(),
        when: format!("{}　{state}", period(scheme)),
        begin: if taken {
            Link::new(format!("/apply/subsidy/{word}"), format!("{title}を始める"))
        } else {
            Link::new("/subsidy", "助成金のご案内を見る")
        },
    };
    [
        procedure(
            "助成金の申請（介護事業所等）",
            "カードリーダーの購入経費と、接続サポート等経費の助成です。",
            "介護事業所等",
            "care",
        ),
        procedure(
            "助成金の申請（主治医意見書作成医療機関）",
            "主治医意見書の電子的送信機能を追加する経費の助成です。",
            "主治医意見書作成医療機関",
            "medical",
        ),
    ]
}
