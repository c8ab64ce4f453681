//! The one validator, whichever way an opinion comes. Source: attending-physician-opinion, section 7.

use super::{
    CreationCount, Edition, Finding, FormItem, ItemId, Kind, Level, Opinion, Rule, Text, Value,
};
use crate::Date;
use jiff::ToSpan as _;

/// What the municipality's case says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaseDates {
    /// The day of the application (申請日).
    pub applied_on: Option<Date>,
    /// The day on which the opinion was asked for (作成依頼日).
    pub requested_on: Option<Date>,
}

/// What the validator wants to know beside the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The present day in Japan.
    pub today: Date,
    /// How many opinions of the same institution about this person are known; nothing when nobody has looked.
    pub earlier_opinions: Option<u32>,
    /// The case for which it is written, as far as known.
    pub case: CaseDates,
}

/// Everything to tell about a draft, in the order of paper: what is still missing is a caution, what is contradictory an error.
pub fn for_draft(opinion: &Opinion, edition: &Edition, facts: &Facts) -> Vec<Finding> {
    let mut findings = for_sending(opinion, edition, facts);
    for it in &mut findings {
        if it.rule.is_missing() {
            it.level = Level::Caution;
        }
    }
    findings
}

/// What has to be typed of an opinion that comes as PDF alone: without them nobody could say whose paper it is, on which form it stands and who may read it.
pub const KEY_ITEMS: [ItemId; 5] = [
    ItemId::EntryDate,
    ItemId::ApplicantName,
    ItemId::BirthDate,
    ItemId::Sex,
    ItemId::Consent,
];

/// Everything to tell about the typed items of an opinion that is sent as PDF alone: as for a draft, except that [`KEY_ITEMS`] are there.
pub fn for_pdf_only(opinion: &Opinion, edition: &Edition, facts: &Facts) -> Vec<Finding> {
    let mut findings = for_sending(opinion, edition, facts);
    for it in &mut findings {
        if it.rule.is_missing() && !KEY_ITEMS.contains(&it.item) {
            it.level = Level::Caution;
        }
    }
    findings
}

/// Everything to tell about an opinion that is to be sent, in the order of paper. With an error among it, nothing is sent.
///
/// The edition is that of the opinion.
pub fn for_sending(opinion: &Opinion, edition: &Edition, facts: &Facts) -> Vec<Finding> {
    let mut check = Check {
        opinion,
        edition,
        facts,
        findings: Vec::new(),
    };
    check.items_not_on_the_form();
    for item in edition.items() {
        check.presence(item);
        check.choices(item);
        check.size(item);
        check.day(item);
    }
    check.order_of_days();
    check.person();
    check.case();
    check.days_of_the_edition();
    let mut findings = check.findings;
    findings.sort_by_key(|it| (edition.place(it.item), it.level));
    findings
}

struct Check<'a> {
    opinion: &'a Opinion,
    edition: &'a Edition,
    facts: &'a Facts,
    findings: Vec<Finding>,
}

