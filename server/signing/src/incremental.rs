//! Appends objects to a PDF as an incremental update (ISO 32000-2 7.5.6): the earlier bytes stay
//! as they are. Never here: what the objects mean.

use std::io::Write;

use lopdf::xref::XrefType;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat};

use crate::SigningError;

/// An update being written after the bytes of a document.
pub(crate) struct Update<'a> {
    bytes: Vec<u8>,
    base: &'a Document,
    next_number: u32,
    /// Object numbers, generations and where each begins.
    written: Vec<(ObjectId, usize)>,
}

impl<'a> Update<'a> {
    /// Begins an update of `pdf`, which was read as `base`.
    pub(crate) fn new(pdf: &[u8], base: &'a Document) -> Self {
        let mut bytes = pdf.to_vec();
        if !bytes.ends_with(b"\n") {
            bytes.push(b'\n');
        }
        Self { bytes, base, next_number: base.max_id.saturating_add(1), written: Vec::new() }
    }

    /// Takes a new object number.
    pub(crate) fn reserve(&mut self) -> ObjectId {
        let id = (self.next_number, 0);
        self.next_number = self.next_number.saturating_add(1);
        id
    }

    /// Writes an object, new or in place of an earlier one. Returns where its value begins.
    pub(crate) fn put(&mut self, id: ObjectId, object: &Object) -> usize {
        let mut value = Vec::new();
        write_object(&mut value, object);
        self.put_raw(id, &value)
    }

    /// Writes an object whose encoding is given. Returns where that begins in the file.
    pub(crate) fn put_raw(&mut self, id: ObjectId, value: &[u8]) -> usize {
        self.written.push((id, self.bytes.len()));
        self.bytes.extend_from_slice(format!("{} {} obj\n", id.0, id.1).as_bytes());
        let start = self.bytes.len();
        self.bytes.extend_from_slice(value);
        self.bytes.extend_from_slice(b"\nendobj\n");
        start
    }

    /// Writes the cross-reference section in the kind that the document already has.
    ///
    /// `identifier` becomes the changing half of the file's identifier.
    pub(crate) fn finish(mut self, identifier: &[u8; 16]) -> Result<Vec<u8>, SigningError> {
        if u32::try_from(self.bytes.len()).is_err() {
            return Err(SigningError::Malformed("larger than 4 GiB"));
        }
        let is_stream = matches!(
            self.base.reference_table.cross_reference_type,
            XrefType::CrossReferenceStream
        );
        let section = self.bytes.len();
        if is_stream {
            let id = self.reserve();
            self.written.push((id, section));
        }
        self.written.sort_unstable();
        let trailer = self.trailer(identifier)?;
        if is_stream {
            self.stream_section(trailer);
        } else {
            self.table_section(&trailer);
        }
        self.bytes.extend_from_slice(format!("startxref\n{section}\n%%EOF\n").as_bytes());
        Ok(self.bytes)
    }

    fn trailer(&self, identifier: &[u8; 16]) -> Result<Dictionary, SigningError> {
        let mut trailer = Dictionary::new();
        for key in [&b"Root"[..], b"Info"] {
            if let Ok(value) = self.base.trailer.get(key) {
                trailer.set(key, value.clone());
            }
        }
        let changing = Object::String(identifier.to_vec(), StringFormat::Hexadecimal);
        let permanent = self
            .base
            .trailer
            .get(b"ID")
            .and_then(Object::as_array)
            .ok()
            .and_then(|id| id.first().cloned())
            .unwrap_or_else(|| changing.clone());
        trailer.set("ID", vec![permanent, changing]);
        trailer.set("Size", i64::from(self.next_number));
        let previous = i64::try_from(self.base.xref_start)
            .map_err(|_| SigningError::Malformed("a cross-reference offset out of range"))?;
        trailer.set("Prev", previous);
        Ok(trailer)
    }

    /// Runs of neighbouring object numbers.
    fn subsections(&self) -> Vec<&[(ObjectId, usize)]> {
        self.written.chunk_by(|left, right| left.0.0 + 1 == right.0.0).collect()
    }

