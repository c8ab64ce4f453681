//! チャットで質問 (P15): finds what is published and writes nothing of its own (P-6).
//!
//! The turns so far go with the form and are asked again at each step, so that nothing of a visitor is kept here and nothing that
//! comes back is believed: a text is a question like any other, and an answer is found anew.

use super::{
    failed,
    faq::is_question,
    posted::{posted, respond as bound},
    rephrase::other_words,
    words,
};
use crate::{PortalState, published::Published, served::without_dead_links};
use axum::{
    extract::{Request, State},
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, StatusCode};
use kiban_domain::{Date, PlatformFunction};
use kiban_helpdesk::{Answer, Audience, Passage, Place, Question, ask, html, log_form, mask};
use kiban_portal_ui::{ChatAnswer, ChatPage, ChatTurn, Helped, Link, Section};
use kiban_services::{
    questions::{self, Asked, Outcome},
    readiness::Overview,
};
use kiban_web_kit::{PeerAddr, csrf, entry, session::Token};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// So many turns are shown.
const TURNS: usize = 10;
/// A question has at most so many characters.
const LONGEST: usize = 200;
/// What is often asked.
const IDEAS: [&str; 3] = [
    "端末をなくしました",
    "紙の被保険者証は使えますか",
    "新潟市はいつから使えますか",
];

/// A turn as it goes with the form.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Turn {
    /// The question, masked.
    q: String,
    /// Whether something was masked.
    #[serde(default)]
    m: bool,
    /// Whether the answer helped.
    #[serde(default)]
    h: Option<bool>,
    /// The name under which it is kept, so that it can be said whether it helped.
    #[serde(default)]
    k: Option<String>,
}

/// GET `/contact/chat`.
pub(super) async fn show(State(state): State<PortalState>, headers: HeaderMap) -> Response {
    let entry = entry::of(&headers).unwrap_or_else(|| Token::new(&*state.platform.entropy));
    respond(&state, &entry, &[], None, "").await
}

/// POST `/contact/chat`: a question, or whether an answer helped.
pub(super) async fn submit(
    State(state): State<PortalState>,
    peer: PeerAddr,
    request: Request,
) -> Response {
    let posted = match posted(&state, peer, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let entry = &posted.entry;
    let field = |name: &str| posted.get(name);
    let mut turns = opened(field("state"));
    if let Some(helped) = match field("helped") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    } {
        if let Some(turn) = turns.last_mut() {
            turn.h = Some(helped);
            if let Some(id) = turn.k.as_deref().and_then(|it| Uuid::parse_str(it).ok())
                && let Err(error) = questions::set_helped(&state.platform, id, helped).await
            {
                return failed(&state, &error);
            }
        }
        return respond(&state, entry, &turns, None, "").await;
    }
    let typed = match field("idea") {
        "" => field("question"),
        idea => idea,
    };
    if typed.is_empty() {
        let error = "質問を入力してください";
        return respond(&state, entry, &turns, Some(error), "").await;
    }
    if typed.chars().count() > LONGEST {
        let error = "質問は200文字以内で入力してください";
        return respond(&state, entry, &turns, Some(error), typed).await;
    }
    match questions::admit(&state.platform, &posted.address).await {
        Ok(Ok(())) => {}
        Ok(Err(_)) => {
            let error =
                "続けて多くの質問を受け取りました。1分ほど待ってから、もう一度質問してください";
            return respond(&state, entry, &turns, Some(error), typed).await;
        }
        Err(error) => return failed(&state, &error),
    }
    let masked = mask(typed);
    turns.push(Turn {
        m: !masked.found.is_empty(),
        q: masked.text,
        h: None,
        k: None,
    });
    if turns.len() > TURNS {
        turns.remove(0);
    }
    match keep(&state, &turns).await {
        Ok(id) => {
            if let Some(turn) = turns.last_mut() {
                turn.k = Some(id.simple().to_string());
            }
        }
        Err(error) => return failed(&state, &error),
    }
    let mut said = Said::default();
    if state.public.rephraser.is_some() {
        said.other_words = match in_other_words(&state, &turns).await {
            Ok(text) => text,
            Err(error) => return failed(&state, &error),
        };
    }
    respond_with(&state, entry, &turns, said).await
}

