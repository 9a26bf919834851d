//! A paper made by hand, so that tests know every byte of it.

/// A4 in points.
const A4: (u32, u32) = (595, 842);

/// A small PDF with some pages of text, written by hand.
pub fn pdf_of(pages: usize) -> Vec<u8> {
    pdf_of_size(pages, A4)
}

/// Three pages of which nobody gets to the end of the second: twelve forms, each of which draws the one
/// below it ten times.
pub fn pdf_with_endless_page() -> Vec<u8> {
    /// The first object behind those of three pages.
    const FORMS: usize = 10;
    let text = |out: Vec<u8>| String::from_utf8(out).unwrap();
    let pages = text(pdf_of(3));
    let (objects, _) = pages.split_once("xref\n").unwrap();
    // The second page draws the topmost form.
    let mut file = objects.replacen(
        "/Contents 7 0 R /Resources << ",
        &format!("/Contents {FORMS} 0 R /Resources << /XObject << /X {} 0 R >> ", FORMS + 12),
        1,
    );
    let ten = "/X Do ".repeat(10);
    file.push_str(&format!("{FORMS} 0 obj\n<< /Length 5 >>\nstream\n/X Do\nendstream\nendobj\n"));
    for number in FORMS + 1..=FORMS + 12 {
        let (below, content) = match number - FORMS {
            1 => (String::new(), "0 0 9 9 re f".to_owned()),
            _ => (format!("/XObject << /X {} 0 R >>", number - 1), ten.clone()),
        };
        file.push_str(&format!(
            "{number} 0 obj\n<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << {below} >> /Length {} >>\nstream\n{content}\nendstream\nendobj\n",
            content.len()
        ));
    }
    // Without a table of places: readers look for the objects themselves.
    file.push_str("trailer\n<< /Root 1 0 R >>\n%%EOF\n");
    file.into_bytes()
}

/// The same with pages of another size, in points.
pub fn pdf_of_size(pages: usize, (width, height): (u32, u32)) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    let mut object = |out: &mut Vec<u8>, body: String| {
        offsets.push(out.len());
        let number = offsets.len();
        out.extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
    };
    let kids: Vec<String> = (0..pages).map(|n| format!("{} 0 R", 4 + 2 * n)).collect();
    object(&mut out, "<< /Type /Catalog /Pages 2 0 R >>".to_owned());
    object(&mut out, format!("<< /Type /Pages /Kids [{}] /Count {pages} >>", kids.join(" ")));
    object(&mut out, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned());
    for n in 0..pages {
        let text = format!("BT /F1 24 Tf 72 700 Td (Trang {}) Tj ET", n + 1);
        object(
            &mut out,
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents {} 0 R /Resources << /Font << /F1 3 0 R >> >> >>",
                5 + 2 * n
            ),
        );
        object(&mut out, format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()));
    }
    let start = out.len();
    out.extend_from_slice(
        format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1).as_bytes(),
    );
    for offset in &offsets {
        out.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    let size = offsets.len() + 1;
    out.extend_from_slice(
        format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").as_bytes(),
    );
    out
}
