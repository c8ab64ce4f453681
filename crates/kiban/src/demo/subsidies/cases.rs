//! The invented applications: one of each state that pages show.

use super::{
    Year,
    offices::{CLINIC, HOME, HOSPITAL, NIIGATA, NORTH, Office, STATION, WEST},
};
use kiban_domain::Programme;

/// An application and how far it goes.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) office: Office,
    pub(super) year: Year,
    pub(super) programme: Programme,
    /// So many days before the year's day it was begun.
    pub(super) begun: i64,
    /// Services, or class, beds and system of an institution.
    pub(super) about: &'static [(&'static str, &'static str)],
    pub(super) costs: &'static [Cost],
    pub(super) way: Way,
}

/// A cost as it was typed.
#[derive(Debug)]
pub(super) struct Cost {
    pub(super) kind: &'static str,
    /// So many days before the application was begun.
    pub(super) days: i64,
    pub(super) maker: &'static str,
    pub(super) model: &'static str,
    pub(super) serials: &'static str,
    pub(super) quantity: &'static str,
    pub(super) invoice: &'static str,
    pub(super) amount: &'static str,
    pub(super) tax: &'static str,
}

/// How far an application goes.
#[derive(Debug)]
pub(super) enum Way {
    /// It is being written.
    Draft,
    /// It waits for a reviewer.
    Submitted,
    /// It went back, with what is wrong with single fields.
    Returned {
        note: &'static str,
        remarks: &'static [(&'static str, &'static str)],
    },
    /// One has checked it; it waits for another one.
    Checked,
    /// It is refused, for this reason.
    Refused { reason: &'static str },
    /// It is granted and can be paid.
    Granted,
    /// It is paid.
    Paid,
}

const READER: Cost = Cost {
    kind: "reader",
    days: 20,
    maker: "見本電器",
    model: "MR-1",
    serials: "",
    quantity: "1",
    invoice: "",
    amount: "",
    tax: "included",
};

const SUPPORT: Cost = Cost {
    kind: "connection",
    days: 12,
    maker: "見本サポート",
    model: "端末と電子証明書の設定",
    serials: "",
    quantity: "",
    invoice: "",
    amount: "",
    tax: "excluded",
};

/// In this order, because a run of payments takes whatever is granted by then.
pub(super) const ALL: &[Case] = &[
    Case {
        office: STATION,
        year: Year::Before,
        programme: Programme::Care,
        begun: 25,
        about: &[("kinds", "11 15 43")],
        costs: &[
            Cost {
                serials: "MR1-0101、MR1-0102",
                quantity: "2",
                invoice: "D-2001",
                amount: "16,000",
                ..READER
            },
            Cost {
                invoice: "S-301",
                amount: "40,000",
                ..SUPPORT
            },
        ],
        way: Way::Paid,
    },
    Case {
        office: NIIGATA,
        year: Year::Present,
        programme: Programme::Care,
        begun: 28,
        about: &[("kinds", "43")],
        costs: &[
            Cost {
                serials: "MR1-0111",
                invoice: "D-2011",
                amount: "8,000",
                ..READER
            },
            Cost {
                invoice: "S-311",
                amount: "30,000",
                ..SUPPORT
            },
        ],
        way: Way::Paid,
    },
    Case {
        office: CLINIC,
        year: Year::Present,
        programme: Programme::Opinion,
        begun: 18,
        about: &[
            ("institution", "clinic"),
            ("beds", "0"),
            ("vendor", "見本カルテ"),
            ("product", "みほんカルテ 5"),
        ],
        costs: &[Cost {
            kind: "sending",
            maker: "見本カルテ",
            model: "主治医意見書の送信機能",
            invoice: "K-77",
            amount: "300,000",
            ..SUPPORT
        }],
        way: Way::Granted,
    },
    Case {
        office: WEST,
        year: Year::Present,
        programme: Programme::Care,
        begun: 20,
        about: &[("kinds", "17 41")],
        costs: &[Cost {
            model: "ノートパソコンの購入",
            invoice: "S-321",
            amount: "98,000",
            tax: "included",
            ..SUPPORT
        }],
        way: Way::Refused {
            reason: "パソコンの購入費は、助成の対象になりません。",
        },
    },
    Case {
        office: HOSPITAL,
        year: Year::Present,
        programme: Programme::Opinion,
        begun: 12,
        about: &[
            ("institution", "hospital"),
            ("beds", "220"),
            ("vendor", "見本カルテ"),
            ("product", "みほんカルテ 病院版"),
        ],
        costs: &[Cost {
            kind: "sending",
            maker: "見本カルテ",
            model: "主治医意見書の送信機能と院内の配線",
            invoice: "K-81",
            amount: "1,100,002",
            tax: "included",
            ..SUPPORT
        }],
        way: Way::Checked,
    },
    Case {
        office: HOME,
        year: Year::Present,
        programme: Programme::Care,
        begun: 10,
        about: &[("kinds", "21 51")],
        costs: &[
            Cost {
                serials: "MR1-0121、MR1-0122、MR1-0123",
                quantity: "3",
                invoice: "D-2021",
                amount: "24,000",
                ..READER
            },
            Cost {
                invoice: "S-331",
                amount: "60,000",
                ..SUPPORT
            },
        ],
        way: Way::Returned {
            note: "直していただきたいところが2か所あります。修正して、もう一度提出してください。",
            remarks: &[
                (
                    "line.1.serials",
                    "領収書の製造番号は MR1-0131 から MR1-0133 です。本体のラベルを確認してください。",
                ),
                (
                    "account.holder",
                    "通帳のカナ表記のとおりに入力してください。",
                ),
            ],
        },
    },
    Case {
        office: NORTH,
        year: Year::Present,
        programme: Programme::Care,
        begun: 6,
        about: &[("kinds", "43 46")],
        costs: &[
            Cost {
                serials: "MR1-0141、MR1-0142",
                quantity: "2",
                invoice: "D-2041",
                amount: "16,000",
                ..READER
            },
            // The number of another office's invoice: the reviewer is shown both.
            Cost {
                invoice: "S-311",
                amount: "30,000",
                ..SUPPORT
            },
        ],
        way: Way::Submitted,
    },
    Case {
        office: HOSPITAL,
        year: Year::Present,
        programme: Programme::Care,
        begun: 3,
        about: &[("kinds", "13 14")],
        costs: &[Cost {
            serials: "MR1-0151",
            amount: "8,000",
            ..READER
        }],
        way: Way::Draft,
    },
];
