//! Every widget in its states, beside `/kit`'s model, the picture of all components. Only with the
//! feature `kit`; its examples are fixed and in Vietnamese, as the picture is.

use leptos::prelude::*;

use crate::preferences::use_texts;
use crate::texts::dates::VIETNAM_OFFSET_MINUTES;
use crate::ui::{
    Badge, BadgeTone, Banner, BannerTone, Button, ButtonLook, ButtonSize, Connection,
    ConnectionBadge, Countdown, DateBlock, Dock, DockAction, DockMark, Fingerprint, Icon, IconName,
    ItemNumber, ItemTitle, PackBadge, Presence, Primary, QueueKind, QueueRow, Receipt,
    ReceiptState, Row, RowMark, SaveMark, SaveStage, Seat, Seats, Sheet, Source, SourceChip,
    StateRule, TableFigure, TopLine, VoteButtons, VoteChoice, VotePhase, WallClock, use_clock,
};
use icabinet_presenter::vietnamese::no_break;

/// 14:02:00 on 26 November 2026 in Viet Nam: the moment of the pictures.
const NOON_MS: i64 = 1_795_676_520_000;

const MOTION: &str = "Thông qua chủ trương cải tạo, nâng cấp chợ Bạch Liên theo phương án 2, tổng mức đầu tư 18,6 tỷ đồng, thực hiện từ tháng 01 đến tháng 9 năm 2027.";

fn ignore() -> Callback<()> {
    Callback::new(|()| ())
}

#[component]
fn Section(title: &'static str, children: Children) -> impl IntoView {
    view! { <section><h2>{title}</h2>{children()}</section> }
}

/// The page.
#[component]
pub fn Kit() -> impl IntoView {
    let texts = use_texts();
    view! {
        <main class="kit">
            <header><h1>{move || texts.get().kit.title}</h1><p class="soft">{move || texts.get().kit.lead}</p></header>
            <Section title="Màu"><Swatches/></Section>
            <Section title="Chữ"><Letters/></Section>
            <Section title="Nút"><Buttons/></Section>
            <Section title="Nút chính"><Primaries/></Section>
            <Section title="Nút biểu quyết"><Votes/></Section>
            <Section title="Biên nhận"><Receipts/></Section>
            <Section title="Dấu lưu"><SaveMarks/></Section>
            <Section title="Nhãn"><Badges/></Section>
            <Section title="Ghế"><SeatCounts/></Section>
            <Section title="Dải báo"><Banners/></Section>
            <Section title="Đếm ngược"><Countdowns/></Section>
            <Section title="Dòng chờ"><Queue/></Section>
            <Section title="Dòng danh sách"><Rows/></Section>
            <Section title="Nguồn"><Sources/></Section>
            <Section title="Khung"><Frame/></Section>
            <Section title="Bàn họp"><Tables/></Section>
            <Section title="Tờ trượt"><SheetExample/></Section>
        </main>
    }
}

#[component]
fn Swatches() -> impl IntoView {
    const COLOURS: [(&str, &str); 12] = [
        ("paper", "nền phòng"),
        ("sheet", "giấy trên bàn"),
        ("sunk", "mặt bàn"),
        ("ink", "chữ chính"),
        ("soft", "chữ phụ"),
        ("edge", "viền nút"),
        ("son", "hành động"),
        ("gold", "đã ghi nhận"),
        ("gold-tint", "lưu ý"),
        ("yes", "tán thành"),
        ("no", "không tán thành"),
        ("other", "ý kiến khác"),
    ];
    let swatches = COLOURS
        .into_iter()
        .map(|(name, meaning)| {
            view! { <div><i style:background=format!("var(--{name})")></i><b>{name}</b><span class="meta">{meaning}</span></div> }
        })
        .collect_view();
    view! { <div class="swatches">{swatches}</div> }
}

