//! Small PDFs, written by hand: what a test needs and nothing else.

/// A page: its size in points, what is painted on it, and more entries of its dictionary.
pub(crate) struct PageOf {
    pub size: (f32, f32),
    pub content: String,
    pub extra: &'static str,
}

impl PageOf {
    /// A4 with lines of text in 12 point Helvetica.
    pub(crate) fn text(lines: &[&str]) -> Self {
        let mut content = String::from("BT /F 12 Tf 72 760 Td 16 TL\n");
        for line in lines {
            content.push_str(&format!("({line}) Tj T*\n"));
        }
        content.push_str("ET\n");
        PageOf { size: (595.0, 842.0), content, extra: "" }
    }

    /// A4 with a painting.
    pub(crate) fn painting(content: impl Into<String>) -> Self {
        PageOf { size: (595.0, 842.0), content: content.into(), extra: "" }
    }
}

/// A PDF of these pages, with a cross-reference table.
pub(crate) fn pdf(pages: &[PageOf]) -> Vec<u8> {
    pdf_with(pages, "")
}

/// A PDF of these pages and more entries of its catalogue.
pub(crate) fn pdf_with(pages: &[PageOf], catalogue: &str) -> Vec<u8> {
    let kids: Vec<String> =
        (0..pages.len()).map(|index| format!("{} 0 R", 4 + index * 2)).collect();
    let mut objects = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {catalogue} >>"),
        format!("<< /Type /Pages /Count {} /Kids [{}] >>", pages.len(), kids.join(" ")),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_owned(),
    ];
    for (index, page) in pages.iter().enumerate() {
        let (width, height) = page.size;
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents {} 0 R {} \
             /Resources << /Font << /F 3 0 R >> >> >>",
            5 + index * 2,
            page.extra
        ));
        objects.push(format!(
            "<< /Length {} >>\nstream\n{}endstream",
            page.content.len(),
            page.content
        ));
    }
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        file.extend(format!("{place:010} 00000 n \n").bytes());
    }
    file.extend(
        format!(
            "trailer << /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
            objects.len() + 1
        )
        .bytes(),
    );
    file
}