/// The last answer in other words, where one passage answers.
async fn in_other_words(
    state: &PortalState,
    turns: &[Turn],
) -> Result<Option<String>, kiban_store::Error> {
    let published = state.public.published.current(&state.platform).await?;
    let (found, _) = replay(&published, turns, state.platform.today());
    let Some((Answer::Found { passage, .. }, turn)) = found.last().zip(turns.last()) else {
        return Ok(None);
    };
    Ok(other_words(state, &turn.q, passage).await)
}

/// Keeps the last question for the operator.
async fn keep(state: &PortalState, turns: &[Turn]) -> Result<Uuid, kiban_store::Error> {
    let published = state.public.published.current(&state.platform).await?;
    let today = state.platform.today();
    let (found, _) = replay(&published, turns, today);
    let found = found.last();
    let (outcome, shown) = match found {
        Some(Answer::Found { passage, .. }) => (Outcome::Answered, vec![passage.id.clone()]),
        Some(Answer::Candidates(near)) => {
            (Outcome::Near, near.iter().map(|it| it.id.clone()).collect())
        }
        Some(Answer::Place { places, .. }) => (
            Outcome::Place,
            places.iter().map(|it| it.code.clone()).collect(),
        ),
        Some(Answer::NotFound) | None => (Outcome::Nothing, Vec::new()),
    };
    let asked = Asked {
        text: turns.last().map_or_else(String::new, |it| log_form(&it.q)),
        outcome,
        shown,
    };
    questions::note(&state.platform, asked).await
}

/// Asks all turns again, each with the one before in mind; and what the last answer was.
fn replay<'p>(
    published: &'p Published,
    turns: &[Turn],
    today: Date,
) -> (Vec<Answer<'p>>, Option<&'p str>) {
    let mut previous: Option<&str> = None;
    let mut found = Vec::new();
    for turn in turns {
        let question = |previous| Question {
            text: &turn.q,
            audience: Audience::All,
            on: today,
            previous,
        };
        let mut answer = ask(&published.questions, question(previous));
        if matches!(answer, Answer::NotFound) {
            // A manual or a notice may speak of it; it is shown as near, never stated.
            answer = match ask(&published.texts, question(None)) {
                Answer::Found { passage, .. } => Answer::Candidates(vec![passage]),
                other => other,
            };
        }
        previous = match &answer {
            Answer::Found { passage, .. } => Some(passage.id.as_str()),
            Answer::Place { passage, .. } => passage.map(|it| it.id.as_str()),
            Answer::Candidates(_) | Answer::NotFound => None,
        };
        found.push(answer);
    }
    (found, previous)
}

/// What the page says beside the turns.
#[derive(Default)]
struct Said<'a> {
    /// What is wrong with the question.
    error: Option<&'a str>,
    /// The question, when it was refused.
    typed: &'a str,
    /// The last answer in other words.
    other_words: Option<String>,
}

async fn respond(
    state: &PortalState,
    entry: &Token,
    turns: &[Turn],
    error: Option<&str>,
    typed: &str,
) -> Response {
    let said = Said {
        error,
        typed,
        other_words: None,
    };
    respond_with(state, entry, turns, said).await
}

async fn respond_with(
    state: &PortalState,
    entry: &Token,
    turns: &[Turn],
    mut said: Said<'_>,
) -> Response {
    let published = match state.public.published.current(&state.platform).await {
        Ok(published) => published,
        Err(error) => return failed(state, &error),
    };
    let overview = match state.public.overview.current(&state.platform).await {
        Ok(overview) => overview,
        Err(error) => return failed(state, &error),
    };
    let today = state.platform.today();
    let (found, _) = replay(&published, turns, today);
    let last = found.len().saturating_sub(1);
    let shown: Vec<_> = found
        .iter()
        .zip(turns)
        .enumerate()
        .map(|(at, (found, turn))| ChatTurn {
            question: turn.q.clone(),
            masked: turn.m,
            // Only of the last answer it is asked whether it helped.
            answer: self::shown(found, &overview, today, turn.h, at == last),
            other_words: said.other_words.take_if(|_| at == last),
        })
        .collect();
    let page = ChatPage {
        frame: state
            .portal_frame()
            .of(Section::Contact)
            .below("/contact", "お問い合わせ"),
        csrf: csrf::token(entry),
        state: sealed(turns),
        turns: shown,
        error: said.error.map(str::to_owned),
        question: said.typed.to_owned(),
        suggestions: if turns.is_empty() {
            IDEAS.map(str::to_owned).to_vec()
        } else {
            Vec::new()
        },
        form: true,
        rephrases: state.public.rephraser.is_some(),
    };
    let status = if said.error.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    bound(state, entry, status, &page)
}

