//! Where in a register which item stands.

use kiban_domain::normalize;

use super::Unreadable;

/// A column of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// Office number or ten-digit medical institution code.
    Number,
    /// Name.
    Name,
    /// Reading of the name.
    Kana,
    /// Postal code.
    PostalCode,
    /// Address.
    Address,
    /// Telephone.
    Phone,
    /// Service kinds.
    ServiceKinds,
    /// Beds or places.
    Beds,
    /// Number of the company.
    CorporateNumber,
    /// Open or closed.
    State,
    /// First day.
    OpenedOn,
    /// Last day.
    ClosedOn,
}

impl Column {
    /// Every column, in the usual order.
    pub const ALL: [Self; 12] = [
        Self::Number,
        Self::Name,
        Self::Kana,
        Self::PostalCode,
        Self::Address,
        Self::Phone,
        Self::ServiceKinds,
        Self::Beds,
        Self::CorporateNumber,
        Self::State,
        Self::OpenedOn,
        Self::ClosedOn,
    ];

    /// The name in the header line and in findings.
    pub fn label(self) -> &'static str {
        self.names()[0]
    }

    /// The names under which the column is found.
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Number => &["事業所番号", "医療機関コード", "事業所番号・医療機関コード"],
            Self::Name => &["名称", "事業所名", "事業所の名称", "医療機関名"],
            Self::Kana => &["名称カナ", "事業所名カナ", "フリガナ"],
            Self::PostalCode => &["郵便番号"],
            Self::Address => &["所在地", "住所"],
            Self::Phone => &["電話番号", "電話"],
            Self::ServiceKinds => &["サービス種類", "サービス種類コード"],
            Self::Beds => &["定員・病床数", "病床数", "定員"],
            Self::CorporateNumber => &["法人番号"],
            Self::State => &["状態", "開設状況"],
            Self::OpenedOn => &["開始日", "指定年月日", "開設日"],
            Self::ClosedOn => &["廃止日", "廃止年月日"],
        }
    }
}

/// Which column stands where, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns([usize; Column::ALL.len()]);

impl Columns {
    /// Reads the header line. A column that is left out would empty what is known, so each of them must be there.
    pub(super) fn of(cells: &[&str]) -> Result<Self, Unreadable> {
        let mut places = [0; Column::ALL.len()];
        for (place, column) in places.iter_mut().zip(Column::ALL) {
            let named = |cell: &&str| {
                let cell = normalize(cell);
                column.names().iter().any(|name| normalize(name) == cell)
            };
            *place = cells
                .iter()
                .position(named)
                .ok_or(Unreadable::NoColumn(column))?;
        }
        Ok(Self(places))
    }

    /// The cell of a column without white space around it; empty when the row is too short.
    pub(super) fn cell<'a>(&self, column: Column, cells: &[&'a str]) -> &'a str {
        let at = Column::ALL.iter().position(|it| *it == column);
        let cell = at.and_then(|at| cells.get(self.0[at])).copied();
        let cell = cell.unwrap_or_default().trim();
        // An apostrophe keeps a spreadsheet from taking a number for one.
        cell.strip_prefix(['\'', '’']).unwrap_or(cell)
    }
}
