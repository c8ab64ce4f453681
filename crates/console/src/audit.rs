//! 監査記録 (O15).

use crate::officer::{Officer, PostedBy};
use axum::response::Response;
use http::StatusCode;
use kiban_console_ui::{AuditLine, AuditPage, Chip, ChipColor, Choice, ChoiceField, TextField};
use kiban_domain::{Date, InsurerNumber, PortalRole, Timestamp, Wareki, tokyo_date};
use kiban_services::{
    audit_search::{self, Found, LONGEST_REASON, Page, Question, SearchError},
    audit_trail,
};
use kiban_web_kit::{Fields, csv};

const ROLES: &[PortalRole] = &[PortalRole::Auditor];
/// Pages of one file.
const CSV_PAGES: usize = 50;

/// Acts by the word that is recorded.
const ACTIONS: [(&str, &str); 41] = [
    ("identity_check", "本人確認の照合"),
    ("card_check", "カードによる本人確認"),
    ("card_linked", "カードの結び付け"),
    ("card_unlinked", "カードの結び付けの解除"),
    ("register_relation", "担当登録"),
    ("end_relation", "担当登録の終了"),
    ("confirm_relation", "担当登録の継続"),
    ("hand_over", "引継ぎ"),
    ("read_person", "利用者の情報の閲覧"),
    ("list_persons", "利用者一覧の閲覧"),
    ("read_document", "書類の閲覧"),
    ("write_document", "書類の登録"),
    ("export", "情報の書出し"),
    ("sign_in", "ログイン"),
    ("sign_out", "ログアウト"),
    ("account_changed", "ユーザの変更"),
    ("consent_changed", "同意の変更"),
    ("transfer_received", "データの受付"),
    ("transfer_applied", "データの取込み"),
    ("certificate_issued", "電子証明書の発行"),
    ("certificate_revoked", "電子証明書の失効"),
    ("stage_changed", "市町村の段階の変更"),
    ("setting_changed", "設定・公開内容の変更"),
    ("emergency_window", "緊急閲覧の開始・終了"),
    ("emergency_search", "緊急閲覧の検索"),
    ("emergency_opened", "緊急閲覧の申出"),
    ("emergency_view", "緊急閲覧"),
    ("emergency_reviewed", "緊急閲覧の確認"),
    ("inquiry_read", "お問い合わせの閲覧"),
    ("article_changed", "記事の変更"),
    ("inquiry_handled", "お問い合わせの処理"),
    ("registration_read", "登録申請の閲覧"),
    ("registration_moved", "登録申請の審査"),
    ("subsidy_read", "助成金申請の閲覧"),
    ("subsidy_moved", "助成金申請の手続き"),
    ("payment_moved", "振込の手続き"),
    ("scheme_moved", "助成金の制度の値の変更"),
    ("account_read", "ポータルのユーザの閲覧"),
    ("audit_read", "監査記録の閲覧"),
    ("route_refused", "権限のない画面への接続"),
    ("", "すべて"),
];

fn label(action: &str) -> &str {
    let known = ACTIONS.iter().find(|(word, _)| *word == action);
    known.map_or(action, |(_, label)| label)
}

fn door(word: &str) -> &str {
    match word {
        "care" => "介護WEBサービス",
        "connect" => "連携API",
        "portal" => "ポータル",
        "operator" => "運営",
        "system" => "自動処理",
        other => other,
    }
}

fn choices(chosen: &str) -> ChoiceField {
    let last = ACTIONS.len() - 1;
    let all = ACTIONS[last..].iter().chain(&ACTIONS[..last]);
    let choice = |(word, label): &(&str, &str)| Choice {
        chosen: *word == chosen,
        ..Choice::new(*word, *label, "")
    };
    ChoiceField::of(all.map(choice).collect())
}

/// GET `/ops/audit`.
pub(crate) async fn show(officer: Officer) -> Result<Response, Response> {
    officer.may(ROLES)?;
    let page = page(&officer, &Fields::default()).await?;
    Ok(officer.page(StatusCode::OK, &page))
}

async fn page(officer: &Officer, fields: &Fields) -> Result<AuditPage, Response> {
    let today = officer.platform().today();
    let week = today
        .checked_sub(jiff::Span::new().days(7))
        .unwrap_or(today);
    let day = |name: &str, default: Date| match fields.get(name) {
        "" => TextField::of(default.to_string()),
        typed => TextField::of(typed),
    };
    let seals = audit_trail::seals(officer.platform()).await;
    let (sealed, lanes) = seals.map_err(|error| officer.failed(&error))?;
    Ok(AuditPage {
        frame: officer.frame("/ops/audit"),
        reason: TextField::of(fields.get("reason")),
        from: day("from", week),
        to: day("to", today),
        actions: choices(fields.get("action")),
        insurer: TextField::of(fields.get("insurer")),
        organisation: fields.get("organisation").to_owned(),
        staff: fields.get("staff").to_owned(),
        refused: fields.get("refused") == "yes",
        found: None,
        next: None,
        seals: vec![
            (
                "最後の署名".into(),
                sealed.map_or_else(|| "まだありません".to_owned(), moment),
            ),
            ("記録のまとまり".into(), format!("{lanes}件（保険者ごと）")),
        ],
    })
}

