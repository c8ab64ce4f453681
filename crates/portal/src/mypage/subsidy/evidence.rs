//! The form of the costs, whose files stream into the object store.

use crate::{
    PortalState,
    member::{PostedIn, SignedIn},
    mypage::own::Own,
    public::failed,
};
use axum::{
    extract::{FromRequest as _, FromRequestParts as _, Request},
    response::Response,
};
use http::StatusCode;
use kiban_portal_ui::Link;
use kiban_services::subsidies::{EvidenceUpload, SUBSIDY_TOGETHER};
use kiban_web_kit::{
    Fields,
    multipart::{self, BrokenForm, FilePart, TakesFiles},
};

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
    let request = Request::from_parts(head, body);
    if !multipart::is_multipart(request.headers()) {
        let PostedIn { signed_in, fields } = PostedIn::from_request(request, state).await?;
        let files = Vec::new();
        let own = Own::of(signed_in)?;
        return Ok(Sent { own, fields, files });
    }
    let own = Own::of(signed_in)?;
    let longest = usize::try_from(SUBSIDY_TOGETHER).unwrap_or(0);
    let mut taken = Taken {
        own: &own,
        files: Vec::new(),
    };
    let fields =
        multipart::read(request, &state.own_origin, &own.token, longest, &mut taken).await?;
    let files = taken.files;
    Ok(Sent { own, fields, files })
}

struct Taken<'a> {
    own: &'a Own,
    files: Vec<(u32, EvidenceUpload)>,
}

impl TakesFiles for Taken<'_> {
    async fn take(&mut self, mut file: FilePart<'_>) -> Result<(), Response> {
        let line = file.name().strip_prefix("file.");
        let line: Option<u32> = line.and_then(|it| it.parse().ok());
        let failed = |error| failed(&self.own.state, &error);
        let platform = self.own.platform();
        let mut upload = EvidenceUpload::begin(platform, file.file_name()).map_err(failed)?;
        while let Some(piece) = file.chunk().await.map_err(|why| self.broken(why))? {
            upload.take(&piece).map_err(failed)?;
        }
        // Browsers send a field without a file as an empty file without a name.
        let none = upload.is_empty() && file.file_name().is_empty();
        self.files
            .extend(line.filter(|_| !none).map(|line| (line, upload)));
        if self.files.len() > AT_ONCE {
            return Err(self.broken(BrokenForm::TooLong));
        }
        Ok(())
    }

    fn broken(&self, why: BrokenForm) -> Response {
        match why {
            BrokenForm::Expired => expired(self.own),
            BrokenForm::TooLong => too_long(self.own),
        }
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

fn too_long(own: &Own) -> Response {
    own.say(
        StatusCode::PAYLOAD_TOO_LARGE,
        "添付ファイルが大きすぎます",
        "保存はされていません。1ファイル10MB、申請の全体で60MBまでです。ファイルを減らすか小さくして、もう一度送信してください。",
        Link::new("/mypage/applications", "申請の状況を見る"),
    )
}
