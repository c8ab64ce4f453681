//! The body of each set as a struct, in exactly the shape of a row's JSON, with its way into the domain.
//!
//! Dates are ISO text (`2026-04-01`), codes as in the layout, amounts numbers. Records come from files that were
//! checked or from the database, so a value that does not convert is an error naming its item.

mod card;
mod certificates;
mod certification;
mod convert;
mod opinion_request;
mod other;
mod tables;

use kiban_domain::DataSet;

use super::{layout::Kind, write::Cells};

pub use card::{
    CareManagerNoticeRecord, FacilityRecord, InsuredCardRecord, InsuredRecord, KindLimitRecord,
};
pub use certificates::{
    BenefitRestrictionRecord, BurdenLimitRecord, CostShareRecord, RatioRecord, ReductionRecord,
    RoomLimitRecord,
};
pub use certification::{ApplicationRecord, CertificationRecord, Tenths};
pub use convert::InvalidRecord;
pub use opinion_request::{OpinionRequestRecord, RequestKeyRecord};
pub use other::{AssistivePurchaseRecord, ConsentRecord, HomeModificationRecord};

/// One item of a record as the layout has it.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// The name in JSON, and the column id unless it is a list.
    pub id: &'static str,
    /// The Japanese label.
    pub label: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it must be filled.
    pub required: bool,
    /// The longest value in characters; of a list, the most elements.
    pub max: usize,
}

/// A record of one data set.
pub trait Record: serde::Serialize {
    /// Its data set.
    const SET: DataSet;
    /// Its items in the order of the layout.
    const ITEMS: &'static [Item];

    /// Writes all columns of the record.
    #[doc(hidden)]
    fn write_cells(&self, cells: &mut Cells<'_>);
}

/// A value of a record: knows whether it may be absent and how it fills its columns.
pub(super) trait Cell {
    /// Whether the type always holds a value.
    const REQUIRED: bool;

    /// Whether the item is left out of the body.
    fn is_empty(&self) -> bool;

    /// Fills the item's columns.
    fn write(&self, item: &Item, cells: &mut Cells<'_>);
}

impl Cell for String {
    const REQUIRED: bool = true;

    fn is_empty(&self) -> bool {
        false
    }

    fn write(&self, item: &Item, cells: &mut Cells<'_>) {
        cells.text(&item.kind, self);
    }
}

impl Cell for u64 {
    const REQUIRED: bool = true;

    fn is_empty(&self) -> bool {
        false
    }

    fn write(&self, _: &Item, cells: &mut Cells<'_>) {
        cells.display(self);
    }
}

impl Cell for bool {
    const REQUIRED: bool = true;

    fn is_empty(&self) -> bool {
        false
    }

    fn write(&self, _: &Item, cells: &mut Cells<'_>) {
        cells.display(&u8::from(*self));
    }
}

impl Cell for Tenths {
    const REQUIRED: bool = true;

    fn is_empty(&self) -> bool {
        false
    }

    fn write(&self, _: &Item, cells: &mut Cells<'_>) {
        cells.display(self);
    }
}

impl<T: Cell> Cell for Option<T> {
    const REQUIRED: bool = false;

    fn is_empty(&self) -> bool {
        self.is_none()
    }

    fn write(&self, item: &Item, cells: &mut Cells<'_>) {
        match self {
            Some(value) => value.write(item, cells),
            None => cells.empty(),
        }
    }
}

/// An element of a list, filling several columns.
pub(super) trait Element {
    /// Fills the element's columns.
    fn write_element(&self, items: &[Item], cells: &mut Cells<'_>);
}

impl Element for String {
    fn write_element(&self, items: &[Item], cells: &mut Cells<'_>) {
        for item in items {
            cells.text(&item.kind, self);
        }
    }
}

impl<T: Element> Cell for Vec<T> {
    const REQUIRED: bool = false;

    fn is_empty(&self) -> bool {
        Vec::is_empty(self)
    }

