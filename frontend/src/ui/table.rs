//! The table is the picture: who is in the room, drawn as seats.

use leptos::prelude::*;

use crate::preferences::use_texts;
use icabinet_presenter::figures;

/// Whether somebody is at the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Absent,
    Present,
    /// Present, and has the floor.
    Speaking,
}

/// A seat: the given name that is written beside it, and who is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    pub name: String,
    pub presence: Presence,
}

/// The oval table, seats in the order of the room's plan from its head, clockwise. In its middle the
/// count of those present.
#[component]
pub fn TableFigure(
    #[prop(into)] seats: Signal<Vec<Seat>>,
    /// The picture in words: "6 trên 7 thành viên có mặt, vắng ông Thọ".
    #[prop(into)]
    description: Signal<String>,
) -> impl IntoView {
    let texts = use_texts();
    let drawing = move || {
        seats.with(|seats| {
            let plan = figures::table(seats.len());
            let present = seats.iter().filter(|seat| seat.presence != Presence::Absent).count();
            let around = plan.seats.iter().zip(seats).map(|(place, seat)| draw_seat(*place, seat, plan.seat_radius)).collect_view();
            let (rx, ry) = plan.top;
            view! {
                <svg class="table-fig" viewBox=format!("0 0 {} {}", plan.width, plan.height) role="img"
                    aria-label=move || description.get()>
                    <ellipse class="top" cx=plan.centre.x cy=plan.centre.y rx=rx ry=ry/>
                    <text class="fig" x=plan.centre.x y=plan.centre.y + 4.0>{format!("{present}/{}", seats.len())}</text>
                    <text x=plan.centre.x y=plan.centre.y + 28.0>{move || texts.get().state.present}</text>
                    {around}
                </svg>
            }
        })
    };
    drawing
}

fn draw_seat(place: figures::PlannedSeat, seat: &Seat, radius: f64) -> impl IntoView + use<> {
    let class = if seat.presence == Presence::Absent { "out" } else { "in" };
    let ring = (seat.presence == Presence::Speaking)
        .then(|| view! { <circle class="floor" cx=rounded(place.at.x) cy=rounded(place.at.y) r=radius + 5.5/> });
    // The ring of the speaker needs room under a name that stands above it.
    let raised =
        if seat.presence == Presence::Speaking && place.name.y < place.at.y { 5.0 } else { 0.0 };
    view! {
        <circle class=class cx=rounded(place.at.x) cy=rounded(place.at.y) r=radius/>
        {ring}
        <text x=rounded(place.name.x) y=rounded(place.name.y - raised)>{seat.name.clone()}</text>
    }
}

fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
