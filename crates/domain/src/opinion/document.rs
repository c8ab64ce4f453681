use super::{
    AdlDementia, AdlDisabled, Bpsd, CautionPresence, Communication, Consent, CreationCount,
    DecisionAbility, Degree, Department, EditionCode, Hand, IncontinenceCare, Infection, ItemId,
    Meal, MedicalService, Nutrition, OutdoorWalk, Outlook, Procedure, Risk, Setting,
    ShortTermMemory, Side, SpecialResponse, Stability, Tenths, Text, WalkingAid, WeightChange,
    Wheelchair, YesNo,
};
use crate::{Date, InsurerNumber, MedicalInstitutionCode, PartialDate, Sex};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// The one document (D-4), whichever way it comes: screen, API, file or paper.
///
/// Every item may be unset, so a draft is one too; [`super::for_sending`] says what keeps it from being sent. `Debug` names the items that are set
/// and shows none of them. Source: attending-physician-opinion, sections 0 to 6.
#[derive(Clone, PartialEq, Eq)]
pub struct Opinion {
    /// The edition of the form on which it was written.
    pub edition: EditionCode,
    /// What is not printed on the form (section 6).
    pub administrative: Administrative,
    /// 基本情報.
    pub header: Header,
    /// 1. 傷病に関する意見.
    pub illness: Illness,
    /// 2. 特別な医療.
    pub special_care: SpecialCare,
    /// 3. 心身の状態に関する意見.
    pub condition: Condition,
    /// 4. 生活機能とサービスに関する意見.
    pub living: Living,
    /// 5. 特記すべき事項.
    pub remarks: Text,
}

