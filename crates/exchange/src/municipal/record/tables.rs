//! The code tables of the domain as the layouts use them.

use kiban_domain::{self as domain, opinion_case::Writing};

use crate::municipal::layout::{Canonical, CodeTable};

macro_rules! closed {
    ($($static:ident = $type:ident;)+) => { $(
        pub(super) static $static: CodeTable = CodeTable {
            canonical: |text| {
                domain::$type::ALL
                    .iter()
                    .find(|it| it.code() == text)
                    .map_or(Canonical::Unknown, |it| Canonical::Known(it.code()))
            },
            entries: || domain::$type::ALL.iter().map(|it| (it.code(), it.label())).collect(),
        };
    )+ };
}

macro_rules! open {
    ($($static:ident = $type:ident;)+) => { $(
        pub(super) static $static: CodeTable = CodeTable {
            canonical: |text| match domain::$type::KNOWN.iter().find(|it| it.code() == text) {
                Some(it) => Canonical::Known(it.code()),
                None if text.parse::<domain::$type>().is_ok() => Canonical::Kept,
                None => Canonical::Unknown,
            },
            entries: || domain::$type::KNOWN.iter().map(|it| (it.code(), it.label())).collect(),
        };
    )+ };
}

closed! {
    CARE_LEVEL = CareLevel;
    RESTRICTION_KIND = RestrictionKind;
    COST_SHARE_RATIO = CostShareRatio;
    BURDEN_STAGE = BurdenStage;
    ROOM_TYPE = RoomType;
    REDUCTION_KIND = ReductionKind;
    WITHDRAWAL_KIND = WithdrawalKind;
    RESET_REASON = ModificationResetReason;
    ASSISTIVE_ITEM = AssistiveItem;
    CONSENT_SCOPE = ConsentScope;
    CONSENT_TAKER = ConsentTaker;
}

open! {
    INSURED_CATEGORY = InsuredCategory;
    APPLICATION_KIND = ApplicationKind;
    APPLICATION_PROXY = ApplicationProxy;
}

pub(super) static WRITING: CodeTable = CodeTable {
    canonical: |text| {
        text.parse::<Writing>()
            .map_or(Canonical::Unknown, |it| Canonical::Known(it.code()))
    },
    entries: || {
        Writing::ALL
            .iter()
            .map(|it| (it.code(), it.label()))
            .collect()
    },
};

/// 種別 of an opinion: a choice of the form, whose words are its editions'.
pub(super) static SETTING: CodeTable = CodeTable {
    canonical: |text| {
        let known = ["1", "2"].into_iter().find(|it| *it == text);
        known.map_or(Canonical::Unknown, Canonical::Known)
    },
    entries: || vec![("1", "在宅"), ("2", "施設")],
};

pub(super) static SEX: CodeTable = CodeTable {
    canonical: |text| {
        text.parse::<domain::Sex>()
            .map_or(Canonical::Unknown, |it| Canonical::Known(it.code()))
    },
    entries: || {
        [domain::Sex::Male, domain::Sex::Female]
            .map(|it| (it.code(), it.label()))
            .to_vec()
    },
};
