//! Invented people, offices and dates that the samples of all pages share.

use crate::{
    Balance, BalanceUse, BurdenLimitCertificate, CareManagementNotice, Certificates, Chip,
    ChipColor, CostShareCertificate, CostShareRow, DailyLimit, DateText, Frame, InsuredCard,
    KindLimit, Link, Member, MenuItem, Period, PersonRow, ReductionCertificate, Restriction,
    Section, SessionEnd, Site, Withheld, WithheldReason,
};

pub(crate) fn frame_outside() -> Frame {
    let footer = vec![Link::new("/licenses", "ライセンス")];
    Frame {
        site: Site::CareWeb,
        sandbox: true,
        member: None,
        current: None,
        banners: Vec::new(),
        footer,
    }
}

pub(crate) fn frame(current: MenuItem) -> Frame {
    let member = Member {
        user_id: "sato-hanako".into(),
        name: "佐藤 花子".into(),
        role: "介護支援専門員".into(),
        organisation: "ケアステーション架空".into(),
        csrf: "sample-token".into(),
        emergency: current == MenuItem::Emergency,
        more_offices: current == MenuItem::Office,
        contractor: current == MenuItem::Terminals,
        medical: (current == MenuItem::Opinions).then_some(crate::MedicalKind::Medical),
        session: SessionEnd {
            until: "10時35分".into(),
            left_seconds: 1800,
            last: false,
        },
    };
    Frame {
        member: Some(member),
        current: Some(current),
        ..frame_outside()
    }
}

/// A day of the years the samples play in, in both calendars.
pub(crate) fn date(year: u16, month: u8, day: u8) -> DateText {
    let wareki = match year {
        2019.. => format!("令和{}年", year - 2018),
        1989.. => format!("平成{}年", year - 1988),
        _ => format!("昭和{}年", year - 1925),
    };
    DateText::new(
        format!("{year}-{month:02}-{day:02}"),
        format!("{wareki}{month}月{day}日"),
        format!("{year}年{month}月{day}日"),
    )
}

pub(crate) fn period(from: (u16, u8, u8), to: (u16, u8, u8)) -> Period {
    Period {
        from: date(from.0, from.1, from.2),
        to: Some(date(to.0, to.1, to.2)),
    }
}

const NAMES: [(&str, &str); 6] = [
    ("架空 太郎", "カクウ タロウ"),
    ("見本 ハナ", "ミホン ハナ"),
    ("例示 次郎", "レイジ ジロウ"),
    ("仮野 フミ", "カリノ フミ"),
    ("試作 キヨ", "シサク キヨ"),
    ("想定 義男", "ソウテイ ヨシオ"),
];

pub(crate) fn person_link(index: usize) -> Link {
    Link::new(
        "/care/persons/999010/0000012345",
        NAMES[index % NAMES.len()].0,
    )
}

pub(crate) fn person_rows(count: usize) -> Vec<PersonRow> {
    let levels = [
        "要介護2",
        "要介護1",
        "要支援2",
        "要介護4",
        "要介護3",
        "要介護5",
    ];
    let row = |index: usize| {
        let (name, kana) = NAMES[index % NAMES.len()];
        let applying = index % 6 == 3;
        PersonRow {
            href: format!("/care/persons/999010/00000{:05}", 12_345 + index),
            name: name.into(),
            kana: kana.into(),
            birth: date(1938, 4, 12),
            masked_no: format!("＊＊＊＊＊＊＊{:03}", 345 + index),
            insurer: "架空市".into(),
            care_level: Chip::new(
                if applying {
                    format!("{}（申請中）", levels[index % 6])
                } else {
                    levels[index % 6].into()
                },
                if applying {
                    ChipColor::Orange
                } else {
                    ChipColor::Blue
                },
            ),
            valid_to: Some(date(2026, 7, 31)),
            service: "居宅介護支援".into(),
            double: (index == 1).then(|| Chip::new("ケアマネ事業所の重複", ChipColor::Orange)),
        }
    };
    (0..count).map(row).collect()
}

