//! `rust_decimal::Decimal`: its text, which keeps the scale (`1.10` is not `1.1`).

use rust_decimal::Decimal;

use super::{ToHashValue, ValueError, ValueWriter, WrittenValue};

impl ToHashValue for Decimal {
    fn write_hash_value<'w>(&self, out: ValueWriter<'w>) -> Result<WrittenValue<'w>, ValueError> {
        out.display(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::written;
    use super::*;

    proptest! {
        #[test]
        fn decimals_read_back(n in -(1_i128 << 96) + 1..1_i128 << 96, scale in 0..=28_u32) {
            let decimal = Decimal::from_i128_with_scale(n, scale);
            let back: Decimal = written(&decimal).parse().unwrap();
            prop_assert_eq!(back, decimal);
            prop_assert_eq!(back.scale(), decimal.scale());
        }
    }
}
