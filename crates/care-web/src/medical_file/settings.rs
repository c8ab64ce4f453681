//! Doctors, departments and phrases of the institution (D10).

use axum::{
    extract::{Path, Query},
    response::Response,
};
use http::StatusCode;
use kiban_services::opinions::{
    self, COUNT_MOST, DepartmentRow, DoctorRow, NewSetting, PhraseRow, SettingError, SettingFault,
    SettingField, SettingKind, Settings, may_change, phrase_items,
};
use kiban_ui::{
    Choice, ChoiceField, ConfirmPage, Link, MedicalSettingFormPage, MedicalSettingsPage, MenuItem,
    MessageKind, Notice, NoticeKind, SettingRow, TextField,
};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    answer::{Message, page, page_with, see_other},
    form::{Fields, Posted},
    visit::SignedIn,
};

/// Where the three lists are.
const PATH: &str = "/medical/settings";

/// What was done before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    done: String,
}

/// GET `/medical/settings`.
pub(crate) async fn show(
    signed_in: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Response> {
    let kept = read(&signed_in).await?;
    let row = |kind: SettingKind, id: Uuid, name: &str, cells: Vec<String>| SettingRow {
        href: format!("{PATH}/{}/{id}", code(kind)),
        name: name.to_owned(),
        cells,
    };
    let doctors = kept.doctors.iter().map(|it| {
        let cells = vec![it.printed_name.clone(), it.doctor_no.clone()];
        row(SettingKind::Doctor, it.id, &it.name, cells)
    });
    let departments = kept.departments.iter();
    let departments =
        departments.map(|it| row(SettingKind::Department, it.id, &it.name, Vec::new()));
    let phrases = kept.phrases.iter().map(|it| {
        let cells = vec![item_name(it), it.body.clone()];
        row(SettingKind::Phrase, it.id, &it.title, cells)
    });
    let done = match asked.done.as_str() {
        "saved" => Some("設定を保存しました"),
        "removed" => Some("設定を削除しました"),
        _ => None,
    };
    Ok(page(&MedicalSettingsPage {
        frame: signed_in.frame(Some(MenuItem::Opinions)),
        notice: done.map(|title| Notice::new(NoticeKind::Success, title, "")),
        may_change: may_change(signed_in.session.role),
        doctors: doctors.collect(),
        departments: departments.collect(),
        phrases: phrases.collect(),
    }))
}

/// GET `/medical/settings/{kind}/{id}`; `new` in place of the identifier begins a new one.
pub(crate) async fn ask(
    signed_in: SignedIn,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Response, Response> {
    changer(&signed_in)?;
    let kind = kind_of(&signed_in, &kind)?;
    let form = if id == "new" {
        new_form(&signed_in, kind)
    } else {
        let kept = read(&signed_in).await?;
        let id = id.parse().map_err(|_| signed_in.nothing_there())?;
        let found = find(&kept, kind, id);
        let found = found.ok_or_else(|| signed_in.nothing_there())?;
        form_of(&signed_in, &found)
    };
    Ok(page(&form))
}

/// POST `/medical/settings/{kind}/{id}`.
pub(crate) async fn save(
    Path((kind, id)): Path<(String, String)>,
    Posted { signed_in, form }: Posted,
) -> Result<Response, Response> {
    changer(&signed_in)?;
    let kind = kind_of(&signed_in, &kind)?;
    let typed_id = if id == "new" { form.get("id") } else { &id };
    let row_id: Uuid = typed_id.parse().map_err(|_| signed_in.nothing_there())?;
    if id != "new" && find(&read(&signed_in).await?, kind, row_id).is_none() {
        return Err(signed_in.nothing_there());
    }
    let mut filled = filled(&signed_in, kind, &id, row_id, &form);
    let Some(new) = typed(kind, row_id, &form) else {
        if let Some((item, _)) = &mut filled.phrase {
            item.error = Some("使う項目を選択してください".to_owned());
        }
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled));
    };
    let (platform, context) = (signed_in.platform(), &signed_in.context);
    match opinions::save_setting(platform, context, signed_in.session.role, new).await {
        Ok(()) => Ok(see_other(&format!("{PATH}?done=saved"))),
        Err(SettingError::Fields(faults)) => {
            for (field, fault) in faults {
                complain(&mut filled, field, fault);
            }
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled))
        }
        Err(error) => Err(failed(&signed_in, error)),
    }
}

