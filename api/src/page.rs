//! Paging by page number, as the stars dialect has it (`stars.md` §1.7): what cannot be read is the
//! default, what is too large is the largest.

/// Which page, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) page: u64,
    pub(crate) limit: u64,
}

impl Page {
    const LIMIT: u64 = 20;
    const LIMIT_MAX: u64 = 100;

    pub(crate) fn read(page: Option<&str>, limit: Option<&str>) -> Self {
        let number =
            |text: Option<&str>| text.and_then(|text| text.parse().ok()).filter(|n| *n > 0);
        let page = number(page).unwrap_or(1);
        let limit = number(limit).unwrap_or(Self::LIMIT).min(Self::LIMIT_MAX);
        Self { page, limit }
    }

    /// Rows to take, and rows to skip.
    pub(crate) fn window(self) -> (i64, i64) {
        let offset = self.page.saturating_sub(1).saturating_mul(self.limit);
        (i64::try_from(self.limit).unwrap_or(i64::MAX), i64::try_from(offset).unwrap_or(i64::MAX))
    }

    /// How many pages there are.
    pub(crate) fn pages(self, total: u64) -> u64 {
        total.div_ceil(self.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_the_default() {
        let read = |page, limit| {
            let read = Page::read(page, limit);
            (read.page, read.limit)
        };
        assert_eq!(read(None, None), (1, 20));
        assert_eq!(read(Some("x"), Some("-3")), (1, 20));
        assert_eq!(read(Some("0"), Some("0")), (1, 20));
        assert_eq!(read(Some("7"), Some("500")), (7, 100));
        assert_eq!(Page::read(Some("3"), Some("10")).window(), (10, 20));
        assert_eq!(Page::read(None, None).pages(150), 8);
        assert_eq!(Page::read(None, None).pages(0), 0);
    }
}
