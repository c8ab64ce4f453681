use super::{
    SubsidyForm,
    fault::{Fault, FieldFault},
    fields::{Declaration, LineField},
    yen::{InvalidYen, read_yen},
};
use crate::{
    AccountKind, BankAccount, CostKind, CostLine, Date, InvalidHolder, Programme, Scheme,
    ServiceKind, Tax, read_date,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
};

/// The longest name of a maker, model, vendor or bank, in characters.
const NAME: usize = 100;
/// The longest number of an invoice or reader, in characters.
const NUMBER: usize = 40;

/// What reading a form wants to know beside the form.
#[derive(Clone, Debug)]
pub struct FormFacts<'a> {
    /// The rules.
    pub scheme: &'a Scheme,
    /// The programme.
    pub programme: Programme,
    /// The present day in Japan.
    pub today: Date,
    /// The lines that have a file; nothing: files are not asked about yet.
    pub with_files: Option<BTreeSet<u32>>,
}

/// A cost line, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledLine {
    /// Its number.
    pub number: u32,
    /// What counts.
    pub cost: CostLine,
    /// Who made or did it.
    pub maker: String,
    /// What it is.
    pub model: String,
    /// The numbers of the readers, one each; empty for other costs.
    pub serials: Vec<String>,
    /// The number of the invoice or receipt.
    pub invoice: String,
}

/// The account with the names that people read. No `Debug` of values.
#[derive(Clone, PartialEq, Eq)]
pub struct FilledAccount {
    /// What the bank wants.
    pub account: BankAccount,
    /// The name of the bank.
    pub bank_name: String,
    /// The name of the branch.
    pub branch_name: String,
}

impl std::fmt::Debug for FilledAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FilledAccount(…)")
    }
}

/// An application without a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledSubsidy {
    /// Care offices: the services.
    pub kinds: Vec<ServiceKind>,
    /// Institutions: the beds; 0 for others.
    pub beds: u32,
    /// The costs, by number.
    pub lines: Vec<FilledLine>,
    /// The account.
    pub account: FilledAccount,
}

impl FilledSubsidy {
    /// What counts of the lines, in their order.
    pub fn costs(&self) -> Vec<CostLine> {
        self.lines.iter().map(|it| it.cost).collect()
    }
}

impl SubsidyForm {
    /// Reads everything that is needed to submit.
    ///
    /// # Errors
    ///
    /// Every fault, in the order of the form.
    pub fn read(&self, facts: &FormFacts<'_>) -> Result<FilledSubsidy, Vec<FieldFault>> {
        let mut reader = Reader {
            form: self,
            faults: Vec::new(),
        };
        let (kinds, beds) = match facts.programme {
            Programme::Care => (reader.kinds(facts.scheme), Some(0)),
            Programme::Opinion => (Some(Vec::new()), reader.institution()),
        };
        let lines = reader.lines(facts);
        let account = reader.account();
        for it in Declaration::ALL {
            let name = format!("declare.{}", it.code());
            if self.get(&name) != "1" {
                reader.fault(&name, Fault::NotDeclared);
            }
        }
        match (kinds, beds, account) {
            (Some(kinds), Some(beds), Some(account)) if reader.faults.is_empty() => {
                Ok(FilledSubsidy {
                    kinds,
                    beds,
                    lines,
                    account,
                })
            }
            _ => Err(reader.faults),
        }
    }

    /// The costs that can be worked out already, with the numbers of their lines: for the estimate beside a draft.
    pub fn costs_so_far(&self, programme: Programme) -> Vec<(u32, CostLine)> {
        let cost = |number: u32| {
            let at = |field: LineField| self.get(&name_of(number, field));
            let kind = match programme {
                Programme::Care => at(LineField::Kind).parse().ok()?,
                Programme::Opinion => CostKind::Sending,
            };
            let quantity = match kind {
                CostKind::Reader => whole(at(LineField::Quantity))?,
                CostKind::Connection | CostKind::Sending => 1,
            };
            let cost = CostLine {
                kind,
                quantity,
                amount: read_yen(at(LineField::Amount)).ok()?,
                tax: at(LineField::Tax).parse().ok()?,
                on: read_date(at(LineField::On)).ok().map(|it| it.date),
            };
            cost.check().ok().map(|()| (number, cost))
        };
        self.line_numbers().into_iter().filter_map(cost).collect()
    }

    /// The services as far as they can be read.
    pub fn kinds_so_far(&self) -> Vec<ServiceKind> {
        let codes = self.get("kinds").split_whitespace();
        codes.filter_map(|it| it.parse().ok()).collect()
    }

    /// The beds as far as they can be read.
    pub fn beds_so_far(&self) -> Option<u32> {
        whole(self.get("beds"))
    }
}

fn name_of(number: u32, field: LineField) -> String {
    format!("line.{number}.{}", field.code())
}