/// GET `/medical/settings/{kind}/{id}/remove`: asks once more.
pub(crate) async fn ask_removal(
    signed_in: SignedIn,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Response, Response> {
    changer(&signed_in)?;
    let kind = kind_of(&signed_in, &kind)?;
    let kept = read(&signed_in).await?;
    let id: Uuid = id.parse().map_err(|_| signed_in.nothing_there())?;
    let found = find(&kept, kind, id).ok_or_else(|| signed_in.nothing_there())?;
    let name = match &found {
        NewSetting::Doctor(it) => &it.name,
        NewSetting::Department(it) => &it.name,
        NewSetting::Phrase(it) => &it.title,
    };
    let (label, path) = (words(kind), format!("{PATH}/{}/{id}", code(kind)));
    Ok(page(&ConfirmPage {
        frame: signed_in.frame(Some(MenuItem::Opinions)),
        parent: Link::new(PATH, "設定"),
        title: format!("{label}の削除の確認"),
        lead: format!(
            "この{label}を、意見書の作成で選べなくします。送信した意見書と下書きは変わりません。"
        ),
        facts: vec![(label.to_owned(), name.clone())],
        action: format!("{path}/remove"),
        button: format!("この{label}を削除する"),
        back: Link::new(PATH, "削除しないで設定へ戻る"),
    }))
}

/// POST `/medical/settings/{kind}/{id}/remove`.
pub(crate) async fn remove(
    Path((kind, id)): Path<(String, String)>,
    Posted { signed_in, .. }: Posted,
) -> Result<Response, Response> {
    changer(&signed_in)?;
    let kind = kind_of(&signed_in, &kind)?;
    let id: Uuid = id.parse().map_err(|_| signed_in.nothing_there())?;
    let (platform, context) = (signed_in.platform(), &signed_in.context);
    let role = signed_in.session.role;
    let removed = opinions::remove_setting(platform, context, role, kind, id).await;
    match removed {
        // The same form again: it is gone already.
        Ok(()) | Err(SettingError::NotFound) => Ok(see_other(&format!("{PATH}?done=removed"))),
        Err(error) => Err(failed(&signed_in, error)),
    }
}

async fn read(signed_in: &SignedIn) -> Result<Settings, Response> {
    let kept = opinions::settings(signed_in.platform(), &signed_in.context).await;
    kept.map_err(|error| failed(signed_in, error))
}

#[expect(
    clippy::result_large_err,
    reason = "the answer itself, as in the handlers"
)]
fn changer(signed_in: &SignedIn) -> Result<(), Response> {
    signed_in.writes_opinions()?;
    if may_change(signed_in.session.role) {
        return Ok(());
    }
    let detail = "設定の変更は、管理者と事務の職員だけができます。管理者に依頼してください。";
    let message = Message::new(MessageKind::Forbidden, detail);
    Err(signed_in.say(message.next(PATH, "設定へ戻る")))
}

fn failed(signed_in: &SignedIn, error: SettingError) -> Response {
    match error {
        SettingError::Refused(refusal) => signed_in.refused(refusal),
        SettingError::NotFound => signed_in.nothing_there(),
        SettingError::TooMany => {
            let detail = format!(
                "登録できるのは{COUNT_MOST}件までです。使わないものを削除してから登録してください。"
            );
            let message = Message::new(MessageKind::Unprocessable, &detail);
            signed_in.say(message.next(PATH, "設定へ戻る"))
        }
        SettingError::Fields(_) => signed_in.say(Message::new(MessageKind::Unprocessable, "")),
        SettingError::Storage(error) => signed_in.storage(&error),
    }
}

#[expect(
    clippy::result_large_err,
    reason = "the answer itself, as in the handlers"
)]
fn kind_of(signed_in: &SignedIn, text: &str) -> Result<SettingKind, Response> {
    let all = [
        SettingKind::Doctor,
        SettingKind::Department,
        SettingKind::Phrase,
    ];
    let found = all.into_iter().find(|it| code(*it) == text);
    found.ok_or_else(|| signed_in.nothing_there())
}

/// The word in addresses.
fn code(kind: SettingKind) -> &'static str {
    match kind {
        SettingKind::Doctor => "doctors",
        SettingKind::Department => "departments",
        SettingKind::Phrase => "phrases",
    }
}

fn words(kind: SettingKind) -> &'static str {
    match kind {
        SettingKind::Doctor => "医師",
        SettingKind::Department => "診療科",
        SettingKind::Phrase => "定型文",
    }
}

fn name_label(kind: SettingKind) -> &'static str {
    match kind {
        SettingKind::Doctor => "医師の名前",
        SettingKind::Department => "診療科名",
        SettingKind::Phrase => "定型文の名前",
    }
}

fn item_name(row: &PhraseRow) -> String {
    let items = phrase_items();
    let found = items.iter().find(|it| it.0 == row.item);
    found.map_or_else(|| row.item.code().to_owned(), |it| it.1.to_owned())
}

fn find(kept: &Settings, kind: SettingKind, id: Uuid) -> Option<NewSetting> {
    match kind {
        SettingKind::Doctor => {
            let found = kept.doctors.iter().find(|it| it.id == id);
            found.cloned().map(NewSetting::Doctor)
        }
        SettingKind::Department => {
            let found = kept.departments.iter().find(|it| it.id == id);
            found.cloned().map(NewSetting::Department)
        }
        SettingKind::Phrase => {
            let found = kept.phrases.iter().find(|it| it.id == id);
            found.cloned().map(NewSetting::Phrase)
        }
    }
}

