//! The list of one's meetings: its order, and how a page of it comes to what is there. Never here: which
//! meetings one may know of, and where a page ends; the server says that.

use icabinet_models::meeting::Stage;
use icabinet_models::wire::MeetingSummary;

/// What comes first: a meeting under way, then what is to come by its time, then what was, the latest
/// first.
pub fn rank(summary: &MeetingSummary) -> (u8, i64) {
    let scheduled = summary.particulars.scheduled.0;
    match summary.stage {
        Stage::InSession { .. } | Stage::Recess { .. } => (0, scheduled),
        Stage::Convened | Stage::Preparing | Stage::Blank => (1, scheduled),
        Stage::Closed { .. } => (2, scheduled.saturating_neg()),
    }
}

/// Puts a page of the server's list to what is there, in order; whether where the list goes on is known
/// from this page now. `known` was fetched before, `is_older` says that the page was asked for behind
/// it, `goes_on` that the list has more behind the page.
///
/// A first page that is fetched again leaves what was fetched behind it: whoever has looked further back
/// stays there. Of what is in both the page has the newer word.
pub fn put_to(
    page: &mut Vec<MeetingSummary>,
    mut known: Vec<MeetingSummary>,
    is_older: bool,
    goes_on: bool,
) -> bool {
    known.retain(|one| (is_older || goes_on) && page.iter().all(|new| new.id != one.id));
    let says_where = is_older || known.is_empty();
    page.append(&mut known);
    page.sort_by_key(rank);
    says_where
}

#[cfg(test)]
mod tests {
    use super::put_to;
    use icabinet_models::ids::Time;
    use icabinet_models::meeting::{Particulars, Stage};
    use icabinet_models::visibility::ViewerClass;
    use icabinet_models::wire::MeetingSummary;

    /// A meeting at an hour; over where it is before 100.
    fn meeting(hour: i64, stage: &Stage) -> MeetingSummary {
        MeetingSummary {
            id: format!("m{hour}").as_str().into(),
            particulars: Particulars { scheduled: Time(hour), ..Particulars::default() },
            stage: stage.clone(),
            class: ViewerClass::Member,
            waits: Vec::new(),
        }
    }

    fn list(hours: impl IntoIterator<Item = i64>) -> Vec<MeetingSummary> {
        let closed = Stage::Closed { opened_at: Time(0), at: Time(0) };
        let stage = |hour| if hour < 100 { &closed } else { &Stage::Convened };
        hours.into_iter().map(|hour| meeting(hour, stage(hour))).collect()
    }

    fn hours(list: &[MeetingSummary]) -> Vec<i64> {
        list.iter().map(|one| one.particulars.scheduled.0).collect()
    }

    #[test]
    fn what_is_under_way_comes_first_then_what_comes_then_what_was() {
        let mut page = list([5, 120, 9, 110]);
        page.push(meeting(130, &Stage::InSession { opened_at: Time(0) }));
        put_to(&mut page, Vec::new(), false, false);
        assert_eq!(hours(&page), [130, 110, 120, 9, 5]);
    }

    #[test]
    fn an_older_page_comes_behind_what_is_there_and_says_where_the_list_goes_on() {
        let mut page = list([3, 2]);
        assert!(put_to(&mut page, list([110, 9, 8]), true, false));
        assert_eq!(hours(&page), [110, 9, 8, 3, 2]);
    }

    #[test]
    fn the_first_page_anew_leaves_older_ones_and_where_they_went_on() {
        // A new meeting pushed the last one of the first page to the next.
        let mut page = list([120, 110, 9]);
        assert!(!put_to(&mut page, list([110, 9, 8, 3, 2]), false, true));
        assert_eq!(hours(&page), [110, 120, 9, 8, 3, 2]);
    }

    #[test]
    fn of_what_is_in_both_the_page_has_the_newer_word() {
        let mut page = list([110, 9]);
        let mut known = list([110, 9, 8]);
        known[0].class = ViewerClass::Staff;
        put_to(&mut page, known, true, false);
        assert_eq!((hours(&page), page[0].class), (vec![110, 9, 8], ViewerClass::Member));
    }

    #[test]
    fn a_list_of_one_page_is_all_there_is() {
        let mut page = list([110]);
        assert!(put_to(&mut page, list([110, 9]), false, false), "taken off the list meanwhile");
        assert_eq!(hours(&page), [110]);
    }
}
