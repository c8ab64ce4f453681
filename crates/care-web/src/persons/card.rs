//! 本人確認 by the My Number card (W-3a): the page beside the card reader. It works without script; with it, it moves on by itself.

use axum::{extract::Path, response::Response};
use http::StatusCode;
use kiban_access::Refusal;
use kiban_card::{ChallengeId, ErrorCode, Mender, Purpose, wire::Method};
use kiban_services::{
    card_check::{self, ChallengeView, ConfirmError, LinkError, NewChallenge, OpenError},
    identity::AgreedCheck,
};
use kiban_store::repo::card_challenges::{CardOutcome, ChallengeState};
use kiban_ui::{CardCheckPage, CardStage, CardWay, MenuItem, MessageKind};

use crate::{
    answer::{Message, page, page_with, retry_after, see_other},
    form::Posted,
    visit::SignedIn,
    words,
};

/// A program at the card reader that is there takes a challenge at once.
const SLOW_SECONDS: i64 = 10;

/// GET `/care/persons/new/card`.
pub(crate) async fn start(signed_in: SignedIn) -> Response {
    let cards = &signed_in.visit.state.cards;
    if !cards.reads_cards() {
        return not_read(&signed_in);
    }
    let sight = cards.reads_by_sight();
    page(&CardCheckPage {
        frame: signed_in.frame(Some(MenuItem::Register)),
        stage: CardStage::Start { sight },
        id: String::new(),
        case: signed_in.platform().id().as_simple().to_string(),
        code: String::new(),
        way: CardWay::Pin,
    })
}

/// POST `/care/persons/new/card`: makes a challenge and goes to its page.
pub(crate) async fn open(Posted { signed_in, form }: Posted) -> Response {
    let new = NewChallenge {
        terminal: signed_in.visit.terminal(),
        sign_in: signed_in.sign_in(),
        purpose: Purpose::ConfirmInsuredPerson,
        case: form.get("case").to_owned(),
        method: match form.get("method") {
            "sight" => Method::Sight,
            _ => Method::Pin,
        },
    };
    let cards = &signed_in.visit.state.cards;
    match card_check::open(signed_in.platform(), cards, &signed_in.context, new).await {
        Ok(opened) => see_other(&format!("/care/persons/new/card/{}", opened.id)),
        Err(OpenError::NotOffered) => not_read(&signed_in),
        Err(OpenError::Case) => see_other("/care/persons/new/card"),
        Err(OpenError::Text) => signed_in.say(Message::new(
            MessageKind::Unprocessable,
            "この端末の番号ではカードの確認ができません。事業所の管理者から運営者に連絡してください。",
        )),
        Err(OpenError::TooMany(exhausted)) => {
            let message = Message::new(
                MessageKind::Unavailable,
                "この端末でカードの確認が続いたため、しばらく受け付けません。紙の被保険者証で確認するか、10分ほどしてからお試しください。",
            );
            let message = message.next("/care/persons/new/paper", "紙の被保険者証で確認する");
            let mut response = signed_in.say(message);
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
            retry_after(response, exhausted.retry_after)
        }
        Err(OpenError::Storage(error)) => signed_in.storage(&error),
    }
}

/// GET `/care/persons/new/card/{id}`.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let view = find(&signed_in, &id).await?;
    Ok(page(&shown(&signed_in, view)))
}

/// POST `/care/persons/new/card/{id}`: goes on with the result, or stops the check.
pub(crate) async fn go(
    Path(id): Path<String>,
    Posted { signed_in, form }: Posted,
) -> Result<Response, Response> {
    let view = find(&signed_in, &id).await?;
    let (platform, context) = (signed_in.platform(), &signed_in.context);
    let sign_in = signed_in.sign_in();
    if form.get("go") == "stop" {
        let stopped = card_check::withdraw(platform, context, &sign_in, view.id).await;
        stopped.map_err(|error| signed_in.storage(&error))?;
        return Ok(see_other("/care/persons/new"));
    }
    let case = form.get("case");
    match card_check::confirm(platform, context, &sign_in, view.id, case).await {
        Ok(agreed) => {
            let check = words::encoded(&agreed.id.to_string());
            Ok(see_other(&format!(
                "/care/persons/new/register?check={check}"
            )))
        }
        Err(ConfirmError::Spent) => {
            let mut page = shown(&signed_in, view);
            page.stage = CardStage::Spent;
            Ok(page_with(StatusCode::CONFLICT, &page))
        }
        Err(ConfirmError::NoResult) => Ok(see_other(&format!("/care/persons/new/card/{id}"))),
        Err(ConfirmError::NotFound) => Err(signed_in.nothing_there()),
        Err(ConfirmError::PersonGone) => Ok(signed_in.say(
            Message::new(
                MessageKind::NotFound,
                "このカードで登録されている方の記録が、市町村から取り消されています。紙の被保険者証で確認してください。",
            )
            .next("/care/persons/new/paper", "紙の被保険者証で確認する"),
        )),
        Err(ConfirmError::Refused(Refusal::InsurerNotSharing)) => Ok(signed_in.say(
            Message::new(MessageKind::Forbidden, Refusal::InsurerNotSharing.message())
                .next("/care/persons/new", "本人確認・担当登録へ戻る"),
        )),
        Err(ConfirmError::Refused(refusal)) => Ok(signed_in.refused(refusal)),
        Err(ConfirmError::Storage(error)) => Err(signed_in.storage(&error)),
    }
}

