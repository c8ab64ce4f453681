use kiban_domain::{
    PartialDate,
    opinion::{Opinion, Value},
};
use serde_json::{Map, Value as Json, json};

/// The one JSON of an opinion: the bytes that are stored, hashed and compared (D-4).
///
/// UTF-8 without white space: an object with `edition` first, then every item that is set by its name, in the order of
/// [`ItemId::ALL`](kiban_domain::opinion::ItemId::ALL). The same content always gives the same bytes, and different content different ones. Days are
/// `2026-04-01`, days known in part `2008`, `2008-05` or `unknown`, choices their codes, in ascending order in lists; a number with a decimal has
/// always one; a box is `true` or not there.
pub fn canonical_json(opinion: &Opinion) -> Vec<u8> {
    let mut object = Map::new();
    object.insert("edition".to_owned(), json!(opinion.edition.to_string()));
    for (item, value) in opinion.values() {
        object.insert(item.code().to_owned(), of_value(&value));
    }
    serde_json::to_vec(&Json::Object(object)).expect("names are texts and numbers finite")
}

fn of_value(value: &Value) -> Json {
    match value {
        Value::Text(text) => json!(text.as_str()),
        Value::Date(day) => json!(day.to_string()),
        Value::Partial(day) => json!(match day {
            PartialDate::Unknown => "unknown".to_owned(),
            PartialDate::Year(year) => format!("{year:04}"),
            PartialDate::Month(year, month) => format!("{year:04}-{month:02}"),
            PartialDate::Day(day) => day.to_string(),
        }),
        Value::Whole(number) => json!(number),
        Value::Decimal(number) => json!(f64::from(number.tenths()) / 10.0),
        Value::One(code) => json!(code),
        Value::Many(codes) => json!(codes),
        Value::Emphasis(marks) => {
            let marks = marks.iter().map(|(code, strong)| {
                if *strong {
                    json!({ "choice": code, "emphasised": true })
                } else {
                    json!({ "choice": code })
                }
            });
            marks.collect()
        }
        Value::Check => json!(true),
    }
}
