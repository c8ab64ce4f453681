//! Asking for an opinion (I04): of whom, and again of somebody else (M-3).

use super::{case, frame, id_of, institutions, own, page_of, refused, words};
use crate::{
    member::{PostedIn, SignedIn},
    public::words as public,
    typed::line_error,
};
use axum::{
    extract::Path,
    response::{IntoResponse as _, Redirect, Response},
};
use http::StatusCode;
use kiban_domain::{
    Date, InsuredNumber, InsurerNumber, MedicalInstitutionCode, PrivateText,
    opinion::{Choice as _, Setting},
    opinion_case::{OpinionRequest, RequestKey, RequestNumber, Writing},
    read_date,
};
use kiban_portal_ui::{
    ApplicantLine, ApplicantsPage, AskConfirmPage, AskPage, Choice, ChoiceField, Link, PortalFrame,
    TextField,
};
use kiban_services::opinions::{self, CaseId, Taken, Unasked, due_rules};
use kiban_web_kit::Fields;

/// The most applicants of the page; the oldest come first, and who was asked for leaves it.
const SHOWN: usize = 200;
/// Longest name and number of a doctor, in characters, as in the data set.
const DOCTOR: usize = 100;
const DOCTOR_NO: usize = 10;
const APPLICANTS: &str = "/insurer/opinions/request";
/// The fields, in the order of the page.
const FIELDS: [&str; 7] = [
    "institution",
    "doctor_name",
    "doctor_no",
    "request_no",
    "setting",
    "writing",
    "due",
];

/// GET `/insurer/opinions/request`.
pub(super) async fn applicants(signed_in: SignedIn) -> Result<Response, Response> {
    let all = list(&signed_in).await?;
    let line = |it: &Unasked| ApplicantLine {
        href: page_of_applicant(it),
        name: it.name.clone(),
        insured_no: it.insured_no.as_str().to_owned(),
        applied: public::date(it.applied_on),
        kind: it.kind.label().to_owned(),
        asked: it.asked_on.map(public::date),
    };
    let page = ApplicantsPage {
        frame: frame(&signed_in),
        lines: all.iter().take(SHOWN).map(line).collect(),
        all: all.len(),
    };
    Ok(signed_in.page(StatusCode::OK, &page))
}

async fn list(signed_in: &SignedIn) -> Result<Vec<Unasked>, Response> {
    own(signed_in)?;
    let all = opinions::unasked(signed_in.platform(), &signed_in.context()).await;
    all.map_err(|error| refused(signed_in, error, super::HERE))
}

fn page_of_applicant(it: &Unasked) -> String {
    let insured_no = public::encoded(it.insured_no.as_str());
    format!("{APPLICANTS}/{insured_no}/{}/{}", it.applied_on, it.branch)
}

/// About whose application somebody is asked.
struct About {
    title: &'static str,
    action: String,
    back: Link,
    frame: PortalFrame,
    facts: Vec<(String, String)>,
    insured_no: InsuredNumber,
    applied_on: Date,
    branch: u16,
    /// The request that ends when another institution is asked.
    again: Option<(RequestNumber, OpinionRequest)>,
}

impl About {
    /// Of an applicant for whom nobody was asked; everybody else is not there.
    async fn applicant(
        signed_in: &SignedIn,
        (insured_no, applied_on, branch): (String, String, String),
    ) -> Result<Self, Response> {
        let all = list(signed_in).await?;
        let found = all.into_iter().find(|it| {
            it.insured_no.as_str() == insured_no
                && it.applied_on.to_string() == applied_on
                && it.branch.to_string() == branch
        });
        let Some(it) = found else {
            return Err(signed_in.say(
                StatusCode::NOT_FOUND,
                "この申請には、依頼が要りません",
                "依頼が済んでいるか、申請の状況が変わっています。一覧を開き直して確認してください。",
                Link::new(APPLICANTS, "依頼していない申請の一覧を開く"),
            ));
        };
        Ok(Self {
            title: "意見書の作成を依頼する",
            action: page_of_applicant(&it),
            back: Link::new(APPLICANTS, "依頼しないで一覧へ戻る"),
            frame: frame(signed_in).below(APPLICANTS, "意見書の作成依頼"),
            facts: vec![
                ("氏名".to_owned(), it.name.clone()),
                ("被保険者番号".to_owned(), it.insured_no.as_str().to_owned()),
                ("申請日".to_owned(), words::both(it.applied_on)),
                ("申請の種類".to_owned(), it.kind.label().to_owned()),
            ],
            insured_no: it.insured_no,
            applied_on: it.applied_on,
            branch: it.branch,
            again: None,
        })
    }