    fn stream_section(&mut self, mut trailer: Dictionary) {
        let mut index = Vec::new();
        let mut entries = Vec::new();
        for run in self.subsections() {
            index.push(Object::from(i64::from(run[0].0.0)));
            index.push(Object::from(run.len() as i64));
            for ((_, generation), offset) in run {
                entries.push(1);
                // `finish` has made sure that offsets fit.
                entries.extend_from_slice(&(*offset as u32).to_be_bytes());
                entries.extend_from_slice(&generation.to_be_bytes());
            }
        }
        trailer.set("Type", "XRef");
        trailer.set("Index", index);
        trailer.set("W", vec![1.into(), 4.into(), 2.into()]);
        let own = self.written.last().map(|(id, _)| *id).unwrap_or_default();
        let stream = Object::Stream(Stream::new(trailer, entries));
        let mut value = Vec::new();
        write_object(&mut value, &stream);
        self.bytes.extend_from_slice(format!("{} {} obj\n", own.0, own.1).as_bytes());
        self.bytes.extend_from_slice(&value);
        self.bytes.extend_from_slice(b"\nendobj\n");
    }

    fn table_section(&mut self, trailer: &Dictionary) {
        let mut text = String::from("xref\n");
        for run in self.subsections() {
            text.push_str(&format!("{} {}\n", run[0].0.0, run.len()));
            for ((_, generation), offset) in run {
                text.push_str(&format!("{offset:010} {generation:05} n\r\n"));
            }
        }
        text.push_str("trailer\n");
        self.bytes.extend_from_slice(text.as_bytes());
        write_dictionary(&mut self.bytes, trailer);
        self.bytes.push(b'\n');
    }
}

/// Encodes an object.
pub(crate) fn write_object(out: &mut Vec<u8>, object: &Object) {
    match object {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(value) => push(out, format_args!("{value}")),
        Object::Integer(value) => push(out, format_args!("{value}")),
        Object::Real(value) => push(out, format_args!("{value}")),
        Object::Name(name) => write_name(out, name),
        Object::String(bytes, _) => write_string(out, bytes),
        Object::Array(values) => {
            out.push(b'[');
            for (place, value) in values.iter().enumerate() {
                if place > 0 {
                    out.push(b' ');
                }
                write_object(out, value);
            }
            out.push(b']');
        }
        Object::Dictionary(dictionary) => write_dictionary(out, dictionary),
        Object::Stream(stream) => {
            let mut dictionary = stream.dict.clone();
            dictionary.set("Length", stream.content.len() as i64);
            write_dictionary(out, &dictionary);
            out.extend_from_slice(b"\nstream\n");
            out.extend_from_slice(&stream.content);
            out.extend_from_slice(b"\nendstream");
        }
        Object::Reference((number, generation)) => {
            push(out, format_args!("{number} {generation} R"));
        }
    }
}

fn write_dictionary(out: &mut Vec<u8>, dictionary: &Dictionary) {
    out.extend_from_slice(b"<<");
    for (key, value) in dictionary.iter() {
        write_name(out, key);
        out.push(b' ');
        write_object(out, value);
        out.push(b'\n');
    }
    out.extend_from_slice(b">>");
}

/// Readable where it needs no escapes, hexadecimal otherwise.
fn write_string(out: &mut Vec<u8>, bytes: &[u8]) {
    let plain = |byte: &u8| (byte.is_ascii_graphic() || *byte == b' ') && !b"()\\".contains(byte);
    if !bytes.is_empty() && bytes.iter().all(plain) {
        out.push(b'(');
        out.extend_from_slice(bytes);
        out.push(b')');
        return;
    }
    out.push(b'<');
    for byte in bytes {
        push(out, format_args!("{byte:02x}"));
    }
    out.push(b'>');
}

fn write_name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'/');
    for byte in name {
        let regular = byte.is_ascii_graphic() && !b"#()<>[]{}/%".contains(byte);
        if regular {
            out.push(*byte);
        } else {
            push(out, format_args!("#{byte:02x}"));
        }
    }
}

fn push(out: &mut Vec<u8>, text: core::fmt::Arguments<'_>) {
    // Writing into memory doesn't fail.
    let written = out.write_fmt(text);
    debug_assert!(written.is_ok());
}
