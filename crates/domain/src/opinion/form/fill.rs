use super::{EMPHASIS, OpinionForm};
use crate::{
    PartialDate, Wareki,
    opinion::{Opinion, Value},
};

impl OpinionForm {
    /// The form in which an opinion is typed, so that reading it on the same edition gives the opinion again.
    pub fn filled(opinion: &Opinion) -> Self {
        let mut form = Self::default();
        for (item, value) in opinion.values() {
            let texts = match &value {
                Value::Text(text) => vec![text.as_str().to_owned()],
                Value::Date(day) => {
                    vec![Wareki::try_from(*day).map_or_else(|_| day.to_string(), Wareki::long)]
                }
                Value::Partial(PartialDate::Unknown) => vec![PartialDate::Unknown.long()],
                Value::Partial(day) => vec![day.long()],
                Value::Whole(number) => vec![number.to_string()],
                Value::Decimal(number) => vec![number.to_string()],
                Value::Check => vec!["1".to_owned()],
                Value::One(_) | Value::Many(_) | Value::Emphasis(_) => {
                    value.codes().iter().map(u8::to_string).collect()
                }
            };
            for text in &texts {
                form.add(item.code(), text);
            }
            if let Value::Emphasis(marks) = &value {
                let name = format!("{item}{EMPHASIS}");
                for (code, _) in marks.iter().filter(|it| *it.1) {
                    form.add(&name, &code.to_string());
                }
            }
        }
        form
    }
}
