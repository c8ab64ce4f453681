use std::fmt;

macro_rules! amount {
    ($(#[$meta:meta])* $name:ident, $unit:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// The amount as a value of its own.
            pub const fn new(amount: u64) -> Self {
                Self(amount)
            }

            /// The bare number.
            pub const fn get(self) -> u64 {
                self.0
            }

            /// The sum, or nothing on overflow.
            pub fn checked_add(self, other: Self) -> Option<Self> {
                self.0.checked_add(other.0).map(Self)
            }

            /// What is left after `other`, never below zero.
            #[must_use]
            pub fn saturating_sub(self, other: Self) -> Self {
                Self(self.0.saturating_sub(other.0))
            }
        }

        impl fmt::Display for $name {
            /// Groups of three digits and the unit.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let digits = self.0.to_string();
                for (at, digit) in digits.chars().enumerate() {
                    if at > 0 && (digits.len() - at).is_multiple_of(3) {
                        f.write_str(",")?;
                    }
                    write!(f, "{digit}")?;
                }
                f.write_str($unit)
            }
        }
    };
}

amount! {
    /// Money in whole yen.
    Yen, "円"
}
amount! {
    /// Units of service (単位). One unit is 10.00 to 11.40 yen by region and kind of service.
    Units, "単位"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_and_carry_their_unit() {
        assert_eq!(Yen::new(200_000).to_string(), "200,000円");
        assert_eq!(Units::new(5_032).to_string(), "5,032単位");
        assert_eq!(Yen::new(0).to_string(), "0円");
        assert_eq!(Yen::new(1).saturating_sub(Yen::new(2)), Yen::new(0));
        assert_eq!(Yen::new(u64::MAX).checked_add(Yen::new(1)), None);
    }
}
