//! The form of the costs, whose files stream into the object store.

use crate::{
    PortalState,
    member::{PostedIn, SignedIn},
    mypage::own::Own,
    public::failed,
};
use axum::{
    extract::{
        DefaultBodyLimit, FromRequest as _, FromRequestParts as _, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    response::Response,
};
use http::{StatusCode, header};
use kiban_domain::UnfitFile;
use kiban_portal_ui::Link;
use kiban_services::subsidies::{EvidenceError, EvidenceUpload, SUBSIDY_TOGETHER};
use kiban_web_kit::{Fields, csrf};

/// All fields around the files together, in bytes.
const FIELDS: usize = 262_144;
/// Most files that are taken at once.
const AT_ONCE: usize = 30;

/// A form with the files that came with it, not kept yet.
pub(super) struct Sent {
    pub(super) own: Own,
    pub(super) fields: Fields,
    /// The number of the cost, and the file.
    pub(super) files: Vec<(u32, EvidenceUpload)>,
}

/// Reads a form with or without files from one of our own pages; otherwise what to answer.
pub(super) async fn sent(state: &PortalState, request: Request) -> Result<Sent, Response> {
    let (mut head, body) = request.into_parts();
    let signed_in = SignedIn::from_request_parts(&mut head, state).await?;
    let mut request = Request::from_parts(head, body);
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|it| it.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        let PostedIn { signed_in, fields } = PostedIn::from_request(request, state).await?;
        let files = Vec::new();
        let own = Own::of(signed_in)?;
        return Ok(Sent { own, fields, files });
    }
    let own = Own::of(signed_in)?;
    if csrf::sender(request.headers(), &state.own_origin) == csrf::Sender::Foreign {
        return Err(expired(&own));
    }
    let longest = usize::try_from(SUBSIDY_TOGETHER).unwrap_or(0) + FIELDS;
    DefaultBodyLimit::max(longest).apply(&mut request);
    let multipart = Multipart::from_request(request, &()).await;
    let mut multipart = multipart.map_err(|_| expired(&own))?;
    let (mut fields, mut files, mut room) = (Vec::new(), Vec::new(), FIELDS);
    loop {
        match multipart.next_field().await {
            Ok(Some(field)) if field.file_name().is_some() => {
                if !is_own(&own, &fields) {
                    return Err(expired(&own));
                }
                files.extend(file(&own, field).await?);
                if files.len() > AT_ONCE {
                    return Err(too_long(&own));
                }
            }
            Ok(Some(mut field)) => {
                let name = field.name().unwrap_or_default().to_owned();
                let mut bytes = Vec::new();
                while let Some(piece) = field.chunk().await.map_err(|it| broken(&own, &it))? {
                    room = room
                        .checked_sub(piece.len())
                        .ok_or_else(|| too_long(&own))?;
                    bytes.extend_from_slice(&piece);
                }
                fields.push((name, String::from_utf8_lossy(&bytes).into_owned()));
            }
            Ok(None) => break,
            Err(error) => return Err(broken(&own, &error)),
        }
    }
    if !is_own(&own, &fields) {
        return Err(expired(&own));
    }
    let fields = Fields::of(fields);
    Ok(Sent { own, fields, files })
}

fn is_own(own: &Own, fields: &[(String, String)]) -> bool {
    let token = fields.iter().find(|it| it.0 == csrf::FIELD_NAME);
    token.is_some_and(|it| csrf::is_token(&own.token, &it.1))
}

/// Takes one file in; nothing for a field in which none was chosen.
async fn file(own: &Own, mut field: Field<'_>) -> Result<Option<(u32, EvidenceUpload)>, Response> {
    let line = field.name().and_then(|it| it.strip_prefix("file."));
    let line: Option<u32> = line.and_then(|it| it.parse().ok());
    let name = field.file_name().unwrap_or_default().to_owned();
    let failed = |error| failed(&own.state, &error);
    let mut upload = EvidenceUpload::begin(own.platform(), &name).map_err(failed)?;
    while let Some(piece) = field.chunk().await.map_err(|it| broken(own, &it))? {
        upload.take(&piece).map_err(failed)?;
    }
    let none = upload.is_empty() && name.is_empty();
    Ok(line.filter(|_| !none).map(|line| (line, upload)))
}

/// Why a file was not kept.
pub(super) fn sentence(name: &str, error: &EvidenceError) -> String {
    match error {
        EvidenceError::Unfit(UnfitFile::Empty) => {
            format!("{name}は空のファイルです。内容のあるファイルを選んでください")
        }
        EvidenceError::Unfit(UnfitFile::TooLarge) => {
            format!("{name}は10MBを超えています。10MBまでのファイルを選んでください")
        }
        EvidenceError::Unfit(UnfitFile::OtherKind) => {
            format!("{name}は添付できません。PDF・JPEG・PNG・HEICを選んでください")
        }
        EvidenceError::Unfit(UnfitFile::Broken(kind)) => format!(
            "{name}は、{}のファイルとして壊れています。元のファイルを確かめて、作り直したものを選んでください",
            kind.label()
        ),
        EvidenceError::Unfit(UnfitFile::TooManyPixels(_)) => {
            format!("{name}は画像が大きすぎます。縦と横を小さくしたものを選んでください")
        }
        EvidenceError::TooMany => {
            format!("{name}は添付できませんでした。1つの経費に添付できるのは5ファイルまでです")
        }
        EvidenceError::TooLargeTogether => {
            format!("{name}は添付できませんでした。申請の全体で60MBまでです")
        }
        EvidenceError::Save(_) => format!("{name}は添付できませんでした"),
    }
}

fn expired(own: &Own) -> Response {
    own.say(
        StatusCode::FORBIDDEN,
        "画面の有効時間が切れました",
        "前の画面を開き直して、もう一度入力してください。送信はされていません。",
        Link::new("/mypage/applications", "申請の状況を見る"),
    )
}

fn broken(own: &Own, error: &MultipartError) -> Response {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        too_long(own)
    } else {
        expired(own)
    }
}

fn too_long(own: &Own) -> Response {
    own.say(
        StatusCode::PAYLOAD_TOO_LARGE,
        "添付ファイルが大きすぎます",
        "保存はされていません。1ファイル10MB、申請の全体で60MBまでです。ファイルを減らすか小さくして、もう一度送信してください。",
        Link::new("/mypage/applications", "申請の状況を見る"),
    )
}
