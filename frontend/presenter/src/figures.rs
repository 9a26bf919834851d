//! The arithmetic behind the widgets: where the seats of a table are, what a countdown says.
//! Pure, tested natively; nothing of the browser and no clock.

/// A place on a drawing, in its own units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// The drawing of a table: its box and the seats around it, clockwise from the head of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct TablePlan {
    pub width: f64,
    pub height: f64,
    pub centre: Point,
    /// Half axes of the table top.
    pub top: (f64, f64),
    pub seat_radius: f64,
    pub seats: Vec<PlannedSeat>,
}

/// A seat and where its name is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlannedSeat {
    pub at: Point,
    /// The middle of the name's baseline.
    pub name: Point,
}

/// The oval table of a cabinet, `n` seats at equal distance along the ellipse, the first at the top.
/// Up to 8 seats it is drawn as on the chair's screen; a longer table grows wider and taller.
/// Names stand outside: above for the upper seats, below for the others.
pub fn table(n: usize) -> TablePlan {
    let room = f64::from(u32::try_from(n.saturating_sub(8)).unwrap_or(0).min(40));
    let (rx, ry) = (92.0 + 9.0 * room, 82.0 + 9.0 * room);
    let centre = Point { x: rx + 44.0, y: ry + 42.0 };
    let seat_radius = 12.0;
    let seats = (0..n)
        .map(|seat| {
            let angle = even_angle(seat, n, rx, ry);
            let (sin, cos) = angle.sin_cos();
            let at = Point { x: centre.x + rx * sin, y: centre.y - ry * cos };
            let above = cos > 0.05;
            let name = Point { x: at.x, y: if above { at.y - 21.0 } else { at.y + 35.0 } };
            PlannedSeat { at, name }
        })
        .collect();
    TablePlan {
        width: 2.0 * centre.x,
        height: 2.0 * centre.y,
        centre,
        top: (rx - 30.0, ry - 28.0),
        seat_radius,
        seats,
    }
}

/// The angle from the top at which `seat` of `n` divides the ellipse's circumference evenly.
fn even_angle(seat: usize, n: usize, rx: f64, ry: f64) -> f64 {
    const STEPS: u32 = 720;
    let full = std::f64::consts::TAU;
    let step = full / f64::from(STEPS);
    let piece = |k: u32| {
        let (sin, cos) = ((f64::from(k) + 0.5) * step).sin_cos();
        (rx * cos).hypot(ry * sin) * step
    };
    let circumference: f64 = (0..STEPS).map(piece).sum();
    let share = as_f64(seat) / as_f64(n.max(1));
    let mut left = circumference * share;
    for k in 0..STEPS {
        let length = piece(k);
        if left <= length {
            return f64::from(k) * step + step * left / length;
        }
        left -= length;
    }
    full
}

fn as_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// What a countdown says at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remaining {
    /// Whole seconds left, rounded up: the last second is shown until it has passed.
    Left { seconds: u64 },
    /// Less than [`SOON_SECONDS`] left.
    Soon { seconds: u64 },
    /// Whole seconds past the end.
    Over { seconds: u64 },
}

/// Below this many seconds a countdown says that time is nearly over.
pub const SOON_SECONDS: u64 = 30;

/// Compares a deadline with a moment, both in milliseconds of the server's clock.
pub fn remaining(deadline_ms: i64, now_ms: i64) -> Remaining {
    let left = deadline_ms.saturating_sub(now_ms);
    if left > 0 {
        let seconds = left.unsigned_abs().div_ceil(1000);
        if seconds < SOON_SECONDS {
            Remaining::Soon { seconds }
        } else {
            Remaining::Left { seconds }
        }
    } else {
        Remaining::Over { seconds: left.unsigned_abs() / 1000 }
    }
}

/// How much of `total_ms` is left, in whole per cent, for the bar under a countdown.
pub fn percent_left(deadline_ms: i64, now_ms: i64, total_ms: i64) -> u8 {
    let left = deadline_ms.saturating_sub(now_ms).clamp(0, total_ms.max(0));
    let percent = i128::from(left) * 100 / i128::from(total_ms.max(1));
    u8::try_from(percent).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::{Point, Remaining, percent_left, remaining, table};

    fn distance(a: Point, b: Point) -> f64 {
        (a.x - b.x).hypot(a.y - b.y)
    }

    #[test]
    fn seven_seats_as_on_the_chairs_screen() {
        let plan = table(7);
        assert_eq!((plan.width, plan.height), (272.0, 248.0));
        assert_eq!(plan.top, (62.0, 54.0));
        // Drawn by hand in the picture: Vinh, Duy, Phước, Cường, Hằng, Thọ, Nguyệt.
        let drawn = [
            (136.0, 42.0),
            (207.9, 72.9),
            (225.7, 142.2),
            (175.9, 197.9),
            (96.1, 197.9),
            (46.3, 142.2),
            (64.1, 72.9),
        ];
        for (seat, (x, y)) in plan.seats.iter().zip(drawn) {
            assert!(distance(seat.at, Point { x, y }) < 5.0, "{seat:?} is not near {x}, {y}");
        }
    }

    #[test]
    fn nobody_sits_on_anybodys_lap() {
        for n in 0..=48 {
            let plan = table(n);
            assert_eq!(plan.seats.len(), n);
            for (i, a) in plan.seats.iter().enumerate() {
                assert!(
                    a.at.x >= plan.seat_radius && a.at.x <= plan.width - plan.seat_radius,
                    "{n} seats"
                );
                assert!(
                    a.name.y >= 12.0 && a.name.y <= plan.height,
                    "{n} seats: a name leaves the drawing"
                );
                for b in &plan.seats[i + 1..] {
                    assert!(
                        distance(a.at, b.at) > 2.0 * plan.seat_radius + 4.0,
                        "{n} seats too close"
                    );
                }
            }
        }
    }

    #[test]
    fn a_countdown_turns_at_its_edges() {
        for (left_ms, said) in [
            (192_000, Remaining::Left { seconds: 192 }),
            (191_001, Remaining::Left { seconds: 192 }),
            (29_001, Remaining::Left { seconds: 30 }),
            (29_000, Remaining::Soon { seconds: 29 }),
            (1, Remaining::Soon { seconds: 1 }),
            (0, Remaining::Over { seconds: 0 }),
            (-12_999, Remaining::Over { seconds: 12 }),
        ] {
            assert_eq!(remaining(1_000_000, 1_000_000 - left_ms), said, "{left_ms} ms left");
        }
    }

    #[test]
    fn extremes_do_not_overflow() {
        assert_eq!(percent_left(i64::MAX, i64::MIN, i64::MAX), 100);
        assert!(matches!(remaining(i64::MIN, i64::MAX), Remaining::Over { .. }));
    }

    #[test]
    fn the_bar_stays_between_its_ends() {
        assert_eq!(percent_left(300_000, 108_000, 300_000), 64);
        assert_eq!(percent_left(300_000, 400_000, 300_000), 0);
        assert_eq!(percent_left(300_000, -1, 300_000), 100);
        assert_eq!(percent_left(300_000, 0, 0), 0);
    }
}