/// A maker's number in half width and capital letters. Its hyphens are its own: MR1-1 is not MR11.
fn half_width(text: &str) -> String {
    let half = |it: char| match it {
        '！'..='～' => char::from_u32(u32::from(it) - 0xFEE0).unwrap_or(it),
        '‐' | '‑' | '–' | '−' => '-',
        it => it,
    };
    text.chars()
        .map(half)
        .collect::<String>()
        .to_ascii_uppercase()
}

/// A whole number of at most four digits, however it was typed.
fn whole(text: &str) -> Option<u32> {
    let number = crate::read_count(text, &['台', '床', '個']).filter(|it| *it <= 9_999);
    number.and_then(|it| u32::try_from(it).ok())
}

struct Reader<'a> {
    form: &'a SubsidyForm,
    faults: Vec<FieldFault>,
}

impl Reader<'_> {
    fn fault(&mut self, field: &str, fault: Fault) {
        self.faults.push(FieldFault {
            field: field.to_owned(),
            fault,
        });
    }

    /// A text of at most `most` characters that must be there, or may be missing.
    fn text(&mut self, field: &str, most: usize, needed: bool) -> String {
        let text = self.form.get(field).to_owned();
        if text.is_empty() {
            if needed {
                self.fault(field, Fault::Missing);
            }
        } else if text
            .chars()
            .any(|it| it.is_control() && it != '\n' && it != '\r')
        {
            self.fault(field, Fault::ControlCharacter);
        } else if text.chars().count() > most {
            self.fault(field, Fault::TooLong(most));
        }
        text
    }

    fn choice<T: FromStr>(&mut self, field: &str) -> Option<T> {
        let text = self.form.get(field);
        let choice = text.parse().ok();
        if text.is_empty() {
            self.fault(field, Fault::NotChosen);
        } else if choice.is_none() {
            self.fault(field, Fault::Unknown);
        }
        choice
    }

    fn kinds(&mut self, scheme: &Scheme) -> Option<Vec<ServiceKind>> {
        let text = self.form.get("kinds");
        if text.is_empty() {
            self.fault("kinds", Fault::NotChosen);
            return None;
        }
        let mut kinds: Vec<ServiceKind> = Vec::new();
        for code in text.split_whitespace() {
            let Ok(kind) = code.parse() else {
                self.fault("kinds", Fault::Unknown);
                return None;
            };
            kinds.push(kind);
        }
        kinds.sort_unstable();
        kinds.dedup();
        if scheme.categories_of(&kinds).0.is_empty() {
            self.fault("kinds", Fault::NoCategory);
            return None;
        }
        Some(kinds)
    }

    fn institution(&mut self) -> Option<u32> {
        let institution = self.form.get("institution");
        let is_hospital = match institution {
            "hospital" => Some(true),
            "clinic" => Some(false),
            "" => {
                self.fault("institution", Fault::NotChosen);
                None
            }
            _ => {
                self.fault("institution", Fault::Unknown);
                None
            }
        };
        let text = self.form.get("beds");
        let beds = match whole(text) {
            Some(beds) if is_hospital.is_some_and(|it| it != (beds >= 20)) => {
                self.fault("beds", Fault::BedsOfInstitution);
                None
            }
            Some(beds) => Some(beds),
            None if text.is_empty() => {
                self.fault("beds", Fault::Missing);
                None
            }
            None => {
                self.fault("beds", Fault::Beds);
                None
            }
        };
        self.text("vendor", NAME, true);
        self.text("product", NAME, true);
        is_hospital.and(beds)
    }

    fn lines(&mut self, facts: &FormFacts<'_>) -> Vec<FilledLine> {
        let numbers = self.form.line_numbers();
        if numbers.is_empty() {
            self.fault("line.1.kind", Fault::NoLine);
        }
        if numbers.len() > CostLine::MOST_LINES {
            self.fault("line.1.kind", Fault::TooManyLines);
            return Vec::new();
        }
        let mut seen = BTreeMap::new();
        let mut lines = Vec::new();
        for number in numbers {
            if let Some(line) = self.line(number, facts, &mut seen) {
                lines.push(line);
            }
        }
        lines
    }

    fn line(
        &mut self,
        number: u32,
        facts: &FormFacts<'_>,
        seen: &mut BTreeMap<String, u32>,
    ) -> Option<FilledLine> {
        let of = |field| name_of(number, field);
        let kind = match facts.programme {
            Programme::Opinion => Some(CostKind::Sending),
            Programme::Care => self.choice(&of(LineField::Kind)).filter(|it| {
                let fits = *it != CostKind::Sending;
                if !fits {
                    self.fault(&of(LineField::Kind), Fault::Unknown);
                }
                fits
            }),
        };
        let on = self.day(&of(LineField::On), facts);
        let maker = self.text(&of(LineField::Maker), NAME, true);
        let model = self.text(&of(LineField::Model), NAME, true);
        let invoice = self.text(&of(LineField::Invoice), NUMBER, true);
        let is_reader = kind == Some(CostKind::Reader);
        let quantity = if is_reader {
            self.quantity(&of(LineField::Quantity))
        } else {
            Some(1)
        };
        let serials = if is_reader {
            self.serials(&of(LineField::Serials), quantity, number, seen)
        } else {
            Vec::new()
        };
        let amount = self.amount(&of(LineField::Amount));
        let tax: Option<Tax> = self.choice(&of(LineField::Tax));
        let files = facts.with_files.as_ref();
        if files.is_some_and(|it| !it.contains(&number)) {
            self.fault(&of(LineField::Invoice), Fault::NoFile);
        }
        Some(FilledLine {
            number,
            cost: CostLine {
                kind: kind?,
                quantity: quantity?,
                amount: amount?,
                tax: tax?,
                on: Some(on?),
            },
            maker,
            model,
            serials,
            invoice,
        })
    }

    fn day(&mut self, field: &str, facts: &FormFacts<'_>) -> Option<Date> {
        let text = self.form.get(field);
        if text.is_empty() {
            self.fault(field, Fault::Missing);
            return None;
        }
        let day = match read_date(text) {
            Ok(day) => day.date,
            Err(why) => {
                self.fault(field, Fault::Day(why.message()));
                return None;
            }
        };
        let period = facts.scheme.costs();
        if !period.has(day) {
            self.fault(
                field,
                Fault::OutsidePeriod {
                    first: period.first,
                    last: period.last,
                },
            );
        } else if day > facts.today {
            self.fault(field, Fault::Future);
        }
        Some(day)
    }

    fn quantity(&mut self, field: &str) -> Option<u32> {
        let most = CostLine::MOST_READERS;
        let text = self.form.get(field);
        let quantity = whole(text).filter(|it| (1..=most).contains(it));
        if text.is_empty() {
            self.fault(field, Fault::Missing);
        } else if quantity.is_none() {
            self.fault(field, Fault::Quantity { most });
        }
        quantity
    }

    fn serials(
        &mut self,
        field: &str,
        quantity: Option<u32>,
        number: u32,
        seen: &mut BTreeMap<String, u32>,
    ) -> Vec<String> {
        let text = self.form.get(field);
        // Lists are copied from invoices and spreadsheets, where a tab stands between.
        let between = |it: char| it.is_whitespace() || matches!(it, '、' | ',' | '，' | ';');
        let parts = text.split(between);
        let serials: Vec<String> = parts.map(half_width).filter(|it| !it.is_empty()).collect();
        if serials.is_empty() {
            self.fault(field, Fault::Missing);
            return serials;
        }
        if text
            .chars()
            .any(|it| it.is_control() && !it.is_whitespace())
        {
            self.fault(field, Fault::ControlCharacter);
        } else if serials.iter().any(|it| it.chars().count() > NUMBER) {
            self.fault(field, Fault::TooLong(NUMBER));
        }
        let wanted = quantity.unwrap_or(0);
        if wanted > 0 && u32::try_from(serials.len()) != Ok(wanted) {
            self.fault(field, Fault::Serials { wanted });
        }
        for serial in &serials {
            if seen.insert(serial.clone(), number).is_some() {
                self.fault(field, Fault::RepeatedSerial(serial.clone()));
            }
        }
        serials
    }

    fn amount(&mut self, field: &str) -> Option<crate::Yen> {
        let fault = match read_yen(self.form.get(field)) {
            Ok(amount) if amount.get() > CostLine::MOST_YEN => Fault::TooMuch,
            Ok(amount) if amount.get() == 0 => Fault::TooLittle,
            Ok(amount) => return Some(amount),
            Err(InvalidYen::Empty) => Fault::Missing,
            Err(InvalidYen::Negative) => Fault::TooLittle,
            Err(InvalidYen::Fraction | InvalidYen::NotANumber) => Fault::Amount,
        };
        self.fault(field, fault);
        None
    }

    fn digits<T: FromStr>(&mut self, field: &str, fault: Fault) -> Option<T> {
        let text = self.form.get(field);
        let value = text.parse().ok();
        if text.is_empty() {
            self.fault(field, Fault::Missing);
        } else if value.is_none() {
            self.fault(field, fault);
        }
        value
    }

    fn account(&mut self) -> Option<FilledAccount> {
        let bank = self.digits("account.bank", Fault::Digits(4));
        let bank_name = self.text("account.bank_name", NAME, true);
        let branch = self.digits("account.branch", Fault::Digits(3));
        let branch_name = self.text("account.branch_name", NAME, true);
        let kind: Option<AccountKind> = self.choice("account.kind");
        let number = self.digits("account.number", Fault::AccountNumber);
        let fault = match self.form.get("account.holder").parse() {
            Ok(holder) => {
                let account = BankAccount {
                    bank: bank?,
                    branch: branch?,
                    kind: kind?,
                    number: number?,
                    holder,
                };
                return Some(FilledAccount {
                    account,
                    bank_name,
                    branch_name,
                });
            }
            Err(InvalidHolder::Empty) => Fault::Missing,
            Err(InvalidHolder::Character(it)) => Fault::HolderCharacter(it),
            Err(InvalidHolder::TooLong) => Fault::HolderTooLong,
        };
        self.fault("account.holder", fault);
        None
    }
}
