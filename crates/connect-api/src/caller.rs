//! Who calls, from the client certificate.

use crate::{
    answer::{not_an_insurer, storage},
    router::ConnectState,
};
use axum::extract::FromRequestParts;
use http::{StatusCode, request::Parts};
use kiban_access::Caller;
use kiban_audit::{Actor, Door};
use kiban_domain::{InsurerNumber, OfficeNumber};
use kiban_pki::{Subject, SystemKind};
use kiban_services::CallContext;
use kiban_store::repo::offices;
use kiban_web_kit::{Client, Problem, RequestId};

/// A system that calls: every operation takes it first.
#[derive(Debug, Clone)]
pub(crate) struct System {
    /// For the use cases.
    pub(crate) context: CallContext,
    /// The certificate.
    pub(crate) client: Client,
}

impl System {
    /// The insurer whose system it is.
    ///
    /// # Errors
    ///
    /// 403 `not_an_insurer`.
    pub(crate) fn insurer(&self) -> Result<InsurerNumber, Problem> {
        match &self.context.caller {
            Caller::Insurer(insurer_no) => Ok(*insurer_no),
            Caller::Office(_) | Caller::Medical { .. } | Caller::Person(_) | Caller::Operator => {
                Err(not_an_insurer())
            }
        }
    }
}

impl FromRequestParts<ConnectState> for System {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ConnectState) -> Result<Self, Problem> {
        let client = Client::from_request_parts(parts, state).await?;
        let Ok(request_id) = RequestId::from_request_parts(parts, state).await;
        let caller = caller(&client, state).await?;
        let actor = Actor::new(Door::Connect, client.organisation()).certificate(&client.serial);
        let context = CallContext {
            caller,
            actor,
            request_id: request_id.as_str().to_owned(),
        };
        Ok(Self { context, client })
    }
}

async fn caller(client: &Client, state: &ConnectState) -> Result<Caller, Problem> {
    let Subject::System {
        organisation, kind, ..
    } = &client.subject
    else {
        return Err(wrong_door());
    };
    match kind {
        SystemKind::Municipality => organisation
            .parse()
            .map(Caller::Insurer)
            .map_err(|_| Problem::certificate_unknown()),
        SystemKind::Office => office(organisation).map(Caller::Office),
        SystemKind::Medical => {
            let office_no = office(organisation)?;
            let gives_care = gives_care(state, &office_no).await?;
            Ok(Caller::Medical {
                office_no,
                gives_care,
            })
        }
    }
}

fn office(organisation: &str) -> Result<OfficeNumber, Problem> {
    organisation
        .parse()
        .map_err(|_| Problem::certificate_unknown())
}

/// A clinic that is designated for a care service sees more than one that only writes opinions (S-2).
async fn gives_care(state: &ConnectState, office_no: &OfficeNumber) -> Result<bool, Problem> {
    let mut work = state
        .platform
        .store
        .point()
        .await
        .map_err(|error| storage(&error))?;
    let row = offices::find(&mut work, office_no)
        .await
        .map_err(|error| storage(&error))?;
    Ok(row.is_some_and(|row| !row.service_kinds.is_empty()))
}

fn wrong_door() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "wrong_door",
        "この証明書の入口ではありません",
        "端末の証明書では、このシステム連携の入口を使えません。システム用の証明書で接続してください。",
    )
}
