//! Invitations to hand out: cards to print, each with its QR code, and a table for who sends them by
//! message. Never here: who is invited, tokens that are kept.

use super::Made;
use crate::http::public::{Language, day_and_time};
use icabinet_models::meeting::Particulars;
use maud::{DOCTYPE, Markup, html};
use qrcodegen::{QrCode, QrCodeEcc};

/// What every card says beside its person.
pub(super) struct Occasion<'a> {
    pub(super) particulars: &'a Particulars,
    pub(super) language: Language,
    /// Scheme and host of the address that delegates open.
    pub(super) base: &'a str,
    /// Address of the style sheet.
    pub(super) style: &'a str,
}

impl Occasion<'_> {
    fn say(&self, vi: &'static str, en: &'static str) -> &'static str {
        self.language.of(vi, en)
    }

    fn link(&self, made: &Made) -> String {
        format!("{}/join#{}", self.base, made.token)
    }

    fn document(&self, title: &str, content: Markup) -> String {
        html! {
            (DOCTYPE)
            html lang=(self.language.code()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="referrer" content="no-referrer";
                    title { (title) " – i-Cabinet" }
                    link rel="icon" href="/public/icon.svg" type="image/svg+xml";
                    link rel="stylesheet" href=(self.style);
                }
                body { main class="gov" { (content) } }
            }
        }
        .into_string()
    }

    /// One card a person.
    pub(super) fn cards(&self, made: &[Made]) -> String {
        let title = self.say("Giấy mời", "Invitations");
        self.document(
            title,
            html! {
                h1 class="plain" { (title) }
                p class="soft no-print" { (self.say(
                    "In trang này và trao mỗi giấy cho đúng người. Mỗi giấy dùng được một lần, trên một thiết bị. Trang chỉ hiện một lần: mở lại là tạo giấy mới, giấy cũ chưa dùng hết hiệu lực.",
                    "Print this page and hand each card to its person. Each is good once, on one device. The page is shown once: opening it again makes new cards, and unused old ones are void.",
                )) }
                div class="cards" { @for one in made { (self.card(one)) } }
            },
        )
    }

    fn card(&self, made: &Made) -> Markup {
        let link = self.link(made);
        let p = self.particulars;
        html! {
            section class="card" {
                div class="code-picture" { (picture(&link)) }
                div {
                    p class="soft" { (self.language.text(&p.body)) }
                    h2 { (self.language.text(&p.title)) }
                    p { b { (made.name) } @if let Some(venue) = &made.venue { br; (venue) } }
                    p { (day_and_time(p.scheduled, self.language)) br; (self.language.text(&p.place)) }
                    p class="soft" { (self.say(
                        "Quét mã bằng thiết bị của mình, hoặc mở:",
                        "Scan the code with your own device, or open:",
                    )) }
                    p class="code" { (link) }
                }
            }
        }
    }

    /// A page with one sentence, for what can't be shown.
    pub(super) fn sentence(&self, vi: &'static str, en: &'static str) -> String {
        let title = self.say("Giấy mời", "Invitations");
        self.document(title, html! { h1 class="plain" { (title) } p { (self.say(vi, en)) } })
    }

    /// Code, name, venue and link, a row a person, as spreadsheets read it.
    pub(super) fn table(&self, made: &[Made]) -> String {
        let head = [
            self.say("Mã", "Code"),
            self.say("Họ và tên", "Name"),
            self.say("Điểm cầu", "Venue"),
            self.say("Đường dẫn", "Link"),
        ];
        // The mark that tells spreadsheets it is UTF-8.
        let mut out = String::from("\u{feff}");
        out.push_str(&row(&head));
        for one in made {
            let link = self.link(one);
            let venue = one.venue.as_deref().unwrap_or_default();
            out.push_str(&row(&[one.person.as_str(), &one.name, venue, &link]));
        }
        out
    }
}

/// A row of RFC 4180. A cell that a spreadsheet would take for a formula is text.
fn row(cells: &[&str]) -> String {
    let quoted: Vec<String> = cells
        .iter()
        .map(|cell| {
            let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            format!("\"{}{}\"", if formula { "'" } else { "" }, cell.replace('"', "\"\""))
        })
        .collect();
    format!("{}\r\n", quoted.join(","))
}

/// The QR code of a link, with the quiet zone of four modules that ISO/IEC 18004 asks for.
fn picture(link: &str) -> Markup {
    let Ok(code) = QrCode::encode_text(link, QrCodeEcc::Medium) else { return html! {} };
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let run = (x..size).take_while(|x| code.get_module(*x, y)).count();
            if run > 0 {
                path.push_str(&format!("M{} {}h{run}v1h-{run}z", x + 4, y + 4));
            }
            x += i32::try_from(run).unwrap_or(size) + 1;
        }
    }
    let view = format!("0 0 {0} {0}", size + 8);
    html! {
        svg viewBox=(view) role="img" aria-label="QR" {
            rect width="100%" height="100%" fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code of a card is that of its own link: a picture is not read by eye.
    #[test]
    fn each_card_has_the_code_of_its_own_link() {
        let occasion = Occasion {
            particulars: &icabinet_models::Meeting::blank("m".into()).particulars,
            language: Language::asked(None),
            base: "https://hop.example",
            style: "/style",
        };
        let made = ["ab", "cd"].map(|token| Made {
            person: token.into(),
            name: String::new(),
            venue: None,
            token: token.repeat(32),
        });
        let cards = occasion.cards(&made);
        let sections: Vec<&str> = cards.split("<section").skip(1).collect();
        assert_eq!(sections.len(), made.len());
        for (section, one) in sections.iter().zip(&made) {
            let link = format!("https://hop.example/join#{}", one.token);
            assert!(section.contains(&picture(&link).into_string()), "{section}");
            assert!(section.contains(&link), "{section}");
        }
    }

    #[test]
    fn a_cell_is_never_a_formula_and_quotes_are_doubled() {
        assert_eq!(row(&["=1+1", "a \"b\""]), "\"'=1+1\",\"a \"\"b\"\"\"\r\n");
    }
}
