//! Taking back: a file, or its sharing with one office; asked once more first.

use axum::{extract::Path, response::Response};
use kiban_access::Refusal;
use kiban_services::documents::{self, Change};
use kiban_ui::{ConfirmPage, Link, MenuItem};
use uuid::Uuid;

use super::{About, PURPOSE};
use crate::{
    answer::{page, see_other},
    form::Posted,
    visit::SignedIn,
    words,
};

/// Insurer, person, document.
type DocumentPath = Path<(String, String, String)>;
/// Insurer, person, document, share.
type SharePath = Path<(String, String, String, String)>;

/// GET `…/documents/{id}/remove`.
pub(crate) async fn ask_removal(
    signed_in: SignedIn,
    Path((insurer_no, insured_no, id)): DocumentPath,
) -> Result<Response, Response> {
    let about = about(&signed_in, insurer_no, insured_no)?;
    let id = about.document_id(&id)?;
    ask(&about, id, Change::Remove).await
}

/// POST `…/documents/{id}/remove`.
pub(crate) async fn remove(
    Path((insurer_no, insured_no, id)): DocumentPath,
    Posted { signed_in, .. }: Posted,
) -> Result<Response, Response> {
    let about = about(&signed_in, insurer_no, insured_no)?;
    let id = about.document_id(&id)?;
    go(&about, id, Change::Remove).await
}

/// GET `…/documents/{id}/shares/{share}/end`.
pub(crate) async fn ask_end(
    signed_in: SignedIn,
    Path((insurer_no, insured_no, id, share)): SharePath,
) -> Result<Response, Response> {
    let about = about(&signed_in, insurer_no, insured_no)?;
    let (id, share) = (about.document_id(&id)?, about.document_id(&share)?);
    ask(&about, id, Change::EndShare(share)).await
}

/// POST `…/documents/{id}/shares/{share}/end`.
pub(crate) async fn end(
    Path((insurer_no, insured_no, id, share)): SharePath,
    Posted { signed_in, .. }: Posted,
) -> Result<Response, Response> {
    let about = about(&signed_in, insurer_no, insured_no)?;
    let (id, share) = (about.document_id(&id)?, about.document_id(&share)?);
    go(&about, id, Change::EndShare(share)).await
}

#[expect(
    clippy::result_large_err,
    reason = "the answer itself, as in the handlers"
)]
fn about(signed_in: &SignedIn, insurer_no: String, insured_no: String) -> Result<About, Response> {
    About::of(signed_in, &(insurer_no, insured_no))
        .ok_or_else(|| signed_in.refused(Refusal::NotFound))
}

async fn ask(about: &About, id: Uuid, change: Change) -> Result<Response, Response> {
    let signed_in = &about.signed_in;
    let (platform, context) = (signed_in.platform(), &signed_in.context);
    let found = documents::find(platform, context, &about.key, id, change).await;
    let (row, share) = found.map_err(|error| about.failed(error))?;
    let person = about.head(PURPOSE).await?;
    let mut facts = vec![
        ("利用者".to_owned(), person.name.clone()),
        ("書類".to_owned(), row.title.clone()),
        ("書類の種類".to_owned(), row.kind.label().to_owned()),
        ("書類の日付".to_owned(), words::both(row.about_on)),
        ("ファイル".to_owned(), row.file_name.clone()),
    ];
    let (title, lead, button, action) = match share {
        None => (
            "書類の削除",
            "この書類を削除します。この事業所からも、共有している事業所からも開けなくなります。元に戻すことはできません。登録と削除の記録は残ります。",
            "書類を削除する",
            format!("{}/{id}/remove", about.documents()),
        ),
        Some(share) => {
            facts.push(("共有している事業所".to_owned(), share.office.clone()));
            let share_id = share.row.share_id;
            (
                "書類の共有の取消し",
                "相手の事業所は、この書類を開けなくなります。すでにダウンロードされたファイルは、相手の事業所に残ります。",
                "共有を取り消す",
                format!("{}/{id}/shares/{share_id}/end", about.documents()),
            )
        }
    };
    Ok(page(&ConfirmPage {
        frame: signed_in.frame(Some(MenuItem::Persons)),
        parent: Link::new(about.documents(), "書類"),
        title: title.to_owned(),
        lead: lead.to_owned(),
        facts,
        action,
        button: button.to_owned(),
        back: Link::new(about.documents(), "変更しないで書類の一覧へ戻る"),
    }))
}

async fn go(about: &About, id: Uuid, change: Change) -> Result<Response, Response> {
    let (platform, context) = (about.signed_in.platform(), &about.signed_in.context);
    let changed = documents::change(platform, context, &about.key, id, change).await;
    changed.map_err(|error| about.failed(error))?;
    let done = match change {
        Change::Remove => "removed",
        Change::EndShare(_) => "ended",
    };
    Ok(see_other(&format!("{}?done={done}", about.documents())))
}
