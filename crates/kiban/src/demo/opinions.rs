//! Requests for opinions in every state, as the invented municipality, clinic and hospital would have made them (D-1, D-2).

use super::people::{self, Sample};
use anyhow::{Context as _, Result};
use kiban_access::Caller;
use kiban_audit::{Actor, Door};
use kiban_domain::{
    Date, InsuredNumber, PrivateText,
    opinion::{EditionCode, Opinion, OpinionForm, Setting, Text, carried_to},
    opinion_case::{DeclineReason, OpinionRequest, OpinionRoute, RequestKey, Writing},
};
use kiban_exchange::opinion::{editions, read_json};
use kiban_services::{
    CallContext, Platform,
    opinions::{self, CaseId, DraftContent, NewOpinion, Receipt, Taken},
};
use kiban_store::repo::opinions::CasePerson;

/// An invented opinion without what is about somebody.
const SAMPLE: &[u8] = include_bytes!("opinion.json");

/// Where a request is left.
#[derive(Debug, Clone, Copy)]
enum Left {
    Asked,
    Sent,
    Begun,
    Returned,
    Received,
    Declined,
}

/// In the order of what is worth seeing where the city is small.
const STATES: [Left; 6] = [
    Left::Asked,
    Left::Sent,
    Left::Begun,
    Left::Returned,
    Left::Received,
    Left::Declined,
];

/// Asks for an opinion for each state: for half of those for whom one is wanted, and for sample persons where these are too few. An earlier start has done so.
pub(crate) async fn play(platform: &Platform, samples: &[Sample]) -> Result<()> {
    let town = context(Caller::Insurer(people::INSURER.parse()?), people::INSURER);
    let before = opinions::asked(platform, &town, &[], None).await?;
    if !before.cases.is_empty() {
        return Ok(());
    }
    let waiting = opinions::unasked(platform, &town).await?;
    let half = waiting.len() / 2;
    let today = platform.today();
    let applied_on = today.checked_sub(jiff::Span::new().days(12))?;
    let wanted = waiting.iter().take(half);
    let wanted = wanted.map(|it| (it.insured_no, it.applied_on, it.branch));
    let others = samples.iter().rev();
    let others = others.map(|it| (it.person.insured_no, applied_on, 1));
    for (number, (about, left)) in wanted.chain(others).zip(STATES).enumerate() {
        let id = ask(platform, &town, about, number + 1).await?;
        let done = play_one(platform, &town, id, left).await;
        done.with_context(|| format!("検証環境の意見書の依頼を用意できません（{left:?}）"))?;
    }
    Ok(())
}

fn context(caller: Caller, organisation: &str) -> CallContext {
    CallContext {
        caller,
        actor: Actor::new(Door::System, organisation),
        request_id: "demo".to_owned(),
    }
}

async fn ask(
    platform: &Platform,
    town: &CallContext,
    (insured_no, applied_on, branch): (InsuredNumber, Date, u16),
    number: usize,
) -> Result<CaseId> {
    let insurer_no = people::INSURER.parse()?;
    let today = platform.today();
    let days_ago = today.checked_sub(jiff::Span::new().days(9))?;
    let key = RequestKey {
        insurer_no,
        insured_no,
        applied_on,
        branch,
        request_no: format!("R-{number:04}").parse()?,
    };
    let request = OpinionRequest {
        institution: people::CLINIC.parse()?,
        doctor_no: "7".to_owned(),
        doctor_name: PrivateText::new("見本 医師".to_owned()),
        requested_on: days_ago.max(applied_on).min(today),
        due_on: None,
        setting: Some(Setting::Home),
        writing: Some(Writing::Again),
    };
    let taken = opinions::take_requests(platform, town, vec![(key, request)]).await?;
    match taken.into_iter().next() {
        Some(Ok(Taken::New(id))) => Ok((insurer_no, id)),
        _ => anyhow::bail!("検証環境の意見書を依頼できません"),
    }
}

async fn play_one(platform: &Platform, town: &CallContext, id: CaseId, left: Left) -> Result<()> {
    let caller = Caller::Medical {
        office_no: people::CLINIC.parse()?,
        gives_care: false,
    };
    let clinic = context(caller, people::CLINIC);
    match left {
        Left::Asked => {}
        Left::Begun => {
            let view = opinions::open_case(platform, &clinic, id).await?;
            let mut document = written(view.case.row.person.as_ref(), platform.today())?;
            document.remarks = Text::default();
            document.condition.short_term_memory = None;
            let content = DraftContent {
                edition: document.edition,
                form: OpinionForm::filled(&document),
            };
            opinions::save_draft(platform, &clinic, id, 0, &content).await?;
        }
        Left::Declined => {
            let note = "昨年の4月から受診がありません。";
            opinions::decline(platform, &clinic, id, DeclineReason::LongAgo, note).await?;
        }
        Left::Sent => {
            send(platform, &clinic, id).await?;
        }
        Left::Returned => {
            let receipt = send(platform, &clinic, id).await?;
            let reason = "「認知症高齢者の日常生活自立度」と特記すべき事項の内容が合いません。確認してください。";
            opinions::return_with_reason(platform, town, &receipt.receipt_no, reason).await?;
        }
        Left::Received => {
            let receipt = send(platform, &clinic, id).await?;
            opinions::acknowledge(platform, town, &receipt.receipt_no).await?;
        }
    }
    Ok(())
}

async fn send(platform: &Platform, clinic: &CallContext, id: CaseId) -> Result<Receipt> {
    let view = opinions::open_case(platform, clinic, id).await?;
    let document = written(view.case.row.person.as_ref(), platform.today())?;
    let new = NewOpinion::Document {
        document: Box::new(document),
        route: OpinionRoute::Api,
        pdf: None,
        send_key: None,
    };
    Ok(opinions::send(platform, clinic, id, new).await?.receipt)
}

/// The invented opinion about somebody, on the edition of the day.
fn written(person: Option<&CasePerson>, today: Date) -> Result<Opinion> {
    let sample =
        read_json(SAMPLE, editions()).map_err(|error| anyhow::anyhow!("{}", error.code()))?;
    let (from, to) = (editions().find(sample.edition), editions().for_new(today));
    let (from, to) = (from.context("様式")?, to.context("様式")?);
    let (mut opinion, _) = carried_to(&sample, from, to);
    let code: EditionCode = to.code();
    opinion.edition = code;
    opinion.header.entry_date = Some(today);
    opinion.header.last_exam_date = today.checked_sub(jiff::Span::new().days(3)).ok();
    if let Some(person) = person {
        opinion.header.applicant_name = Text::new(&person.name)?;
        opinion.header.applicant_kana = Text::new(&person.name_kana)?;
        opinion.header.birth_date = Some(person.birth_date);
        opinion.header.sex = Some(person.sex);
        let age = today
            .since((jiff::Unit::Year, person.birth_date))?
            .get_years();
        opinion.header.age = u16::try_from(age).ok();
    }
    Ok(opinion)
}
