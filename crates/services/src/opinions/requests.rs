//! Taking requests in, whichever way they come: a file of the municipality or its program (M-3).

use super::{
    CaseError, Step, due_rules, moved, save_step,
    stages::{refresh, take_turn},
};
use crate::{CallContext, Platform};
use kiban_access::{AskingInsurer, Caller, Permit, PersonKey, asking_insurer};
use kiban_audit::{Actor, Door};
use kiban_domain::{
    InsurerNumber, Timestamp,
    opinion_case::{CaseAct, CaseState, OpinionRequest, RequestKey, SubmissionState},
};
use kiban_store::{
    Error, Work,
    repo::{
        eligibility,
        opinion_submissions::{self, Settling},
        opinions::{self, CaseEventRow, CaseRow, Own},
    },
};
use uuid::Uuid;

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is new.
    New(Uuid),
    /// The same had come before; nothing was changed.
    Already(Uuid),
    /// Something of it changed: its dates, its doctor, its kind.
    Updated(Uuid),
    /// It was declined or cancelled before, and is asked for again.
    Again(Uuid),
    /// It goes to another institution now; the new request.
    Transferred(Uuid),
    /// The insurer has received the opinion, or what is asked for does not stand; nothing was changed.
    Kept(Uuid),
}

/// Why one request was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestFault {
    /// It names another insurer than the caller.
    #[error("the request names another insurer")]
    OtherInsurer,
    /// The insurer's records do not have the person.
    #[error("the person is not known")]
    UnknownPerson,
    /// The due date lies before the request.
    #[error("the due date lies before the request")]
    Due,
    /// The request lies in the future: nobody could answer it.
    #[error("the request lies in the future")]
    Future,
}

impl RequestFault {
    /// The stable code that programs see.
    pub fn code(self) -> &'static str {
        match self {
            Self::OtherInsurer => "other_insurer",
            Self::UnknownPerson => "person_not_found",
            Self::Due => "date_order",
            Self::Future => "date_in_future",
        }
    }

    /// What is wrong and what to do.
    pub fn message(self) -> &'static str {
        match self {
            Self::OtherInsurer => "保険者番号が送信元と違います。番号を確認してください。",
            Self::UnknownPerson => {
                "この被保険者番号の被保険者情報がまだ届いていません。被保険者情報を先に送信してください。"
            }
            Self::Future => "「作成依頼日」が今日より後です。今日までの日付にしてください。",
            Self::Due => "「提出期限」が「作成依頼日」より前です。日付を確認してください。",
        }
    }
}

/// Takes requests of the calling insurer in, all in one unit of work; each has its own answer, in the order given. The same again changes nothing.
///
/// # Errors
///
/// [`CaseError::Refused`] for callers that are no insurer; storage. Nothing has been written.
pub async fn take_requests(
    platform: &Platform,
    context: &CallContext,
    requests: Vec<(RequestKey, OpinionRequest)>,
) -> Result<Vec<Result<Taken, RequestFault>>, CaseError> {
    asking_insurer(&context.caller)?;
    let (inside, context) = (platform.clone(), context.clone());
    platform
        .store
        .write(move |work| {
            Box::pin(async move {
                let permit = asking_insurer(&context.caller)?;
                take_turn(work, permit.insurer_no()).await?;
                let mut all = Vec::with_capacity(requests.len());
                for (key, request) in &requests {
                    all.push(take_one(work, &inside, &context, &permit, (key, request)).await?);
                }
                Ok(all)
            })
        })
        .await
}

async fn take_one(
    work: &mut Work,
    platform: &Platform,
    context: &CallContext,
    permit: &Permit<AskingInsurer>,
    (key, request): (&RequestKey, &OpinionRequest),
) -> Result<Result<Taken, RequestFault>, Error> {
    if key.insurer_no != *permit.insurer_no() {
        return Ok(Err(RequestFault::OtherInsurer));
    }
    if request.due_on.is_some_and(|due| due < request.requested_on) {
        return Ok(Err(RequestFault::Due));
    }
    if request.requested_on > platform.today() {
        return Ok(Err(RequestFault::Future));
    }
    let person = PersonKey {
        insurer_no: key.insurer_no,
        insured_no: key.insured_no,
    };
    let looked = eligibility::look(work, &person, None).await?;
    if looked.is_none_or(|it| it.sealed.is_none()) {
        return Ok(Err(RequestFault::UnknownPerson));
    }
    let asking = Asking {
        platform,
        context,
        permit,
    };
    let taken = asking.take(work, key, request).await?;
    if !matches!(taken, Taken::Already(_) | Taken::Kept(_)) {
        refresh(work, platform, &key.insurer_no, &key.insured_no).await?;
    }
    Ok(Ok(taken))
}

/// Takes a request in that a file of the insurer holds; its person is known.
pub(crate) async fn take_request(
    work: &mut Work,
    platform: &Platform,
    key: &RequestKey,
    request: &OpinionRequest,
) -> Result<(), Error> {
    let context = of_intake(key.insurer_no);
    if let Ok(permit) = asking_insurer(&context.caller) {
        let asking = Asking {
            platform,
            context: &context,
            permit: &permit,
        };
        asking.take(work, key, request).await?;
    }
    Ok(())
}

/// Cancels a request as a file of the insurer says. One that was never taken in, and one whose opinion was received, stay as they are.
pub(crate) async fn take_cancellation(
    work: &mut Work,
    platform: &Platform,
    key: &RequestKey,
) -> Result<(), Error> {
    let context = of_intake(key.insurer_no);
    if let Ok(permit) = asking_insurer(&context.caller) {
        let asking = Asking {
            platform,
            context: &context,
            permit: &permit,
        };
        asking.cancel(work, key).await?;
    }
    Ok(())
}

