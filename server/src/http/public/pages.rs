//! The public pages as HTML: no script, no state, everything escaped by `maud`.
//! Never here: what may be shown (`view`).

use super::words::{Language, base, clock, date, day_and_time, published, reason, row, verdict};
use crate::instruments;
use crate::published::{Decision, Line, PublicMinutes, Published, Row, Seal, VoteTable};
use icabinet_models::ids::{MeetingId, Text};
use icabinet_typeset::{Letterhead, Signatory};
use maud::{DOCTYPE, Markup, html};

/// What every page needs to know of itself.
pub(super) struct Frame<'a> {
    pub(super) language: Language,
    /// This page's own address, without the language.
    pub(super) path: &'a str,
    pub(super) style: &'a str,
}

impl Frame<'_> {
    fn say(&self, vi: &'static str, en: &'static str) -> &'static str {
        self.language.of(vi, en)
    }

    /// An address within these pages, in the reader's language.
    fn href(&self, path: &str) -> String {
        match self.language {
            Language::Vi => path.to_owned(),
            Language::En if path.contains('?') => format!("{path}&lang=en"),
            Language::En => format!("{path}?lang=en"),
        }
    }

    fn page(&self, title: &str, up: Option<(&str, &str)>, content: Markup) -> String {
        let other = match self.language {
            Language::Vi if self.path.contains('?') => format!("{}&lang=en", self.path),
            Language::Vi => format!("{}?lang=en", self.path),
            Language::En => self.path.to_owned(),
        };
        html! {
            (DOCTYPE)
            html lang=(self.language.code()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (title) " – i-Cabinet" }
                    link rel="icon" href="/public/icon.svg" type="image/svg+xml";
                    link rel="stylesheet" href=(self.style);
                }
                body {
                    a class="skip" href="#noi-dung" { (self.say("Đến nội dung", "Skip to content")) }
                    div class="gov" {
                        nav class="crumb" aria-label=(self.say("Đường dẫn", "Breadcrumb")) {
                            @if let Some((path, name)) = up {
                                a href=(self.href(path)) { (name) }
                            } @else {
                                span {}
                            }
                            @match self.language {
                                Language::Vi => a href=(other) lang="en" hreflang="en" { "English" },
                                Language::En => a href=(other) lang="vi" hreflang="vi" { "Tiếng Việt" },
                            }
                        }
                        hr class="rule";
                        main id="noi-dung" { (content) }
                    }
                }
            }
        }
        .into_string()
    }
}

/// One page of the list of meetings with something published, the newest first. `older` is the address
/// of the next page, where there is one.
pub(super) fn index(
    frame: &Frame<'_>,
    meetings: &[Line],
    is_first: bool,
    older: Option<&str>,
) -> String {
    let title = frame.say("Đã công bố", "Published");
    let content = html! {
        article {
            h1 class="plain" { (title) }
            @if meetings.is_empty() && is_first {
                p { (frame.say(
                    "Chưa có quyết định hay biên bản nào được công bố.",
                    "No decision or minutes have been published yet.",
                )) }
            }
            ul class="list" {
                @for meeting in meetings {
                    li {
                        a href=(frame.href(&address(&meeting.id))) { (text(frame, &meeting.title)) }
                        p class="soft" {
                            (text(frame, &meeting.body)) " · " (date(meeting.scheduled, frame.language)) " · "
                            (published(meeting.decisions, meeting.minutes, frame.language))
                        }
                    }
                }
            }
            @if !is_first || older.is_some() {
                nav class="get" aria-label=(frame.say("Các trang", "Pages")) {
                    @if !is_first {
                        a class="btn" href=(frame.href("/public")) { (frame.say("Mới nhất", "Newest")) }
                    }
                    @if let Some(older) = older {
                        a class="btn" rel="next" href=(frame.href(older)) { (frame.say("Cũ hơn", "Older")) }
                    }
                }
            }
            (how_link(frame))
        }
    };
    frame.page(title, None, content)
}

/// One meeting: what of it was published.
pub(super) fn meeting(frame: &Frame<'_>, meeting: &Published) -> String {
    let base = address(&meeting.id);
    let content = html! {
        article {
            h1 class="plain" { (text(frame, &meeting.title)) }
            p class="soft" {
                (text(frame, &meeting.body)) " · " (day_and_time(meeting.scheduled, frame.language))
                @if !meeting.place.is_blank() { " · " (text(frame, &meeting.place)) }
            }
            ul class="list" {
                @for decision in &meeting.decisions {
                    li {
                        a lang="vi" href=(frame.href(&format!("{base}/decisions/{}", decision.id))) {
                            (named(decision))
                        }
                        (issued(frame, &decision.seal))
                    }
                }
                @if let Some(minutes) = &meeting.minutes {
                    li {
                        a href=(frame.href(&format!("{base}/minutes"))) {
                            (frame.say("Biên bản phiên họp", "Minutes of the meeting"))
                        }
                        (issued(frame, &minutes.seal))
                    }
                }
            }
            div class="get" {
                a class="btn" href=(format!("{base}.ics")) {
                    (arrow()) (frame.say("Lịch họp (ICS)", "Calendar entry (ICS)"))
                }
            }
        }
    };
    let up = ("/public", frame.say("Đã công bố", "Published"));
    frame.page(frame.language.text(&meeting.title), Some(up), content)
}

