//! From a chapter's Markdown to its page, and to the sections that the search looks through.

use super::manual::{picture_url, size_of};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, TextMergeStream, html};

/// A chapter as it was written.
#[derive(Debug, Default)]
pub struct Written {
    pub title: String,
    pub lead: String,
    /// Without the title and the lead.
    pub html: String,
    pub sections: Vec<Section>,
}

/// What stands under one heading of the second level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// The anchor: the heading as GitHub spells it.
    pub id: String,
    pub title: String,
    /// All its words, in the order of reading.
    pub text: String,
}

/// Reads a chapter: a heading of the first level, a paragraph that leads into it, then the sections.
pub fn read(source: &str) -> Written {
    let events: Vec<Event> = TextMergeStream::new(Parser::new_ext(source, Options::ENABLE_TABLES)).collect();
    let start = events.iter().position(|event| matches!(event, Event::Start(Tag::Heading { level: HeadingLevel::H2, .. })));
    let (head, body) = events.split_at(start.unwrap_or(events.len()));
    let title_end = head.iter().position(|event| matches!(event, Event::End(TagEnd::Heading(_)))).unwrap_or(0);
    let mut page = String::new();
    html::push_html(&mut page, drawn(body).into_iter());
    Written { title: words_of(&head[..title_end]), lead: words_of(&head[title_end..]), html: page, sections: sections(body) }
}

/// The anchor of a heading, as GitHub makes it, so that links work there too.
pub fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')).collect::<String>();
    kept.replace(' ', "-")
}

/// The words alone, a space between blocks.
fn words_of(events: &[Event]) -> String {
    let mut words = String::new();
    for event in events {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(text),
            Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell | TagEnd::Heading(_)) => {
                words.push(' ');
            }
            _ => {}
        }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The heading that begins at `at`, which is its start event.
fn heading(events: &[Event], at: usize) -> String {
    let length = events[at..].iter().position(|event| matches!(event, Event::End(TagEnd::Heading(_)))).unwrap_or(0);
    words_of(&events[at..at + length])
}

fn sections(events: &[Event]) -> Vec<Section> {
    let is_start = |at: &usize| matches!(events[*at], Event::Start(Tag::Heading { level: HeadingLevel::H2, .. }));
    let starts: Vec<usize> = (0..events.len()).filter(is_start).collect();
    let section = |(index, start): (usize, &usize)| {
        let end = starts.get(index + 1).copied().unwrap_or(events.len());
        let title = heading(events, *start);
        let after_title = events[*start..end].iter().position(|event| matches!(event, Event::End(TagEnd::Heading(_)))).unwrap_or(0);
        Section { id: anchor(&title), text: words_of(&events[start + after_title + 1..end]), title }
    };
    starts.iter().enumerate().map(section).collect()
}

/// The events as the product shows them: anchors, its own addresses, pictures, words of the interface; no raw HTML.
fn drawn<'a>(events: &[Event<'a>]) -> Vec<Event<'a>> {
    let mut drawn = Vec::with_capacity(events.len());
    // The alternative text of a picture stands between its events.
    let mut picture: Option<(String, String)> = None;
    for (at, event) in events.iter().enumerate() {
        match event.clone() {
            Event::Start(Tag::Image { dest_url, .. }) => picture = Some((dest_url.into_string(), String::new())),
            Event::End(TagEnd::Image) => drawn.extend(picture.take().map(|(file, words)| markup(figure(&file, &words)))),
            Event::Text(text) if picture.is_some() => {
                if let Some((_, words)) = picture.as_mut() {
                    words.push_str(&text);
                }
            }
            Event::Text(text) => drawn.extend(interface_words(&unbroken(&text))),
            Event::Html(text) | Event::InlineHtml(text) => drawn.push(Event::Text(text)),
            Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => {}
            Event::Start(Tag::Heading { level, classes, attrs, .. }) => {
                let id = Some(CowStr::from(anchor(&heading(events, at))));
                drawn.push(Event::Start(Tag::Heading { level, id, classes, attrs }));
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                drawn.push(Event::Start(Tag::Link { link_type, dest_url: address(&dest_url).into(), title, id }));
            }
            Event::Start(Tag::Table(columns)) => drawn.extend([markup("<div class=\"table-wrap\">"), Event::Start(Tag::Table(columns))]),
            Event::End(TagEnd::Table) => drawn.extend([Event::End(TagEnd::Table), markup("</div>")]),
            other => drawn.push(other),
        }
    }
    drawn
}

