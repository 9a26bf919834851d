//! All icons of the product as one closed enum. An icon never stands without a word beside it.

use leptos::prelude::*;

/// The icons, named by what they mean on the screen. Those that only the office's pages show are in the
/// larger program alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    /// The sign of i-Cabinet: a table and its seats.
    Mark,
    /// All papers of the meeting are on this device.
    Pack,
    Connected,
    Disconnected,
    Paper,
    #[cfg(feature = "desk")]
    Note,
    /// Speaking, asking to speak.
    Microphone,
    /// Voting.
    Ballot,
    #[cfg(feature = "desk")]
    Pen,
    #[cfg(feature = "desk")]
    Marker,
    #[cfg(feature = "desk")]
    Eraser,
    #[cfg(feature = "desk")]
    Search,
    #[cfg(feature = "desk")]
    TextSize,
    /// To the page before.
    Back,
    /// To the page after; opens what stands before it.
    Forward,
    Tick,
    Cross,
    #[cfg(feature = "desk")]
    Plus,
    /// Checked and in order.
    #[cfg(feature = "desk")]
    Done,
    /// Not yet.
    Pending,
    /// Running now.
    #[cfg(feature = "desk")]
    Clock,
    Warning,
    /// Restricted, or no longer changeable.
    Lock,
    /// On the record: receipt, signature.
    Seal,
    /// Trying again.
    Again,
    /// On this device.
    Device,
    /// On the server.
    Server,
    /// On this device and on the server.
    #[cfg(feature = "desk")]
    DeviceAndServer,
    Person,
    /// Asks to answer the speaker.
    Reply,
    /// A point of order.
    Order,
    /// Questions a member of the cabinet.
    Question,
    Play,
    #[cfg(feature = "desk")]
    Pause,
    Stop,
    /// The signing key of this device.
    #[cfg(feature = "desk")]
    Key,
    /// Move by dragging.
    #[cfg(feature = "desk")]
    Grip,
    #[cfg(feature = "desk")]
    Download,
    Upload,
    #[cfg(feature = "desk")]
    Edit,
    #[cfg(feature = "desk")]
    Settings,
}