/// One decision.
pub(super) fn decision(frame: &Frame<'_>, m: &Published, d: &Decision, bytes: u64) -> String {
    let path = format!("{}/decisions/{}", address(&m.id), d.id);
    let content = html! {
        article lang="vi" {
            (letterhead(&d.letterhead))
            h1 { span class="kind" { "Quyết định" } " " (instruments::subject(&d.text.subject)) }
            dl class="facts" lang=(frame.language.code()) {
                (state(frame, &d.seal))
                @if let Some((terms, outcome)) = &d.outcome {
                    dt { (frame.say("Biểu quyết", "Vote")) }
                    dd { (result(frame, terms, outcome)) }
                }
                (signature(frame, &d.seal))
            }
            @for basis in instruments::bases(&d.text.bases) { p { i { (basis) } } }
            @for article in instruments::articles(&d.text) {
                @for (index, paragraph) in article.paragraphs.iter().enumerate() {
                    p { @if index == 0 { b { (article.heading) } " " } (paragraph) }
                }
            }
            div class="sign" {
                p class="to" {
                    @if !d.text.recipients.is_empty() { b { i { "Nơi nhận:" } } }
                    @for recipient in instruments::recipients(&d.text) { br; "- " (recipient) }
                }
                (signed_block(&d.signatory, &d.seal))
            }
            (download(frame, &path, bytes))
            (how(frame, &d.seal))
        }
    };
    let title = format!("{} – {}", named(d), frame.language.text(&m.body));
    frame.page(&title, Some((&address(&m.id), frame.language.text(&m.title))), content)
}

/// The minutes.
pub(super) fn minutes(
    frame: &Frame<'_>,
    m: &Published,
    told: &PublicMinutes,
    bytes: u64,
) -> String {
    let path = format!("{}/minutes", address(&m.id));
    let content = html! {
        article lang="vi" {
            (letterhead(&told.letterhead))
            h1 { span class="kind" { "Biên bản" } " " (m.title.vi) }
            dl class="facts" lang=(frame.language.code()) {
                (state(frame, &told.seal))
                (signature(frame, &told.seal))
            }
            p class="legend" lang=(frame.language.code()) {
                (frame.say(
                    "Câu có vạch vàng được lập từ nhật ký của phiên họp, không ai sửa được.",
                    "Sentences with a golden line were made from the meeting's log; nobody can edit them.",
                ))
            }
            @for (index, section) in told.sections.iter().enumerate() {
                section {
                    h2 { (index + 1) ". " (section.heading) }
                    ul class="said" {
                        @for (sentence, is_log) in &section.sentences {
                            @if *is_log {
                                li class="log" {
                                    span class="sr" { "Từ nhật ký: " } (sentence)
                                }
                            } @else {
                                li { (sentence) }
                            }
                        }
                    }
                }
                @for vote in &section.votes { (names(frame, vote)) }
            }
            div class="sign" {
                p class="sig" {
                    @for line in &told.secretary.title { b { (line) } br; }
                    b { (told.secretary.name) }
                }
                (signed_block(&told.chair, &told.seal))
            }
            p class="to" {
                b { i { "Nơi nhận:" } }
                @for recipient in instruments::RECIPIENTS { br; "- " (recipient) }
            }
            (download(frame, &path, bytes))
            (how(frame, &told.seal))
        }
    };
    let title = format!("{} – {}", frame.say("Biên bản", "Minutes"), frame.language.text(&m.title));
    frame.page(&title, Some((&address(&m.id), frame.language.text(&m.title))), content)
}

