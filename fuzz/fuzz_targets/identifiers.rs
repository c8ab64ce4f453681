#![no_main]

use kiban_domain::{
    InsuredNumber, InsurerNumber, Kana, LocalGovernmentCode, MedicalInstitutionCode, OfficeNumber,
    PersonName, ServiceKind,
};
use kiban_exchange::{municipal::FileName, narrow::unrepresentable_in_ms932};

libfuzzer_sys::fuzz_target!(|text: &str| {
    macro_rules! comes_back {
        ($($type:ident),*) => { $(
            if let Ok(value) = text.parse::<$type>() {
                assert_eq!(value.to_string().parse::<$type>().unwrap(), value);
            }
        )* };
    }
    comes_back!(
        InsuredNumber,
        InsurerNumber,
        Kana,
        LocalGovernmentCode,
        MedicalInstitutionCode,
        OfficeNumber,
        PersonName
    );
    comes_back!(ServiceKind, FileName);
    if let Ok(value) = InsuredNumber::from_typed(text) {
        assert_eq!(value.as_str().len(), 10);
    }
    if let Ok(value) = text.parse::<OfficeNumber>() {
        let _ = value.check_digit_agrees();
    }
    if let Ok(value) = text.parse::<MedicalInstitutionCode>() {
        let _ = value.check_digit_agrees();
    }
    let _ = unrepresentable_in_ms932(text);
});