impl IconName {
    /// The drawing, on a field of 24 by 24. No styles: the page's CSP forbids them in markup.
    fn drawing(self) -> &'static str {
        match self {
            Self::Mark => {
                "<ellipse cx='12' cy='12' rx='6.2' ry='4'/><circle class='f' cx='12' cy='4.2' r='1.7'/><circle class='f' cx='12' cy='19.8' r='1.7'/><circle class='f' cx='3.2' cy='9' r='1.7'/><circle class='f' cx='3.2' cy='15' r='1.7'/><circle class='f' cx='20.8' cy='9' r='1.7'/><circle class='f' cx='20.8' cy='15' r='1.7'/>"
            }
            Self::Pack => {
                "<path d='M8 3h8l3 3v11H8z'/><path d='M8 7H5v14h11v-4'/><path d='m11 11.5 2 2 3.5-4'/>"
            }
            Self::Connected => {
                "<path d='M4 9.5a12 12 0 0 1 16 0M7 13a7.5 7.5 0 0 1 10 0'/><circle class='f' cx='12' cy='17' r='1.9'/>"
            }
            Self::Disconnected => {
                "<path d='M4 9.5a12 12 0 0 1 16 0M7 13a7.5 7.5 0 0 1 4.5-2.1'/><circle class='f' cx='10' cy='17' r='1.9'/><path d='m15 14 6 6M21 14l-6 6' stroke-width='2.3'/>"
            }
            Self::Paper => "<path d='M6 3h8l4 4v14H6z'/><path d='M14 3v4h4M9 12h6M9 16h6'/>",
            #[cfg(feature = "desk")]
            Self::Note => "<path d='M5 3h14v12l-5 6H5z'/><path d='M14 21v-6h5M8.5 8h7M8.5 12h5'/>",
            Self::Microphone => {
                "<rect x='9' y='3' width='6' height='11' rx='3'/><path d='M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3'/>"
            }
            Self::Ballot => {
                "<path d='M4 12v8h16v-8'/><path d='M7 12h10M8.5 12V3.5h7V12'/><path d='m10.3 7.3 1.3 1.3 2.2-2.6'/>"
            }
            #[cfg(feature = "desk")]
            Self::Pen => {
                "<path d='m14.5 5 4.5 4.5L9 19.5l-5.5 1 1-5.5z'/><path d='m12.5 7 4.5 4.5'/>"
            }
            #[cfg(feature = "desk")]
            Self::Marker => {
                "<path d='m9 14 7.5-9 3.5 3-7.5 9z'/><path d='m9 14-2 4.5 5.5-1.5M4 21h10'/>"
            }
            #[cfg(feature = "desk")]
            Self::Eraser => {
                "<path d='m4 15 9-10 7 6-7.5 8.5H8z'/><path d='m8.5 10 7 6M12 19.5h8'/>"
            }
            #[cfg(feature = "desk")]
            Self::Search => "<circle cx='11' cy='11' r='6.5'/><path d='m16 16 5 5'/>",
            #[cfg(feature = "desk")]
            Self::TextSize => {
                "<path d='m2.5 18 4.2-11 4.2 11M4 14.5h5.4'/><path d='m14 18 3-7.5 3.5 7.5M15 15.5h4.4'/>"
            }
            Self::Back => "<path d='m14.5 5-7 7 7 7'/>",
            Self::Forward => "<path d='m9.5 5 7 7-7 7'/>",
            Self::Tick => "<path d='m5 12.5 4.5 4.5L19 7'/>",
            Self::Cross => "<path d='m6 6 12 12M18 6 6 18'/>",
            #[cfg(feature = "desk")]
            Self::Plus => "<path d='M12 5v14M5 12h14'/>",
            #[cfg(feature = "desk")]
            Self::Done => "<circle cx='12' cy='12' r='9'/><path d='m7.8 12.3 3 3 5.4-6'/>",
            Self::Pending => "<circle cx='12' cy='12' r='9' stroke-dasharray='3.2 3.2'/>",
            #[cfg(feature = "desk")]
            Self::Clock => "<circle cx='12' cy='12' r='9'/><path d='M12 7v5.5l3.5 2'/>",
            Self::Warning => {
                "<path d='M12 3.5 22 20.5H2z'/><path d='M12 10v5'/><circle class='f' cx='12' cy='17.7' r='1.2'/>"
            }
            Self::Lock => {
                "<rect x='5' y='11' width='14' height='9.5' rx='1.5'/><path d='M8 11V8a4 4 0 0 1 8 0v3'/>"
            }
            Self::Seal => {
                "<circle cx='12' cy='10' r='6.5'/><path d='m9.3 10 2 2 3.5-4M8.5 15.5 7.5 22l4.5-2.5L16.5 22l-1-6.5'/>"
            }
            Self::Again => "<path d='M20 12a8 8 0 1 1-2.5-5.8M20 3.5V8h-4.5'/>",
            Self::Device => {
                "<rect x='5' y='3' width='14' height='18' rx='2'/><path d='M10.5 18h3'/>"
            }
            Self::Server => {
                "<rect x='4' y='4' width='16' height='7' rx='1.5'/><rect x='4' y='13' width='16' height='7' rx='1.5'/><circle class='f' cx='8' cy='7.5' r='1.1'/><circle class='f' cx='8' cy='16.5' r='1.1'/>"
            }
            #[cfg(feature = "desk")]
            Self::DeviceAndServer => {
                "<rect x='3' y='3.5' width='10' height='15' rx='1.6'/><path d='m11.5 17 3.5 3.5L22 13' stroke-width='2.2'/>"
            }
            Self::Person => "<circle cx='12' cy='8' r='4'/><path d='M4 21a8 8 0 0 1 16 0'/>",
            Self::Reply => "<path d='M9 6 4 11l5 5M4 11h10a6 6 0 0 1 6 6v2'/>",
            Self::Order => "<path d='M6 21V4M6 5h11l-2.5 4 2.5 4H6'/>",
            Self::Question => {
                "<path d='M4 5h16v11h-9l-4.5 4V16H4z'/><path d='M10 9a2 2 0 1 1 2.6 1.9c-.4.2-.6.5-.6 1'/><circle class='f' cx='12' cy='13.6' r='.9'/>"
            }
            Self::Play => "<path class='f' d='M8 5v14l11-7z'/>",
            #[cfg(feature = "desk")]
            Self::Pause => "<path d='M8 5v14M16 5v14' stroke-width='3'/>",
            Self::Stop => "<rect class='f' x='6' y='6' width='12' height='12' rx='1.5'/>",
            #[cfg(feature = "desk")]
            Self::Key => "<circle cx='8' cy='15' r='4.5'/><path d='m11.3 11.7 8.2-8.2M16 7l3 3'/>",
            #[cfg(feature = "desk")]
            Self::Grip => {
                "<circle class='f' cx='9' cy='6' r='1.6'/><circle class='f' cx='15' cy='6' r='1.6'/><circle class='f' cx='9' cy='12' r='1.6'/><circle class='f' cx='15' cy='12' r='1.6'/><circle class='f' cx='9' cy='18' r='1.6'/><circle class='f' cx='15' cy='18' r='1.6'/>"
            }
            #[cfg(feature = "desk")]
            Self::Download => "<path d='M12 4v11M7 11l5 5 5-5M5 20h14'/>",
            Self::Upload => "<path d='M12 16V5M7 9l5-5 5 5M5 20h14'/>",
            #[cfg(feature = "desk")]
            Self::Edit => "<path d='m14.5 5 4.5 4.5L9 19.5l-5.5 1 1-5.5z'/>",
            #[cfg(feature = "desk")]
            Self::Settings => {
                "<path d='M4 7h9M17 7h3M4 17h3M11 17h9'/><circle cx='15' cy='7' r='2'/><circle cx='9' cy='17' r='2'/>"
            }
        }
    }
}

/// How large an icon is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum IconSize {
    /// 24 px, beside a word.
    #[default]
    Text,
    /// 30 px, in bars and large buttons.
    Big,
}

/// An icon; hidden from screen readers, which read the word beside it.
#[component]
pub fn Icon(
    #[prop(into)] name: Signal<IconName>,
    #[prop(optional)] size: IconSize,
) -> impl IntoView {
    let class = match size {
        IconSize::Text => "i",
        IconSize::Big => "i big",
    };
    view! { <svg class=class viewBox="0 0 24 24" aria-hidden="true" inner_html=move || name.get().drawing()></svg> }
}