/// How anyone checks a document with a program of his own.
pub(super) fn checking(frame: &Frame<'_>, root: &str) -> String {
    let title = frame.say("Cách kiểm tra", "How to check a document");
    let content = html! {
        article {
            h1 class="plain" { (title) }
            p { (frame.say(
                "Mỗi văn bản ở đây là một tệp PDF có chữ ký số PAdES (Ed25519) của người ký, phủ toàn bộ tệp. Không cần tin máy chủ này: hãy tải tệp về và kiểm tra bằng chương trình của quý vị.",
                "Each document here is a PDF with a PAdES signature (Ed25519) of its signer that covers the whole file. You need not believe this server: take the file and check it with a program of your own.",
            )) }
            div class="how" {
                h2 { "1. " (frame.say("Chứng thư gốc", "The root certificate")) }
                p {
                    a href="/api/trust" download="root.pem" { (frame.say("Tải root.pem", "Get root.pem")) } ". "
                    (frame.say(
                        "Hãy hỏi cơ quan ban hành xem mã SHA-256 này có đúng không:",
                        "Ask the issuing body whether this SHA-256 is right:",
                    ))
                }
                p class="code" { (root) }
                h2 { "2. " (frame.say("Kiểm tra bằng pyHanko", "With pyHanko")) }
                pre { "pyhanko sign validate --pretty-print --trust root.pem \\\n  --trust-replace --no-revocation-check van-ban.pdf" }
                h2 { "3. " (frame.say("Kiểm tra bằng i-Cabinet, không cần mạng", "With i-Cabinet, without a network")) }
                pre { (frame.say(
                    "icabinet verify van-ban.pdf --trust root.pem",
                    "icabinet verify document.pdf --trust root.pem --english",
                )) }
                h2 { "4. " (frame.say("So tệp", "Comparing files")) }
                p { (frame.say(
                    "Mã SHA-256 của tệp và dấu vân tay của nội dung đã ký có trên trang của từng văn bản; dấu vân tay là mã người ký đã thấy trên thiết bị của mình và trên màn hình phòng họp.",
                    "The file's SHA-256 and the fingerprint of what was signed stand on each document's page; the fingerprint is what the signer saw on his own device and the room saw on its screen.",
                )) }
            }
        }
    };
    frame.page(title, Some(("/public", frame.say("Đã công bố", "Published"))), content)
}

/// There is nothing at this address, or nothing public.
pub(super) fn nothing(frame: &Frame<'_>) -> String {
    let title = frame.say("Không có gì ở địa chỉ này", "There is nothing at this address");
    let content = html! {
        article {
            h1 class="plain" { (title) }
            p { (frame.say(
                "Văn bản chưa được công bố, hoặc địa chỉ bị gõ sai.",
                "The document has not been published, or the address has a typing mistake.",
            )) }
        }
    };
    frame.page(title, Some(("/public", frame.say("Đã công bố", "Published"))), content)
}

fn address(meeting: &MeetingId) -> String {
    format!("/public/meetings/{meeting}")
}

/// A text in the reader's language, marked where there is only Vietnamese.
fn text(frame: &Frame<'_>, text: &Text) -> Markup {
    let only_vi = frame.language == Language::En && text.en.is_empty();
    html! { @if only_vi { span lang="vi" { (text.vi) } } @else { (frame.language.text(text)) } }
}

fn named(decision: &Decision) -> String {
    let number = decision.letterhead.number.as_ref();
    let number = number.map(|number| format!(" số {number}")).unwrap_or_default();
    format!("Quyết định{number} {}", lowered(&instruments::subject(&decision.text.subject)))
}

/// "về việc …" after other words.
fn lowered(subject: &str) -> String {
    match subject.strip_prefix("Về việc") {
        Some(rest) => format!("về việc{rest}"),
        None => subject.to_owned(),
    }
}

fn issued(frame: &Frame<'_>, seal: &Seal) -> Markup {
    html! {
        p class="soft" {
            (frame.say("Ký và công bố ", "Signed and published on "))
            (date(seal.published, frame.language)) " · " (seal.signer)
        }
    }
}

fn letterhead(head: &Letterhead) -> Markup {
    let SheetLine { place, date } = dated(head);
    html! {
        div class="nat" {
            div {
                @if let Some(parent) = &head.parent_body { span { (parent) } br; }
                @for (index, line) in head.issuing_body.iter().enumerate() {
                    @if index + 1 == head.issuing_body.len() { b { (line) } } @else { (line) }
                }
                span class="u short" {}
                @if let Some(number) = &head.number { "Số: " (number) }
            }
            div {
                b { "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" }
                b { "Độc lập - Tự do - Hạnh phúc" }
                span class="u" {}
                i { (place) (date) }
            }
        }
    }
}

struct SheetLine {
    place: String,
    date: String,
}

/// Days under 10 and the first two months are written with a zero (Decree 30/2020).
fn dated(head: &Letterhead) -> SheetLine {
    let place = if head.place.is_empty() { String::new() } else { format!("{}, ", head.place) };
    let month = match head.date.month {
        month @ 1..=2 => format!("0{month}"),
        month => month.to_string(),
    };
    let date = format!("ngày {:02} tháng {month} năm {}", head.date.day, head.date.year);
    SheetLine { place, date }
}