fn of_intake(insurer_no: InsurerNumber) -> CallContext {
    CallContext {
        caller: Caller::Insurer(insurer_no),
        actor: Actor::new(Door::System, "intake"),
        request_id: "intake".to_owned(),
    }
}

struct Asking<'a> {
    platform: &'a Platform,
    context: &'a CallContext,
    permit: &'a Permit<AskingInsurer>,
}

impl Asking<'_> {
    async fn take(
        &self,
        work: &mut Work,
        key: &RequestKey,
        request: &OpinionRequest,
    ) -> Result<Taken, Error> {
        let due_on = due_rules().due_on(request.requested_on, request.due_on);
        let Some(mut row) = opinions::lock_by_key(work, self.permit, key).await? else {
            return self
                .begin(work, key, request, CaseAct::Ask)
                .await
                .map(Taken::New);
        };
        if row.request.institution != request.institution {
            return self.transfer(work, row, request).await;
        }
        let wanted = OpinionRequest {
            due_on: Some(due_on),
            ..request.clone()
        };
        // A withdrawn row that comes back asks again; a declined one does when it has a new day.
        let asks_again = row.state == CaseState::Cancelled
            || row.state == CaseState::Declined && row.request.requested_on != wanted.requested_on;
        if row.request == wanted && !asks_again {
            return Ok(Taken::Already(row.case_id));
        }
        let act = if asks_again {
            CaseAct::AskAgain
        } else {
            CaseAct::Change
        };
        let Ok(state) = row.state.after(act) else {
            return Ok(Taken::Kept(row.case_id));
        };
        row.state = state;
        row.request = wanted;
        row.due_on = due_on;
        if asks_again {
            row.reason.clear();
            row.note.clear();
        }
        self.save(work, &mut row, act).await?;
        Ok(if asks_again {
            Taken::Again(row.case_id)
        } else {
            Taken::Updated(row.case_id)
        })
    }

    /// Another institution is asked: the first one keeps its request as transferred, and the new one begins with nothing of the first one's.
    async fn transfer(
        &self,
        work: &mut Work,
        mut row: CaseRow,
        request: &OpinionRequest,
    ) -> Result<Taken, Error> {
        let Ok(state) = row.state.after(CaseAct::Transfer) else {
            // A cancelled request that comes back to another institution is asked for there.
            if row.state == CaseState::Cancelled {
                row.state = CaseState::Transferred;
                self.save(work, &mut row, CaseAct::Transfer).await?;
                let begun = self.begin(work, &row.key, request, CaseAct::Ask).await?;
                return Ok(Taken::Transferred(begun));
            }
            return Ok(Taken::Kept(row.case_id));
        };
        row.state = state;
        self.take_back_what_is_under_way(work, &row).await?;
        self.save(work, &mut row, CaseAct::Transfer).await?;
        let begun = self.begin(work, &row.key, request, CaseAct::Ask).await?;
        Ok(Taken::Transferred(begun))
    }

    async fn cancel(&self, work: &mut Work, key: &RequestKey) -> Result<(), Error> {
        let Some(mut row) = opinions::lock_by_key(work, self.permit, key).await? else {
            return Ok(());
        };
        let Ok(state) = row.state.after(CaseAct::Cancel) else {
            return Ok(());
        };
        row.state = state;
        self.take_back_what_is_under_way(work, &row).await?;
        self.save(work, &mut row, CaseAct::Cancel).await
    }

    async fn take_back_what_is_under_way(
        &self,
        work: &mut Work,
        row: &CaseRow,
    ) -> Result<(), Error> {
        let by = self.context.name();
        let to = Settling {
            state: SubmissionState::Withdrawn,
            note: "",
            at: self.platform.now(),
            by: &by,
        };
        opinion_submissions::settle_standing(work, row, to).await?;
        Ok(())
    }

    async fn begin(
        &self,
        work: &mut Work,
        key: &RequestKey,
        request: &OpinionRequest,
        act: CaseAct,
    ) -> Result<Uuid, Error> {
        let now: Timestamp = self.platform.now();
        let row = CaseRow {
            case_id: self.platform.id(),
            key: key.clone(),
            request: request.clone(),
            due_on: due_rules().due_on(request.requested_on, request.due_on),
            state: CaseState::Requested,
            reason: String::new(),
            note: String::new(),
            version: 1,
            submissions: 0,
            events: 1,
            received_on: None,
            created_at: now,
            changed_at: now,
            person: None,
        };
        let event = CaseEventRow {
            number: 1,
            act,
            submission: 0,
            actor: self.context.name(),
            note: String::new(),
            acted_at: now,
        };
        opinions::add(work, self.permit, &row).await?;
        opinions::add_event(work, &row, &event).await?;
        let entry = moved(self.platform, self.context, &row, act).to_entry();
        work.record(&entry).await?;
        Ok(row.case_id)
    }

    async fn save(&self, work: &mut Work, row: &mut CaseRow, act: CaseAct) -> Result<(), Error> {
        let by = self.context.name();
        let step = Step {
            act,
            submission: 0,
            note: "",
            at: self.platform.now(),
            by: &by,
        };
        save_step(work, Own::Asking(self.permit), row, step).await?;
        let entry = moved(self.platform, self.context, row, act).to_entry();
        work.record(&entry).await
    }
}
