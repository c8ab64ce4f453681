use crate::Date;
use jiff::ToSpan as _;

/// What holds for due dates from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRule {
    /// The first day of requests for which it holds.
    pub from: Date,
    /// Days after the request by which the opinion is due, where the insurer names no day.
    pub days: u16,
    /// Days before the due date on which the institution is reminded; 0 is the day itself, negative ones lie behind it.
    pub remind: Vec<i16>,
}

/// The rules as data, in the order of their days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueRules(Vec<DueRule>);

/// The data file is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("due dates, line {line}")]
pub struct InvalidDueRules {
    /// Its line, from 1.
    pub line: usize,
}

impl DueRules {
    /// Reads `from,days,remind`, days of reminding separated by blanks; `#` starts a remark. At least one rule.
    ///
    /// # Errors
    ///
    /// [`InvalidDueRules`] names the line.
    pub fn parse(text: &str) -> Result<Self, InvalidDueRules> {
        let mut rules = Vec::new();
        for (at, line) in text.lines().enumerate() {
            if line.starts_with('#') || line.starts_with("from,") || line.trim().is_empty() {
                continue;
            }
            rules.push(rule(line).ok_or(InvalidDueRules { line: at + 1 })?);
        }
        rules.sort_by_key(|it: &DueRule| it.from);
        if rules.is_empty() {
            return Err(InvalidDueRules { line: 1 });
        }
        Ok(Self(rules))
    }

    /// What holds for a request of this day; before the first rule the first one.
    pub fn of(&self, requested_on: Date) -> &DueRule {
        let holding = self.0.iter().rev().find(|it| it.from <= requested_on);
        holding.unwrap_or(&self.0[0])
    }

    /// By when an opinion is due that was asked for on this day; the insurer's own day wins.
    pub fn due_on(&self, requested_on: Date, insurers: Option<Date>) -> Date {
        let days = i32::from(self.of(requested_on).days);
        insurers.unwrap_or_else(|| requested_on.saturating_add(days.days()))
    }

    /// Whether the institution is reminded today of an opinion due then.
    pub fn is_reminder_day(&self, requested_on: Date, due_on: Date, today: Date) -> bool {
        let left = today.until(due_on).map_or(i32::MAX, |it| it.get_days());
        let days = &self.of(requested_on).remind;
        days.iter().any(|it| i32::from(*it) == left)
    }
}

fn rule(line: &str) -> Option<DueRule> {
    let mut cells = line.split(',').map(str::trim);
    let rule = DueRule {
        from: cells.next()?.parse().ok()?,
        days: cells.next()?.parse().ok()?,
        remind: cells
            .next()?
            .split_whitespace()
            .map(|it| it.parse().ok())
            .collect::<Option<_>>()?,
    };
    cells.next().is_none().then_some(rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn d5_the_insurers_day_wins_over_the_rule_of_the_day() {
        let rules =
            DueRules::parse("from,days,remind\n2026-04-01,14,3 0 -1\n2027-04-01,10,1\n").unwrap();
        assert_eq!(rules.due_on(day("2026-11-01"), None), day("2026-11-15"));
        assert_eq!(rules.due_on(day("2027-04-01"), None), day("2027-04-11"));
        assert_eq!(rules.due_on(day("2020-01-01"), None), day("2020-01-15"));
        let own = Some(day("2026-11-20"));
        assert_eq!(rules.due_on(day("2026-11-01"), own), day("2026-11-20"));
        let reminded =
            |today| rules.is_reminder_day(day("2026-11-01"), day("2026-11-15"), day(today));
        assert!(reminded("2026-11-12") && reminded("2026-11-15") && reminded("2026-11-16"));
        assert!(!reminded("2026-11-13") && !reminded("2026-11-17"));
    }

    #[test]
    fn d5_a_line_that_cannot_be_read_is_named() {
        let read = |text| DueRules::parse(text).unwrap_err().line;
        assert_eq!(read("# nothing\n"), 1);
        assert_eq!(read("from,days,remind\n2026-04-01,14\n"), 2);
        assert_eq!(read("2026-04-01,14,x\n"), 1);
        assert_eq!(read("2026-04-01,14,1,2\n"), 1);
    }
}
