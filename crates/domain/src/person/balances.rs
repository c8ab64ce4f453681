use jiff::civil::Date;

use crate::{AssistiveItem, FiscalYear, ModificationResetReason, PrivateText, Yen};

/// The limit of home modification for one person in one dwelling. Source: certificates, section 7.
pub const HOME_MODIFICATION_LIMIT: Yen = Yen::new(200_000);
/// The limit of assistive purchases in one fiscal year. Source: certificates, section 7.
pub const ASSISTIVE_PURCHASE_LIMIT: Yen = Yen::new(100_000);

/// One home modification that was paid for (住宅改修費). Source: certificates, section 7.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeModification {
    /// 着工日.
    pub started_on: Option<Date>,
    /// 完成日.
    pub completed_on: Date,
    /// 住宅所在地.
    pub dwelling: Option<PrivateText>,
    /// 支給対象額, what counts against the limit.
    pub eligible: Yen,
    /// 支給額.
    pub paid: Yen,
    /// 累計, as the insurer states it.
    pub cumulative: Option<Yen>,
    /// 残額, as the insurer states it.
    pub remaining: Yen,
    /// Why a full limit was given again with this one.
    pub reset_reason: ModificationResetReason,
}

/// One purchase of an assistive device that was paid for (福祉用具購入費). Source: certificates, section 7.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssistivePurchase {
    /// 購入日.
    pub purchased_on: Date,
    /// 種目.
    pub item: AssistiveItem,
    /// 商品名.
    pub product_name: Option<String>,
    /// TAIS code, five digits, a hyphen and six digits.
    pub tais_code: Option<String>,
    /// 支給対象額, what counts against the limit.
    pub eligible: Yen,
    /// 支給額.
    pub paid: Yen,
    /// 年度残額, as the insurer states it.
    pub remaining: Yen,
}

/// What is left of the limit after these modifications, given in the order of their completion.
///
/// A modification with a reset begins a new limit. The benefit is 90, 80 or 70 % of what is left.
pub fn home_modification_remaining(modifications: &[HomeModification]) -> Yen {
    let since_reset = modifications
        .iter()
        .rposition(|it| it.reset_reason != ModificationResetReason::None)
        .unwrap_or(0);
    modifications[since_reset..]
        .iter()
        .fold(HOME_MODIFICATION_LIMIT, |left, it| {
            left.saturating_sub(it.eligible)
        })
}

/// What is left of the limit of one fiscal year after these purchases; those of other years do not count.
pub fn purchase_remaining(purchases: &[AssistivePurchase], year: FiscalYear) -> Yen {
    purchases
        .iter()
        .filter(|it| year.contains(it.purchased_on))
        .fold(ASSISTIVE_PURCHASE_LIMIT, |left, it| {
            left.saturating_sub(it.eligible)
        })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn modification(eligible: u64, reset_reason: ModificationResetReason) -> HomeModification {
        HomeModification {
            started_on: None,
            completed_on: date(2026, 4, 1),
            dwelling: None,
            eligible: Yen::new(eligible),
            paid: Yen::new(eligible / 10 * 9),
            cumulative: None,
            remaining: Yen::new(0),
            reset_reason,
        }
    }

    #[test]
    fn a_reset_gives_the_full_limit_again() {
        assert_eq!(home_modification_remaining(&[]), HOME_MODIFICATION_LIMIT);
        let first = modification(150_000, ModificationResetReason::None);
        assert_eq!(
            home_modification_remaining(std::slice::from_ref(&first)),
            Yen::new(50_000)
        );
        let moved = modification(30_000, ModificationResetReason::Moved);
        assert_eq!(
            home_modification_remaining(&[first, moved]),
            Yen::new(170_000)
        );
    }

    #[test]
    fn purchases_count_in_their_fiscal_year() {
        let purchase = |day| AssistivePurchase {
            purchased_on: day,
            item: AssistiveItem::Toilet,
            product_name: None,
            tais_code: None,
            eligible: Yen::new(40_000),
            paid: Yen::new(36_000),
            remaining: Yen::new(60_000),
        };
        let both = [purchase(date(2026, 3, 31)), purchase(date(2026, 4, 1))];
        assert_eq!(
            purchase_remaining(&both, FiscalYear::of(date(2026, 4, 1))),
            Yen::new(60_000)
        );
        assert_eq!(
            purchase_remaining(&both, FiscalYear::of(date(2027, 4, 1))),
            ASSISTIVE_PURCHASE_LIMIT
        );
    }
}
