//! Adding a file.

use axum::{extract::Path, response::Response};
use http::StatusCode;
use kiban_access::Refusal;
use kiban_domain::{DocumentKind, UnfitFile};
use kiban_services::documents::{self, AddError, Added, NewDocument, TITLE_MAX};
use kiban_ui::{Choice, ChoiceField, DateField, DocumentFormPage, MenuItem, TextField};
use uuid::Uuid;

use super::{About, PURPOSE, sent_name};
use crate::{
    answer::{page, page_with, see_other},
    dates,
    form::Fields,
    upload::{File, UploadedDocument},
    words,
};

/// GET `…/documents/new`.
pub(crate) async fn ask(about: About) -> Result<Response, Response> {
    let platform = about.signed_in.platform();
    let today = dates::field(platform.today());
    let form = platform.id();
    Ok(page(&input(&about, form, &Fields::default(), today).await?))
}

/// POST `…/documents/new`.
pub(crate) async fn submit(
    Path(path): Path<(String, String)>,
    uploaded: UploadedDocument,
) -> Result<Response, Response> {
    let UploadedDocument {
        signed_in,
        form,
        file,
    } = uploaded;
    let about = About::of(&signed_in, &path).ok_or_else(|| signed_in.refused(Refusal::NotFound))?;
    let (day_field, day) = dates::read(&form, "about", "書類の日付");
    let form_id = form.get("form").parse::<Uuid>();
    let form_id = form_id.unwrap_or_else(|_| signed_in.platform().id());
    let mut filled = input(&about, form_id, &form, day_field).await?;
    let kind: Option<DocumentKind> = form.get("kind").parse().ok();
    if kind.is_none() {
        filled.sort.error = Some("書類の種類を選択してください".to_owned());
    }
    filled.file_error = file_error(file.as_ref());
    let sound = filled.errors().is_empty();
    let (Some(file), Some(kind), Some(about_on), true) = (file, kind, day, sound) else {
        return Ok(rejected(filled));
    };
    let name = sent_name(&file.name);
    let new = NewDocument {
        form_id,
        title: form.get("title").to_owned(),
        kind,
        about_on,
        file_name: file.name,
        bytes: file.bytes,
    };
    let outcome = documents::add(signed_in.platform(), &signed_in.context, &about.key, new).await;
    let done = match outcome {
        Ok(Added::New(_)) => "added",
        Ok(Added::Before) => "before",
        Err(error) => {
            match error {
                AddError::Unfit(unfit) => filled.file_error = Some(unfit_words(&name, unfit)),
                AddError::SameFile { title, since } => {
                    let since = words::date(since).wareki;
                    filled.file_error = Some(format!(
                        "{name}と同じ内容のファイルが、{since}に「{title}」として登録されています"
                    ));
                }
                AddError::Title => {
                    let error = format!("書類の名前は、{TITLE_MAX}文字以内で入力してください");
                    filled.title.error = Some(error);
                }
                AddError::DayOutOfRange { from, to } => {
                    let (from, to) = (words::date(from).wareki, words::date(to).wareki);
                    let error = format!("書類の日付は、{from}から{to}までで入力してください");
                    filled.about.error = Some(error);
                }
                AddError::Refused(refusal) => return Err(signed_in.refused(refusal)),
                AddError::Storage(error) => return Err(signed_in.storage(&error)),
            }
            return Ok(rejected(filled));
        }
    };
    Ok(see_other(&format!("{}?done={done}", about.documents())))
}

/// The form comes back; a browser sends no file twice, so one that was chosen has to be chosen again.
fn rejected(mut filled: DocumentFormPage) -> Response {
    if filled.file_error.is_none() {
        let error =
            "ほかの項目に誤りがあったため、ファイルは登録していません。もう一度選択してください";
        filled.file_error = Some(error.to_owned());
    }
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &filled)
}

fn file_error(file: Option<&File>) -> Option<String> {
    match file {
        None => Some("書類のファイルを選択してください".to_owned()),
        Some(file) if file.too_large => {
            Some(unfit_words(&sent_name(&file.name), UnfitFile::TooLarge))
        }
        Some(file) => {
            let unfit = kiban_domain::FileKind::of(&file.bytes).err();
            unfit.map(|it| unfit_words(&sent_name(&file.name), it))
        }
    }
}

fn unfit_words(name: &str, unfit: UnfitFile) -> String {
    match unfit {
        UnfitFile::Empty => {
            format!("{name}は空のファイルです。内容のあるファイルを選んでください")
        }
        UnfitFile::TooLarge => {
            format!("{name}は10MBを超えています。10MBまでのファイルを選んでください")
        }
        UnfitFile::OtherKind => {
            format!("{name}は添付できません。PDF・JPEG・PNGを選んでください")
        }
        UnfitFile::Locked => {
            format!("{name}にはパスワードがかかっています。パスワードを外したPDFを選んでください")
        }
        UnfitFile::TooManyPixels(_) => {
            format!("{name}は画像が大きすぎます。縦と横を小さくしたものを選んでください")
        }
        UnfitFile::Broken(kind) => {
            let kind = kind.label();
            format!(
                "{name}は、{kind}のファイルとして壊れています。元のファイルを確かめて、作り直したものを選んでください"
            )
        }
    }
}

async fn input(
    about: &About,
    form_id: Uuid,
    form: &Fields,
    day: DateField,
) -> Result<DocumentFormPage, Response> {
    let kinds = DocumentKind::ALL.iter().map(|it| Choice {
        chosen: it.code() == form.get("kind"),
        ..Choice::new(it.code(), it.label(), "")
    });
    Ok(DocumentFormPage {
        frame: about.signed_in.frame(Some(MenuItem::Persons)),
        person: about.read(None, PURPOSE).await?.head(),
        form: form_id.to_string(),
        file_error: None,
        title: TextField::of(form.get("title")),
        sort: ChoiceField::of(kinds.collect()),
        about: day,
    })
}
