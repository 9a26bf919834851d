//! Preparing a meeting: its particulars, and convening it.

use crate::meeting::guards::{not_closed, required, secretary};
use crate::meeting::participants::check_participant;
use crate::meeting::{
    Act, Actor, Bound, Context, Decided, Edition, Meeting, Particulars, PreparationCommand,
    PreparationEvent, Refusal, Stage,
};
use crate::participants::{Office, Participant};
use crate::profile::Profile;
use crate::rule::Threshold;
use crate::text::most;

pub(in crate::meeting) fn decide(
    m: &Meeting,
    cx: &Context,
    command: &PreparationCommand,
) -> Result<Decided, Refusal> {
    match command {
        PreparationCommand::CreateMeeting { particulars, profile, people } => {
            create(m, cx, particulars, profile, people)
        }
        PreparationCommand::ChangeParticulars { particulars, seen } => {
            secretary(m, cx)?;
            not_closed(m)?;
            check_particulars(particulars)?;
            let new = Edition::Particulars { particulars: particulars.clone() };
            m.edition().give_way(*seen, Some(&new))?;
            Ok(Decided::one(PreparationEvent::ParticularsChanged {
                particulars: particulars.clone(),
            }))
        }
        PreparationCommand::Convene {} => convene(m, cx),
    }
}

fn create(
    m: &Meeting,
    cx: &Context,
    particulars: &Particulars,
    profile: &Profile,
    people: &[Participant],
) -> Result<Decided, Refusal> {
    if !matches!(cx.actor, Actor::Organiser(_)) {
        return Err(Refusal::NotAllowed { act: Act::Prepare });
    }
    if m.stage != Stage::Blank {
        return Err(Refusal::AlreadyExists);
    }
    check_particulars(particulars)?;
    check_profile(profile)?;
    if people.len() > most::PEOPLE {
        return Err(Refusal::Invalid { bound: Bound::TooMany });
    }
    let mut seen = std::collections::BTreeSet::new();
    for participant in people {
        check_participant(participant)?;
        if !seen.insert(&participant.person) {
            return Err(Refusal::AlreadyExists);
        }
    }
    if !people.iter().any(|p| p.office == Some(Office::Secretary)) {
        return Err(Refusal::NoSecretary);
    }
    if people.iter().filter(|p| p.office == Some(Office::Chair)).count() > 1 {
        return Err(Refusal::TwoChairs);
    }
    Ok(Decided::one(PreparationEvent::MeetingCreated {
        particulars: particulars.clone(),
        profile: profile.clone(),
        people: people.to_vec(),
    }))
}

fn check_particulars(particulars: &Particulars) -> Result<(), Refusal> {
    required(&particulars.title)?;
    required(&particulars.body)
}

fn check_profile(profile: &Profile) -> Result<(), Refusal> {
    let sound = |threshold: &Threshold| {
        threshold.denominator > 0 && threshold.numerator <= threshold.denominator
    };
    if sound(&profile.quorum) && sound(&profile.majority.threshold) && !profile.choices.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid { bound: Bound::OutOfRange })
    }
}

fn convene(m: &Meeting, cx: &Context) -> Result<Decided, Refusal> {
    secretary(m, cx)?;
    if m.stage != Stage::Preparing {
        return Err(Refusal::WrongStage);
    }
    if m.agenda.is_empty() {
        return Err(Refusal::AgendaEmpty);
    }
    if m.chair.is_none() {
        return Err(Refusal::NoChair);
    }
    Ok(Decided::one(PreparationEvent::Convened {}))
}