pub(crate) fn certificates() -> Certificates {
    let in_force = || Chip::new("有効", ChipColor::Green);
    Certificates {
        insured_card: Section::Shown(InsuredCard {
            status: in_force(),
            insured_no: "0000012345".into(),
            name: NAMES[0].0.into(),
            kana: NAMES[0].1.into(),
            birth: date(1938, 4, 12),
            sex: "男".into(),
            address: "架空県架空市中央1丁目2番3号".into(),
            issued: date(2024, 8, 5),
            insurer_no: "999010".into(),
            insurer_name: "架空市".into(),
            care_level: "要介護2".into(),
            certified: Some(date(2024, 7, 25)),
            valid: Some(period((2024, 8, 1), (2026, 7, 31))),
            limit: Some("1月当たり 19,705単位".into()),
            limit_period: Some(period((2024, 8, 1), (2026, 7, 31))),
            kind_limits: vec![KindLimit {
                service: "訪問介護".into(),
                units: "10,000単位".into(),
            }],
            opinion: "福祉用具の利用について、専門職の助言を受けることが望ましい。".into(),
            facilities: vec![],
        }),
        cost_share: Section::Shown(CostShareCertificate {
            status: in_force(),
            issued: date(2025, 7, 20),
            ratio: "1割".into(),
            rows: vec![CostShareRow {
                ratio: "1割".into(),
                period: period((2025, 8, 1), (2026, 7, 31)),
            }],
        }),
        burden_limit: Section::Shown(BurdenLimitCertificate {
            status: in_force(),
            stage: "第3段階①".into(),
            issued: date(2025, 7, 28),
            period: period((2025, 8, 1), (2026, 7, 31)),
            limits: [
                ("食費（施設）", "650円"),
                ("食費（短期入所）", "1,000円"),
                ("ユニット型個室", "1,370円"),
                ("ユニット型個室的多床室", "1,370円"),
                ("従来型個室（特養等）", "880円"),
                ("従来型個室（老健・医療院等）", "1,370円"),
                ("多床室", "430円"),
            ]
            .map(|(item, amount)| DailyLimit {
                item: item.into(),
                amount: amount.into(),
            })
            .to_vec(),
        }),
        reductions: Section::Shown(vec![ReductionCertificate {
            kind: "社会福祉法人等利用者負担軽減確認証".into(),
            status: in_force(),
            number: "第123号".into(),
            period: period((2025, 8, 1), (2026, 7, 31)),
            content: "利用者負担・食費・居住費を25％軽減".into(),
        }]),
        restrictions: Section::Shown(vec![Restriction {
            kind: "支払方法の変更（償還払い化）".into(),
            status: Chip::new("適用中", ChipColor::Orange),
            period: Period {
                from: date(2026, 4, 1),
                to: None,
            },
            effect: "費用の全額をご本人が支払い、後から市町村に請求します。".into(),
        }]),
        care_management: Section::Shown(vec![
            CareManagementNotice {
                office: "ケアステーション架空".into(),
                notified: date(2025, 10, 1),
                current: true,
            },
            CareManagementNotice {
                office: "居宅介護支援センター見本".into(),
                notified: date(2023, 4, 1),
                current: false,
            },
        ]),
        home_modification: Section::Shown(Balance {
            remaining: "88,000円".into(),
            limit: "200,000円".into(),
            scope: "現在の住宅".into(),
            uses: vec![BalanceUse {
                day: date(2025, 11, 14),
                content: "手すりの取付け".into(),
                amount: "112,000円".into(),
            }],
        }),
        assistive_purchase: Section::Shown(Balance {
            remaining: "100,000円".into(),
            limit: "100,000円".into(),
            scope: "令和8年度".into(),
            uses: vec![],
        }),
    }
}

/// What an office sees that is entitled to little: one thing absent, the rest kept back.
pub(crate) fn certificates_withheld() -> Certificates {
    let kept = |reason| Withheld::new(reason);
    let shown = certificates();
    Certificates {
        cost_share: Section::Absent("負担割合証の交付の記録はありません。".into()),
        burden_limit: Section::Withheld(kept(WithheldReason::NotForThisService)),
        reductions: Section::Absent("減免減額認定証の交付の記録はありません。".into()),
        restrictions: Section::Absent("給付制限の記録はありません。".into()),
        care_management: Section::Withheld(kept(WithheldReason::NotShared)),
        home_modification: Section::Withheld(kept(WithheldReason::NoConsent)),
        assistive_purchase: Section::Withheld(Withheld {
            reason: WithheldReason::OutsidePeriod,
            link: Some(Link::new("/care/registrations", "担当登録の管理を開く")),
        }),
        ..shown
    }
}

/// A day of the calendar.
pub(crate) fn day(year: i16, month: i8, day: i8) -> kiban_domain::Date {
    kiban_domain::Date::constant(year, month, day)
}