fn shown(
    found: &Answer<'_>,
    overview: &Overview,
    today: Date,
    helped: Option<bool>,
    last: bool,
) -> ChatAnswer {
    match found {
        Answer::Found {
            passage, related, ..
        } => ChatAnswer::Found {
            title: passage.title.clone(),
            text: without_dead_links(&html(&passage.text)),
            source: link(passage, today),
            related: related.iter().map(|it| link(it, today)).collect(),
            id: passage.id.clone(),
            helped: match helped {
                Some(true) => Helped::Yes,
                Some(false) => Helped::No,
                None if last => Helped::Asked,
                None => Helped::NotSaid,
            },
        },
        Answer::Candidates(near) => {
            ChatAnswer::Candidates(near.iter().map(|it| link(it, today)).collect())
        }
        Answer::NotFound => ChatAnswer::NotFound,
        Answer::Place { places, .. } => match places[..] {
            [place] => about(place, overview),
            _ => ChatAnswer::Places(places.iter().map(|it| place_link(it)).collect()),
        },
    }
}

fn link(passage: &Passage, today: Date) -> Link {
    if is_question(passage, today) {
        Link::new(format!("/faq/{}", passage.id), passage.title.clone())
    } else {
        Link::new(passage.link.clone(), passage.title.clone())
    }
}

fn place_link(place: &Place) -> Link {
    Link::new(
        format!("/readiness/{}", place.code),
        format!("{} {}", place.prefecture, place.name),
    )
}

/// A municipality's state in one sentence, from what it declared.
fn about(place: &Place, overview: &Overview) -> ChatAnswer {
    let code = place.code.parse().ok();
    let standing = code.and_then(|code| overview.find(&code));
    let text = match standing.filter(|it| it.declared_at.is_some()) {
        None => format!(
            "{}（{}）の対応状況は公表されていません。{}の介護保険の窓口にお問い合わせください。",
            place.name, place.prefecture, place.name
        ),
        Some(standing) => {
            let steps = standing.steps(PlatformFunction::Certificates);
            let stage = steps.stage(overview.on).label();
            let sharing = match words::sharing(steps).as_str() {
                "—" => "情報共有の開始の時期は、登録されていません。".to_owned(),
                time => format!("情報共有の開始は、{time}です。"),
            };
            format!(
                "{}（{}）は、証の情報について「{stage}」です。{sharing}",
                place.name, place.prefecture
            )
        }
    };
    ChatAnswer::Place {
        text,
        source: Link::new(
            format!("/readiness/{}", place.code),
            format!("{}の対応状況", place.name),
        ),
    }
}

fn sealed(turns: &[Turn]) -> String {
    let text = serde_json::to_vec(turns).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(text)
}

/// The questions so far as the beginning of an inquiry.
pub(super) fn conversation(state: &str) -> String {
    let asked: Vec<_> = opened(state).into_iter().map(|turn| turn.q).collect();
    if asked.is_empty() {
        return String::new();
    }
    format!("（チャットでの質問）\n{}\n\n", asked.join("\n"))
}

/// What came back; anything else than turns is none.
fn opened(state: &str) -> Vec<Turn> {
    let bytes = URL_SAFE_NO_PAD.decode(state).unwrap_or_default();
    let mut turns: Vec<Turn> = serde_json::from_slice(&bytes).unwrap_or_default();
    turns.retain(|turn| !turn.q.is_empty() && turn.q.chars().count() <= 2 * LONGEST);
    let surplus = turns.len().saturating_sub(TURNS);
    turns.drain(..surplus);
    turns
}