macro_rules! sections {
    ($( $(#[$meta:meta])* $name:ident { $( $(#[$field_meta:meta])* $field:ident: $type:ty, )+ } )+) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $name { $( $(#[$field_meta])* pub $field: $type, )+ }
    )+ };
}

sections! {
    /// What is not printed on the form (section 6).
    Administrative {
        /// 保険者番号.
        insurer_no: Option<InsurerNumber>,
        /// 保険者名称.
        insurer_name: Text,
        /// 被保険者番号 as it was written: another length than ten characters is cautioned about.
        insured_no: Text,
        /// 事業所番号 of the institution: its ten digits.
        institution_no: Option<MedicalInstitutionCode>,
        /// 申請日.
        application_date: Option<Date>,
        /// 作成依頼日.
        request_date: Option<Date>,
        /// 送付日.
        sent_date: Option<Date>,
        /// 依頼番号.
        request_no: Text,
        /// 医師番号, the municipality's own.
        doctor_no: Text,
        /// 種別.
        setting: Option<Setting>,
    }

    /// 基本情報: the person, the institution, the visits.
    Header {
        /// 記入日.
        entry_date: Option<Date>,
        /// ふりがな.
        applicant_kana: Text,
        /// 氏名.
        applicant_name: Text,
        /// 生年月日.
        birth_date: Option<Date>,
        /// 年齢 on the day of entry, in years.
        age: Option<u16>,
        /// 性別.
        sex: Option<Sex>,
        /// 〒.
        postal_code: Text,
        /// 住所.
        address: Text,
        /// 連絡先.
        phone: Text,
        /// 同意欄.
        consent: Option<Consent>,
        /// 医師氏名.
        doctor_name: Text,
        /// 医療機関名.
        institution_name: Text,
        /// Its postal code.
        institution_postal_code: Text,
        /// 医療機関所在地.
        institution_address: Text,
        /// Its telephone number.
        institution_phone: Text,
        /// Its fax number.
        institution_fax: Text,
        /// 最終診察日.
        last_exam_date: Option<Date>,
        /// 意見書作成回数.
        creation_count: Option<CreationCount>,
        /// 他科受診の有無.
        other_dept_visit: Option<YesNo>,
        /// The other departments.
        other_depts: BTreeSet<Department>,
        /// The name of another department.
        other_dept_text: Text,
    }

    /// 1. 傷病に関する意見.
    Illness {
        /// 診断名, the first of them the direct cause.
        diagnoses: [Diagnosis; 3],
        /// 症状としての安定性.
        stability: Option<Stability>,
        /// What is unstable.
        instability_detail: Text,
        /// 経過及び治療内容.
        course: Text,
        /// The medicines behind it.
        medicines: [Medicine; 8],
    }

    /// A diagnosis.
    Diagnosis {
        /// Its name.
        name: Text,
        /// 発症年月日.
        onset: Option<PartialDate>,
    }

    /// A medicine.
    Medicine {
        /// 薬剤名.
        name: Text,
        /// 用量.
        dose: Text,
        /// 単位.
        unit: Text,
        /// 用法.
        usage: Text,
    }

    /// 2. 特別な医療 of the last 14 days.
    SpecialCare {
        /// 処置内容.
        procedures: BTreeSet<Procedure>,
        /// 特別な対応.
        special_responses: BTreeSet<SpecialResponse>,
        /// 失禁への対応.
        incontinence_care: BTreeSet<IncontinenceCare>,
    }

    /// 3. 心身の状態に関する意見.
    Condition {
        /// 障害高齢者の日常生活自立度.
        adl_disabled: Option<AdlDisabled>,
        /// 認知症高齢者の日常生活自立度.
        adl_dementia: Option<AdlDementia>,
        /// 短期記憶.
        short_term_memory: Option<ShortTermMemory>,
        /// 日常の意思決定を行うための認知能力.
        decision_ability: Option<DecisionAbility>,
        /// 自分の意思の伝達能力.
        communication: Option<Communication>,
        /// 認知症の行動・心理症状（BPSD）, 有 or 無.
        bpsd_presence: Option<YesNo>,
        /// Which of them.
        bpsd_items: BTreeSet<Bpsd>,
        /// Another one.
        bpsd_other: Text,
        /// その他の精神・神経症状, 有 or 無.
        psych_presence: Option<YesNo>,
        /// 症状名.
        psych_name: Text,
        /// 専門医受診の有無.
        specialist: Option<YesNo>,
        /// The specialist's department.
        specialist_dept: Text,
        /// 利き腕.
        dominant_hand: Option<Hand>,
        /// 身長 in centimetres.
        height_cm: Option<Tenths>,
        /// 体重 in kilograms.
        weight_kg: Option<Tenths>,
        /// 過去6ヶ月の体重の変化.
        weight_change: Option<WeightChange>,
        /// 四肢欠損.
        limb_defect: bool,
        /// Where.
        limb_defect_site: Text,
        /// 麻痺.
        paralysis: Paralysis,
        /// 筋力の低下.
        muscle_weakness: SiteAndDegree,
        /// 関節の拘縮.
        joint_contracture: SiteAndDegree,
        /// 関節の痛み.
        joint_pain: SiteAndDegree,
        /// 失調・不随意運動.
        ataxia: Ataxia,
        /// 褥瘡.
        pressure_ulcer: SiteAndDegree,
        /// その他の皮膚疾患.
        skin_disease: SiteAndDegree,
    }

    /// 麻痺.
    Paralysis {
        /// The box in front of all.
        present: bool,
        /// 右上肢.
        right_arm: Limb,
        /// 左上肢.
        left_arm: Limb,
        /// 右下肢.
        right_leg: Limb,
        /// 左下肢.
        left_leg: Limb,
        /// その他.
        other: SiteAndDegree,
    }

    /// A limb that is paralysed or not.
    Limb {
        /// Its box.
        present: bool,
        /// 程度.
        degree: Option<Degree>,
    }

    /// A box with place and degree.
    SiteAndDegree {
        /// The box.
        present: bool,
        /// 部位.
        site: Text,
        /// 程度.
        degree: Option<Degree>,
    }

    /// 失調・不随意運動.
    Ataxia {
        /// The box in front of all.
        present: bool,
        /// 上肢.
        upper: BTreeSet<Side>,
        /// 下肢.
        lower: BTreeSet<Side>,
        /// 体幹.
        trunk: BTreeSet<Side>,
    }

    /// 4. 生活機能とサービスに関する意見.
    Living {
        /// 屋外歩行.
        outdoor_walk: Option<OutdoorWalk>,
        /// 車いすの使用.
        wheelchair: Option<Wheelchair>,
        /// 歩行補助具・装具の使用.
        walking_aids: BTreeSet<WalkingAid>,
        /// 食事行為.
        meal: Option<Meal>,
        /// 現在の栄養状態.
        nutrition: Option<Nutrition>,
        /// 栄養・食生活上の留意点.
        nutrition_note: Text,
        /// 現在あるかまたは今後発生の可能性の高い状態.
        risks: BTreeSet<Risk>,
        /// Another one.
        risk_other: Text,
        /// 対処方針.
        risk_plan: Text,
        /// サービス利用による生活機能の維持・改善の見通し.
        outlook: Option<Outlook>,
        /// 医学的管理の必要性; true: underlined.
        med_mgmt: BTreeMap<MedicalService, bool>,
        /// その他の医療系サービス.
        med_mgmt_other: Text,
        /// 留意事項.
        cautions: Cautions,
        /// 感染症の有無.
        infection: Option<Infection>,
        /// Which infection.
        infection_name: Text,
    }

    /// サービス提供時における医学的観点からの留意事項.
    Cautions {
        /// 血圧.
        blood_pressure: Caution,
        /// 摂食.
        eating: Caution,
        /// 嚥下.
        swallowing: Caution,
        /// 移動.
        moving: Caution,
        /// 運動.
        exercise: Caution,
        /// その他; the form of 2018 has its text alone.
        other: Caution,
        /// 特記すべき項目なし, not on the form of 2018.
        nothing: bool,
    }

    /// One of the 留意事項.
    Caution {
        /// 特になし or 有.
        presence: Option<CautionPresence>,
        /// What to mind.
        text: Text,
    }
}

impl Opinion {
    /// An opinion on this edition with nothing in it.
    pub fn blank(edition: EditionCode) -> Self {
        Self {
            edition,
            administrative: Administrative::default(),
            header: Header::default(),
            illness: Illness::default(),
            special_care: SpecialCare::default(),
            condition: Condition::default(),
            living: Living::default(),
            remarks: Text::default(),
        }
    }

    /// The course with the medicines behind it, two on a line, as it is printed and as the CSV carries it (section 1).
    ///
    /// A medicine is written 「薬剤名 用量単位 用法」, with ideographic spaces between and between two of them.
    pub fn course_with_medicines(&self) -> String {
        let medicines = self.illness.medicines.iter();
        let medicines: Vec<String> = medicines
            .map(|it| {
                let dose = format!("{}{}", it.dose.as_str(), it.unit.as_str());
                let parts = [it.name.as_str(), &dose, it.usage.as_str()];
                let parts: Vec<&str> = parts.into_iter().filter(|it| !it.is_empty()).collect();
                parts.join("　")
            })
            .filter(|it| !it.is_empty())
            .collect();
        let mut lines = Vec::new();
        if !self.illness.course.is_empty() {
            lines.push(self.illness.course.as_str().to_owned());
        }
        lines.extend(medicines.chunks(2).map(|two| two.join("　　")));
        lines.join("\n")
    }
}

impl fmt::Debug for Opinion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set: Vec<ItemId> = self.values().map(|it| it.0).collect();
        f.debug_struct("Opinion")
            .field("edition", &self.edition)
            .field("set", &set)
            .finish_non_exhaustive()
    }
}
