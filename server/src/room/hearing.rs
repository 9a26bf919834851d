//! Whether sound arrives in the recordings of a meeting: read off the files, which every node sees,
//! whichever of them has the recorder's line. Never here: what the screens say of it.

use super::Room;
use crate::sound::Sounds;
use icabinet_models::ids::{MeetingId, RecordingId, Time};
use icabinet_models::visibility::ViewerClass;
use icabinet_models::wire::ServerFrame;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Without a sound for this long, in milliseconds, a recording counts as silent.
const SILENCE_MS: i64 = 5_000;

/// What was found when the files were looked at last.
#[derive(Debug, Default)]
struct Found {
    /// When there was a sound; `None` while nothing is recorded.
    heard: Option<Time>,
    /// How far each recording was looked through, in bytes.
    seen: BTreeMap<RecordingId, u64>,
    /// A look is under way: a slow disk is not asked twice.
    looking: bool,
}

/// Listens to a meeting's recordings.
#[derive(Debug)]
pub(super) struct Hearing {
    sounds: Sounds,
    found: Arc<Mutex<Found>>,
}

impl Hearing {
    pub(super) fn of(sounds: Sounds) -> Self {
        Self { sounds, found: Arc::default() }
    }

    /// Whether something was heard lately, and looks again beside the room, which never waits for a
    /// disk here. True where nothing is recorded.
    pub(super) fn look(&self, meeting: &MeetingId, running: &[RecordingId], now: Time) -> bool {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if running.is_empty() {
            *found = Found { looking: found.looking, ..Found::default() };
            return true;
        }
        let heard = *found.heard.get_or_insert(now);
        if !found.looking {
            found.looking = true;
            let (sounds, found) = (self.sounds.clone(), Arc::clone(&self.found));
            let (meeting, running) = (meeting.clone(), running.to_vec());
            tokio::spawn(async move { listen(&sounds, &found, &meeting, &running, now).await });
        }
        now.ms_since(heard) < SILENCE_MS
    }
}

impl Room {
    /// Tells everybody when it becomes silent, or sound arrives again.
    pub(super) fn publish_sound(&mut self, now: Time) {
        let running = self.state.recordings.iter().filter(|(_, r)| r.is_under_way());
        let running: Vec<_> = running.map(|(id, _)| *id).collect();
        let heard = self.hearing.look(&self.id, &running, now);
        // Where sound arrives as it should there is nothing to tell.
        if !heard || self.silent {
            self.feeds.tell(&ViewerClass::ALL, &ServerFrame::Sound { heard });
        }
        self.silent = !heard;
    }
}

async fn listen(
    sounds: &Sounds,
    found: &Mutex<Found>,
    meeting: &MeetingId,
    running: &[RecordingId],
    now: Time,
) {
    for recording in running {
        let from = {
            let found = found.lock().unwrap_or_else(PoisonError::into_inner);
            found.seen.get(recording).copied().unwrap_or(0)
        };
        // A recording whose device sent nothing yet has no file.
        let (until, loud) = sounds.loud_after(meeting, *recording, from).await.unwrap_or_default();
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        found.seen.insert(*recording, until);
        if loud && let Some(heard) = &mut found.heard {
            *heard = (*heard).max(now);
        }
    }
    found.lock().unwrap_or_else(PoisonError::into_inner).looking = false;
}

#[cfg(test)]
mod tests {
    use super::{Found, Mutex, listen};
    use crate::sound::Sounds;
    use icabinet_models::ids::{RecordingId, Time};

    /// When something was heard, after a look at these bytes that the device sent meanwhile.
    async fn heard(pieces: &[&[u8]]) -> Option<Time> {
        let folder = tempfile::tempdir().unwrap();
        let sounds = Sounds::in_folder(folder.path()).unwrap();
        let (meeting, recording) = ("m".into(), RecordingId(1));
        let path = sounds.path(&meeting, recording);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let found = Mutex::new(Found { heard: Some(Time(0)), ..Found::default() });
        let mut all = Vec::new();
        for (second, piece) in (1..).zip(pieces) {
            all.extend_from_slice(piece);
            std::fs::write(&path, &all).unwrap();
            listen(&sounds, &found, &meeting, &[recording, RecordingId(9)], Time(second)).await;
        }
        let found = found.into_inner().unwrap();
        assert!(!found.looking);
        found.heard
    }

    #[tokio::test]
    async fn what_arrives_is_heard_and_neither_zeros_nor_what_was_there_before() {
        assert_eq!(heard(&[&[0, 3], &[0, 3]]).await, Some(Time(2)), "it goes on");
        assert_eq!(heard(&[&[0, 3], &[]]).await, Some(Time(1)), "nothing arrives any more");
        assert_eq!(heard(&[&[0, 3], &[0; 64]]).await, Some(Time(1)), "a microphone that is mute");
        assert_eq!(heard(&[&[0; 64]]).await, Some(Time(0)), "mute from the beginning");
        assert_eq!(heard(&[]).await, Some(Time(0)), "nothing ever arrived");
    }
}
