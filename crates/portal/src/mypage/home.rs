//! マイページ (M01): what is done, what is next, whose turn it is.

use super::{
    applications::{chip as stage_chip, turn},
    certificates::open_terminals,
    frame,
    own::Own,
    subsidy,
};
use crate::{
    member::mail_notice,
    public::{date, day_of, stage},
};
use axum::response::Response;
use http::StatusCode;
use kiban_domain::{
    Municipality, PlatformFunction, RegistrationKind, RegistrationStage, municipalities,
};
use kiban_portal_ui::{Chip, ChipColor, Link, MyNews, MyPage, Notice, NoticeKind, TaskLine};
use kiban_services::{
    checklists,
    office_data::OfficeData,
    registrations::{self, Registration},
    setup,
    terminals::{REMINDERS, Terminal, days_left},
};

/// So many notices stand there.
const NEWS: usize = 5;

/// GET `/mypage`.
pub(super) async fn show(own: Own) -> Result<Response, Response> {
    let failed = |error: &kiban_store::Error| own.failed(error);
    let platform = own.platform();
    let registration = registrations::latest_of_office(platform, &own.office_no).await;
    let registration = registration.map_err(|error| failed(&error))?;
    let data = own.data().await?;
    let terminals = if data.is_some() {
        open_terminals(&own).await?
    } else {
        Vec::new()
    };
    let mut tasks = vec![registered(registration.as_ref(), data.as_ref()), factor()];
    tasks.push(certificate(data.is_some(), terminals.len()));
    tasks.push(set_up(&own, data.is_some()).await?);
    tasks.push(municipality(&own, data.as_ref()).await?);
    tasks.push(checklist(&own, registration.as_ref(), data.as_ref()).await?);
    let published = own.state.public.published.current(platform).await;
    let published = published.map_err(|error| failed(&error))?;
    let news = published.news.iter().take(NEWS).map(|it| MyNews {
        link: Link::new(
            format!("/news/{}", it.slug),
            it.article.headline.title.clone(),
        ),
        date: date(it.date()),
    });
    let page = MyPage {
        frame: frame(&own, "/mypage"),
        notices: mail_notice(&own)
            .await?
            .into_iter()
            .chain(notices(&own, &terminals, registration.as_ref()))
            .collect(),
        office: own.organisation.clone(),
        office_no: own.office_no.as_str().to_owned(),
        done: tasks.iter().filter(|task| task.turn.is_empty()).count(),
        tasks,
        subsidies: subsidy::tasks(&own).await?,
        news: news.collect(),
    };
    Ok(own.page(StatusCode::OK, &page))
}

fn notices(own: &Own, terminals: &[Terminal], registration: Option<&Registration>) -> Vec<Notice> {
    let mut notices = Vec::new();
    if let Some(registration) = registration
        && registration.row.stage == RegistrationStage::Returned
    {
        notices.push(
            Notice::new(
                NoticeKind::Warning,
                "申請に直していただきたいところがあります",
                "",
            )
            .with_link(application_link(registration, "申請を修正する")),
        );
    }
    let now = own.state.clock.now();
    let ending = terminals.iter().filter_map(|terminal| {
        let end = terminal.current(now)?.certificate.not_after;
        let left = days_left(end, now);
        (left <= REMINDERS[0]).then_some((left, &terminal.row.name, end))
    });
    for (left, name, end) in ending {
        let day = date(day_of(end)).wareki;
        notices.push(
            Notice::new(
                NoticeKind::Warning,
                format!("端末「{name}」の電子証明書は、あと{left}日で期限になります"),
                format!("{day}を過ぎると、この端末ではWEBサービスを使えません。"),
            )
            .with_link(Link::new("/mypage/certificates", "電子証明書を更新する")),
        );
    }
    notices
}

fn application_link(registration: &Registration, label: &str) -> Link {
    let receipt = &registration.row.receipt;
    Link::new(format!("/mypage/applications/{receipt}"), label)
}

fn done() -> Chip {
    Chip::new("完了", ChipColor::Green)
}

fn waiting() -> Chip {
    Chip::new("これから", ChipColor::Gray)
}

fn task(title: &str, text: impl Into<String>, chip: Chip, turn: &str) -> TaskLine {
    TaskLine {
        title: title.to_owned(),
        text: text.into(),
        chip,
        turn: turn.to_owned(),
        link: None,
    }
}

fn with_link(task: TaskLine, link: Link) -> TaskLine {
    TaskLine {
        link: Some(link),
        ..task
    }
}

fn registered(registration: Option<&Registration>, data: Option<&OfficeData>) -> TaskLine {
    let title = "事業所の登録";
    let Some(registration) = registration else {
        // Let in by the operator before there was a portal.
        return if data.is_some() {
            task(title, "登録されています。", done(), "")
        } else {
            task(title, "登録の申請はまだありません。", waiting(), "あなた")
        };
    };
    let stage = registration.row.stage;
    let text = match stage {
        RegistrationStage::Applied | RegistrationStage::Checked { .. } => {
            "運営で申請の内容を確認しています。結果はメールでお知らせします。"
        }
        RegistrationStage::Returned => "運営からの連絡を読んで、修正して提出してください。",
        RegistrationStage::Approved { .. } => "承認されています。",
        RegistrationStage::Refused { .. } => "承認されませんでした。理由をご確認ください。",
        RegistrationStage::Withdrawn => "取り下げています。",
    };
    with_link(
        task(title, text, stage_chip(stage), turn(stage)),
        application_link(registration, "申請の内容と経過を見る"),
    )
}