impl Check<'_> {
    fn found(&mut self, item: ItemId, rule: Rule) {
        self.weighed(item, rule.level(), rule);
    }

    fn weighed(&mut self, item: ItemId, level: Level, rule: Rule) {
        self.findings.push(Finding {
            level,
            reason: rule.reason(self.edition.name(item)),
            rule,
            item,
        });
    }

    fn items_not_on_the_form(&mut self) {
        for (item, _) in self.opinion.values() {
            if self.edition.item(item).is_none() {
                self.found(item, Rule::NotInEdition);
            }
        }
    }

    fn presence(&mut self, item: &FormItem) {
        let value = self.opinion.get(item.id);
        let is_given = value.as_ref().is_some_and(|it| match it {
            Value::Text(text) => !text.is_blank(),
            _ => true,
        });
        let chosen = item.kind.is_chosen();
        if item.required && !is_given {
            self.found(item.id, Rule::Missing { chosen });
        }
        let Some(with) = &item.with else { return };
        let of = || self.in_words(with.item, &with.choices);
        if self.edition.counts(item, self.opinion) {
            if let Some(level) = with.empty
                && !is_given
            {
                let of = of();
                self.weighed(item.id, level, Rule::MissingWith { chosen, of });
            }
        } else if value.is_some() {
            let of = of();
            self.found(item.id, Rule::LeftOver { of });
        }
    }

    /// Words in front of 「とき」: 「他科受診の有無が「有」の」, or 「「麻痺」にチェックがある」.
    fn in_words(&self, item: ItemId, choices: &[u8]) -> String {
        let name = self.edition.name(item);
        if choices.is_empty() {
            return format!("「{name}」にチェックがある");
        }
        let on = self.edition.item(item);
        let labels = choices.iter().filter_map(|code| on?.choice(*code));
        let labels: Vec<String> = labels.map(|it| format!("「{it}」")).collect();
        format!("{name}が{}の", labels.join("か"))
    }

    fn choices(&mut self, item: &FormItem) {
        let Some(value) = self.opinion.get(item.id) else {
            return;
        };
        let codes = value.codes();
        for code in &codes {
            if item.choice(*code).is_none() {
                self.found(item.id, Rule::ChoiceNotInEdition(*code));
            }
        }
        if let Some(alone) = item.exclusive
            && codes.len() > 1
            && codes.contains(&alone)
        {
            let choice = item.choice(alone).unwrap_or_default().to_owned();
            self.found(item.id, Rule::Exclusive { choice });
        }
        if let Some(other) = item.excludes.iter().find(|it| self.opinion.has(**it)) {
            let other = self.edition.name(*other).to_owned();
            self.found(item.id, Rule::Excluded { item: other });
        }
    }

    fn size(&mut self, item: &FormItem) {
        let value = self.opinion.get(item.id);
        if let Some(Value::Decimal(number)) = value
            && let Some((from, to)) = item.range
            && !(from..=to).contains(&number)
        {
            self.found(item.id, Rule::Range { from, to });
        }
        let printed = if item.id == ItemId::Course {
            Text::new(&self.opinion.course_with_medicines()).ok()
        } else {
            match value {
                Some(Value::Text(text)) => Some(text),
                _ => return,
            }
        };
        if item.kind == Kind::Text
            && printed
                .as_ref()
                .is_some_and(|it| it.as_str().contains('\n'))
        {
            self.found(item.id, Rule::LineBreak);
        }
        let (length, lines) = (item.length, item.lines);
        // What is longer than any text can be is longer than its box.
        let fits = printed.is_some_and(|it| {
            length.is_none_or(|most| it.characters() <= most)
                && lines.is_none_or(|most| it.as_str().split('\n').count() <= most)
        });
        if !fits {
            self.found(item.id, Rule::LongerThanBox { length, lines });
        }
    }

    fn day(&mut self, item: &FormItem) {
        let (earliest, latest) = match self.opinion.get(item.id) {
            Some(Value::Date(day)) => (day, day),
            Some(Value::Partial(day)) => match (day.earliest(), day.latest()) {
                (Some(earliest), Some(latest)) => (earliest, latest),
                _ => return,
            },
            _ => return,
        };
        let today = self.facts.today;
        let born = self.opinion.header.birth_date;
        if earliest > today {
            self.found(item.id, Rule::Future);
        } else if born.is_some_and(|born| born <= today && latest < born) {
            self.found(item.id, Rule::BeforeBirth);
        }
    }

    /// 申請日 ≤ 作成依頼日 ≤ 記入日 ≤ 送付日, 申請日 ≤ 記入日, 最終診察日 ≤ 記入日. What the document leaves out, the case tells.
    fn order_of_days(&mut self) {
        let (own, case) = (&self.opinion.administrative, &self.facts.case);
        let applied = own.application_date.or(case.applied_on);
        let requested = own.request_date.or(case.requested_on);
        let (entry, sent) = (self.opinion.header.entry_date, own.sent_date);
        let is_own = own.application_date.is_some() || own.request_date.is_some();
        let pairs = [
            (
                ItemId::ApplicationDate,
                applied,
                ItemId::RequestDate,
                requested.filter(|_| is_own),
            ),
            (ItemId::RequestDate, requested, ItemId::EntryDate, entry),
            (ItemId::EntryDate, entry, ItemId::SentDate, sent),
            (ItemId::ApplicationDate, applied, ItemId::EntryDate, entry),
        ];
        for (first, before, then, after) in pairs {
            if let (Some(day), Some(after)) = (before, after)
                && after < day
            {
                let other = self.edition.name(first).to_owned();
                self.found(then, Rule::Before { other, day });
            }
        }
        if let (Some(exam), Some(day)) = (self.opinion.header.last_exam_date, entry)
            && exam > day
        {
            let other = self.edition.name(ItemId::EntryDate).to_owned();
            self.found(ItemId::LastExamDate, Rule::After { other, day });
        }
    }

    fn person(&mut self) {
        let insured_no = &self.opinion.administrative.insured_no;
        if !insured_no.is_empty() && insured_no.as_str().chars().count() != 10 {
            self.found(ItemId::InsuredNo, Rule::InsuredNumberLength);
        }
        let header = &self.opinion.header;
        let on = header.entry_date.unwrap_or(self.facts.today);
        match header.birth_date.filter(|born| *born <= on) {
            Some(born) => {
                if !has_reached(40, born, on) {
                    self.found(ItemId::BirthDate, Rule::Under40);
                }
                if let Some(age) = header.age
                    && !is_age(age, born, on)
                {
                    self.found(ItemId::Age, Rule::AgeDiffers);
                }
            }
            None if header.birth_date.is_none() && header.age.is_some_and(|it| it < 40) => {
                self.found(ItemId::Age, Rule::Under40);
            }
            None => {}
        }
        match (header.creation_count, self.facts.earlier_opinions) {
            (Some(CreationCount::First), Some(1..)) => {
                self.found(ItemId::CreationCount, Rule::NotTheFirst);
            }
            (Some(CreationCount::Again), Some(0)) => {
                self.found(ItemId::CreationCount, Rule::NoEarlier);
            }
            _ => {}
        }
    }

    fn case(&mut self) {
        let (own, case) = (&self.opinion.administrative, &self.facts.case);
        for (item, written, known) in [
            (
                ItemId::ApplicationDate,
                own.application_date,
                case.applied_on,
            ),
            (ItemId::RequestDate, own.request_date, case.requested_on),
        ] {
            if let (Some(written), Some(day)) = (written, known)
                && written != day
            {
                self.found(item, Rule::CaseDiffers { day });
            }
        }
    }

    fn days_of_the_edition(&mut self) {
        let Some(entry) = self.opinion.header.entry_date else {
            return;
        };
        let days = self.edition.for_new();
        if entry < days.first {
            self.found(ItemId::EntryDate, Rule::EditionNotYet { first: days.first });
        }
        if let Some(last) = days.last.filter(|last| entry > *last) {
            self.found(ItemId::EntryDate, Rule::EditionOver { last });
        }
    }
}

/// A person reaches an age on the day before the birthday. Source: identifiers, section 8.
fn has_reached(age: i16, born: Date, on: Date) -> bool {
    let birthday = born.checked_add(i32::from(age).years());
    birthday
        .and_then(Date::yesterday)
        .is_ok_and(|reached| reached <= on)
}

/// Whether somebody born then has this age on the day, counted by the birthday or, as the law counts, by the day before it.
fn is_age(age: u16, born: Date, on: Date) -> bool {
    let age = i16::try_from(age).unwrap_or(i16::MAX);
    let next = born
        .checked_add(i32::from(age).saturating_add(1).years())
        .unwrap_or(Date::MAX);
    has_reached(age, born, on) && on < next
}
