//! An opinion that came on paper (D-3): the scan and the items that count.

use super::{case::about, frame, id_of, page_of, refused};
use crate::{PortalState, member::SignedIn, public::failed};
use axum::{
    extract::{FromRequestParts as _, Path, Request, State},
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_domain::{
    Date,
    opinion::{Edition, ItemId, OpinionForm},
    read_date,
};
use kiban_exchange::opinion::editions;
use kiban_portal_ui::{
    Choice, ChoiceField, FieldError, KeyItemField, Link, PaperOpinionPage, TextField,
};
use kiban_services::opinions::{self, CaseError, CaseId, CaseView, PaperOpinion, SendError};
use kiban_web_kit::{
    Fields,
    multipart::{self, BrokenForm, FilePart, TakesFiles},
};

/// A scan is at most so long, in bytes, as other files are.
const SCAN: usize = 10 * 1024 * 1024;

/// The items that are chosen from the paper: consent, and what the first judgement counts with.
const ITEMS: [ItemId; 6] = [
    ItemId::Consent,
    ItemId::AdlDementia,
    ItemId::ShortTermMemory,
    ItemId::DecisionAbility,
    ItemId::Communication,
    ItemId::Meal,
];

/// The items that are typed: the field of the page, and the item.
const TYPED: [(&str, ItemId); 3] = [
    ("doctor", ItemId::DoctorName),
    ("diagnosis", ItemId::Diagnosis1Name),
    ("remarks", ItemId::Remarks),
];

/// GET `/insurer/opinions/{id}/paper`.
pub(super) async fn form(
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let id = id_of(&signed_in, &id)?;
    let (view, edition) = open(&signed_in, id).await?;
    let page = page(&signed_in, id, &view, edition, &Fields::default());
    Ok(signed_in.page(StatusCode::OK, &page))
}

async fn open(signed_in: &SignedIn, id: CaseId) -> Result<(CaseView, &'static Edition), Response> {
    let view = opinions::open_asked(signed_in.platform(), &signed_in.context(), id).await;
    let view = view.map_err(|error| refused(signed_in, error, super::HERE))?;
    // Offices write on the edition of the day of asking.
    let day = view.case.row.request.requested_on;
    match editions().for_new(day) {
        Some(edition) => Ok((view, edition)),
        None => Err(signed_in.unknown_act()),
    }
}

fn page(
    signed_in: &SignedIn,
    id: CaseId,
    view: &CaseView,
    edition: &Edition,
    fields: &Fields,
) -> PaperOpinionPage {
    let typed = |name| TextField::of(fields.get(name));
    let here = page_of(id);
    let title = format!("意見書の依頼 {}", view.case.row.key.request_no.as_str());
    PaperOpinionPage {
        frame: frame(signed_in).below(&here, title),
        action: format!("{here}/paper"),
        about: about(view),
        scan: TextField::default(),
        received: typed("received"),
        written: typed("written"),
        doctor: typed("doctor"),
        diagnosis: typed("diagnosis"),
        items: ITEMS
            .iter()
            .filter_map(|id| item(edition, *id, fields.get(id.code())))
            .collect(),
        remarks: typed("remarks"),
        faults: Vec::new(),
        back: here,
    }
}

fn item(edition: &Edition, id: ItemId, chosen: &str) -> Option<KeyItemField> {
    let item = edition.item(id)?;
    let choices = item.choices.iter().map(|it| {
        let code = it.code.to_string();
        Choice {
            chosen: code == chosen,
            ..Choice::new(code, it.label.clone(), "")
        }
    });
    Some(KeyItemField {
        id: id.code(),
        label: item.name().to_owned(),
        field: ChoiceField::of(choices.collect()),
    })
}

/// POST `/insurer/opinions/{id}/paper`.
pub(super) async fn submit(
    State(state): State<PortalState>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Response> {
    let (mut head, body) = request.into_parts();
    let signed_in = SignedIn::from_request_parts(&mut head, &state).await?;
    let request = Request::from_parts(head, body);
    let id = id_of(&signed_in, &id)?;
    let here = page_of(id);
    let mut taken = Taken {
        signed_in: &signed_in,
        here: &here,
        scan: Vec::new(),
    };
    let token = &signed_in.token;
    let fields = multipart::read(request, &state.own_origin, token, SCAN, &mut taken).await?;
    let scan = taken.scan;
    let (view, edition) = open(&signed_in, id).await?;
    let mut page = page(&signed_in, id, &view, edition, &fields);
    let paper = read(&signed_in, edition, &fields, &mut page, scan);
    let Some(paper) = paper else {
        return Ok(signed_in.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    let (platform, context) = (signed_in.platform(), signed_in.context());
    match opinions::record_paper(platform, &context, id, paper).await {
        Ok(_) => Ok(Redirect::to(&format!("{here}?done=recorded")).into_response()),
        Err(SendError::Case(CaseError::Storage(error))) => Err(failed(&state, &error)),
        Err(SendError::Case(error)) => Err(refused(&signed_in, error, &here)),
        Err(error) => {
            place(&mut page, &error);
            Ok(signed_in.page(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// Reads what was typed; what is missing or wrong stands beside its field.
fn read(
    signed_in: &SignedIn,
    edition: &Edition,
    fields: &Fields,
    page: &mut PaperOpinionPage,
    scan: Vec<u8>,
) -> Option<PaperOpinion> {
    let today = signed_in.platform().today();
    if scan.is_empty() {
        page.scan = TextField::default().with_error("意見書を読み取ったPDFを選択してください");
    }
    let received = day(&mut page.received, "届いた日", today);
    if received.is_none() && page.received.error.is_none() {
        page.received = TextField::default().with_error("届いた日を入力してください");
    }
    let written = day(&mut page.written, "記入日", today);
    let chosen = ITEMS.iter().map(|id| (id.code(), *id));
    let typed = TYPED.iter().copied().chain(chosen);
    let mut form = OpinionForm::default();
    for (field, item) in typed {
        let value = fields.get(field).trim();
        if !value.is_empty() {
            form.set(item.code(), &[value]);
        }
    }
    let reading = form.read(edition);
    for fault in &reading.faults {
        mark(page, fault.item, &fault.reason);
    }
    let mut document = reading.opinion;
    document.header.entry_date = written;
    let received_on = received?;
    page.errors().is_empty().then_some(PaperOpinion {
        document,
        scan,
        received_on,
    })
}

/// A day that is not after today; nothing when the field is empty.
fn day(field: &mut TextField, label: &str, today: Date) -> Option<Date> {
    if field.value.trim().is_empty() {
        return None;
    }
    let error = match read_date(&field.value) {
        Ok(read) if read.date <= today => return Some(read.date),
        Ok(_) => format!("{label}は、今日までの日付を入力してください"),
        Err(_) => format!("{label}は、実在する日付を入力してください（例：令和8年11月9日）"),
    };
    *field = field.clone().with_error(error);
    None
}

/// Puts a reason beside the field of an item, or with the whole where the page has none.
fn mark(page: &mut PaperOpinionPage, item: ItemId, reason: &str) {
    if let Some(field) = page.items.iter_mut().find(|it| it.id == item.code()) {
        field.field = field.field.clone().with_error(reason);
        return;
    }
    let field = match item {
        ItemId::EntryDate => &mut page.written,
        ItemId::DoctorName => &mut page.doctor,
        ItemId::Diagnosis1Name => &mut page.diagnosis,
        ItemId::Remarks => &mut page.remarks,
        _ => {
            page.faults.push(FieldError {
                target: "received",
                message: reason.to_owned(),
            });
            return;
        }
    };
    *field = field.clone().with_error(reason);
}

fn place(page: &mut PaperOpinionPage, error: &SendError) {
    match error {
        SendError::Pdf(_) => {
            let message = "読み取ったファイルがPDFではないか、壊れているか、10MBを超えています。10MBまでのPDFを選択してください";
            page.scan = TextField::default().with_error(message);
        }
        SendError::Findings(all) => {
            for it in all {
                if it.level == kiban_domain::opinion::Level::Error {
                    mark(page, it.item, &it.reason);
                }
            }
        }
        error => {
            let messages = error.messages().into_iter();
            page.faults.extend(messages.map(|message| FieldError {
                target: "received",
                message: message.trim_end_matches('。').to_owned(),
            }));
        }
    }
}

struct Taken<'a> {
    signed_in: &'a SignedIn,
    here: &'a str,
    scan: Vec<u8>,
}

impl TakesFiles for Taken<'_> {
    async fn take(&mut self, mut file: FilePart<'_>) -> Result<(), Response> {
        while let Some(piece) = file.chunk().await.map_err(|why| self.broken(why))? {
            if file.name() == "scan" {
                self.scan.extend_from_slice(&piece);
            }
        }
        Ok(())
    }

    fn broken(&self, why: BrokenForm) -> Response {
        let back = Link::new(format!("{}/paper", self.here), "登録の画面へ戻る");
        match why {
            BrokenForm::Expired => self.signed_in.say(
                StatusCode::FORBIDDEN,
                "画面の有効時間が切れました",
                "前の画面を開き直して、もう一度入力してください。登録はされていません。",
                back,
            ),
            BrokenForm::TooLong => self.signed_in.say(
                StatusCode::PAYLOAD_TOO_LARGE,
                "読み取ったファイルが大きすぎます",
                "登録はされていません。10MBまでのPDFにして、もう一度選択してください。",
                back,
            ),
        }
    }
}
