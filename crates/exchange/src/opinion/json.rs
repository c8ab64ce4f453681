//! The JSON of an opinion, strictly: every field known, none twice, nothing deeper or longer than an opinion can be.

use super::{ItemFault, ItemFaultKind as Fault};
use kiban_domain::{
    Date, PartialDate,
    opinion::{
        Edition, EditionCode, Editions, FormItem, ItemId, Kind, Opinion, Tenths, Text, Value,
    },
};
use serde::{
    Deserialize,
    de::{self, MapAccess, Visitor},
};
use serde_json::Value as Json;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// The longest document, in bytes.
pub const MAX_JSON_BYTES: usize = 1 << 20;
/// How deep arrays and objects stand in each other, the document itself counted.
pub const MAX_JSON_DEPTH: usize = 3;

/// Why a document is no opinion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnreadableJson {
    /// More than [`MAX_JSON_BYTES`].
    TooLarge,
    /// Deeper than [`MAX_JSON_DEPTH`].
    TooDeep,
    /// Not UTF-8.
    NotUtf8,
    /// No JSON; the line and column, from 1, where it stops being JSON.
    NotJson {
        /// The line.
        line: usize,
        /// The column, in bytes.
        column: usize,
    },
    /// JSON, but no object.
    NotAnObject,
    /// No `edition`, or it is no text.
    NoEdition,
    /// An edition that nobody knows, as it came if it is four digits.
    UnknownEdition(Option<EditionCode>),
    /// What is wrong with fields and items.
    Faults {
        /// Names of fields that no opinion has, shortened, control characters shown; `edition` when it stands twice.
        unknown: Vec<String>,
        /// Items that cannot be read, in the order of paper.
        items: Vec<ItemFault>,
    },
}

impl UnreadableJson {
    /// A word that stays.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "opinion_too_large",
            Self::TooDeep => "opinion_too_deep",
            Self::NotUtf8 => "opinion_not_utf8",
            Self::NotJson { .. } => "opinion_not_json",
            Self::NotAnObject => "opinion_not_an_object",
            Self::NoEdition => "opinion_no_edition",
            Self::UnknownEdition(_) => "opinion_unknown_edition",
            Self::Faults { unknown, .. } if !unknown.is_empty() => "opinion_unknown_field",
            Self::Faults { .. } => "opinion_items",
        }
    }

    /// Every reason in Japanese, without full stops.
    pub fn reasons(&self) -> Vec<String> {
        let one = match self {
            Self::TooLarge => "意見書のJSONは1MBまでにしてください".to_owned(),
            Self::TooDeep => {
                format!("意見書のJSONの入れ子は{MAX_JSON_DEPTH}段までにしてください")
            }
            Self::NotUtf8 => "意見書のJSONはUTF-8で書いてください".to_owned(),
            Self::NotJson { line, column } => {
                format!("JSONとして読めません（{line}行目の{column}バイト目）")
            }
            Self::NotAnObject => "意見書のJSONは、一つのオブジェクトにしてください".to_owned(),
            Self::NoEdition => {
                "「edition」に、様式の版を文字列で書いてください（例：\"2021\"）".to_owned()
            }
            Self::UnknownEdition(Some(code)) => {
                format!("「edition」の{code}は、知られていない様式の版です")
            }
            Self::UnknownEdition(None) => "「edition」が、知られていない様式の版です".to_owned(),
            Self::Faults { unknown, items } => {
                let unknown = unknown
                    .iter()
                    .map(|it| format!("「{it}」は、意見書にない項目か、二度書かれた項目です"));
                let items = items.iter().map(|it| it.reason.clone());
                return unknown.chain(items).collect();
            }
        };
        vec![one]
    }
}

/// The fields as they stand, a name that stands twice as well.
struct Fields(Vec<(String, Json)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    choice: u8,
    #[serde(default)]
    emphasised: bool,
}