#[component]
fn Letters() -> impl IntoView {
    const LINES: [(&str, &str, &str); 4] = [
        ("record", "var(--t-head)", "Ễ Ộ Ặ Ữ – Quyết định về chợ Bạch Liên"),
        ("record", "var(--t-title)", "Tiêu đề mục, nội dung biểu quyết: 30"),
        ("", "var(--t-lead)", "Từ trên nút biểu quyết, tiêu đề khối: 24"),
        ("", "var(--t-label)", "Nhãn nút, tên người: 20"),
    ];
    let lines = LINES
        .into_iter()
        .map(|(class, size, text)| view! { <p class=class style:font-size=size style:font-weight="600">{text}</p> })
        .collect_view();
    view! {
        <div class="stack">
            {lines}
            <p>"Chữ thường: 18. Dòng cao 1,5 để dấu của Ễ, Ộ luôn trọn vẹn."</p>
            <p class="meta">"Chữ nhỏ nhất: 16, chỉ cho thời điểm, nguồn, trạng thái phụ."</p>
        </div>
    }
}

#[component]
fn Buttons() -> impl IntoView {
    view! {
        <div class="set">
            <Button label="Bình thường" on_press=ignore()/>
            <Button label="Có biểu tượng" icon=IconName::Plus on_press=ignore()/>
            <Button label="Chưa dùng được" enabled=false on_press=ignore()/>
            <Button label="Nhỏ 48" size=ButtonSize::Small on_press=ignore()/>
            <Button label="Nút chữ" look=ButtonLook::Quiet on_press=ignore()/>
        </div>
    }
}

#[component]
fn Primaries() -> impl IntoView {
    // A press changes the meaning: the next press is heard a second later.
    let presses = RwSignal::new(0_u32);
    let label = Signal::derive(move || match presses.get() {
        0 => "Mở biểu quyết".to_owned(),
        n => format!("Đã nhấn {n} lần"),
    });
    view! {
        <div class="set">
            <Primary label=label on_press=move |()| presses.update(|n| *n += 1)/>
            <Primary label="Mở biểu quyết mục 3" icon=IconName::Ballot on_press=ignore()/>
            <Primary label="Còn 3 việc" enabled=false on_press=ignore()/>
        </div>
    }
}

#[component]
fn Votes() -> impl IntoView {
    let chosen = RwSignal::new(Some(VoteChoice::Yes));
    let all = || vec![VoteChoice::Yes, VoteChoice::No, VoteChoice::Abstain, VoteChoice::Other];
    view! {
        <div class="grid2">
            <VoteButtons choices=all() chosen=chosen phase=VotePhase::Choosing other_remark="kèm nội dung"
                on_choose=move |choice| chosen.set(Some(choice))/>
            <VoteButtons choices=all() chosen=Some(VoteChoice::No) phase=VotePhase::Recorded on_choose=|_| ()/>
            <VoteButtons choices=vec![VoteChoice::Yes, VoteChoice::Other] chosen=Some(VoteChoice::Other)
                phase=VotePhase::Unsent on_choose=|_| ()/>
            <VoteButtons choices=vec![VoteChoice::Yes, VoteChoice::No] chosen=Some(VoteChoice::Yes)
                phase=VotePhase::NotCounted on_choose=|_| ()/>
        </div>
    }
}

#[component]
fn Receipts() -> impl IntoView {
    let recorded = ReceiptState::Recorded {
        choice: VoteChoice::Yes,
        code: "5C1E 08A7".to_owned(),
        time: "14:03:21".to_owned(),
    };
    let unsent =
        ReceiptState::Unsent { choice: VoteChoice::Yes, since: "14:03:21".to_owned(), attempt: 4 };
    let lost = ReceiptState::Lost { closed: "14:05:03".to_owned(), arrived: "14:05:09".to_owned() };
    let all = [recorded, unsent, lost].map(|state| view! { <Receipt state=state/> }).collect_view();
    view! { <div class="stack">{all}</div> }
}

#[component]
fn SaveMarks() -> impl IntoView {
    let all = [
        SaveStage::Saving,
        SaveStage::OnDevice { time: "14:02:08".to_owned() },
        SaveStage::OnServer { time: "14:02:09".to_owned() },
        SaveStage::NotSaved { why: "hết chỗ trên máy".to_owned() },
    ]
    .map(|stage| view! { <SaveMark stage=stage/> })
    .collect_view();
    view! { <div class="set">{all}</div> }
}