fn moment(at: Timestamp) -> String {
    let day = tokyo_date(at);
    let day = Wareki::try_from(day).map_or_else(|_| day.to_string(), Wareki::long);
    let local = at.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9)));
    format!(
        "{day} {}時{:02}分{:02}秒",
        local.hour(),
        local.minute(),
        local.second()
    )
}

/// POST `/ops/audit`.
pub(crate) async fn submit(posted: PostedBy) -> Result<Response, Response> {
    let PostedBy { officer, fields } = posted;
    officer.may(ROLES)?;
    if !matches!(fields.get("go"), "" | "search" | "next" | "csv") {
        return Err(officer.unknown_act());
    }
    let mut page = page(&officer, &fields).await?;
    let Some(mut question) = read(&mut page, &fields) else {
        return Ok(officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    if fields.get("go") == "next" {
        question.after = fields.get("after").parse().ok();
    }
    if fields.get("go") == "csv" {
        return file(&officer, page, question).await;
    }
    match audit_search::search(officer.platform(), &officer.context(), &question).await {
        Ok(found) => {
            page.next = found.next.map(|it| it.to_string());
            page.found = Some(found.found.iter().map(line).collect());
            Ok(officer.page(StatusCode::OK, &page))
        }
        Err(error) => Err(refused(&officer, page, error)),
    }
}

fn refused(officer: &Officer, mut page: AuditPage, error: SearchError) -> Response {
    match error {
        SearchError::Storage(error) => return officer.failed(&error),
        SearchError::Reason => {
            page.reason = page
                .reason
                .with_error("検索する理由を、200文字以内で入力してください");
        }
        SearchError::Days => {
            page.to = page
                .to
                .with_error("終わりの日は、はじめの日から1年以内で入力してください");
        }
    }
    officer.page(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn day(text: &str) -> Option<Date> {
    let text = kiban_domain::normalize(text).replace('/', "-");
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let text = if digits == text.len() && digits == 8 {
        format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..])
    } else {
        text
    };
    text.parse().ok()
}

fn read(page: &mut AuditPage, fields: &Fields) -> Option<Question> {
    let reason = fields.get("reason");
    if reason.is_empty() {
        page.reason = TextField::of(reason).with_error("検索する理由を入力してください");
    } else if reason.chars().count() > LONGEST_REASON {
        page.reason =
            TextField::of(reason).with_error("検索する理由は、200文字以内で入力してください");
    }
    let (from, to) = (day(&page.from.value), day(&page.to.value));
    for (field, name, read) in [
        (&mut page.from, "はじめの日", from),
        (&mut page.to, "終わりの日", to),
    ] {
        if read.is_none() {
            let error = format!("{name}は、西暦で入力してください（例：2026-04-01）");
            *field = field.clone().with_error(error);
        }
    }
    let insurer = match fields.get("insurer") {
        "" => Ok(None),
        typed => typed.parse::<InsurerNumber>().map(Some),
    };
    let action = fields.get("action");
    if !ACTIONS.iter().any(|(word, _)| *word == action) {
        page.actions = page
            .actions
            .clone()
            .with_error("操作を、一覧から選択してください");
    }
    if insurer.is_err() {
        page.insurer = page
            .insurer
            .clone()
            .with_error("保険者番号は、6桁の数字で入力してください（例：131128）");
    }
    if !page.errors().is_empty() {
        return None;
    }
    Some(Question {
        insurer: insurer.ok()?,
        from: from?,
        to: to?,
        organisation: fields.get("organisation").to_owned(),
        staff: fields.get("staff").to_owned(),
        action: fields.get("action").to_owned(),
        refused: page.refused,
        after: None,
        reason: reason.to_owned(),
    })
}

fn line(found: &Found) -> AuditLine {
    let staff = found.staff.as_deref().unwrap_or_default();
    AuditLine {
        at: moment(found.at),
        action: label(&found.action).to_owned(),
        who: format!("{} {staff}（{}）", found.organisation, door(&found.door)),
        person: found.person.clone().unwrap_or_default(),
        ground: found.ground.clone().unwrap_or_default(),
        outcome: match &found.refused {
            None => Chip::new("実行", ChipColor::Green),
            Some(reason) => Chip::new(format!("拒否（{reason}）"), ChipColor::Orange),
        },
    }
}

/// Everything that fits, as a file; every page of it is a search in the trail.
async fn file(
    officer: &Officer,
    page: AuditPage,
    mut question: Question,
) -> Result<Response, Response> {
    let mut file = csv::File::new([
        "記録番号",
        "日時",
        "入口",
        "団体",
        "ユーザID",
        "操作",
        "対象",
        "根拠",
        "拒否の理由",
    ]);
    for _ in 0..CSV_PAGES {
        let found = audit_search::search(officer.platform(), &officer.context(), &question).await;
        let found = match found {
            Ok(found) => found,
            Err(error) => return Err(refused(officer, page, error)),
        };
        let Page { found, next } = found;
        for it in found {
            file.line([
                it.id.to_string(),
                it.at.to_string(),
                it.door,
                it.organisation,
                it.staff.unwrap_or_default(),
                it.action,
                it.person.unwrap_or_default(),
                it.ground.unwrap_or_default(),
                it.refused.unwrap_or_default(),
            ]);
        }
        match next {
            Some(next) => question.after = Some(next),
            None => break,
        }
    }
    Ok(file.answer("audit-trail.csv"))
}
