//! A spreadsheet's file as text: unpacked and read by the browser itself, which has both in it.
//! Never here: what a workbook's parts and cells mean (`steps::workbook`), what a row means.

use js_sys::{Array, Function, Reflect, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Document, DomParser, Element, HtmlCollection, ReadableWritablePair, Response, SupportedType,
};

use crate::steps::workbook::{Part, Sheet, first_sheet, parts};

/// The first sheet of an XLSX file as pasted cells; `None` if the file is none, or is damaged.
pub async fn text(bytes: &[u8]) -> Option<String> {
    let parts = parts(bytes)?;
    let sheet = document(bytes, first_sheet(&parts)?).await?;
    let shared = match parts.iter().find(|part| part.name == "xl/sharedStrings.xml") {
        Some(part) => {
            elements(&document(bytes, part).await?, "si").iter().map(words).collect::<Vec<_>>()
        }
        None => Vec::new(),
    };
    let mut read = Sheet::default();
    for cell in elements(&sheet, "c") {
        let reference = cell.get_attribute("r").unwrap_or_default();
        let value = first(&cell, "v").and_then(|value| value.text_content()).unwrap_or_default();
        match cell.get_attribute("t").as_deref() {
            Some("s") => {
                let text = value.trim().parse::<usize>().ok().and_then(|index| shared.get(index));
                read.put(&reference, text?);
            }
            Some("inlineStr") => read.put(&reference, &words(&cell)),
            _ => read.put(&reference, &value),
        }
    }
    Some(read.text())
}

/// A part as XML; `None` if it can't be unpacked or isn't XML.
async fn document(workbook: &[u8], part: &Part) -> Option<Document> {
    let bytes = workbook.get(part.from..part.to)?;
    let text = if part.deflated {
        inflated(bytes).await.ok()?
    } else {
        String::from_utf8_lossy(bytes).into_owned()
    };
    let parsed = DomParser::new().ok()?.parse_from_string(&text, SupportedType::ApplicationXml);
    parsed.ok().filter(|document| elements(document, "parsererror").is_empty())
}

async fn inflated(bytes: &[u8]) -> Result<String, JsValue> {
    let packed = Uint8Array::from(bytes);
    let packed = Response::new_with_opt_js_u8_array(Some(&packed))?;
    let stream = packed.body().ok_or(JsValue::NULL)?;
    // Not among the stable bindings yet; every browser since 2023 has it.
    let maker: Function = Reflect::get(&window(), &"DecompressionStream".into())?.dyn_into()?;
    let inflate = Reflect::construct(&maker, &Array::of1(&"deflate-raw".into()))?;
    let plain = stream.pipe_through(inflate.unchecked_ref::<ReadableWritablePair>());
    let text =
        JsFuture::from(Response::new_with_opt_readable_stream(Some(&plain))?.text()?).await?;
    Ok(text.as_string().unwrap_or_default())
}

fn elements(document: &Document, name: &str) -> Vec<Element> {
    document.get_elements_by_tag_name_ns(Some("*"), name).map_or_else(|_| Vec::new(), listed)
}

fn listed(found: HtmlCollection) -> Vec<Element> {
    (0..found.length()).filter_map(|index| found.item(index)).collect()
}

fn first(element: &Element, name: &str) -> Option<Element> {
    element.get_elements_by_tag_name_ns(Some("*"), name).ok()?.item(0)
}

/// The text of a string item or an inline string: its runs, without readings written above it.
fn words(item: &Element) -> String {
    let runs = item.get_elements_by_tag_name_ns(Some("*"), "t").map_or_else(|_| Vec::new(), listed);
    let reading =
        |run: &Element| run.parent_element().is_some_and(|parent| parent.local_name() == "rPh");
    runs.iter().filter(|run| !reading(run)).filter_map(|run| run.text_content()).collect()
}