#[component]
fn Badges() -> impl IntoView {
    view! {
        <div class="set">
            <PackBadge here=12 all=12/>
            <ConnectionBadge state=Connection::Connected/>
            <ConnectionBadge state=Connection::Disconnected/>
            <Badge text="Đang họp" tone=BadgeTone::Acting/>
            <Badge text="Đã ký" icon=IconName::Seal tone=BadgeTone::Recorded/>
            <Badge text="Hạn chế" icon=IconName::Lock tone=BadgeTone::Boxed/>
            <Badge text="Trang 4 đã đổi" icon=IconName::Warning tone=BadgeTone::Boxed/>
        </div>
    }
}

#[component]
fn SeatCounts() -> impl IntoView {
    view! {
        <div class="set">
            <Seats taken=5 all=7 text="Đã bỏ phiếu 5 / 7"/>
            <Seats taken=7 all=7 text="Đủ 7 / 7"/>
            <Seats taken=2 all=7 text="Có mặt 2 / 7"/>
            <Seats taken=212 all=609 text="Đã bỏ phiếu 212 / 609"/>
        </div>
    }
}

#[component]
fn Banners() -> impl IntoView {
    view! {
        <div class="stack">
            <Banner icon=IconName::Disconnected matter="Mất kết nối từ 14:05." meaning="Vẫn đọc và ghi chú được.">
                <Button label="Thử lại ngay" size=ButtonSize::Small on_press=ignore()/>
            </Banner>
            <Banner icon=IconName::Warning matter="Không đủ điều kiện họp: 4 / 7."
                meaning="Không mở được biểu quyết mới." tone=BannerTone::Blocked/>
        </div>
    }
}

#[component]
fn Countdowns() -> impl IntoView {
    let running = use_clock().now_ms().get_untracked() + 192_000;
    view! {
        <div class="set" style:gap="64px">
            <Countdown deadline_ms=NOON_MS + 192_000 total_ms=300_000 paused_at_ms=NOON_MS/>
            <Countdown deadline_ms=NOON_MS + 28_000 total_ms=100_000 paused_at_ms=NOON_MS/>
            <Countdown deadline_ms=NOON_MS - 12_000 total_ms=300_000 paused_at_ms=NOON_MS/>
            <Countdown deadline_ms=NOON_MS total_ms=300_000 closed=true/>
            <Countdown deadline_ms=running/>
        </div>
    }
}

#[component]
fn Queue() -> impl IntoView {
    view! {
        <ol>
            <QueueRow place=1 name="Bà Đỗ Thanh Hằng" kind=QueueKind::Reply detail="Trả lời ông Duy" action="Mời" on_press=ignore()/>
            <QueueRow place=2 name="Ông Vũ Mạnh Cường" kind=QueueKind::Speak detail="Phát biểu · chờ 6 phút" action="Mời" on_press=ignore()/>
            <QueueRow place=3 name="Bà Ngô Thị Lụa" kind=QueueKind::Order detail="Nguyên tắc · chờ 2 phút" on_press=ignore()/>
            <QueueRow place=4 name="Ông Bùi Xuân Thọ" kind=QueueKind::Question detail="Hỏi, đề nghị làm rõ · chờ 1 phút" on_press=ignore()/>
        </ol>
    }
}

#[component]
fn Rows() -> impl IntoView {
    view! {
        <div class="list">
            <Row href="/kit" name="Phiên họp chuyên đề: ngân sách năm 2027" detail="Thứ Ba, 14:00 · 3 / 5 tài liệu đã có">
                <DateBlock day="08" month="tháng 12"/>
            </Row>
            <Row href="/kit" name="Tờ trình 118" detail="đang mở · 14 trang" mark=RowMark::Here><Icon name=IconName::Paper/></Row>
            <Row href="/kit" name="Cho ý kiến bằng phiếu" detail="Quy chế tiếp công dân · hạn 27/11"/>
        </div>
    }
}

#[component]
fn Sources() -> impl IntoView {
    let all = [
        (Source::Sound, "13:48"),
        (Source::SoundPlaying, "13:59"),
        (Source::Paper, "Tờ trình 118, tr. 1"),
        (Source::Record, "Nhật ký phiên họp"),
        (Source::Person, "Hoàng Ngọc Ánh sửa"),
        (Source::None, "Chưa có nguồn"),
    ]
    .map(|(source, text)| view! { <SourceChip source=source text=text on_press=ignore()/> })
    .collect_view();
    view! { <div class="set">{all}<Fingerprint groups="K7QF 2M9D XR4T 8HPA"/></div> }
}