fn new_form(signed_in: &SignedIn, kind: SettingKind) -> MedicalSettingFormPage {
    let id = signed_in.platform().id();
    filled(signed_in, kind, "new", id, &Fields::default())
}

fn form_of(signed_in: &SignedIn, found: &NewSetting) -> MedicalSettingFormPage {
    let own = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let (kind, id, fields) = match found {
        NewSetting::Doctor(it) => (
            SettingKind::Doctor,
            it.id,
            vec![
                own("name", &it.name),
                own("printed_name", &it.printed_name),
                own("doctor_no", &it.doctor_no),
            ],
        ),
        NewSetting::Department(it) => (SettingKind::Department, it.id, vec![own("name", &it.name)]),
        NewSetting::Phrase(it) => (
            SettingKind::Phrase,
            it.id,
            vec![
                own("name", &it.title),
                own("item", it.item.code()),
                own("body", &it.body),
            ],
        ),
    };
    filled(signed_in, kind, &id.to_string(), id, &Fields::of(fields))
}

/// The form as it was typed; `address` is the identifier or `new`.
fn filled(
    signed_in: &SignedIn,
    kind: SettingKind,
    address: &str,
    id: Uuid,
    form: &Fields,
) -> MedicalSettingFormPage {
    let (label, act) = (words(kind), if address == "new" { "登録" } else { "変更" });
    let field = |name: &str| TextField::of(form.get(name));
    MedicalSettingFormPage {
        frame: signed_in.frame(Some(MenuItem::Opinions)),
        title: format!("{label}の{act}"),
        action: format!("{PATH}/{}/{address}", code(kind)),
        id: id.to_string(),
        button: format!("{label}を{act}する"),
        name_label: name_label(kind).to_owned(),
        name: field("name"),
        doctor: (kind == SettingKind::Doctor).then(|| (field("printed_name"), field("doctor_no"))),
        phrase: (kind == SettingKind::Phrase).then(|| (items(form.get("item")), field("body"))),
    }
}

fn items(chosen: &str) -> ChoiceField {
    let choices = phrase_items().into_iter().map(|(item, name, most)| {
        let label = most.map_or_else(
            || name.to_owned(),
            |most| format!("{name}（{most}文字まで）"),
        );
        Choice {
            chosen: item.code() == chosen,
            ..Choice::new(item.code(), label, "")
        }
    });
    ChoiceField::of(choices.collect())
}

/// What was typed; nothing when the item of a phrase is none.
fn typed(kind: SettingKind, id: Uuid, form: &Fields) -> Option<NewSetting> {
    let text = |name: &str| form.get(name).to_owned();
    Some(match kind {
        SettingKind::Doctor => NewSetting::Doctor(DoctorRow {
            id,
            name: text("name"),
            printed_name: text("printed_name"),
            doctor_no: text("doctor_no"),
        }),
        SettingKind::Department => NewSetting::Department(DepartmentRow {
            id,
            name: text("name"),
        }),
        SettingKind::Phrase => NewSetting::Phrase(PhraseRow {
            id,
            item: form.get("item").parse().ok()?,
            title: text("name"),
            body: text("body"),
        }),
    })
}

fn complain(page: &mut MedicalSettingFormPage, field: SettingField, fault: SettingFault) {
    let label = match field {
        SettingField::Name => page.name_label.clone(),
        SettingField::PrintedName => "意見書に印字する氏名".to_owned(),
        SettingField::DoctorNo => "医師番号".to_owned(),
        SettingField::Item => "使う項目".to_owned(),
        SettingField::Body => "文".to_owned(),
    };
    let error = Some(match fault {
        SettingFault::Missing => format!("{label}を入力してください"),
        SettingFault::TooLong(most) => format!("{label}は、{most}文字以内で入力してください"),
        SettingFault::Characters => {
            format!("{label}に、使えない文字があります。タブなどを取り除いてください")
        }
        SettingFault::Lines => format!("{label}は、改行しないで入力してください"),
        SettingFault::Item => "使う項目を選択してください".to_owned(),
        SettingFault::Taken => format!("同じ{label}が登録されています。別の名前を入力してください"),
    });
    match field {
        SettingField::Name => page.name.error = error,
        SettingField::PrintedName => {
            if let Some((printed, _)) = &mut page.doctor {
                printed.error = error;
            }
        }
        SettingField::DoctorNo => {
            if let Some((_, number)) = &mut page.doctor {
                number.error = error;
            }
        }
        SettingField::Item => {
            if let Some((item, _)) = &mut page.phrase {
                item.error = error;
            }
        }
        SettingField::Body => {
            if let Some((_, body)) = &mut page.phrase {
                body.error = error;
            }
        }
    }
}