    fn write(&self, item: &Item, cells: &mut Cells<'_>) {
        let Kind::List(_, parts) = &item.kind else {
            return cells.empty();
        };
        for at in 0..item.max {
            match self.get(at) {
                Some(element) => element.write_element(parts, cells),
                None => parts.iter().for_each(|_| cells.empty()),
            }
        }
        if self.len() > item.max {
            cells.overflow(item.id);
        }
    }
}

/// Declares a record and its layout together, so that neither can drift from the other.
macro_rules! record {
    (
        $(#[$meta:meta])*
        $name:ident of $set:ident {
            $( $(#[$field_meta:meta])* $field:ident: $type:ty = $label:literal, $kind:expr, $max:expr; )+
        }
    ) => {
        super::record_struct! { $(#[$meta])* $name { $( $(#[$field_meta])* $field: $type = $label; )+ } }

        impl super::Record for $name {
            const SET: kiban_domain::DataSet = kiban_domain::DataSet::$set;
            const ITEMS: &'static [super::Item] = &[ $( super::Item {
                id: stringify!($field),
                label: $label,
                kind: $kind,
                required: <$type as super::Cell>::REQUIRED,
                max: $max,
            }, )+ ];

            fn write_cells(&self, cells: &mut crate::municipal::write::Cells<'_>) {
                let mut items = Self::ITEMS.iter();
                $( if let Some(item) = items.next() { super::Cell::write(&self.$field, item, cells); } )+
            }
        }
    };
}

/// Declares the element of a list.
macro_rules! element {
    (
        $(#[$meta:meta])*
        $name:ident {
            $( $(#[$field_meta:meta])* $field:ident: $type:ty = $label:literal, $kind:expr, $max:expr; )+
        }
    ) => {
        super::record_struct! { $(#[$meta])* $name { $( $(#[$field_meta])* $field: $type = $label; )+ } }

        impl $name {
            /// Its items in the order of the columns.
            pub(super) const ITEMS: &'static [super::Item] = &[ $( super::Item {
                id: stringify!($field),
                label: $label,
                kind: $kind,
                required: <$type as super::Cell>::REQUIRED,
                max: $max,
            }, )+ ];
        }

        impl super::Element for $name {
            fn write_element(&self, items: &[super::Item], cells: &mut crate::municipal::write::Cells<'_>) {
                let mut items = items.iter();
                $( if let Some(item) = items.next() { super::Cell::write(&self.$field, item, cells); } )+
            }
        }
    };
}

/// The struct itself. `Debug` shows no value, since nearly all of them are about a person.
macro_rules! record_struct {
    ( $(#[$meta:meta])* $name:ident { $( $(#[$field_meta:meta])* $field:ident: $type:ty = $label:literal; )+ } ) => {
        $(#[$meta])*
        #[derive(Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $(
                $(#[$field_meta])*
                #[doc = $label]
                #[serde(skip_serializing_if = "super::Cell::is_empty")]
                pub $field: $type,
            )+
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}
use {element, record, record_struct};

/// The items of a set, or nothing for the nested sets.
pub(super) fn items_of(set: DataSet) -> Option<&'static [Item]> {
    Some(match set {
        DataSet::Insured => InsuredRecord::ITEMS,
        DataSet::InsuredCard => InsuredCardRecord::ITEMS,
        DataSet::BenefitRestriction => BenefitRestrictionRecord::ITEMS,
        DataSet::CareManagerNotice => CareManagerNoticeRecord::ITEMS,
        DataSet::CostShare => CostShareRecord::ITEMS,
        DataSet::BurdenLimit => BurdenLimitRecord::ITEMS,
        DataSet::Reduction => ReductionRecord::ITEMS,
        DataSet::Application => ApplicationRecord::ITEMS,
        DataSet::Certification => CertificationRecord::ITEMS,
        DataSet::HomeModification => HomeModificationRecord::ITEMS,
        DataSet::AssistivePurchase => AssistivePurchaseRecord::ITEMS,
        DataSet::Consent => ConsentRecord::ITEMS,
        DataSet::OpinionRequest => OpinionRequestRecord::ITEMS,
        DataSet::Survey | DataSet::Opinion => return None,
    })
}
