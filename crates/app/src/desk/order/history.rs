//! The lines of the history as the page tells them.

use crate::{
    orders::{Detail, Event, EventKind, told},
    text::{
        format::When,
        i18n::{Lang, t, tn},
    },
    words::words,
};

words! {
    /// What of the history is shown.
    Shown {
        All = "all",
        Comments = "comments",
        Changes = "changes",
    }
}

/// One line.
pub struct Line {
    /// The day, on its first line alone.
    pub day: String,
    pub icon: &'static str,
    pub tone: &'static str,
    pub title: String,
    pub who: String,
    /// The visit's time and crew, where they are new to the reader.
    pub about: Vec<String>,
    /// What else there is to say, such as a reason.
    pub more: Vec<String>,
    pub at: String,
    pub by_machine: bool,
    pub is_note: bool,
}

impl Line {
    /// Whether there is anything to say under the line.
    pub fn has_words(&self) -> bool {
        !(self.about.is_empty() && self.more.is_empty())
    }

    /// The words under the line.
    pub fn words(&self) -> String {
        let all: Vec<&str> = self.about.iter().chain(&self.more).map(String::as_str).collect();
        all.join(" · ")
    }
}

/// The lines to show, the newest first.
pub fn lines(lang: Lang, when: &When, events: &[Event], shown: Shown) -> Vec<Line> {
    let wanted = events.iter().filter(|event| match shown {
        Shown::All => true,
        Shown::Comments => event.kind == EventKind::NoteAdded,
        Shown::Changes => event.kind != EventKind::NoteAdded,
    });
    let mut lines: Vec<Line> = wanted.map(|event| line(lang, when, event)).collect();
    quieten(&mut lines);
    lines
}

/// Says a day above its first line alone, and a visit's time and crew only where they are new.
fn quieten(lines: &mut [Line]) {
    let mut told: Vec<String> = vec![];
    for line in lines.iter_mut().rev() {
        if line.about.iter().all(|words| told.contains(words)) {
            line.about.clear();
        } else {
            told.clone_from(&line.about);
        }
    }
    let mut day = String::new();
    for line in lines {
        if line.day == day {
            line.day.clear();
        } else {
            day.clone_from(&line.day);
        }
    }
}

fn line(lang: Lang, when: &When, event: &Event) -> Line {
    let (icon, tone) = mark(event.kind);
    let by_machine = event.role == "system";
    let detail = event.particulars();
    Line {
        day: when.day(event.at_ms),
        icon,
        tone,
        title: told::title(lang, event.kind),
        who: if by_machine { t(lang, "desk-by-system").into_owned() } else { event.who.clone() },
        about: about(when, event, &detail),
        more: more(lang, when, event, detail),
        at: when.time(event.at_ms),
        by_machine,
        is_note: event.kind == EventKind::NoteAdded,
    }
}

fn about(when: &When, event: &Event, detail: &Detail) -> Vec<String> {
    let mut about = vec![];
    if let (Some(start), Some(end)) = (detail.starts_ms, detail.ends_ms) {
        about.push(when.window(start, end));
    }
    // A worker's own deed names them already.
    if !detail.workers.is_empty() && detail.workers != [event.who.as_str()] {
        about.push(detail.workers.join(", "));
    }
    about
}

fn more(lang: Lang, when: &When, event: &Event, detail: Detail) -> Vec<String> {
    let Detail { reason, reason_code, fields, until_ms, count, file_kind, .. } = detail;
    let mut more = vec![];
    if !fields.is_empty() {
        more.push(fields.iter().map(|field| t(lang, &format!("desk-field-{field}"))).collect::<Vec<_>>().join(", "));
    }
    if !reason_code.is_empty() {
        more.push(t(lang, &format!("reason-{}", reason_code.replace('_', "-"))).into_owned());
    }
    if !reason.is_empty() {
        more.push(reason);
    }
    if let Some(until) = until_ms {
        more.push(when.day_time(until));
    }
    if let Some(count) = count.filter(|_| event.kind == EventKind::OrderReviewed) {
        more.push(tn(lang, "count-stars", count));
    }
    if let Some(kind) = file_kind {
        more.push(t(lang, &format!("file-kind-{kind}")).into_owned());
    }
    more
}

/// Icon and tone of a line.
fn mark(kind: EventKind) -> (&'static str, &'static str) {
    use EventKind as K;
    match kind {
        K::OrderCreated => ("plus", "violet"),
        K::OrderChanged => ("edit", "grey"),
        K::OrderConfirmed => ("check", "amber"),
        K::OrderScheduled | K::VisitPlanned | K::VisitMoved => ("calendar-event", "blue"),
        K::OrderUnscheduled => ("calendar", "grey"),
        K::VisitOffered => ("send", "violet"),
        K::VisitAccepted | K::TimeFits => ("user-check", "blue"),
        K::VisitDeparted => ("car", "teal"),
        K::VisitArrived => ("map-pin", "teal"),
        K::OrderStarted | K::VisitResumed => ("player-play", "orange"),
        K::VisitPaused => ("player-pause", "amber"),
        K::VisitDone | K::OrderFinished => ("check", "green"),
        K::VisitChecked => ("checks", "green"),
        K::OrderCompleted => ("circle-check", "green"),
        K::OrderReturned | K::VisitReturned => ("arrow-back-up", "red"),
        K::OrderHeld => ("clock-pause", "grey"),
        K::OrderResumed | K::OrderReopened => ("refresh", "blue"),
        K::OrderCancelled | K::VisitCancelled => ("circle-x", "grey"),
        K::CancellationRequested | K::MoveWanted | K::VisitNotDone => ("alert-triangle", "red"),
        K::VisitDeclined | K::VisitExpired => ("user-x", "red"),
        K::OverlapOverridden => ("alert-circle", "amber"),
        K::OrderReviewed => ("star", "amber"),
        K::LinkMade | K::LinksRevoked => ("link", "grey"),
        K::ReportSaved => ("file-text", "grey"),
        K::FileAdded => ("camera", "grey"),
        K::FileRemoved => ("trash", "grey"),
        K::NoteAdded => ("note", "amber"),
    }
}