/// Nobody comes here without one.
fn factor() -> TaskLine {
    with_link(
        task(
            "パスワードと2つ目の認証方法",
            "設定されています。",
            done(),
            "",
        ),
        Link::new("/account", "自分の設定を見る"),
    )
}

fn certificate(admitted: bool, terminals: usize) -> TaskLine {
    let title = "端末の電子証明書";
    if terminals > 0 {
        let text = format!("{terminals}台の端末で使えます。");
        return with_link(
            task(title, text, done(), ""),
            Link::new("/mypage/certificates", "端末の一覧を見る"),
        );
    }
    if !admitted {
        let text = "事業所の登録が承認されると、申し込めます。";
        return task(title, text, waiting(), "運営");
    }
    with_link(
        task(
            title,
            "WEBサービスを使うパソコンまたはタブレットごとに申し込んでください。",
            waiting(),
            "あなた",
        ),
        Link::new("/mypage/certificates", "電子証明書を申し込む"),
    )
}

async fn set_up(own: &Own, admitted: bool) -> Result<TaskLine, Response> {
    let title = "WEBサービスの初回設定";
    let finished = setup::is_finished(own.platform(), &own.office_no).await;
    if finished.map_err(|error| own.failed(&error))? {
        return Ok(task(title, "終わっています。", done(), ""));
    }
    let turn = if admitted { "あなた" } else { "運営" };
    let text =
        "電子証明書を入れた端末でWEBサービスを開くと、事業所認証、接続確認、職員の登録に進めます。";
    Ok(with_link(
        task(title, text, waiting(), turn),
        Link::new("/first", "はじめての方への案内を読む"),
    ))
}

/// The municipality in which an address lies: the one with the longest name that the address begins with.
fn municipality_of(address: &str) -> Option<&'static Municipality> {
    let rest = |it: &Municipality| address.strip_prefix(it.prefecture);
    municipalities()
        .iter()
        .filter(|it| rest(it).is_some_and(|rest| rest.starts_with(it.name)))
        .max_by_key(|it| it.name.len())
}

async fn municipality(own: &Own, data: Option<&OfficeData>) -> Result<TaskLine, Response> {
    let title = "市町村の対応状況";
    let address = data.and_then(|data| data.profile.as_ref());
    let address = address.map_or("", |profile| profile.address.as_str());
    let list = Link::new("/readiness", "市町村の対応状況を調べる");
    let Some(found) = municipality_of(address) else {
        let text = "利用者の市町村で情報の共有が始まると、WEBサービスで見られます。";
        return Ok(with_link(task(title, text, waiting(), "市町村"), list));
    };
    let overview = own.state.public.overview.current(own.platform()).await;
    let overview = overview.map_err(|error| own.failed(&error))?;
    let Some(standing) = overview.find(&found.code) else {
        return Ok(with_link(task(title, "", waiting(), "市町村"), list));
    };
    let steps = standing.steps(PlatformFunction::Certificates);
    let now = steps.stage(own.platform().today());
    let sharing = now == kiban_domain::MunicipalityStage::Sharing;
    let text = format!(
        "事業所のある{}の「{}」の状況です。",
        found.name,
        PlatformFunction::Certificates.label()
    );
    Ok(with_link(
        task(title, text, stage(now), if sharing { "" } else { "市町村" }),
        Link::new(
            format!("/readiness/{}", found.code.as_str()),
            format!("{}の対応状況を見る", found.name),
        ),
    ))
}

async fn checklist(
    own: &Own,
    registration: Option<&Registration>,
    data: Option<&OfficeData>,
) -> Result<TaskLine, Response> {
    let kind = kind_of(registration, data);
    let items = checklists::list(own.platform(), &own.office_no, kind).await;
    let items = items.map_err(|error| own.failed(&error))?;
    let ticked = items.iter().filter(|(_, at)| at.is_some()).count();
    let all = ticked == items.len();
    let chip = if all {
        done()
    } else {
        Chip::new(format!("{}件中{ticked}件", items.len()), ChipColor::Yellow)
    };
    let next = items.iter().find(|(_, at)| at.is_none());
    let text = next.map_or_else(
        || "すべて終わっています。".to_owned(),
        |(item, _)| format!("まだの項目：{}", item.label()),
    );
    Ok(with_link(
        task("導入の準備", text, chip, if all { "" } else { "あなた" }),
        Link::new("/mypage/checklist", "導入準備チェックを開く"),
    ))
}

/// As what the office is registered, or applies.
pub(super) fn kind_of(
    registration: Option<&Registration>,
    data: Option<&OfficeData>,
) -> RegistrationKind {
    match (data, registration) {
        (Some(data), _) => data.kind(),
        (None, Some(registration)) => registration.row.office.kind,
        (None, None) => RegistrationKind::CareOffice,
    }
}

#[cfg(test)]
mod tests {
    use super::municipality_of;

    #[test]
    fn p2_the_municipality_of_an_address_is_found_by_its_prefecture_and_name() {
        let name = |address| municipality_of(address).map(|it| (it.prefecture, it.name));
        assert_eq!(name("東京都世田谷区架空1-1"), Some(("東京都", "世田谷区")));
        assert_eq!(name("東京都府中市1"), Some(("東京都", "府中市")));
        assert_eq!(name("広島県府中市1"), Some(("広島県", "府中市")));
        assert_eq!(name("世田谷区架空1-1"), None);
        assert_eq!(name(""), None);
    }
}
