//! 助成額の試算 (P07): what is typed stands in the address and nowhere else.

use super::{current, worked};
use crate::{
    PortalState,
    public::{answer, failed, half_width, words},
};
use axum::{
    extract::{Query, State},
    response::Response,
};
use http::StatusCode;
use kiban_domain::{
    Benefit, CostKind, CostLine, FieldFault, InvalidYen, Opening, Scheme, ServiceKind,
    SubsidyFault, Tax, read_date, read_yen,
};
use kiban_portal_ui::{
    CareQuestions, Choice, ChoiceField, CostFields, EstimatePage, FunctionTab, KindBox, Link,
    OpinionQuestions, Section, TextField,
};
use kiban_web_kit::Fields;

/// So many costs of a programme can be worked out at once.
const LINES: usize = 10;
/// Most beds of an institution.
const BEDS: u32 = 9_999;
const WHO: [(&str, &str); 3] = [
    ("care", "介護事業所等"),
    ("medical", "主治医意見書作成医療機関"),
    ("both", "両方・分からない"),
];
/// Worked examples: name and the rest of the address.
const EXAMPLES: [(&str, &str); 4] = [
    (
        "訪問介護の事業所が、カードリーダー3台を24,000円で買い、接続の支援に40,001円かかったとき",
        "who=care&k11=1&n=2&c1_kind=reader&c1_quantity=3&c1_amount=24000&c1_tax=included&c2_kind=connection&c2_amount=40001&c2_tax=included&go=work",
    ),
    (
        "通所介護と居宅介護支援の事業所が、カードリーダー4台を40,000円で買い、接続の支援に60,000円かかったとき",
        "who=care&k15=1&k43=1&n=2&c1_kind=reader&c1_quantity=4&c1_amount=40000&c1_tax=included&c2_kind=connection&c2_amount=60000&c2_tax=included&go=work",
    ),
    (
        "200床の病院で、送信機能の追加に1,100,002円かかったとき",
        "who=medical&institution=hospital&beds=200&m=1&o1_amount=1100002&o1_tax=included&go=work",
    ),
    (
        "診療所で、送信機能の追加に税抜300,000円かかったとき",
        "who=medical&institution=clinic&beds=0&m=1&o1_amount=300000&o1_tax=excluded&go=work",
    ),
];

/// GET `/subsidy/estimate`.
pub(in crate::public) async fn show(
    State(state): State<PortalState>,
    Query(fields): Query<Vec<(String, String)>>,
) -> Response {
    let standing = match current(&state).await {
        Ok(standing) => standing,
        Err(error) => return failed(&state, &error),
    };
    let Some(standing) = &*standing else {
        return super::guide::none(&state);
    };
    let fields = Fields::of(fields);
    let mut page = asked(&state, &standing.scheme, &fields);
    if fields.get("go") == "work" {
        work(&mut page, &standing.scheme);
        let open = standing.scheme.applications().at(state.platform.now()) != Opening::After;
        for (result, word) in page.results.iter_mut().filter(|_| open).map(|it| {
            let care = it.id == "result-care";
            let word = if care { "care" } else { "medical" };
            (it, word)
        }) {
            let address = format!("/apply/subsidy/{word}{}", carried(&fields));
            result.begin = Some(Link::new(address, "この内容で申請を始める"));
        }
    }
    let status = if page.errors().is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    answer(status, "no-store", &page)
}

/// What was typed, for the address at which an application is begun.
fn carried(fields: &Fields) -> String {
    let pairs: Vec<_> = fields
        .fields()
        .iter()
        .filter(|(name, _)| !matches!(&**name, "go" | "who" | "n" | "m"))
        .map(|(name, value)| (&**name, value.trim()))
        .collect();
    words::query(&pairs, "")
}

/// The page with what was typed.
fn asked(state: &PortalState, scheme: &Scheme, fields: &Fields) -> EstimatePage {
    let who = fields.get("who");
    let who = WHO.iter().find(|it| it.0 == who).map_or("care", |it| it.0);
    let tab = |(code, label): &(&str, &str)| FunctionTab {
        label: (*label).to_owned(),
        href: format!("/subsidy/estimate?who={code}"),
        current: *code == who,
    };
    let care = (who != "medical").then(|| {
        let count = count(fields, "n", 2, "care");
        let lines = 1..=count;
        CareQuestions {
            groups: groups(scheme, fields),
            kinds_error: None,
            lines: lines.map(|at| cost(fields, "c", at, true)).collect(),
            more: count < LINES,
        }
    });
    let opinion = (who != "care").then(|| {
        let count = count(fields, "m", 1, "opinion");
        let lines = 1..=count;
        let institutions = [("hospital", "病院"), ("clinic", "診療所")];
        OpinionQuestions {
            institution: choices(&institutions, fields.get("institution")),
            beds: TextField::of(fields.get("beds")),
            lines: lines.map(|at| cost(fields, "o", at, false)).collect(),
            more: count < LINES,
        }
    });
    let example =
        |(label, rest): &(&str, &str)| Link::new(format!("/subsidy/estimate?{rest}"), *label);
    EstimatePage {
        frame: state
            .portal_frame()
            .of(Section::Apply)
            .below("/subsidy", "助成金のご案内"),
        scheme: scheme.title().to_owned(),
        tabs: WHO.iter().map(tab).collect(),
        who: who.to_owned(),
        care,
        opinion,
        results: Vec::new(),
        examples: EXAMPLES.iter().map(example).collect(),
        source: scheme.source().to_owned(),
    }
}