fn markup<'a>(html: impl Into<CowStr<'a>>) -> Event<'a> {
    Event::InlineHtml(html.into())
}

/// `orders.md#отменить-заказ` lies at `/help/orders#отменить-заказ`.
fn address(link: &str) -> String {
    match link.split_once(".md") {
        Some(("README", rest)) => format!("/help{rest}"),
        Some((name, rest)) => format!("/help/{name}{rest}"),
        None => link.to_owned(),
    }
}

/// A picture that comes when it is scrolled to and opens in full.
fn figure(file: &str, words: &str) -> String {
    let name = file.trim_start_matches("images/");
    let url = picture_url(name);
    let words = words.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let size = size_of(name).map(|size| format!(" width=\"{}\" height=\"{}\"", size.width, size.height)).unwrap_or_default();
    format!("<a class=\"shot\" href=\"{url}\" data-photo><img src=\"{url}\" alt=\"{words}\"{size} loading=\"lazy\" decoding=\"async\"></a>")
}

/// What stands in «…» is a word of the interface and is set off.
fn interface_words<'a>(text: &str) -> Vec<Event<'a>> {
    let mut events = vec![];
    for part in text.split_inclusive(['«', '»']) {
        let (words, mark) = part.split_at(part.trim_end_matches(['«', '»']).len());
        events.push(Event::Text(words.to_owned().into()));
        match mark {
            "«" => events.push(markup("<b>«")),
            "»" => events.push(markup("»</b>")),
            _ => {}
        }
    }
    events
}

/// Short words hold on to the next one and dashes to the one before: no line begins or ends with them.
fn unbroken(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut length = 0;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let binds = c == ' ' && ((1..=2).contains(&length) || rest.peek() == Some(&'—'));
        result.push(if binds { '\u{a0}' } else { c });
        length = if c.is_alphabetic() || c == '№' { length + 1 } else { 0 };
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chapter_is_read() {
        let page = read(
            "# Заказы\n\nКак их\nпринять.\n\n## Принять заказ\n\n1. Нажмите «Новый заказ».\n2. Готово.\n\n## Ещё\n\nТекст [там](words.md#статусы).\n",
        );
        assert_eq!((page.title.as_str(), page.lead.as_str()), ("Заказы", "Как их принять."));
        let first = Section {
            id: "принять-заказ".into(), title: "Принять заказ".into(), text: "Нажмите «Новый заказ». Готово.".into()
        };
        assert_eq!(page.sections.len(), 2);
        assert_eq!(page.sections[0], first);
        assert!(page.html.starts_with("<h2 id=\"принять-заказ\">Принять заказ</h2>"), "{}", page.html);
        assert!(page.html.contains("Нажмите <b>«Новый заказ»</b>."), "{}", page.html);
        assert!(page.html.contains("href=\"/help/words#%D1") || page.html.contains("href=\"/help/words#статусы\""), "{}", page.html);
    }

    #[test]
    fn raw_html_is_shown_and_not_obeyed() {
        let page = read("# А\n\nБ.\n\n## В\n\n<script>alert(1)</script>\n\nтекст <b onclick=x>г</b> ![\"<i>](images/none.webp)\n");
        assert!(!page.html.contains("<script") && !page.html.contains("<b onclick") && !page.html.contains("<i>"), "{}", page.html);
        assert!(page.html.contains("&lt;script&gt;"), "{}", page.html);
    }

    #[test]
    fn short_words_hold_on() {
        assert_eq!(unbroken("Заказ в работе — не трогать, № 5"), "Заказ в\u{a0}работе\u{a0}— не\u{a0}трогать, №\u{a0}5");
    }
}