/// A challenge and its case, when both have the shape of one.
pub(super) fn named(card: &str, case: &str) -> Option<(String, String)> {
    let plain = (1..=64).contains(&case.len()) && case.bytes().all(|it| it.is_ascii_alphanumeric());
    let card: ChallengeId = card.parse().ok().filter(|_| plain)?;
    Some((card.to_string(), case.to_owned()))
}

/// Links a verified card to the person whose items have agreed. That there was none to link any more stops nobody from registering.
///
/// # Errors
///
/// What to answer instead: the card stands for somebody else, or the database failed.
pub(super) async fn link(
    signed_in: &SignedIn,
    card: &str,
    case: &str,
    agreed: &AgreedCheck,
) -> Result<(), Response> {
    let Ok(id) = card.parse() else { return Ok(()) };
    let (platform, context) = (signed_in.platform(), &signed_in.context);
    match card_check::link(platform, context, &signed_in.sign_in(), id, case, agreed).await {
        Ok(_) | Err(LinkError::NoCard) => Ok(()),
        Err(LinkError::StandsForAnother) => Err(signed_in.say(
            Message::new(
                MessageKind::Conflict,
                "読み取ったカードは、別の方のカードとして登録されています。担当登録を止めました。カードと被保険者証が同じ方のものかを確かめ、同じ方のときは事業所の管理者から運営者に連絡してください。",
            )
            .next("/care/persons/new/paper", "被保険者証だけで確認する"),
        )),
        Err(LinkError::Storage(error)) => Err(signed_in.storage(&error)),
    }
}

async fn find(signed_in: &SignedIn, id: &str) -> Result<ChallengeView, Response> {
    let id: ChallengeId = id.parse().map_err(|_| signed_in.nothing_there())?;
    let (platform, context) = (signed_in.platform(), &signed_in.context);
    let view = card_check::state(platform, context, &signed_in.sign_in(), id).await;
    let view = view.map_err(|error| signed_in.storage(&error))?;
    view.ok_or_else(|| signed_in.nothing_there())
}

fn shown(signed_in: &SignedIn, view: ChallengeView) -> CardCheckPage {
    CardCheckPage {
        frame: signed_in.frame(Some(MenuItem::Register)),
        stage: stage(&view),
        id: view.id.to_string(),
        case: view.case,
        code: view.code,
        way: match view.method {
            Method::Pin => CardWay::Pin,
            Method::Sight => CardWay::Sight,
        },
    }
}

fn stage(view: &ChallengeView) -> CardStage {
    match (view.state, view.outcome) {
        (ChallengeState::Pending, _) => CardStage::Pending {
            slow: view.age_seconds >= SLOW_SECONDS,
        },
        (ChallengeState::Taken, _) => CardStage::Taken,
        (ChallengeState::Done, _) if view.used => CardStage::Spent,
        (ChallengeState::Done, Some(CardOutcome::Linked)) => CardStage::Linked,
        (ChallengeState::Done, Some(CardOutcome::LinkEnded)) => CardStage::Unknown { ended: true },
        (ChallengeState::Done, Some(CardOutcome::Contradiction)) => CardStage::Contradiction,
        (ChallengeState::Done, Some(CardOutcome::Unknown) | None) => {
            CardStage::Unknown { ended: false }
        }
        (ChallengeState::Failed, _) => failed(view),
        (ChallengeState::Expired, _) => CardStage::Expired,
        (ChallengeState::Withdrawn, _) => CardStage::Withdrawn,
    }
}

fn failed(view: &ChallengeView) -> CardStage {
    let locked = view.error == Some(ErrorCode::Blocked);
    CardStage::Failed {
        sentence: view.sentence.clone(),
        mender: view.mender.map_or("", |mender| mender.label()).to_owned(),
        left: view.error.and_then(ErrorCode::left),
        locked,
        // What the municipality has to mend stays the same however often one tries.
        again: view.mender != Some(Mender::Municipality),
    }
}

fn not_read(signed_in: &SignedIn) -> Response {
    signed_in.say(
        Message::new(
            MessageKind::Unprocessable,
            "この基盤では、マイナンバーカードでの確認の準備ができていません。紙の被保険者証で確認してください。",
        )
        .next("/care/persons/new/paper", "紙の被保険者証で確認する"),
    )
}
