//! 緊急閲覧: looking when nobody can check who a person is.

pub(crate) mod reason;
pub(crate) mod search;
pub(crate) mod view;

use axum::response::Response;
use kiban_access::EmergencyRefusal;
use kiban_domain::EmergencyArea;
use kiban_services::{emergency::Wanted, insurers};
use kiban_store::repo::emergency::WindowRow;
use kiban_store::repo::insurers::InsurerRow;
use kiban_ui::{DateField, Link, MessageKind, Notice, NoticeKind, OpenArea, TextField};

use crate::{answer::Message, dates, form::Fields, visit::SignedIn, words};

/// How many municipalities of a window are named; the rest are counted.
const NAMED: usize = 5;

/// Tells on the start page where the emergency view is open; nothing while it is nowhere.
pub(crate) async fn banner(signed_in: &SignedIn) -> Result<Vec<Notice>, Response> {
    let areas = areas(signed_in).await?;
    let notice = |area: OpenArea| {
        let link = Link::new("/care/emergency", "緊急閲覧の画面を開く");
        Notice::new(
            NoticeKind::Warning,
            format!("緊急閲覧が開かれています：{}", area.area),
            format!("{}まで。{}", area.until, area.reason),
        )
        .with_link(link)
    };
    Ok(areas.into_iter().map(notice).collect())
}

/// The open windows in words.
async fn areas(signed_in: &SignedIn) -> Result<Vec<OpenArea>, Response> {
    if signed_in.emergency.is_empty() {
        return Ok(Vec::new());
    }
    let all = insurers::list(signed_in.platform()).await;
    let all = all.map_err(|error| signed_in.storage(&error))?;
    let area = |row: &WindowRow| OpenArea {
        area: area_name(&row.area, &all),
        until: words::instant(row.window().until),
        reason: row.reason.clone(),
    };
    Ok(signed_in.emergency.iter().map(area).collect())
}

fn area_name(area: &EmergencyArea, all: &[InsurerRow]) -> String {
    let covered: Vec<&InsurerRow> = all
        .iter()
        .filter(|row| area.covers(&row.insurer_no))
        .collect();
    match area {
        EmergencyArea::Prefecture(number) => {
            let name = covered.iter().map(|row| row.prefecture.as_str());
            match name.into_iter().find(|name| !name.is_empty()) {
                Some(name) => format!("{name}のすべての市町村"),
                None => format!("都道府県番号{number:02}のすべての市町村"),
            }
        }
        EmergencyArea::Insurers(_) => {
            let names: Vec<&str> = covered.iter().map(|row| row.name.as_str()).collect();
            let named = names[..names.len().min(NAMED)].join("、");
            match names.len().saturating_sub(NAMED) {
                0 => named,
                more => format!("{named}ほか{more}市町村"),
            }
        }
    }
}

/// A refusal as a page of its own, with its code for whoever helps by telephone.
fn refused(signed_in: &SignedIn, refusal: EmergencyRefusal) -> Response {
    let kind = match refusal {
        EmergencyRefusal::NotEntitled
        | EmergencyRefusal::NotAtTerminal
        | EmergencyRefusal::NotOpen
        | EmergencyRefusal::InsurerNotSharing => MessageKind::Forbidden,
        EmergencyRefusal::NotFound => MessageKind::NotFound,
        EmergencyRefusal::ViewEnded => MessageKind::Closed,
    };
    let detail = coded(refusal.message(), refusal.code());
    let message = Message::new(kind, &detail);
    signed_in.say(if signed_in.emergency.is_empty() {
        message
    } else {
        message.next("/care/emergency", "緊急閲覧の画面へ戻る")
    })
}

/// Words with the stable code behind them.
fn coded(words: &str, code: &str) -> String {
    format!("{words}［{code}］")
}

/// What was typed to search for, with the fields as they come back.
struct Typed {
    kana: TextField,
    birth: DateField,
    wanted: Option<Wanted>,
}

fn typed(form: &Fields) -> Typed {
    let mut kana = TextField::of(form.get("kana"));
    let name_kana = if kana.value.is_empty() {
        kana.error = Some("氏名（カナ）を入力してください".to_owned());
        None
    } else {
        let read = kana.value.parse();
        if read.is_err() {
            kana.error = Some("氏名（カナ）は、200文字までのカナで入力してください".to_owned());
        }
        read.ok()
    };
    let (birth, birth_date) = dates::read(form, "birth", "生年月日");
    let wanted = name_kana
        .zip(birth_date)
        .map(|(name_kana, birth_date)| Wanted {
            name_kana,
            birth_date,
            sex: form.get("sex").parse().ok(),
        });
    Typed {
        kana,
        birth,
        wanted,
    }
}
