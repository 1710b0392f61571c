//! A visit inside the order's page: who goes when, what they reported, what is still missing.

use super::deeds::{self, Deed};
use crate::{
    access::Actor,
    desk::card::{Face, visit_label},
    ids::VisitId,
    orders::{
        VisitStatus,
        files::{File, FileKind},
        reports::Missing,
        view::rfc3339,
        whole::{Whole, WholeVisit},
    },
    text::{
        format::When,
        i18n::{Lang, t, ta, tn},
        money::money,
        phone::Phone,
    },
    web::{Choice as _, Shell},
};

/// A visit as the page shows it.
pub struct VisitCard {
    pub id: VisitId,
    pub status: &'static str,
    pub status_label: String,
    pub window: String,
    pub crew: Vec<Member>,
    pub note: String,
    /// Until when an offer stands: as a moment, and in words.
    pub deadline: Option<(String, String)>,
    pub times: Vec<(String, String)>,
    pub reason: String,
    pub override_reason: String,
    pub payout: String,
    pub report: ReportCard,
    pub deeds: Vec<Deed>,
}

/// One of those who go.
pub struct Member {
    pub face: Face,
    pub phone: String,
    pub phone_link: String,
    pub is_lead: bool,
}

/// What the crew brought back.
pub struct ReportCard {
    pub text: String,
    pub signed_by: String,
    pub checklist: Vec<(String, bool)>,
    pub photos: Vec<Picture>,
    pub papers: Vec<Picture>,
    pub missing: Vec<String>,
}

/// A file with its addresses.
pub struct Picture {
    pub full: String,
    pub thumbnail: String,
    pub caption: String,
}

impl VisitCard {
    pub fn of(actor: &Actor, shell: &Shell, when: &When, whole: &Whole, here: &WholeVisit) -> Self {
        let (lang, visit) = (shell.language, &here.visit);
        let member = |(place, member): (usize, &crate::orders::visits::CrewMember)| Member {
            face: Face::new(&member.name, member.user_id.0),
            phone: member.phone.as_deref().map(|phone| Phone::stored(phone).to_string()).unwrap_or_default(),
            phone_link: member.phone.as_deref().map(|phone| format!("tel:{phone}")).unwrap_or_default(),
            is_lead: place == 0 && here.crew.len() > 1,
        };
        Self {
            id: visit.id,
            status: visit.status.code(),
            status_label: visit_label(lang, visit.status),
            window: when.window(visit.starts_ms, visit.ends_ms),
            crew: here.crew.iter().enumerate().map(member).collect(),
            note: visit.note.clone(),
            deadline: visit
                .offer_until_ms
                .filter(|_| visit.status == VisitStatus::Offered)
                .map(|until| (rfc3339(until), ta(lang, "desk-answer-by-long", &[("time", when.day_time(until).into())]))),
            times: times(lang, when, here),
            reason: reason(lang, here),
            override_reason: visit.override_reason.clone(),
            payout: visit.payout_minor.map(|kopecks| money(lang, kopecks)).unwrap_or_default(),
            report: ReportCard::of(lang, whole, here),
            deeds: deeds::of_visit(actor, shell, here),
        }
    }

    /// Whether the visit came far enough to have a report.
    pub fn has_report(&self) -> bool {
        let report = &self.report;
        let anything = !report.text.is_empty() || !report.photos.is_empty() || !report.papers.is_empty() || !report.signed_by.is_empty();
        anything || matches!(self.status, "on_site" | "paused" | "done" | "returned" | "checked")
    }
}

fn times(lang: Lang, when: &When, here: &WholeVisit) -> Vec<(String, String)> {
    let visit = &here.visit;
    let taken = [
        ("desk-time-accepted", visit.accepted_ms),
        ("desk-time-departed", visit.departed_ms),
        ("desk-time-arrived", visit.arrived_ms),
        ("desk-time-finished", visit.finished_ms),
    ];
    taken.into_iter().filter_map(|(key, ms)| Some((t(lang, key).into_owned(), when.day_time(ms?)))).collect()
}

fn reason(lang: Lang, here: &WholeVisit) -> String {
    let visit = &here.visit;
    let usual = Some(&visit.reason_code).filter(|code| !code.is_empty());
    let usual = usual.map(|code| t(lang, &format!("reason-{}", code.replace('_', "-"))).into_owned());
    [usual, Some(visit.reason.clone()).filter(|reason| !reason.is_empty())].into_iter().flatten().collect::<Vec<_>>().join(". ")
}

impl ReportCard {
    fn of(lang: Lang, whole: &Whole, here: &WholeVisit) -> Self {
        let ticked = here.report.as_ref().map(|report| report.ticked()).unwrap_or_default();
        let checklist = whole.service.checklist().into_iter().zip(0..).map(|(line, place)| (line, ticked.contains(&place)));
        let files = || whole.files.iter().filter(|file| file.visit_id == Some(here.visit.id));
        let is_photo = |file: &&File| file.thumbnail_key.is_some();
        let going = matches!(
            here.visit.status,
            VisitStatus::Accepted | VisitStatus::EnRoute | VisitStatus::OnSite | VisitStatus::Paused | VisitStatus::Returned
        );
        Self {
            text: here.report.as_ref().map(|report| report.body.clone()).unwrap_or_default(),
            signed_by: here.report.as_ref().map(|report| report.signed_by.clone()).unwrap_or_default(),
            checklist: checklist.collect(),
            photos: files().filter(is_photo).map(|file| picture(lang, file)).collect(),
            papers: files().filter(|file| !is_photo(file)).map(|file| picture(lang, file)).collect(),
            missing: if going { missing(lang, &here.missing(whole)) } else { vec![] },
        }
    }
}

fn picture(lang: Lang, file: &File) -> Picture {
    let kind = t(lang, &format!("file-kind-{}", file.kind));
    let named = matches!(file.kind, FileKind::Document | FileKind::Other);
    Picture {
        full: format!("/files/{}", file.id),
        thumbnail: format!("/files/{}/thumbnail", file.id),
        caption: if named { file.name.clone() } else { kind.into_owned() },
    }
}

/// What is still missing, in words.
fn missing(lang: Lang, missing: &Missing) -> Vec<String> {
    let counted = [
        ("error-photos-before-missing", missing.photos_before),
        ("error-photos-after-missing", missing.photos_after),
        ("error-checklist-missing", missing.checklist),
    ];
    let mut lacks: Vec<String> = counted.into_iter().filter(|(_, count)| *count > 0).map(|(key, count)| tn(lang, key, count)).collect();
    if missing.signature {
        lacks.push(t(lang, "error-signature-missing").into_owned());
    }
    lacks
}