    /// Of a request that goes to another institution.
    async fn request(signed_in: &SignedIn, id: CaseId) -> Result<Self, Response> {
        let here = page_of(id);
        let view = opinions::open_asked(signed_in.platform(), &signed_in.context(), id).await;
        let view = view.map_err(|error| refused(signed_in, error, super::HERE))?;
        let row = &view.case.row;
        let names = institutions(signed_in, [row.request.institution].into_iter()).await;
        let names = names.map_err(|error| signed_in.failed(&error))?;
        let mut facts = case::about(&view);
        facts.push(("申請日".to_owned(), words::both(row.key.applied_on)));
        let asked = names.get(&row.request.institution).cloned();
        facts.push(("いまの依頼先".to_owned(), asked.unwrap_or_default()));
        let title = format!("意見書の依頼 {}", row.key.request_no.as_str());
        Ok(Self {
            title: "別の医療機関へ依頼する",
            action: format!("{here}/request"),
            back: Link::new(here.clone(), "依頼しないで前の画面へ戻る"),
            frame: frame(signed_in).below(here, title),
            facts,
            insured_no: row.key.insured_no,
            applied_on: row.key.applied_on,
            branch: row.key.branch,
            again: Some((row.key.request_no.clone(), row.request.clone())),
        })
    }

    fn page(&self, signed_in: &SignedIn, fields: &Fields) -> AskPage {
        let typed = |name| TextField::of(fields.get(name));
        let today = signed_in.platform().today();
        AskPage {
            frame: self.frame.clone(),
            title: self.title.to_owned(),
            action: self.action.clone(),
            about: self.facts.clone(),
            request_no: typed("request_no"),
            institution: typed("institution"),
            doctor_name: typed("doctor_name"),
            doctor_no: typed("doctor_no"),
            due: typed("due"),
            usual_due: public::date(due_rules().due_on(today, None)).wareki,
            setting: choices(
                Setting::ALL
                    .iter()
                    .map(|it| (it.code().to_string(), it.label())),
                fields.get("setting"),
            ),
            writing: choices(
                Writing::ALL
                    .iter()
                    .map(|it| (it.code().to_owned(), it.label())),
                fields.get("writing"),
            ),
            back: self.back.href.clone(),
            same_number: self.again.is_some(),
        }
    }

    /// The form as it is opened.
    fn first(&self) -> Fields {
        let mut fields = Vec::new();
        let mut add = |name: &str, value: String| fields.push((name.to_owned(), value));
        match &self.again {
            None => add("request_no", "1".to_owned()),
            Some((number, request)) => {
                add("request_no", number.as_str().to_owned());
                let setting = request.setting.map(|it| it.code().to_string());
                add("setting", setting.unwrap_or_default());
                let writing = request.writing.map(|it| it.code().to_owned());
                add("writing", writing.unwrap_or_default());
            }
        }
        Fields::of(fields)
    }
}

fn choices<'a>(all: impl Iterator<Item = (String, &'a str)>, chosen: &str) -> ChoiceField {
    let choice = |(code, label): (String, &str)| Choice {
        chosen: code == chosen,
        ..Choice::new(code, label, "")
    };
    ChoiceField::of(all.map(choice).collect())
}

/// GET `/insurer/opinions/request/{insured_no}/{applied_on}/{branch}`.
pub(super) async fn form(
    signed_in: SignedIn,
    Path(of): Path<(String, String, String)>,
) -> Result<Response, Response> {
    let about = About::applicant(&signed_in, of).await?;
    let page = about.page(&signed_in, &about.first());
    Ok(signed_in.page(StatusCode::OK, &page))
}