fn state(frame: &Frame<'_>, seal: &Seal) -> Markup {
    html! {
        dt { (frame.say("Tình trạng", "State")) }
        dd class="state" {
            svg class="i" viewBox="0 0 24 24" aria-hidden="true" {
                circle cx="12" cy="10" r="6.5" {}
                path d="m9.3 10 2 2 3.5-4M8.5 15.5 7.5 22l4.5-2.5L16.5 22l-1-6.5" {}
            }
            span {
                (frame.say("Đã ký và công bố ", "Signed and published "))
                (date(seal.published, frame.language))
            }
        }
    }
}

fn signature(frame: &Frame<'_>, seal: &Seal) -> Markup {
    html! {
        dt { (frame.say("Người ký", "Signed by")) }
        dd { (seal.signer) ", " (text(frame, &seal.office)) }
        dt { (frame.say("Ký lúc", "Signed at")) }
        dd { (clock(seal.signed)) ", " (date(seal.signed, frame.language)) }
        dt { (frame.say("Dấu vân tay", "Fingerprint")) }
        dd class="code" { (seal.fingerprint) }
        dt { (frame.say("SHA-256 của tệp", "SHA-256 of the file")) }
        dd class="code" { (seal.document.hex()) }
    }
}

fn signed_block(signatory: &Signatory, seal: &Seal) -> Markup {
    html! {
        p class="sig" {
            @for line in &signatory.title { b { (line) } br; }
            i { "đã ký số lúc " (clock(seal.signed)) }
            br;
            b { (seal.signer) }
        }
    }
}

fn download(frame: &Frame<'_>, path: &str, bytes: u64) -> Markup {
    html! {
        div class="get" lang=(frame.language.code()) {
            a class="btn" href=(format!("{path}.pdf")) {
                (arrow())
                (frame.say("Bản PDF đã ký", "Signed PDF")) " (" (bytes.div_ceil(1024)) " KB)"
            }
        }
    }
}

fn arrow() -> Markup {
    html! {
        svg class="i" viewBox="0 0 24 24" aria-hidden="true" {
            path d="M12 4v11M7 11l5 5 5-5M5 20h14" {}
        }
    }
}

fn how(frame: &Frame<'_>, seal: &Seal) -> Markup {
    html! {
        div class="how" lang=(frame.language.code()) {
            p {
                b { (frame.say("Tự kiểm tra. ", "Check it yourself. ")) }
                (frame.say(
                    "Mở bản PDF bằng trình đọc có kiểm tra chữ ký: chữ ký phải phủ toàn bộ tệp và người ký phải là ",
                    "Open the PDF with a program that checks signatures: the signature must cover the whole file and the signer must be ",
                ))
                (seal.signer) ". "
                a href=(frame.href("/public/checking")) { (frame.say("Cách kiểm tra", "How to check")) }
            }
            p class="soft" {
                (frame.say("Công bố lúc ", "Published at ")) (clock(seal.published)) ", "
                (date(seal.published, frame.language)) " · "
                (frame.say("địa chỉ này không thay đổi", "this address does not change"))
            }
        }
    }
}

fn how_link(frame: &Frame<'_>) -> Markup {
    html! {
        div class="how" {
            p { a href=(frame.href("/public/checking")) {
                (frame.say("Cách kiểm tra một văn bản", "How to check a document"))
            } }
        }
    }
}

fn result(
    frame: &Frame<'_>,
    terms: &icabinet_models::votes::Terms,
    outcome: &icabinet_models::votes::Outcome,
) -> String {
    let (yes, against) = (outcome.tally.yes, outcome.tally.base(terms.rule.base));
    let language = frame.language;
    format!(
        "{yes} {} / {against} {} – {}: {}",
        row(Row::Cast(icabinet_models::rule::Choice::Yes), language).to_lowercase(),
        base(terms.rule.base, language),
        verdict(outcome.verdict, language),
        reason(terms, outcome, language),
    )
}

fn names(frame: &Frame<'_>, vote: &VoteTable) -> Markup {
    html! {
        table class="names" lang=(frame.language.code()) {
            caption { (text(frame, &vote.text)) }
            tbody {
                @for (kind, names) in &vote.rows {
                    tr {
                        th scope="row" { (row(*kind, frame.language)) }
                        td class="sum" { (names.len()) }
                        td { (names.join(", ")) }
                    }
                }
            }
            tfoot { tr { td colspan="3" { (result(frame, &vote.terms, &vote.outcome)) } } }
        }
    }
}
