use crate::{Date, Yen, codes::code_table};

code_table! {
    /// What a cost was for. Source: mission, G-2 and G-3.
    CostKind {
        Reader = "reader", "カードリーダー購入経費";
        Connection = "connection", "接続サポート等経費";
        Sending = "sending", "主治医意見書の電子的送信機能の追加経費";
    }
}

code_table! {
    /// Whether an amount has the consumption tax in it.
    Tax {
        Included = "included", "税込";
        Excluded = "excluded", "税抜";
    }
}

/// One cost of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CostLine {
    /// What it was for.
    pub kind: CostKind,
    /// How many: readers, or 1.
    pub quantity: u32,
    /// Of all of them together, in yen.
    pub amount: Yen,
    /// Whether the tax is in it.
    pub tax: Tax,
    /// The day of the purchase or of the work; nothing while it is only planned (a calculation without dates).
    pub on: Option<Date>,
}

impl CostLine {
    /// The largest amount of a line: eight digits, a thousand times the highest ceiling so far.
    pub const MOST_YEN: u64 = 99_999_999;
    /// The largest number of readers of a line.
    pub const MOST_READERS: u32 = 999;
    /// The most lines of an application.
    pub const MOST_LINES: usize = 30;

    /// Checks what no scheme allows.
    ///
    /// # Errors
    ///
    /// See [`InvalidCost`].
    pub fn check(&self) -> Result<(), InvalidCost> {
        if !(1..=Self::MOST_YEN).contains(&self.amount.get()) {
            return Err(InvalidCost::Amount);
        }
        let most = match self.kind {
            CostKind::Reader => Self::MOST_READERS,
            CostKind::Connection | CostKind::Sending => 1,
        };
        if !(1..=most).contains(&self.quantity) {
            return Err(InvalidCost::Quantity);
        }
        Ok(())
    }

    /// The amount with its tax; a fraction of a yen of the tax of a line is dropped, as invoices do it.
    ///
    /// `percent` is the rate of the consumption tax.
    pub fn with_tax(&self, percent: u32) -> Yen {
        match self.tax {
            Tax::Included => self.amount,
            Tax::Excluded => {
                let amount = self.amount.get();
                Yen::new(amount + amount.saturating_mul(u64::from(percent)) / 100)
            }
        }
    }
}

/// Why a cost cannot be worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCost {
    /// It is nothing, or more than [`CostLine::MOST_YEN`].
    #[error("the amount is out of range")]
    Amount,
    /// There is none, or more than can be, or several of what is one.
    #[error("the quantity is out of range")]
    Quantity,
}

/// Why a part of a cost does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// So many readers of the line are more than the categories allow.
    TooManyReaders {
        /// How many do not count.
        over: u32,
    },
    /// It was bought or done before the first day that counts.
    TooEarly {
        /// The first day that counts.
        first: Date,
    },
    /// It was bought or done after the last day that counts.
    TooLate {
        /// The last day that counts.
        last: Date,
    },
    /// The programme does not pay this kind of cost.
    OtherProgramme,
}
