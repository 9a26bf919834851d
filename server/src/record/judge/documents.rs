//! What a log says of minutes and documents: sentences that were made from it, signatures in their
//! places. Never here: the files themselves.

use super::{Judge, Signed, form_of};
use crate::instruments;
use crate::record::{certificate_path, document_path};
use icabinet_models::decisions::{Place, Rendition};
use icabinet_models::ids::SentenceId;
use icabinet_models::meeting::{DecisionsEvent, MinutesEvent};
use icabinet_models::minutes::{Minutes, Sentence, draft};
use icabinet_models::record::Record;
use icabinet_models::{Actor, Event};

impl Judge {
    /// Sentences of the record are projections: from the log, unedited, complete (R30).
    pub(super) fn minutes(&mut self, record: &Record, event: &MinutesEvent) {
        let old = &self.meeting.minutes;
        let is_record = |id: &SentenceId| {
            old.in_order().iter().any(|(known, sentence)| known == id && sentence.is_record())
        };
        let position = record.position;
        let touched = match event {
            MinutesEvent::MinutesDrafted { sentences, order, .. } => {
                let told = order.iter().filter_map(|id| sentences.get(id));
                let told: Vec<&Sentence> = told.filter(|sentence| sentence.is_record()).collect();
                let again = draft::draft_as(&self.meeting, form_of(record));
                let same = again.iter().filter(|sentence| sentence.is_record()).eq(told);
                self.wording.unless(
                    same,
                    format!("bản ghi {position}: dự thảo biên bản không nói đúng nhật ký"),
                    format!("record {position}: the draft minutes don't say what the log says"),
                );
                false
            }
            MinutesEvent::SentenceWritten { content, .. } => content.is_record(),
            MinutesEvent::SentenceEdited { sentence, .. }
            | MinutesEvent::SentenceRewritten { sentence, .. }
            | MinutesEvent::SentenceRemoved { sentence } => is_record(sentence),
            MinutesEvent::MinutesApproved { sentences, order, .. }
            | MinutesEvent::MinutesReopened { sentences, order, .. } => {
                let told = order.iter().filter_map(|id| Some((*id, sentences.get(id)?)));
                !told.eq(old.in_order()) || matches!(old, Minutes::NotBegun)
            }
        };
        self.minutes.unless(
            !touched,
            format!("bản ghi {position}: câu lập từ nhật ký bị sửa, thêm hoặc bỏ"),
            format!(
                "record {position}: a sentence made from the log was changed, added or left out"
            ),
        );
    }

    pub(super) fn sign(&mut self, record: &Record) {
        let Event::Decisions(DecisionsEvent::Signed {
            instrument,
            document,
            fingerprint,
            certificate,
            signer,
            place,
        }) = &record.event
        else {
            return;
        };
        let m = &self.meeting;
        self.named.insert(document_path(document));
        self.named.insert(certificate_path(certificate));
        let typeset = match m.rendition(*instrument) {
            Some(Rendition::Typeset { document, .. }) => Some(*document),
            _ => None,
        };
        let before = m.rendition(*instrument).and_then(Rendition::countersigned);
        let before = before.map(|signed| signed.document);
        let in_place = match place {
            Place::Chair => m.is_chair(signer),
            Place::Secretary => {
                let countersigner = m.countersigner(*instrument);
                before.is_none() && countersigner.is_some_and(|p| p.person == *signer)
            }
        };
        let rightful =
            in_place && record.actor == Actor::Person(signer.clone()) && typeset.is_some();
        self.documents.unless(
            rightful,
            format!("bản ghi {}: người ký không phải người được ký ở chỗ ấy", record.position),
            format!("record {}: signed by somebody whose place it wasn't", record.position),
        );
        let form = self.set.get(instrument).copied().unwrap_or_default();
        self.signed.push(Signed {
            position: record.position,
            at: record.at,
            name: instruments::name(m, *instrument),
            document: *document,
            fingerprint: *fingerprint,
            certificate: *certificate,
            signer: m.people.get(signer).map(|p| p.name.clone()).unwrap_or_default(),
            place: *place,
            typeset,
            before,
            sheet: instruments::sheet_as(m, *instrument, form).ok(),
        });
    }
}
