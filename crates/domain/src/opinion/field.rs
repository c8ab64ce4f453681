//! The fields of sections, seen as values.

use super::{Choice, Kind, Tenths, Text, Value, WrongValue};
use crate::{Date, Era, InsurerNumber, MedicalInstitutionCode, PartialDate};
use std::collections::{BTreeMap, BTreeSet};

/// A field of a section, seen as a [`Value`].
pub(super) trait Field {
    fn kind(&self) -> Kind;
    fn get(&self) -> Option<Value>;
    fn put(&mut self, value: &Value) -> Result<(), WrongValue>;
    fn clear(&mut self);
    /// Whether the type has this choice.
    fn has_choice(&self, _code: u8) -> bool {
        false
    }
}

impl Field for Text {
    fn kind(&self) -> Kind {
        Kind::Text
    }

    fn get(&self) -> Option<Value> {
        (!self.is_empty()).then(|| Value::Text(self.clone()))
    }

    fn put(&mut self, value: &Value) -> Result<(), WrongValue> {
        let Value::Text(text) = value else {
            return Err(WrongValue::Kind);
        };
        *self = text.clone();
        Ok(())
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

macro_rules! optional_field {
    ($type:ty, $kind:ident, |$get:ident| $make:expr, |$put:ident| $take:expr) => {
        impl Field for Option<$type> {
            fn kind(&self) -> Kind {
                Kind::$kind
            }

            fn get(&self) -> Option<Value> {
                self.map(|$get| $make)
            }

            fn put(&mut self, $put: &Value) -> Result<(), WrongValue> {
                *self = Some($take);
                Ok(())
            }

            fn clear(&mut self) {
                *self = None;
            }
        }
    };
}

/// Whether the day can be written in an era and read again.
fn has_era(day: Date) -> bool {
    day.year() <= 2999 && Era::of(day).is_some()
}

fn is_partly_known(day: PartialDate) -> bool {
    day == PartialDate::Unknown || day.latest().is_some_and(has_era)
}

/// The text of an identifier, which never has a control character.
fn number(text: &str) -> Value {
    Value::Text(Text::new(text).unwrap_or_default())
}

optional_field!(Date, Date, |it| Value::Date(it), |it| match it {
    Value::Date(day) if has_era(*day) => *day,
    Value::Date(_) => return Err(WrongValue::DayOutOfRange),
    _ => return Err(WrongValue::Kind),
});
optional_field!(
    PartialDate,
    PartialDate,
    |it| Value::Partial(it),
    |it| match it {
        Value::Partial(day) if is_partly_known(*day) => *day,
        Value::Partial(_) => return Err(WrongValue::DayOutOfRange),
        _ => return Err(WrongValue::Kind),
    }
);
optional_field!(u16, Whole, |it| Value::Whole(it), |it| match it {
    Value::Whole(number) if *number <= 999 => *number,
    Value::Whole(_) => return Err(WrongValue::TooLarge),
    _ => return Err(WrongValue::Kind),
});
optional_field!(Tenths, Decimal, |it| Value::Decimal(it), |it| match it {
    Value::Decimal(number) => *number,
    _ => return Err(WrongValue::Kind),
});
optional_field!(
    InsurerNumber,
    Text,
    |it| number(it.as_str()),
    |it| match it {
        Value::Text(text) => text
            .as_str()
            .parse()
            .map_err(|_| WrongValue::InsurerNumber)?,
        _ => return Err(WrongValue::Kind),
    }
);
optional_field!(
    MedicalInstitutionCode,
    Text,
    |it| number(it.as_str()),
    |it| match it {
        Value::Text(text) => text
            .as_str()
            .parse()
            .map_err(|_| WrongValue::InstitutionCode)?,
        _ => return Err(WrongValue::Kind),
    }
);

impl<C: Choice> Field for Option<C> {
    fn kind(&self) -> Kind {
        Kind::One
    }

    fn get(&self) -> Option<Value> {
        self.map(|it| Value::One(it.code()))
    }

    fn put(&mut self, value: &Value) -> Result<(), WrongValue> {
        let Value::One(code) = value else {
            return Err(WrongValue::Kind);
        };
        *self = Some(C::of(*code).ok_or(WrongValue::Choice(*code))?);
        Ok(())
    }

    fn clear(&mut self) {
        *self = None;
    }

    fn has_choice(&self, code: u8) -> bool {
        C::of(code).is_some()
    }
}

impl<C: Choice> Field for BTreeSet<C> {
    fn kind(&self) -> Kind {
        Kind::Many
    }

    fn get(&self) -> Option<Value> {
        let codes = self.iter().map(|it| it.code()).collect();
        (!self.is_empty()).then_some(Value::Many(codes))
    }

    fn put(&mut self, value: &Value) -> Result<(), WrongValue> {
        let Value::Many(codes) = value else {
            return Err(WrongValue::Kind);
        };
        let choices = codes
            .iter()
            .map(|code| C::of(*code).ok_or(WrongValue::Choice(*code)));
        *self = choices.collect::<Result<_, _>>()?;
        Ok(())
    }

    fn clear(&mut self) {
        Self::clear(self);
    }

    fn has_choice(&self, code: u8) -> bool {
        C::of(code).is_some()
    }
}

impl<C: Choice> Field for BTreeMap<C, bool> {
    fn kind(&self) -> Kind {
        Kind::Emphasis
    }

    fn get(&self) -> Option<Value> {
        let marks = self.iter().map(|(it, strong)| (it.code(), *strong));
        (!self.is_empty()).then(|| Value::Emphasis(marks.collect()))
    }

    fn put(&mut self, value: &Value) -> Result<(), WrongValue> {
        let Value::Emphasis(marks) = value else {
            return Err(WrongValue::Kind);
        };
        let choices = marks.iter().map(|(code, strong)| {
            let choice = C::of(*code).ok_or(WrongValue::Choice(*code))?;
            Ok((choice, *strong))
        });
        *self = choices.collect::<Result<_, WrongValue>>()?;
        Ok(())
    }

    fn clear(&mut self) {
        Self::clear(self);
    }

    fn has_choice(&self, code: u8) -> bool {
        C::of(code).is_some()
    }
}

impl Field for bool {
    fn kind(&self) -> Kind {
        Kind::Check
    }

    fn get(&self) -> Option<Value> {
        self.then_some(Value::Check)
    }

    fn put(&mut self, value: &Value) -> Result<(), WrongValue> {
        if *value != Value::Check {
            return Err(WrongValue::Kind);
        }
        *self = true;
        Ok(())
    }

    fn clear(&mut self) {
        *self = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_refuses_values_of_another_kind_and_stays_as_it_is() {
        let mut age = Some(80_u16);
        for wrong in [Value::Check, Value::One(1), Value::Whole(1_000)] {
            assert!(age.put(&wrong).is_err());
        }
        assert_eq!(age, Some(80));
        let mut number: Option<InsurerNumber> = None;
        let wrong = Value::Text(Text::new("12345").unwrap());
        assert_eq!(number.put(&wrong), Err(WrongValue::InsurerNumber));
        let mut side: BTreeSet<crate::opinion::Side> = BTreeSet::new();
        let wrong = Value::Many([1, 3].into());
        assert_eq!(side.put(&wrong), Err(WrongValue::Choice(3)));
        assert!(side.is_empty());
        assert_eq!(format!("{wrong:?}"), "Value(…)");
    }
}
