//! Lists in pages of 20, 50 or 100 rows.

use std::ops::Range;

use crate::{PageNumber, Pager};

const SIZES: [usize; 3] = [20, 50, 100];
/// How many numbers are shown on each side of the present page.
const AROUND: usize = 3;

/// Which page was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    size: usize,
    page: usize,
}

impl Asked {
    /// From the query's `size` and `page`; what is not understood is the first page of 20.
    pub fn of(size: &str, page: &str) -> Self {
        let size = size.parse().ok().filter(|size| SIZES.contains(size));
        let page = page.parse().ok().filter(|page| *page > 0);
        Self {
            size: size.unwrap_or(SIZES[0]),
            page: page.unwrap_or(1),
        }
    }

    /// The rows of this page among `total`, and the links to the others. `address` gets size and page.
    pub fn pager(
        self,
        total: usize,
        address: impl Fn(usize, usize) -> String,
    ) -> (Range<usize>, Pager) {
        let last = total.div_ceil(self.size).max(1);
        let page = self.page.min(last);
        let start = (page - 1) * self.size;
        let end = (start + self.size).min(total);
        let summary = if total == 0 {
            "全0件".to_owned()
        } else {
            format!("全{total}件中 {}〜{end}件", start + 1)
        };
        let number = |label: usize, here: bool, href: String| PageNumber {
            label: label.to_string(),
            href: (!here).then_some(href),
        };
        let near = page.saturating_sub(AROUND).max(1)..=(page + AROUND).min(last);
        let pager = Pager {
            summary,
            previous: (page > 1).then(|| address(self.size, page - 1)),
            pages: near
                .map(|it| number(it, it == page, address(self.size, it)))
                .collect(),
            next: (page < last).then(|| address(self.size, page + 1)),
            sizes: SIZES
                .map(|size| number(size, size == self.size, address(size, 1)))
                .to_vec(),
        };
        (start..end, pager)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_beyond_the_last_is_the_last() {
        let (rows, pager) = Asked::of("50", "9").pager(120, |size, page| format!("{size}/{page}"));
        assert_eq!(rows, 100..120);
        assert_eq!(pager.summary, "全120件中 101〜120件");
        assert_eq!(pager.previous.as_deref(), Some("50/2"));
        assert_eq!(pager.next, None);
        assert_eq!(Asked::of("7", "0").pager(0, |_, _| String::new()).0, 0..0);
    }
}
