use super::{EditionCode, Field, Kind, Opinion, Value, WrongValue};
use std::{fmt, str::FromStr, sync::LazyLock};

/// Asked for the types of its fields.
static BLANK: LazyLock<Opinion> = LazyLock::new(|| Opinion::blank(EditionCode::ANY));

macro_rules! items {
    ($( $variant:ident = $id:literal => [$($path:tt)+]; )+) => {
        /// An item of the form by the name that every file, form field and finding uses. In the order of paper, what is not on paper first.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ItemId { $( #[doc = concat!("`", $id, "`.")] $variant, )+ }

        impl ItemId {
            /// Every item, in order.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )+];

            /// The name.
            pub fn code(self) -> &'static str {
                match self { $( Self::$variant => $id, )+ }
            }

            fn field(self, of: &Opinion) -> &dyn Field {
                match self { $( Self::$variant => &of.$($path)+, )+ }
            }

            fn field_mut(self, of: &mut Opinion) -> &mut dyn Field {
                match self { $( Self::$variant => &mut of.$($path)+, )+ }
            }
        }

        impl FromStr for ItemId {
            type Err = UnknownItem;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text { $( $id => Ok(Self::$variant), )+ _ => Err(UnknownItem) }
            }
        }
    };
}

items! {
    InsurerNo = "insurer_no" => [administrative.insurer_no];
    InsurerName = "insurer_name" => [administrative.insurer_name];
    InsuredNo = "insured_no" => [administrative.insured_no];
    InstitutionNo = "institution_no" => [administrative.institution_no];
    ApplicationDate = "application_date" => [administrative.application_date];
    RequestDate = "request_date" => [administrative.request_date];
    SentDate = "sent_date" => [administrative.sent_date];
    RequestNo = "request_no" => [administrative.request_no];
    DoctorNo = "doctor_no" => [administrative.doctor_no];
    Setting = "setting" => [administrative.setting];
    EntryDate = "entry_date" => [header.entry_date];
    ApplicantKana = "applicant_kana" => [header.applicant_kana];
    ApplicantName = "applicant_name" => [header.applicant_name];
    BirthDate = "birth_date" => [header.birth_date];
    Age = "age" => [header.age];
    Sex = "sex" => [header.sex];
    PostalCode = "postal_code" => [header.postal_code];
    Address = "address" => [header.address];
    Phone = "phone" => [header.phone];
    Consent = "consent" => [header.consent];
    DoctorName = "doctor_name" => [header.doctor_name];
    InstitutionName = "institution_name" => [header.institution_name];
    InstitutionPostalCode = "institution_postal_code" => [header.institution_postal_code];
    InstitutionAddress = "institution_address" => [header.institution_address];
    InstitutionPhone = "institution_phone" => [header.institution_phone];
    InstitutionFax = "institution_fax" => [header.institution_fax];
    LastExamDate = "last_exam_date" => [header.last_exam_date];
    CreationCount = "creation_count" => [header.creation_count];
    OtherDeptVisit = "other_dept_visit" => [header.other_dept_visit];
    OtherDepts = "other_depts" => [header.other_depts];
    OtherDeptText = "other_dept_text" => [header.other_dept_text];
    Diagnosis1Name = "diagnosis[1].name" => [illness.diagnoses[0].name];
    Diagnosis1Onset = "diagnosis[1].onset" => [illness.diagnoses[0].onset];
    Diagnosis2Name = "diagnosis[2].name" => [illness.diagnoses[1].name];
    Diagnosis2Onset = "diagnosis[2].onset" => [illness.diagnoses[1].onset];
    Diagnosis3Name = "diagnosis[3].name" => [illness.diagnoses[2].name];
    Diagnosis3Onset = "diagnosis[3].onset" => [illness.diagnoses[2].onset];
    Stability = "stability" => [illness.stability];
    InstabilityDetail = "instability_detail" => [illness.instability_detail];
    Course = "course" => [illness.course];
    Medicine1Name = "medicine[1].name" => [illness.medicines[0].name];
    Medicine1Dose = "medicine[1].dose" => [illness.medicines[0].dose];
    Medicine1Unit = "medicine[1].unit" => [illness.medicines[0].unit];
    Medicine1Usage = "medicine[1].usage" => [illness.medicines[0].usage];
    Medicine2Name = "medicine[2].name" => [illness.medicines[1].name];
    Medicine2Dose = "medicine[2].dose" => [illness.medicines[1].dose];
    Medicine2Unit = "medicine[2].unit" => [illness.medicines[1].unit];
    Medicine2Usage = "medicine[2].usage" => [illness.medicines[1].usage];
    Medicine3Name = "medicine[3].name" => [illness.medicines[2].name];
    Medicine3Dose = "medicine[3].dose" => [illness.medicines[2].dose];
    Medicine3Unit = "medicine[3].unit" => [illness.medicines[2].unit];
    Medicine3Usage = "medicine[3].usage" => [illness.medicines[2].usage];
    Medicine4Name = "medicine[4].name" => [illness.medicines[3].name];
    Medicine4Dose = "medicine[4].dose" => [illness.medicines[3].dose];
    Medicine4Unit = "medicine[4].unit" => [illness.medicines[3].unit];
    Medicine4Usage = "medicine[4].usage" => [illness.medicines[3].usage];
    Medicine5Name = "medicine[5].name" => [illness.medicines[4].name];
    Medicine5Dose = "medicine[5].dose" => [illness.medicines[4].dose];
    Medicine5Unit = "medicine[5].unit" => [illness.medicines[4].unit];
    Medicine5Usage = "medicine[5].usage" => [illness.medicines[4].usage];
    Medicine6Name = "medicine[6].name" => [illness.medicines[5].name];
    Medicine6Dose = "medicine[6].dose" => [illness.medicines[5].dose];
    Medicine6Unit = "medicine[6].unit" => [illness.medicines[5].unit];
    Medicine6Usage = "medicine[6].usage" => [illness.medicines[5].usage];
    Medicine7Name = "medicine[7].name" => [illness.medicines[6].name];
    Medicine7Dose = "medicine[7].dose" => [illness.medicines[6].dose];
    Medicine7Unit = "medicine[7].unit" => [illness.medicines[6].unit];
    Medicine7Usage = "medicine[7].usage" => [illness.medicines[6].usage];
    Medicine8Name = "medicine[8].name" => [illness.medicines[7].name];
    Medicine8Dose = "medicine[8].dose" => [illness.medicines[7].dose];
    Medicine8Unit = "medicine[8].unit" => [illness.medicines[7].unit];
    Medicine8Usage = "medicine[8].usage" => [illness.medicines[7].usage];
    Procedures = "procedures" => [special_care.procedures];
    SpecialResponses = "special_responses" => [special_care.special_responses];
    IncontinenceCare = "incontinence_care" => [special_care.incontinence_care];
    AdlDisabled = "adl_disabled" => [condition.adl_disabled];
    AdlDementia = "adl_dementia" => [condition.adl_dementia];
    ShortTermMemory = "short_term_memory" => [condition.short_term_memory];
    DecisionAbility = "decision_ability" => [condition.decision_ability];
    Communication = "communication" => [condition.communication];
    BpsdPresence = "bpsd_presence" => [condition.bpsd_presence];
    BpsdItems = "bpsd_items" => [condition.bpsd_items];
    BpsdOther = "bpsd_other" => [condition.bpsd_other];
    PsychPresence = "psych_presence" => [condition.psych_presence];
    PsychName = "psych_name" => [condition.psych_name];
    Specialist = "specialist" => [condition.specialist];
    SpecialistDept = "specialist_dept" => [condition.specialist_dept];
    DominantHand = "dominant_hand" => [condition.dominant_hand];
    HeightCm = "height_cm" => [condition.height_cm];
    WeightKg = "weight_kg" => [condition.weight_kg];
    WeightChange = "weight_change" => [condition.weight_change];
    LimbDefect = "limb_defect" => [condition.limb_defect];
    LimbDefectSite = "limb_defect.site" => [condition.limb_defect_site];
    Paralysis = "paralysis" => [condition.paralysis.present];
    ParalysisRightArm = "paralysis.right_arm" => [condition.paralysis.right_arm.present];
    ParalysisRightArmDegree = "paralysis.right_arm.degree" => [condition.paralysis.right_arm.degree];
    ParalysisLeftArm = "paralysis.left_arm" => [condition.paralysis.left_arm.present];
    ParalysisLeftArmDegree = "paralysis.left_arm.degree" => [condition.paralysis.left_arm.degree];
    ParalysisRightLeg = "paralysis.right_leg" => [condition.paralysis.right_leg.present];
    ParalysisRightLegDegree = "paralysis.right_leg.degree" => [condition.paralysis.right_leg.degree];
    ParalysisLeftLeg = "paralysis.left_leg" => [condition.paralysis.left_leg.present];
    ParalysisLeftLegDegree = "paralysis.left_leg.degree" => [condition.paralysis.left_leg.degree];
    ParalysisOther = "paralysis.other" => [condition.paralysis.other.present];
    ParalysisOtherSite = "paralysis.other.site" => [condition.paralysis.other.site];
    ParalysisOtherDegree = "paralysis.other.degree" => [condition.paralysis.other.degree];
    MuscleWeakness = "muscle_weakness" => [condition.muscle_weakness.present];
    MuscleWeaknessSite = "muscle_weakness.site" => [condition.muscle_weakness.site];
    MuscleWeaknessDegree = "muscle_weakness.degree" => [condition.muscle_weakness.degree];
    JointContracture = "joint_contracture" => [condition.joint_contracture.present];
    JointContractureSite = "joint_contracture.site" => [condition.joint_contracture.site];
    JointContractureDegree = "joint_contracture.degree" => [condition.joint_contracture.degree];
    JointPain = "joint_pain" => [condition.joint_pain.present];
    JointPainSite = "joint_pain.site" => [condition.joint_pain.site];
    JointPainDegree = "joint_pain.degree" => [condition.joint_pain.degree];
    Ataxia = "ataxia" => [condition.ataxia.present];
    AtaxiaUpper = "ataxia.upper" => [condition.ataxia.upper];
    AtaxiaLower = "ataxia.lower" => [condition.ataxia.lower];
    AtaxiaTrunk = "ataxia.trunk" => [condition.ataxia.trunk];
    PressureUlcer = "pressure_ulcer" => [condition.pressure_ulcer.present];
    PressureUlcerSite = "pressure_ulcer.site" => [condition.pressure_ulcer.site];
    PressureUlcerDegree = "pressure_ulcer.degree" => [condition.pressure_ulcer.degree];
    SkinDisease = "skin_disease" => [condition.skin_disease.present];
    SkinDiseaseSite = "skin_disease.site" => [condition.skin_disease.site];
    SkinDiseaseDegree = "skin_disease.degree" => [condition.skin_disease.degree];
    OutdoorWalk = "outdoor_walk" => [living.outdoor_walk];
    Wheelchair = "wheelchair" => [living.wheelchair];
    WalkingAids = "walking_aids" => [living.walking_aids];
    Meal = "meal" => [living.meal];
    Nutrition = "nutrition" => [living.nutrition];
    NutritionNote = "nutrition_note" => [living.nutrition_note];
    Risks = "risks" => [living.risks];
    RiskOther = "risk_other" => [living.risk_other];
    RiskPlan = "risk_plan" => [living.risk_plan];
    Outlook = "outlook" => [living.outlook];
    MedMgmt = "med_mgmt" => [living.med_mgmt];
    MedMgmtOther = "med_mgmt_other" => [living.med_mgmt_other];
    CautionBloodPressure = "caution.blood_pressure" => [living.cautions.blood_pressure.presence];
    CautionBloodPressureText = "caution.blood_pressure.text" => [living.cautions.blood_pressure.text];
    CautionEating = "caution.eating" => [living.cautions.eating.presence];
    CautionEatingText = "caution.eating.text" => [living.cautions.eating.text];
    CautionSwallowing = "caution.swallowing" => [living.cautions.swallowing.presence];
    CautionSwallowingText = "caution.swallowing.text" => [living.cautions.swallowing.text];
    CautionMoving = "caution.moving" => [living.cautions.moving.presence];
    CautionMovingText = "caution.moving.text" => [living.cautions.moving.text];
    CautionExercise = "caution.exercise" => [living.cautions.exercise.presence];
    CautionExerciseText = "caution.exercise.text" => [living.cautions.exercise.text];
    CautionOther = "caution.other" => [living.cautions.other.presence];
    CautionOtherText = "caution.other.text" => [living.cautions.other.text];
    CautionNothing = "caution.nothing" => [living.cautions.nothing];
    Infection = "infection" => [living.infection];
    InfectionName = "infection_name" => [living.infection_name];
    Remarks = "remarks" => [remarks];
}