/// How many costs the page shows.
fn count(fields: &Fields, name: &str, first: usize, adds: &str) -> usize {
    let count = fields.get(name).parse().unwrap_or(first);
    let more = usize::from(fields.get("go") == adds);
    count.clamp(1, LINES).saturating_add(more).min(LINES)
}

fn choices(all: &[(&str, &str)], chosen: &str) -> ChoiceField {
    let choice = |(value, label): &(&str, &str)| Choice {
        chosen: *value == chosen,
        ..Choice::new(*value, *label, "")
    };
    ChoiceField::of(all.iter().map(choice).collect())
}

fn cost(fields: &Fields, letter: &str, at: usize, with_kind: bool) -> CostFields {
    let prefix = format!("{letter}{at}");
    let get = |name: &str| fields.get(&format!("{prefix}_{name}")).to_owned();
    let kinds = [CostKind::Reader, CostKind::Connection].map(|it| (it.code(), it.label()));
    let taxes = [Tax::Included, Tax::Excluded].map(|it| (it.code(), it.label()));
    let or = |typed: String, otherwise: &str| {
        if typed.is_empty() {
            otherwise.to_owned()
        } else {
            typed
        }
    };
    let usual = if at == 2 { "connection" } else { "reader" };
    CostFields {
        label: format!("経費{at}"),
        kind: with_kind.then(|| {
            (
                choices(&kinds, &or(get("kind"), usual)),
                TextField::of(get("quantity")),
            )
        }),
        amount: TextField::of(get("amount")),
        tax: choices(&taxes, &or(get("tax"), "included")),
        on: TextField::of(get("on")),
        prefix,
    }
}

/// The services that bring a category, by the groups in which people know them. Source: service-kinds, section 4.
fn groups(scheme: &Scheme, fields: &Fields) -> Vec<(String, Vec<KindBox>)> {
    const GROUPS: [&str; 5] = [
        "居宅サービス",
        "地域密着型サービス",
        "施設サービス",
        "支援",
        "総合事業",
    ];
    let mut groups: Vec<_> = GROUPS.map(|it| (it.to_owned(), Vec::new())).into();
    for it in &scheme.care().kinds {
        let name = format!("k{}", it.kind.as_str());
        let category = scheme.category_of(it.kind);
        let category = category.map_or("", |it| it.label.as_str());
        let inferred = if worked::is_inferred(scheme, it.kind) {
            "（推定）"
        } else {
            ""
        };
        groups[group_of(it.kind)].1.push(KindBox {
            label: it.kind.label().to_owned(),
            note: format!("{category}{inferred}"),
            chosen: fields.get(&name) == "1",
            name,
        });
    }
    groups.retain(|(_, kinds)| !kinds.is_empty());
    groups
}

fn group_of(kind: ServiceKind) -> usize {
    match kind.as_str() {
        "28" | "32" | "36" | "37" | "38" | "39" | "54" | "68" | "69" | "71" | "72" | "73"
        | "74" | "75" | "76" | "77" | "78" | "79" => 1,
        "51" | "52" | "53" | "55" => 2,
        "43" | "46" | "AF" => 3,
        _ if kind
            .known()
            .is_some_and(|it| it.benefit == Benefit::Project) =>
        {
            4
        }
        _ => 0,
    }
}

/// Works out what was typed, or says beside the fields what is wrong.
fn work(page: &mut EstimatePage, scheme: &Scheme) {
    let mut results = Vec::new();
    if let Some(care) = &mut page.care {
        let chosen = care.groups.iter().flat_map(|it| &it.1);
        let chosen = chosen.filter(|it| it.chosen);
        let kinds: Vec<ServiceKind> = chosen.filter_map(|it| it.name[1..].parse().ok()).collect();
        if kinds.is_empty() {
            care.kinds_error = Some(message("kinds", SubsidyFault::NotChosen));
        }
        let (numbers, costs) = read_all(&mut care.lines);
        let worked = scheme.work_out_care(&kinds, &costs);
        results.push(worked::care(scheme, (&numbers, &costs), &worked));
    }
    if let Some(opinion) = &mut page.opinion {
        let beds = beds(opinion);
        let (numbers, costs) = read_all(&mut opinion.lines);
        let worked = beds.and_then(|beds| scheme.work_out_opinion(beds, &costs));
        results.extend(worked.map(|it| worked::opinion(scheme, (&numbers, &costs), &it)));
    }
    if page.errors().is_empty() {
        page.results = results;
    }
}

