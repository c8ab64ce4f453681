use super::{EMPHASIS, FormFault, InvalidFormField as Fault, OpinionForm};
use crate::{
    DateHint,
    opinion::{Edition, FormItem, ItemId, Kind, Opinion, Text, Value, WrongValue, plain},
    read_date, read_partial_date,
};
use std::collections::{BTreeMap, BTreeSet};

/// What a form says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormReading {
    /// Everything that could be read; what could not is unset.
    pub opinion: Opinion,
    /// The fields that could not, in the order of paper.
    pub faults: Vec<FormFault>,
    /// Days written in an era they do not belong to: they were read, the writer is told.
    pub hints: Vec<(ItemId, DateHint)>,
}

impl OpinionForm {
    /// Reads what was typed, on this edition. Digits may be full width, days may be in eras; texts stay to the letter.
    pub fn read(&self, edition: &Edition) -> FormReading {
        let mut reading = FormReading {
            opinion: Opinion::blank(edition.code()),
            faults: Vec::new(),
            hints: Vec::new(),
        };
        for item in edition.items() {
            let value = self.value(item, &mut reading.hints);
            let put = value.and_then(|it| match it {
                Some(it) => reading.opinion.put(item.id, &it).map_err(of_wrong),
                None => Ok(()),
            });
            if let Err(fault) = put {
                reading.faults.push(FormFault {
                    item: item.id,
                    fault,
                    reason: fault.reason(item.name()),
                });
            }
        }
        for item in ItemId::ALL {
            if edition.item(*item).is_none() && !self.all(item.code()).is_empty() {
                let fault = Fault::NotInEdition;
                reading.faults.push(FormFault {
                    item: *item,
                    fault,
                    reason: fault.reason(item.code()),
                });
            }
        }
        reading
    }

    fn value(
        &self,
        item: &FormItem,
        hints: &mut Vec<(ItemId, DateHint)>,
    ) -> Result<Option<Value>, Fault> {
        let values = self.all(item.id.code());
        let blank = |it: &String| it.trim().is_empty();
        if !item.kind.has_choices() && values.len() > 1 {
            return Err(Fault::Several);
        }
        let text = self.get(item.id.code());
        if values.iter().all(blank) && !matches!(item.kind, Kind::Text | Kind::Lines) {
            return self.emphasised(item, &BTreeSet::new()).map(|_| None);
        }
        let value = match item.kind {
            Kind::Text | Kind::Lines => {
                let text = Text::new(text).map_err(Fault::Text)?;
                return Ok((!text.is_empty()).then_some(Value::Text(text)));
            }
            Kind::Date => {
                let read = read_date(text).map_err(Fault::Day)?;
                hints.extend(read.hint.map(|it| (item.id, it)));
                Value::Date(read.date)
            }
            Kind::PartialDate => Value::Partial(read_partial_date(text).map_err(Fault::Day)?),
            Kind::Whole => Value::Whole(whole(text).ok_or(Fault::Whole)?),
            Kind::Decimal => Value::Decimal(text.parse().map_err(|_| Fault::Decimal)?),
            Kind::One => match *codes(item, values)?.iter().collect::<Vec<_>>() {
                [code] => Value::One(*code),
                _ => return Err(Fault::Several),
            },
            Kind::Many => Value::Many(codes(item, values)?),
            Kind::Emphasis => Value::Emphasis(self.emphasised(item, &codes(item, values)?)?),
            Kind::Check if text == "1" => Value::Check,
            Kind::Check => return Err(Fault::Choice),
        };
        Ok(Some(value))
    }

    /// The chosen ones with whether each is underlined.
    fn emphasised(
        &self,
        item: &FormItem,
        chosen: &BTreeSet<u8>,
    ) -> Result<BTreeMap<u8, bool>, Fault> {
        if item.kind != Kind::Emphasis {
            return Ok(BTreeMap::new());
        }
        let strong = codes(item, self.all(&format!("{}{EMPHASIS}", item.id)))?;
        if !strong.is_subset(chosen) {
            return Err(Fault::EmphasisAlone);
        }
        let marks = chosen.iter().map(|code| (*code, strong.contains(code)));
        Ok(marks.collect())
    }
}

/// A whole number with what people write behind it.
fn whole(text: &str) -> Option<u16> {
    let normal = plain(text);
    let digits = normal.trim_end_matches(['歳', '才']);
    let fits = (1..=3).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
    digits.parse().ok().filter(|_| fits)
}

fn codes(item: &FormItem, values: &[String]) -> Result<BTreeSet<u8>, Fault> {
    let codes = values.iter().map(|it| {
        let plain = (1..=3).contains(&it.len()) && it.bytes().all(|byte| byte.is_ascii_digit());
        let code = it.parse().ok().filter(|_| plain && !it.starts_with('0'));
        code.filter(|it| item.choice(*it).is_some())
            .ok_or(Fault::Choice)
    });
    codes.collect()
}

fn of_wrong(wrong: WrongValue) -> Fault {
    match wrong {
        WrongValue::Kind | WrongValue::Choice(_) => Fault::Choice,
        WrongValue::DayOutOfRange => Fault::Day(crate::InvalidDate::YearOutOfRange),
        WrongValue::TooLarge => Fault::Whole,
        WrongValue::InsurerNumber => Fault::InsurerNumber,
        WrongValue::InstitutionCode => Fault::InstitutionCode,
        WrongValue::Text(reason) => Fault::Text(reason),
    }
}