/// No item has this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no item has this name")]
pub struct UnknownItem;

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ItemId({})", self.code())
    }
}

impl ItemId {
    /// The kind of value that its type holds; [`Kind::Text`] stands for [`Kind::Lines`] as well.
    pub fn kind(self) -> Kind {
        self.field(&BLANK).kind()
    }

    /// Whether its type has this choice.
    pub fn has_choice(self, code: u8) -> bool {
        self.field(&BLANK).has_choice(code)
    }
}

impl Opinion {
    /// What an item holds; nothing when it is unset.
    pub fn get(&self, item: ItemId) -> Option<Value> {
        item.field(self).get()
    }

    /// Whether an item holds anything.
    pub fn has(&self, item: ItemId) -> bool {
        self.get(item).is_some()
    }

    /// Sets an item. An empty text or list unsets it.
    ///
    /// # Errors
    ///
    /// [`WrongValue`] when the item cannot hold this value; nothing is changed then.
    pub fn put(&mut self, item: ItemId, value: &Value) -> Result<(), WrongValue> {
        item.field_mut(self).put(value)
    }

    /// Unsets an item.
    pub fn clear(&mut self, item: ItemId) {
        item.field_mut(self).clear();
    }

    /// Every item that holds something, in order.
    pub fn values(&self) -> impl Iterator<Item = (ItemId, Value)> + '_ {
        let all = ItemId::ALL.iter();
        all.filter_map(|item| Some((*item, self.get(*item)?)))
    }
}
