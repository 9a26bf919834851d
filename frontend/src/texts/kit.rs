//! Headings of the page `/kit`. Its examples are the proposed wording of the product and stand there.

/// Headings of the page that shows every widget.
#[derive(Debug)]
pub struct Kit {
    pub title: &'static str,
    pub lead: &'static str,
}

pub(super) const VI: Kit = Kit {
    title: "Bộ thành phần i-Cabinet",
    lead: "Chữ có chân: lời được ghi vào hồ sơ. Chữ không chân: lời của hệ thống. Đỏ: hành động. Vàng: đã ghi nhận.",
};

pub(super) const EN: Kit = Kit {
    title: "The parts of i-Cabinet",
    lead: "Serif: what enters the record. Sans: what the system says. Red: acts. Gold: on the record.",
};