/// POST of the same.
pub(super) async fn submit(
    Path(of): Path<(String, String, String)>,
    posted: PostedIn,
) -> Result<Response, Response> {
    let about = About::applicant(&posted.signed_in, of).await?;
    take(posted, about).await
}

/// GET `/insurer/opinions/{id}/request`.
pub(super) async fn form_again(
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let id = id_of(&signed_in, &id)?;
    let about = About::request(&signed_in, id).await?;
    let page = about.page(&signed_in, &about.first());
    Ok(signed_in.page(StatusCode::OK, &page))
}

/// POST of the same.
pub(super) async fn submit_again(
    Path(id): Path<String>,
    posted: PostedIn,
) -> Result<Response, Response> {
    let id = id_of(&posted.signed_in, &id)?;
    let about = About::request(&posted.signed_in, id).await?;
    take(posted, about).await
}

async fn take(posted: PostedIn, about: About) -> Result<Response, Response> {
    let PostedIn { signed_in, fields } = posted;
    let mut page = about.page(&signed_in, &fields);
    if fields.get("go") == "mend" {
        return Ok(signed_in.page(StatusCode::OK, &page));
    }
    let insurer_no = own(&signed_in)?;
    let Some((key, request)) = read(&signed_in, insurer_no, &about, &mut page) else {
        return Ok(signed_in.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    match fields.get("go") {
        "check" => confirm(&signed_in, about, &fields, &request).await,
        "ask" => ask(&signed_in, key, request, page).await,
        _ => Err(signed_in.unknown_act()),
    }
}

/// Reads what was typed; what cannot be taken stands beside its field, and nothing comes back then.
fn read(
    signed_in: &SignedIn,
    insurer_no: InsurerNumber,
    about: &About,
    page: &mut AskPage,
) -> Option<(RequestKey, OpinionRequest)> {
    let today = signed_in.platform().today();
    let institution = page
        .institution
        .value
        .parse::<MedicalInstitutionCode>()
        .ok();
    match (&institution, &about.again) {
        (None, _) => {
            page.institution = page.institution.clone().with_error(
                "医療機関コードは、数字10桁で入力してください（例：1310000012）。3桁目は、医科が1、歯科が3です",
            );
        }
        (Some(code), Some((_, request))) if *code == request.institution => {
            page.institution = page.institution.clone().with_error(
                "いまの依頼先と同じ医療機関です。別の医療機関のコードを入力してください",
            );
        }
        _ => {}
    }
    let request_no = match &about.again {
        Some((number, _)) => Some(number.clone()),
        None => page.request_no.value.parse().ok(),
    };
    if request_no.is_none() {
        page.request_no = page
            .request_no
            .clone()
            .with_error("依頼番号は、空白を入れないで10文字以内で入力してください");
    }
    for (field, label, most) in [
        (&mut page.doctor_name, "医師の氏名", DOCTOR),
        (&mut page.doctor_no, "医師番号", DOCTOR_NO),
    ] {
        let value = field.value.trim().to_owned();
        match line_error(label, &value, most, false) {
            Some(error) => *field = field.clone().with_error(error),
            None => field.value = value,
        }
    }
    let setting = chosen(&page.setting).and_then(|it| Setting::of(it.parse().ok()?));
    if setting.is_none() {
        page.setting = page.setting.clone().with_error("種別を選択してください");
    }
    let writing = chosen(&page.writing).and_then(|it| it.parse::<Writing>().ok());
    if writing.is_none() {
        page.writing = page
            .writing
            .clone()
            .with_error("意見書の区分を選択してください");
    }
    let due_on = due(&mut page.due, today);
    let (Some(institution), Some(request_no), true) =
        (institution, request_no, page.errors().is_empty())
    else {
        return None;
    };
    let key = RequestKey {
        insurer_no,
        insured_no: about.insured_no,
        applied_on: about.applied_on,
        branch: about.branch,
        request_no,
    };
    let request = OpinionRequest {
        institution,
        doctor_no: page.doctor_no.value.clone(),
        doctor_name: PrivateText::new(page.doctor_name.value.clone()),
        requested_on: today,
        due_on,
        setting,
        writing,
    };
    Some((key, request))
}

fn chosen(field: &ChoiceField) -> Option<&str> {
    let found = field.choices.iter().find(|it| it.chosen);
    found.map(|it| it.value.as_str())
}

/// 提出期限 as typed: from today on, within a year.
fn due(field: &mut TextField, today: Date) -> Option<Date> {
    if field.value.trim().is_empty() {
        return None;
    }
    let last = today.saturating_add(jiff::Span::new().years(1));
    let error = match read_date(&field.value) {
        Ok(read) if (today..=last).contains(&read.date) => return Some(read.date),
        Ok(_) => "提出期限は、今日から1年以内の日付を入力してください",
        Err(_) => "提出期限は、実在する日付を入力してください（例：令和8年11月15日）",
    };
    *field = field.clone().with_error(error);
    None
}

async fn confirm(
    signed_in: &SignedIn,
    about: About,
    fields: &Fields,
    request: &OpinionRequest,
) -> Result<Response, Response> {
    let code = request.institution;
    let names = opinions::institution_names(signed_in.platform(), vec![code]).await;
    let names = names.map_err(|error| signed_in.failed(&error))?;
    let name = names.get(&code).cloned().flatten();
    let mut cautions = Vec::new();
    if name.is_none() {
        cautions.push("この医療機関は、このサービスに接続していません。コードに誤りがないことを確かめてください。依頼した後に「紙の依頼書」を印刷して、郵送してください。".to_owned());
    }
    if about.again.is_some() {
        cautions.push(
            "いまの依頼先への依頼は終わります。作成中の内容は、新しい依頼先には渡りません。"
                .to_owned(),
        );
    }
    let shown = match name {
        Some(name) => format!("{name}（{}）", code.as_str()),
        None => code.as_str().to_owned(),
    };
    let due = due_rules().due_on(request.requested_on, request.due_on);
    let mut facts = about.facts.clone();
    for (term, text) in [
        ("依頼先の医療機関", shown),
        ("医師", request.doctor_name.as_str().to_owned()),
        ("依頼番号", fields.get("request_no").to_owned()),
        (
            "種別",
            [
                request.setting.map(Setting::label),
                request.writing.map(|it| it.label()),
            ]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join("・"),
        ),
        ("作成依頼日", words::both(request.requested_on)),
        ("提出期限", words::both(due)),
    ] {
        if !text.is_empty() {
            facts.push((term.to_owned(), text));
        }
    }
    let page = AskConfirmPage {
        frame: about.frame,
        title: "依頼の内容の確認".to_owned(),
        action: about.action,
        facts,
        cautions,
        fields: FIELDS
            .iter()
            .map(|it| ((*it).to_owned(), fields.get(it).to_owned()))
            .collect(),
        back: about.back,
    };
    Ok(signed_in.page(StatusCode::OK, &page))
}

async fn ask(
    signed_in: &SignedIn,
    key: RequestKey,
    request: OpinionRequest,
    page: AskPage,
) -> Result<Response, Response> {
    let insurer_no = key.insurer_no;
    let (platform, context) = (signed_in.platform(), signed_in.context());
    let taken = opinions::take_requests(platform, &context, vec![(key, request)]).await;
    let taken = taken.map_err(|error| refused(signed_in, error, super::HERE))?;
    match taken.into_iter().next() {
        Some(Ok(
            Taken::New(id)
            | Taken::Already(id)
            | Taken::Updated(id)
            | Taken::Again(id)
            | Taken::Transferred(id)
            | Taken::Kept(id),
        )) => {
            let to = format!("{}?done=asked", page_of((insurer_no, id)));
            Ok(Redirect::to(&to).into_response())
        }
        Some(Err(fault)) => Err(signed_in.say(
            StatusCode::CONFLICT,
            "依頼できませんでした",
            fault.message(),
            Link::new(page.back, "前の画面へ戻る"),
        )),
        None => Err(signed_in.unknown_act()),
    }
}