/// Reads the JSON of an opinion, canonical or not: white space and the order of fields do not matter.
///
/// # Errors
///
/// [`UnreadableJson`] with everything that is wrong; nothing is read in part.
pub fn read_json(bytes: &[u8], editions: &Editions) -> Result<Opinion, UnreadableJson> {
    if bytes.len() > MAX_JSON_BYTES {
        return Err(UnreadableJson::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| UnreadableJson::NotUtf8)?;
    if depth(text) > MAX_JSON_DEPTH {
        return Err(UnreadableJson::TooDeep);
    }
    let fields: Fields = serde_json::from_str(text).map_err(|error| {
        if error.is_data() {
            UnreadableJson::NotAnObject
        } else {
            UnreadableJson::NotJson {
                line: error.line(),
                column: error.column(),
            }
        }
    })?;
    let edition = edition(&fields, editions)?;
    let mut opinion = Opinion::blank(edition.code());
    let (mut unknown, mut items) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for (at, (name, json)) in fields.0.iter().enumerate() {
        if name == "edition" {
            if fields.0[..at].iter().any(|it| it.0 == "edition") {
                unknown.push(shortened(name));
            }
            continue;
        }
        let Ok(item) = name.parse::<ItemId>() else {
            unknown.push(shortened(name));
            continue;
        };
        let value = match edition.item(item) {
            _ if !seen.insert(item) => Err(Fault::Twice),
            None => Err(Fault::NotInEdition),
            Some(on_form) => value(on_form, json),
        };
        // An empty text says nothing, as an item that is left out.
        let put = value.and_then(|it| match it {
            Value::Text(text) if text.is_empty() => Ok(()),
            it => opinion.put(item, &it).map_err(Fault::from),
        });
        if let Err(fault) = put {
            items.push(ItemFault::new(edition, item, fault));
        }
    }
    if unknown.is_empty() && items.is_empty() {
        return Ok(opinion);
    }
    items.sort_by_key(|it| edition.place(it.item));
    Err(UnreadableJson::Faults { unknown, items })
}

fn edition<'a>(fields: &Fields, editions: &'a Editions) -> Result<&'a Edition, UnreadableJson> {
    let named = fields.0.iter().find(|it| it.0 == "edition");
    let Some((_, Json::String(named))) = named else {
        return Err(UnreadableJson::NoEdition);
    };
    let code: Option<EditionCode> = named.parse().ok();
    code.and_then(|code| editions.find(code))
        .ok_or(UnreadableJson::UnknownEdition(code))
}

/// How deep brackets stand in each other outside of texts.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn shortened(name: &str) -> String {
    let shown = name
        .chars()
        .take(40)
        .map(|it| if it.is_control() { '\u{fffd}' } else { it });
    shown.collect()
}

fn value(item: &FormItem, json: &Json) -> Result<Value, Fault> {
    let shape = Fault::Shape(item.kind);
    let whole = |json: &Json| json.as_u64().ok_or(shape);
    let code = |json: &Json| {
        let code = u8::try_from(whole(json)?).map_err(|_| Fault::Choice)?;
        item.choice(code).map(|_| code).ok_or(Fault::Choice)
    };
    let text = json.as_str().ok_or(shape);
    match item.kind {
        Kind::Text | Kind::Lines => {
            let text = Text::new(text?).map_err(Fault::Text)?;
            Ok(Value::Text(text))
        }
        Kind::Date => day(text?).map(Value::Date).ok_or(Fault::Day),
        Kind::PartialDate => partial(text?).map(Value::Partial).ok_or(Fault::Day),
        Kind::Whole => {
            let number = u16::try_from(whole(json)?).map_err(|_| Fault::Number)?;
            Ok(Value::Whole(number))
        }
        Kind::Decimal => {
            let number = json.as_number().ok_or(shape)?.to_string();
            let number: Tenths = number.parse().map_err(|_| Fault::Number)?;
            Ok(Value::Decimal(number))
        }
        Kind::One => code(json).map(Value::One),
        Kind::Many => {
            let mut codes = BTreeSet::new();
            for it in json.as_array().filter(|it| !it.is_empty()).ok_or(shape)? {
                if !codes.insert(code(it)?) {
                    return Err(Fault::ChoiceTwice);
                }
            }
            Ok(Value::Many(codes))
        }
        Kind::Emphasis => {
            let mut marks = BTreeMap::new();
            for it in json.as_array().filter(|it| !it.is_empty()).ok_or(shape)? {
                let mark = Mark::deserialize(it).map_err(|_| shape)?;
                item.choice(mark.choice).ok_or(Fault::Choice)?;
                if marks.insert(mark.choice, mark.emphasised).is_some() {
                    return Err(Fault::ChoiceTwice);
                }
            }
            Ok(Value::Emphasis(marks))
        }
        Kind::Check => (*json == Json::Bool(true))
            .then_some(Value::Check)
            .ok_or(shape),
    }
}

/// `2026-04-01` and nothing else.
fn day(text: &str) -> Option<Date> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    text.parse().ok().filter(|_| shaped)
}

fn partial(text: &str) -> Option<PartialDate> {
    if text == "unknown" {
        return Some(PartialDate::Unknown);
    }
    let digits = |text: &str, length| {
        let plain = text.len() == length && text.bytes().all(|it| it.is_ascii_digit());
        text.parse::<i16>().ok().filter(|_| plain)
    };
    match text.split_once('-') {
        None => PartialDate::year(digits(text, 4)?),
        Some((year, month)) if month.len() == 2 => {
            let month = i8::try_from(digits(month, 2)?).ok()?;
            PartialDate::month(digits(year, 4)?, month)
        }
        Some(_) => day(text).map(PartialDate::Day),
    }
}
