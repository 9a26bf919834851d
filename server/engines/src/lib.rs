//! The engines: PDF pages by PDFium, sound by symphonia, speech by whisper.cpp, lists by calamine.
//!
//! They run in child processes of the server's own binary (`icabinet worker KIND`), so that a bad file
//! costs one job and never the server. [`worker`] is the pipe between the two; [`kinds`] says what a child does; [`pages`], [`audio`],
//! [`speech`] and [`lists`] are what travels over it and what the child does; [`models`] and [`fetch`] say which speech
//! models may be loaded and bring them.
//!
//! What never lives here: meetings, people, permissions, databases, HTTP routes. No other crate of the
//! workspace names PDFium or whisper.cpp.

pub mod audio;
pub mod digest;
pub mod fetch;
pub mod kinds;
pub mod lists;
pub mod models;
pub mod pages;
pub mod speech;
pub mod worker;
