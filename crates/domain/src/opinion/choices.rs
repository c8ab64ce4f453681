//! The lists of the form as types. A code means the same in every edition; which codes an edition offers, in which order and with which
//! words, is the edition's own. Source: attending-physician-opinion, sections 0 to 4.

use crate::Sex;

/// A list of choices, each with its number in files.
pub trait Choice: Copy + Ord + 'static {
    /// Every choice, by code.
    const ALL: &'static [Self];

    /// The code, from 1.
    fn code(self) -> u8;

    /// The choice with this code.
    fn of(code: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.code() == code)
    }
}

macro_rules! choices {
    ($( $(#[$meta:meta])* $name:ident { $( $variant:ident = $code:literal, $doc:literal; )+ } )+) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( #[doc = $doc] $variant, )+ }

        impl Choice for $name {
            const ALL: &'static [Self] = &[$( Self::$variant, )+];

            fn code(self) -> u8 {
                match self { $( Self::$variant => $code, )+ }
            }
        }
    )+ };
}

choices! {
    /// 有 or 無.
    YesNo {
        Yes = 1, "有.";
        No = 2, "無.";
    }
    /// 種別: where the person lives, which decides the fee.
    Setting {
        Home = 1, "在宅.";
        Facility = 2, "施設.";
    }
    /// Whether the physician agrees that the opinion is used for care plans.
    Consent {
        Agrees = 1, "同意する.";
        Disagrees = 2, "同意しない.";
    }
    /// 意見書作成回数.
    CreationCount {
        First = 1, "初回.";
        Again = 2, "2回目以上.";
    }
    /// A department that the person visits besides.
    Department {
        InternalMedicine = 1, "内科.";
        Psychiatry = 2, "精神科.";
        Surgery = 3, "外科.";
        Orthopaedics = 4, "整形外科.";
        Neurosurgery = 5, "脳神経外科.";
        Dermatology = 6, "皮膚科.";
        Urology = 7, "泌尿器科.";
        Gynaecology = 8, "婦人科.";
        Ophthalmology = 9, "眼科.";
        Otorhinolaryngology = 10, "耳鼻咽喉科.";
        Rehabilitation = 11, "リハビリテーション科.";
        Dentistry = 12, "歯科.";
        Other = 13, "その他.";
    }
    /// 症状としての安定性.
    Stability {
        Stable = 1, "安定.";
        Unstable = 2, "不安定.";
        Unknown = 3, "不明.";
    }
    /// 特別な医療: 処置内容.
    Procedure {
        Drip = 1, "点滴の管理.";
        CentralVenous = 2, "中心静脈栄養.";
        Dialysis = 3, "透析.";
        Stoma = 4, "ストーマの処置.";
        Oxygen = 5, "酸素療法.";
        Respirator = 6, "レスピレーター.";
        Tracheostomy = 7, "気管切開の処置.";
        Pain = 8, "疼痛の看護.";
        TubeFeeding = 9, "経管栄養.";
    }
    /// 特別な医療: 特別な対応.
    SpecialResponse {
        Monitoring = 1, "モニター測定.";
        PressureUlcerCare = 2, "褥瘡の処置.";
    }
    /// 特別な医療: 失禁への対応.
    IncontinenceCare {
        Catheter = 1, "カテーテル.";
    }
    /// 障害高齢者の日常生活自立度（寝たきり度）.
    AdlDisabled {
        Independent = 1, "自立.";
        J1 = 2, "J1.";
        J2 = 3, "J2.";
        A1 = 4, "A1.";
        A2 = 5, "A2.";
        B1 = 6, "B1.";
        B2 = 7, "B2.";
        C1 = 8, "C1.";
        C2 = 9, "C2.";
    }
    /// 認知症高齢者の日常生活自立度.
    AdlDementia {
        Independent = 1, "自立.";
        One = 2, "Ⅰ.";
        TwoA = 3, "Ⅱa.";
        TwoB = 4, "Ⅱb.";
        ThreeA = 5, "Ⅲa.";
        ThreeB = 6, "Ⅲb.";
        Four = 7, "Ⅳ.";
        M = 8, "M.";
    }
    /// 短期記憶.
    ShortTermMemory {
        NoProblem = 1, "問題なし.";
        Problem = 2, "問題あり.";
    }
    /// 日常の意思決定を行うための認知能力.
    DecisionAbility {
        Independent = 1, "自立.";
        SomeDifficulty = 2, "いくらか困難.";
        NeedsWatching = 3, "見守りが必要.";
        CannotDecide = 4, "判断できない.";
    }
    /// 自分の意思の伝達能力.
    Communication {
        Can = 1, "伝えられる.";
        SomeDifficulty = 2, "いくらか困難.";
        ConcreteRequests = 3, "具体的要求に限られる.";
        Cannot = 4, "伝えられない.";
    }
    /// 認知症の行動・心理症状.
    Bpsd {
        Hallucination = 1, "幻視・幻聴.";
        Delusion = 2, "妄想.";
        DayNightReversal = 3, "昼夜逆転.";
        VerbalAbuse = 4, "暴言.";
        Violence = 5, "暴行.";
        ResistanceToCare = 6, "介護への抵抗.";
        Wandering = 7, "徘徊.";
        FireHazard = 8, "火の不始末.";
        UncleanActs = 9, "不潔行為.";
        EatingNonFood = 10, "異食行動.";
        SexualBehaviour = 11, "性的問題行動.";
        Other = 12, "その他.";
    }
    /// 利き腕.
    Hand {
        Right = 1, "右.";
        Left = 2, "左.";
    }
    /// 過去6ヶ月の体重の変化.
    WeightChange {
        Gain = 1, "増加.";
        Same = 2, "維持.";
        Loss = 3, "減少.";
    }
    /// 程度.
    Degree {
        Mild = 1, "軽.";
        Moderate = 2, "中.";
        Severe = 3, "重.";
    }
    /// A side of the body.
    Side {
        Right = 1, "右.";
        Left = 2, "左.";
    }
    /// 屋外歩行.
    OutdoorWalk {
        Independent = 1, "自立.";
        WithHelp = 2, "介助があればしている.";
        NotDone = 3, "していない.";
    }
    /// 車いすの使用.
    Wheelchair {
        NotUsed = 1, "用いていない.";
        DrivenBySelf = 2, "主に自分で操作している.";
        DrivenByOthers = 3, "主に他人が操作している.";
    }
    /// 歩行補助具・装具の使用.
    WalkingAid {
        NotUsed = 1, "用いていない.";
        Outdoors = 2, "屋外で使用.";
        Indoors = 3, "屋内で使用.";
    }
    /// 食事行為.
    Meal {
        Independent = 1, "自立ないし何とか自分で食べられる.";
        FullHelp = 2, "全面介助.";
    }
    /// 現在の栄養状態.
    Nutrition {
        Good = 1, "良好.";
        Poor = 2, "不良.";
    }
    /// 現在あるかまたは今後発生の可能性の高い状態.
    Risk {
        UrinaryIncontinence = 1, "尿失禁.";
        Falls = 2, "転倒・骨折.";
        LessMobility = 3, "移動能力の低下.";
        PressureUlcer = 4, "褥瘡.";
        Cardiopulmonary = 5, "心肺機能の低下.";
        Housebound = 6, "閉じこもり.";
        LessMotivation = 7, "意欲低下.";
        Wandering = 8, "徘徊.";
        LowNutrition = 9, "低栄養.";
        Swallowing = 10, "摂食・嚥下機能低下.";
        Dehydration = 11, "脱水.";
        Infection = 12, "易感染性.";
        CancerPain = 13, "がん等による疼痛.";
        Other = 14, "その他.";
    }
    /// サービス利用による生活機能の維持・改善の見通し.
    Outlook {
        Expected = 1, "期待できる.";
        NotExpected = 2, "期待できない.";
        Unknown = 3, "不明.";
    }
    /// 医学的管理の必要性. Codes 1 to 11 are those of the 2018 form, in the order of its CSV; the later forms have neither 11 nor the form's old order, and 12 to 14 besides.
    MedicalService {
        HomeVisit = 1, "訪問診療.";
        VisitingNursing = 2, "訪問看護.";
        VisitingRehabilitation = 3, "訪問リハビリテーション.";
        DayRehabilitation = 4, "通所リハビリテーション.";
        ShortStayMedical = 5, "短期入所療養介護.";
        DentalVisit = 6, "訪問歯科診療.";
        DentalHygiene = 7, "訪問歯科衛生指導.";
        PharmacistVisit = 8, "訪問薬剤管理指導.";
        NutritionVisit = 9, "訪問栄養食事指導.";
        Other = 10, "その他の医療系サービス.";
        NurseConsultation = 11, "看護職員の訪問による相談・支援.";
        HealthFacility = 12, "老人保健施設.";
        MedicalCareHome = 13, "介護医療院.";
        Nothing = 14, "特記すべき項目なし.";
    }
    /// サービス提供時における医学的観点からの留意事項. The later forms have a box alone, which is [`Self::Present`].
    CautionPresence {
        Nothing = 1, "特になし.";
        Present = 2, "有.";
    }
    /// 感染症の有無.
    Infection {
        Yes = 1, "有.";
        No = 2, "無.";
        Unknown = 3, "不明.";
    }
}

impl Choice for Sex {
    const ALL: &'static [Self] = &[Self::Male, Self::Female];

    fn code(self) -> u8 {
        match self {
            Self::Male => 1,
            Self::Female => 2,
        }
    }
}

impl Setting {
    /// The word on the screens and papers: 在宅 or 施設.
    pub fn label(self) -> &'static str {
        match self {
            Self::Home => "在宅",
            Self::Facility => "施設",
        }
    }
}