fn message(field: &str, fault: SubsidyFault) -> String {
    let field = field.to_owned();
    FieldFault { field, fault }.message()
}

/// The beds, if they fit the institution.
fn beds(questions: &mut OpinionQuestions) -> Option<u32> {
    let chosen = questions.institution.choices.iter().find(|it| it.chosen);
    let hospital = chosen.map(|it| it.value == "hospital");
    if hospital.is_none() {
        let error = message("institution", SubsidyFault::NotChosen);
        questions.institution.error = Some(error);
    }
    let beds = whole(&questions.beds.value).filter(|it| *it <= BEDS);
    let fault = match beds {
        None if questions.beds.value.is_empty() => SubsidyFault::Missing,
        None => SubsidyFault::Beds,
        Some(beds) if hospital.is_some_and(|it| it != (beds >= 20)) => {
            SubsidyFault::BedsOfInstitution
        }
        Some(beds) => return Some(beds),
    };
    questions.beds.error = Some(message("beds", fault));
    None
}

/// A whole number however it was typed.
fn whole(text: &str) -> Option<u32> {
    let text = half_width(text);
    let bare = text.trim_end_matches(['台', '床', '個']).trim();
    let digits = (1..=4).contains(&bare.len()) && bare.bytes().all(|it| it.is_ascii_digit());
    digits.then(|| bare.parse().ok())?
}

/// The costs with the numbers of their lines; lines in which nothing was typed are left out, but one there must be.
fn read_all(lines: &mut [CostFields]) -> (Vec<u32>, Vec<CostLine>) {
    let mut read = (Vec::new(), Vec::new());
    let mut empty = true;
    for (number, line) in (1..).zip(lines.iter_mut()) {
        let quantity = line.kind.as_ref().map_or("", |it| &it.1.value);
        if line.amount.value.is_empty() && line.on.value.is_empty() && quantity.is_empty() {
            continue;
        }
        empty = false;
        if let Some(cost) = read_line(number, line) {
            read.0.push(number);
            read.1.push(cost);
        }
    }
    if empty && let Some(first) = lines.first_mut() {
        first.amount.error = Some(message("line.1.amount", SubsidyFault::NoLine));
    }
    read
}

fn read_line(number: u32, line: &mut CostFields) -> Option<CostLine> {
    let say = |field: &str, fault| Some(message(&format!("line.{number}.{field}"), fault));
    let chosen = |field: &ChoiceField| {
        let chosen = field.choices.iter().find(|it| it.chosen);
        chosen.map(|it| it.value.clone()).unwrap_or_default()
    };
    let (kind, quantity) = match &mut line.kind {
        None => (Some(CostKind::Sending), Some(1)),
        Some((kind, quantity)) => {
            let read: Option<CostKind> = chosen(kind).parse().ok();
            if read.is_none() {
                kind.error = say("kind", SubsidyFault::Unknown);
            }
            let most = CostLine::MOST_READERS;
            let count = whole(&quantity.value).filter(|it| (1..=most).contains(it));
            let is_reader = read == Some(CostKind::Reader);
            if is_reader && quantity.value.is_empty() {
                quantity.error = say("quantity", SubsidyFault::Missing);
            } else if is_reader && count.is_none() {
                quantity.error = say("quantity", SubsidyFault::Quantity { most });
            }
            (read, if is_reader { count } else { Some(1) })
        }
    };
    let amount = match read_yen(&line.amount.value) {
        Ok(amount) if amount.get() > CostLine::MOST_YEN => Err(SubsidyFault::TooMuch),
        Ok(amount) if amount.get() == 0 => Err(SubsidyFault::TooLittle),
        Ok(amount) => Ok(amount),
        Err(InvalidYen::Empty) => Err(SubsidyFault::Missing),
        Err(InvalidYen::Negative) => Err(SubsidyFault::TooLittle),
        Err(InvalidYen::Fraction | InvalidYen::NotANumber) => Err(SubsidyFault::Amount),
    };
    let amount = match amount {
        Ok(amount) => Some(amount),
        Err(fault) => {
            line.amount.error = say("amount", fault);
            None
        }
    };
    let tax: Option<Tax> = chosen(&line.tax).parse().ok();
    if tax.is_none() {
        line.tax.error = say("tax", SubsidyFault::Unknown);
    }
    let on = if line.on.value.is_empty() {
        Some(None)
    } else {
        match read_date(&line.on.value) {
            Ok(read) => Some(Some(read.date)),
            Err(why) => {
                line.on.error = say("on", SubsidyFault::Day(why.message()));
                None
            }
        }
    };
    Some(CostLine {
        kind: kind?,
        quantity: quantity?,
        amount: amount?,
        tax: tax?,
        on: on?,
    })
}