#[component]
fn Frame() -> impl IntoView {
    let current = RwSignal::new(0_u8);
    let mark = move |place: u8, other: DockMark| {
        Signal::derive(move || if current.get() == place { DockMark::Current } else { other })
    };
    view! {
        <div class="live">
            <TopLine meeting="Phiên họp thường kỳ tháng 11 năm 2026" body="UBND phường Bạch Liên">
                <PackBadge here=7 all=12/>
                <ConnectionBadge state=Connection::Connected/>
                <WallClock offset_minutes=VIETNAM_OFFSET_MINUTES stopped_at_ms=NOON_MS/>
            </TopLine>
            <div class="stack" style:padding="24px 0">
                <ItemNumber number=3 of=7/>
                <ItemTitle title="Cải tạo, nâng cấp chợ Bạch Liên"/>
                <StateRule/>
            </div>
            <Dock>
                <DockAction icon=IconName::Paper label="Tài liệu" state="3 văn bản" mark=mark(0, DockMark::None) on_press=move |()| current.set(0)/>
                <DockAction icon=IconName::Note label="Ghi chú" state="4 ghi chú" mark=mark(1, DockMark::None) on_press=move |()| current.set(1)/>
                <DockAction icon=IconName::Microphone label="Đăng ký phát biểu" state="2 người đang chờ" mark=mark(2, DockMark::None) on_press=move |()| current.set(2)/>
                <DockAction icon=IconName::Ballot label="Biểu quyết" state="đang mở" mark=mark(3, DockMark::Now) on_press=move |()| current.set(3)/>
            </Dock>
        </div>
    }
}

#[component]
fn Tables() -> impl IntoView {
    let seat = |(name, presence): (&str, Presence)| Seat { name: name.to_owned(), presence };
    let cabinet: Vec<Seat> = [
        ("Vinh", Presence::Present),
        ("Duy", Presence::Speaking),
        ("Phước", Presence::Present),
        ("Cường", Presence::Present),
        ("Hằng", Presence::Present),
        ("Thọ", Presence::Absent),
        ("Nguyệt", Presence::Present),
    ]
    .map(seat)
    .into();
    let hall: Vec<Seat> =
        (1..=16).map(|n| Seat { name: format!("Ghế {n}"), presence: Presence::Present }).collect();
    view! {
        <div class="grid2">
            <TableFigure seats=cabinet description="Sơ đồ bàn họp: 6 trên 7 thành viên có mặt, vắng ông Thọ"/>
            <TableFigure seats=hall description="Sơ đồ bàn họp: 16 trên 16 thành viên có mặt"/>
        </div>
    }
}

#[component]
fn SheetExample() -> impl IntoView {
    let open = RwSignal::new(false);
    let chosen = RwSignal::new(None);
    view! {
        <div class="set"><Button label="Mở tờ biểu quyết" on_press=move |()| open.set(true)/></div>
        <Sheet open=open on_close=move |()| open.set(false) labelled_by="kit-sheet" kind="voting">
            <div class="head">
                <div><p class="over">"Mục 3 · Biểu quyết công khai"</p><h1 id="kit-sheet">"Biểu quyết chủ trương cải tạo chợ Bạch Liên"</h1></div>
                <Countdown deadline_ms=NOON_MS + 102_000 total_ms=180_000 paused_at_ms=NOON_MS/>
            </div>
            <StateRule/>
            <div class="text" tabindex="0"><p class="motion">{no_break(MOTION)}</p></div>
            <VoteButtons choices=vec![VoteChoice::Yes, VoteChoice::No, VoteChoice::Other] chosen=chosen
                phase=VotePhase::Choosing on_choose=move |choice| chosen.set(Some(choice)) other_remark="kèm nội dung"/>
            <div class="send">
                <Primary label=Signal::derive(move || if chosen.get().is_some() { "Gửi phiếu".to_owned() } else { "Chọn một ý kiến rồi gửi".to_owned() })
                    size=ButtonSize::Wide enabled=Signal::derive(move || chosen.get().is_some()) on_press=move |()| open.set(false)/>
            </div>
        </Sheet>
    }
}
