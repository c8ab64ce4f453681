//! The office for which somebody acts.

use crate::member::{PostedIn, SignedIn, home_of};
use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    response::Response,
};
use http::{StatusCode, request::Parts};
use kiban_domain::{Body, OfficeNumber};
use kiban_portal_ui::Link;
use kiban_services::{
    office_data::{self, OfficeData},
    registrations,
};
use kiban_web_kit::Fields;
use std::ops::Deref;

use crate::PortalState;

/// Somebody who is signed in for an office.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) signed_in: SignedIn,
    pub(super) office_no: OfficeNumber,
}

impl Deref for Own {
    type Target = SignedIn;

    fn deref(&self) -> &SignedIn {
        &self.signed_in
    }
}

impl Own {
    #[expect(clippy::result_large_err, reason = "the refusal is the answer itself")]
    pub(super) fn of(signed_in: SignedIn) -> Result<Self, Response> {
        match signed_in.session.body {
            Body::Office(office_no) => Ok(Self {
                signed_in,
                office_no,
            }),
            Body::Insurer(_) | Body::Prefecture(_) | Body::Operator => Err(signed_in.say(
                StatusCode::FORBIDDEN,
                "この画面を見る権限がありません",
                "事業所と医療機関の担当者の画面です。事業所の担当者でもあるときは、団体を切り替えてください。",
                Link::new(home_of(&signed_in.session), "はじめの画面へ戻る"),
            )),
        }
    }

    /// Refuses whoever does not keep the office's members.
    #[expect(clippy::result_large_err, reason = "the refusal is the answer itself")]
    pub(super) fn administrator(&self) -> Result<(), Response> {
        if self.session.keeps_members() {
            return Ok(());
        }
        Err(self.say(
            StatusCode::FORBIDDEN,
            "この操作をする権限がありません",
            "管理者だけができる操作です。事業所の管理者に依頼してください。登録の申請の審査中は、承認されるまでお待ちください。",
            Link::new("/mypage", "マイページへ戻る"),
        ))
    }

    /// The data of the office, if it is admitted and whoever asks does not merely apply for it.
    pub(super) async fn data(&self) -> Result<Option<OfficeData>, Response> {
        let (platform, user_id) = (self.platform(), self.session.user_id);
        let applies = registrations::only_applies(platform, &self.office_no, user_id).await;
        if applies.map_err(|error| self.failed(&error))? {
            return Ok(None);
        }
        let data = office_data::load(self.platform(), &self.office_no).await;
        data.map_err(|error| self.failed(&error))
    }

    /// The data of the office; whoever's application is under way is told.
    pub(super) async fn admitted(&self) -> Result<OfficeData, Response> {
        self.data().await?.ok_or_else(|| {
            self.say(
                StatusCode::FORBIDDEN,
                "事業所の登録が承認されると、使えます",
                "運営で申請の内容を確認しています。承認されると、メールでお知らせします。",
                Link::new("/mypage/applications", "申請の状況を見る"),
            )
        })
    }
}

impl FromRequestParts<PortalState> for Own {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &PortalState) -> Result<Self, Response> {
        let signed_in =
            <SignedIn as FromRequestParts<PortalState>>::from_request_parts(parts, state).await?;
        Self::of(signed_in)
    }
}

/// A form of somebody who is signed in for an office.
#[derive(Debug)]
pub(super) struct PostedOwn {
    pub(super) own: Own,
    pub(super) fields: Fields,
}

impl FromRequest<PortalState> for PostedOwn {
    type Rejection = Response;

    async fn from_request(request: Request, state: &PortalState) -> Result<Self, Response> {
        let PostedIn { signed_in, fields } = PostedIn::from_request(request, state).await?;
        Ok(Self {
            own: Own::of(signed_in)?,
            fields,
        })
    }
}
