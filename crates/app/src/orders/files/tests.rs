use crate::testkit::*;
use serde_json::json;
use std::io::Cursor;

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(vec![]);
    let picture = image::RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8, y as u8, 90]));
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A JPEG as a phone writes it: the place stands in its EXIF.
fn jpeg_with_place() -> Vec<u8> {
    let mut bytes = Cursor::new(vec![]);
    image::RgbImage::from_pixel(64, 32, image::Rgb([200, 30, 30])).write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    let jpeg = bytes.into_inner();
    let exif = [&b"Exif\0\0II*\0\x08\0\0\0\x01\0"[..], &[0x0F, 1, 2, 0, 17, 0, 0, 0, 26, 0, 0, 0], &[0; 4], b"55.7558N37.6173E\0"].concat();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &exif, &jpeg[2..]].concat()
}

/// Lines drawn with a finger.
fn drawing() -> Vec<u8> {
    let mut picture = image::RgbaImage::from_pixel(300, 120, image::Rgba([255, 255, 255, 255]));
    for x in 20..280 {
        for thick in 0..3 {
            picture.put_pixel(x, 60 + thick + (x / 9) % 12, image::Rgba([20, 33, 61, 255]));
        }
    }
    let mut bytes = Cursor::new(vec![]);
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// Sends a file with its fields to this path.
async fn send(person: &Person, path: &str, fields: &[(&str, &str)], name: &str, content: &[u8]) -> Answer {
    person.multipart(path, fields, &[("file", name, content)]).await
}

async fn send_with_key(person: &Person, path: &str, key: uuid::Uuid, content: &[u8]) -> Answer {
    person.multipart(path, &[("kind", "before")], &[("file", "до.png", content)]).key(key).await
}

async fn files_on_disk(app: &TestApp) -> usize {
    app.files.keys(std::time::Duration::ZERO).await.unwrap().len()
}

db_test!(a_photo_is_kept_in_three_sizes_without_its_place, |app| {
    let People { ivan, .. } = app.people();
    let (order, visit) = app.visit().on_site().make().await;
    let path = format!("/api/v1/visits/{visit}/files");
    let view = send(&ivan, &path, &[("kind", "before"), ("taken_at", "2026-11-24T05:00:00Z")], "../../x.exe", &jpeg_with_place())
        .await
        .expect(201);
    let view = view.json();
    assert_eq!(view["name"], "x.exe.jpg", "the name climbs nowhere and tells the truth");
    assert_eq!((view["kind"].as_str(), view["visit_id"].as_i64(), view["order_id"].as_i64()), (Some("before"), Some(visit), Some(order)));
    assert_eq!((view["width"].as_i64(), view["height"].as_i64()), (Some(64), Some(32)));
    assert_eq!(view["taken_at"], "2026-11-24T05:00:00Z");

    let url = view["url"].as_str().unwrap();
    for size in ["", "?size=original", "?size=display"] {
        let file = ivan.get(&format!("{url}{size}")).await.expect(200);
        assert_eq!(file.header("content-type"), "image/jpeg");
        assert!(file.header("content-disposition").starts_with("inline; filename=\"x.exe.jpg\""));
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        assert!(file.header("content-security-policy").contains("sandbox"));
        assert!(file.header("cache-control").starts_with("private"));
        assert!(!file.bytes.windows(16).any(|bytes| bytes == b"55.7558N37.6173E"), "the place is gone");
        assert!(image::load_from_memory(&file.bytes).is_ok());
        assert_eq!(ivan.get(&format!("{url}{size}")).header("if-none-match", file.header("etag")).await.status, 304);
    }
    let thumbnail = ivan.get(&format!("{url}/thumbnail")).await.expect(200);
    assert_eq!(thumbnail.header("content-type"), "image/jpeg");
    assert_eq!(ivan.get(&format!("{url}?size=huge")).await.expect(422).faults(), ["size not_in_list"]);
    assert_eq!(files_on_disk(&app).await, 3);
    assert_eq!(app.number("SELECT COUNT(*) FROM events WHERE kind = 'file.added'").await, 1);
});

db_test!(what_is_no_file_of_ours_is_refused_with_its_reason_and_leaves_nothing, |app| {
    let People { ivan, .. } = app.people();
    let (_, visit) = app.visit().on_site().make().await;
    let path = format!("/api/v1/visits/{visit}/files");
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    // Told in the header alone: nobody has to send so many pixels to be refused.
    let mut many_pixels = png(8, 8);
    many_pixels[16..24].copy_from_slice(&[0, 0, 0x40, 0, 0, 0, 0x40, 0]);
    let cut_off = {
        let whole = png(200, 200);
        whole[..whole.len() / 2].to_vec()
    };
    let too_large = vec![b'x'; (64 << 20) + 1];
    let cases: [(&str, &str, &[u8], &str); 9] = [
        ("before", "IMG_1.HEIC", &heic, "file file_heic"),
        ("before", "p.svg", &svg, "file file_svg"),
        ("other", "p.png", &svg, "file file_svg"),
        ("before", "run.exe", b"MZ\x90\0\x03", "file file_not_supported"),
        ("other", "page.html", b"<html><script>alert(1)</script></html>", "file file_not_supported"),
        ("before", "half.png", &cut_off, "file file_damaged"),
        ("before", "empty.jpg", b"", "file file_empty"),
        ("before", "paper.pdf", PDF, "file file_not_picture"),
        ("document", "big.txt", &too_large, "file file_too_large"),
    ];
    for (kind, name, content, fault) in cases {
        let answer = send(&ivan, &path, &[("kind", kind)], name, content).await.expect(422);
        assert_eq!(answer.faults(), [fault], "{name}");
    }
    let answer = send(&ivan, &path, &[("kind", "before")], "many.png", &many_pixels).await.expect(422);
    assert!(["file file_too_many_pixels", "file file_damaged"].contains(&answer.faults()[0].as_str()), "{:?}", answer.faults());
    assert_eq!(send(&ivan, &path, &[("kind", "selfie")], "a.png", &png(9, 9)).await.expect(422).faults(), ["kind not_in_list"]);
    assert_eq!(
        send(&ivan, &path, &[("kind", "before"), ("size", "1")], "a.png", &png(9, 9)).await.expect(422).faults(),
        ["size unknown_field"]
    );
    let huge = vec![b'x'; 66 << 20];
    assert_eq!(send(&ivan, &path, &[("kind", "document")], "huge.txt", &huge).await.status, 413);
    ivan.post(&path, json!({ "kind": "before" })).await.expect(415);
    let nothing = ivan.call(axum::http::Method::POST, &path).body("multipart/form-data; boundary=edge", b"--edge--\r\n".to_vec()).await;
    assert_eq!(nothing.expect(422).faults(), ["file required"]);
    assert_eq!((app.number("SELECT COUNT(*) FROM files").await, files_on_disk(&app).await), (0, 0));
});

db_test!(the_same_key_gives_the_same_file_once, |app| {
    let People { ivan, .. } = app.people();
    let (_, visit) = app.visit().on_site().make().await;
    let path = format!("/api/v1/visits/{visit}/files");
    let (key, photo) = (uuid::Uuid::new_v4(), png(40, 30));
    let first = send_with_key(&ivan, &path, key, &photo).await.expect(201);
    let again = send_with_key(&ivan, &path, key, &photo).await.expect(201);
    assert_eq!(first.json(), again.json());
    assert_eq!(send_with_key(&ivan, &path, key, &png(41, 30)).await.expect(422).code(), "key_reused");
    assert_eq!((app.number("SELECT COUNT(*) FROM files").await, files_on_disk(&app).await), (1, 3));

    let key = uuid::Uuid::new_v4();
    let answers = together((0..6).map(|_| {
        let (ivan, path, photo) = (ivan.clone(), path.clone(), photo.clone());
        async move { send_with_key(&ivan, &path, key, &photo).await }
    }))
    .await;
    assert!(answers.iter().any(|answer| answer.status == 201));
    assert!(answers.iter().all(|answer| answer.status == 201 || answer.code() == "in_flight"));
    assert_eq!((app.number("SELECT COUNT(*) FROM files").await, files_on_disk(&app).await), (2, 6));
});

db_test!(the_page_s_form_brings_several_files_once, |app| {
    let People { ivan, .. } = app.people();
    let (_, visit) = app.visit().on_site().make().await;
    let path = format!("/visits/{visit}/files");
    for _ in 0..2 {
        let files: [(&str, &str, &[u8]); 2] = [("file", "a.png", &png(20, 20)), ("file", "b.png", &png(21, 20))];
        let post = ivan.multipart(&path, &[("kind", "after"), ("_key", "k-1")], &files).await.expect(303);
        assert_eq!(post.location(), format!("/visits/{visit}/report"));
    }
    assert_eq!((app.number("SELECT COUNT(*) FROM files").await, files_on_disk(&app).await), (2, 6));
    let refused = send(&ivan, &path, &[("kind", "after")], "x.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic").await.expect(422);
    assert!(refused.text().contains("HEIC"), "the reason stands on the page");
    let island = ivan.multipart(&path, &[("kind", "after"), ("_key", "k-2")], &[("file", "c.png", &png(5, 5))]);
    island.key("1700000000-0.5").await.expect(204);
});

/// Whether these people see the file: all of its addresses answer alike, and lists agree.
async fn see(who: &[&Person], file: i64, (order, visit): (i64, i64), expected: &[&str]) {
    for person in who {
        let seen = expected.contains(&person.name);
        let status = if seen { 200 } else { 404 };
        for path in [
            format!("/api/v1/files/{file}"),
            format!("/api/v1/files/{file}/thumbnail"),
            format!("/files/{file}"),
            format!("/files/{file}/thumbnail"),
        ] {
            assert_eq!(person.get(&path).await.status, status, "{} at {path}", person.name);
        }
        for path in [format!("/api/v1/visits/{visit}/files"), format!("/api/v1/orders/{order}/files")] {
            let listed = person.get(&path).await;
            let lists = listed.status == 200 && listed.ids().contains(&file);
            // A file of the order alone is not in its visit's list.
            assert!(lists == seen || (seen && path.contains("visits")), "{} at {path}", person.name);
        }
        if !seen {
            assert_eq!(person.delete(&format!("/api/v1/files/{file}")).await.status, 404, "{} removes", person.name);
        }
    }
}

db_test!(a_contractor_sees_the_customer_s_photos_between_accepting_and_the_check, |app| {
    let People { administrator, dispatcher, ivan, rustam, timur, olga, pyotr, .. } = app.people();
    let everybody = [&administrator, &dispatcher, &ivan, &rustam, &timur, &olga, &pyotr];
    let order = app.order().confirmed().make().await;
    let file = send(&olga, &format!("/api/v1/orders/{order}/files"), &[], "кухня.png", &png(30, 30)).await.expect(201).id();
    let (_, visit) = app.visit().order(order).of(&rustam).make().await;
    let place = (order, visit);
    let without = ["administrator", "dispatcher", "olga"];
    let with = ["administrator", "dispatcher", "olga", "rustam"];
    see(&everybody, file, place, &without).await;
    let steps: [(&str, &Person, &[&str]); 7] = [
        ("offer", &dispatcher, &without),
        ("acceptance", &rustam, &with),
        ("departure", &rustam, &with),
        ("arrival", &rustam, &with),
        ("completion", &rustam, &with),
        ("return", &dispatcher, &with),
        ("arrival", &rustam, &with),
    ];
    for (step, person, expected) in steps {
        person.post(&format!("/api/v1/visits/{visit}/{step}"), json!({ "reason": "так надо" })).await.expect(200);
        see(&everybody, file, place, expected).await;
    }
    rustam.post(&format!("/api/v1/visits/{visit}/completion"), json!({})).await.expect(200);
    dispatcher.post(&format!("/api/v1/visits/{visit}/check"), json!({})).await.expect(200);
    see(&everybody, file, place, &without).await;
});

db_test!(a_visit_s_files_are_its_crew_s_and_its_photos_the_customer_s_once_done, |app| {
    let People { administrator, dispatcher, ivan, rustam, timur, olga, pyotr, .. } = app.people();
    let everybody = [&administrator, &dispatcher, &ivan, &rustam, &timur, &olga, &pyotr];
    let place @ (_, visit) = app.visit().of(&rustam).on_site().make().await;
    let path = format!("/api/v1/visits/{visit}/files");
    let photo = send(&rustam, &path, &[("kind", "after")], "a.png", &png(30, 30)).await.expect(201).id();
    let signature = send(&rustam, &path, &[("kind", "signature")], "s.png", &drawing()).await.expect(201).id();
    see(&everybody, photo, place, &["administrator", "dispatcher", "rustam"]).await;
    rustam.post(&format!("/api/v1/visits/{visit}/completion"), json!({})).await.expect(200);
    see(&everybody, photo, place, &["administrator", "dispatcher", "rustam", "olga"]).await;
    see(&everybody, signature, place, &["administrator", "dispatcher", "rustam"]).await;
    dispatcher.post(&format!("/api/v1/visits/{visit}/check"), json!({})).await.expect(200);
    see(&everybody, photo, place, &["administrator", "dispatcher", "rustam", "olga"]).await;
    see(&everybody, signature, place, &["administrator", "dispatcher"]).await;
});

db_test!(a_visit_given_to_another_takes_its_files_along, |app| {
    let People { dispatcher, rustam, timur, .. } = app.people();
    let place @ (_, visit) = app.visit().of(&rustam).accepted().make().await;
    let photo =
        send(&rustam, &format!("/api/v1/visits/{visit}/files"), &[("kind", "before")], "a.png", &png(30, 30)).await.expect(201).id();
    let moved = json!({ "worker_ids": [timur.worker_id], "starts_at": "2026-11-25T09:00:00Z" });
    dispatcher.put(&format!("/api/v1/visits/{visit}"), moved).await.expect(200);
    see(&[&dispatcher, &rustam, &timur], photo, place, &["dispatcher"]).await;
    timur.post(&format!("/api/v1/visits/{visit}/acceptance"), json!({})).await.expect(200);
    see(&[&dispatcher, &rustam, &timur], photo, place, &["dispatcher", "timur"]).await;
    timur.delete(&format!("/api/v1/files/{photo}")).await.expect(403);
});

db_test!(what_the_office_adds_is_its_own_unless_it_says_otherwise, |app| {
    let People { dispatcher, ivan, olga, pyotr, .. } = app.people();
    let place @ (order, _) = app.visit().accepted().make().await;
    let everybody = [&dispatcher, &ivan, &olga, &pyotr];
    let path = format!("/api/v1/orders/{order}/files");
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);
    let cases: [Case; 4] = [
        (&[], &["dispatcher"]),
        (&[("audience", "worker")], &["dispatcher", "ivan"]),
        (&[("audience", "customer")], &["dispatcher", "olga"]),
        (&[("audience", "all")], &["dispatcher", "ivan", "olga"]),
    ];
    for (fields, expected) in cases {
        let file = send(&dispatcher, &path, fields, "plan.png", &png(12, 12)).await.expect(201).id();
        see(&everybody, file, place, expected).await;
    }
    let paper = send(&dispatcher, &path, &[("audience", "all"), ("kind", "document")], "смета.pdf", PDF).await.expect(201);
    assert!(paper.json()["thumbnail_url"].is_null());
    let shown = olga.get(&format!("/files/{}", paper.id())).await.expect(200);
    assert!(shown.header("content-disposition").starts_with("attachment"));
    assert_eq!(shown.bytes, PDF);
    olga.get(&format!("/files/{}/thumbnail", paper.id())).await.expect(404);
    assert_eq!(send(&dispatcher, &path, &[("kind", "signature")], "s.png", &drawing()).await.expect(422).faults(), ["kind not_in_list"]);
    send(&ivan, &path, &[], "a.png", &png(3, 3)).await.expect(403);
    send(&pyotr, &path, &[], "a.png", &png(3, 3)).await.expect(404);
});

db_test!(a_file_is_removed_by_who_added_it_while_the_report_is_open, |app| {
    let People { dispatcher, ivan, semyon, .. } = app.people();
    let (_, visit) = app.visit().of(&ivan).of(&semyon).on_site().make().await;
    let path = format!("/api/v1/visits/{visit}/files");
    let first = send(&ivan, &path, &[("kind", "before")], "a.png", &png(30, 30)).await.expect(201).id();
    let second = send(&ivan, &path, &[("kind", "before")], "b.png", &png(31, 30)).await.expect(201).id();
    semyon.delete(&format!("/api/v1/files/{first}")).await.expect(403);
    ivan.delete(&format!("/api/v1/files/{first}")).await.expect(204);
    ivan.get(&format!("/api/v1/files/{first}")).await.expect(404);
    ivan.delete(&format!("/api/v1/files/{first}")).await.expect(404);
    assert_eq!(app.number("SELECT COUNT(*) FROM events WHERE kind = 'file.removed'").await, 1);
    while files_on_disk(&app).await > 3 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    ivan.form(&format!("/files/{second}/removal"), &[("back", "//evil.example")]).await.expect(303);
    let third = send(&ivan, &path, &[("kind", "before")], "c.png", &png(32, 30)).await.expect(201).id();
    ivan.post(&format!("/api/v1/visits/{visit}/completion"), json!({})).await.expect(200);
    assert_eq!(ivan.delete(&format!("/api/v1/files/{third}")).await.expect(409).code(), "report_closed");
    assert_eq!(send(&ivan, &path, &[("kind", "after")], "d.png", &png(4, 4)).await.expect(409).code(), "report_closed");
    dispatcher.delete(&format!("/api/v1/files/{third}")).await.expect(204);
});

db_test!(a_visit_holds_a_hundred_files, |app| {
    let People { ivan, .. } = app.people();
    let (order, visit) = app.visit().on_site().make().await;
    let row = format!("({order}, {visit}, 'other', 'worker', 'x.txt', 'text/plain', 1, '', '', 0)");
    let rows = vec![row; 99].join(", ");
    let columns = "order_id, visit_id, kind, audience, name, media_type, bytes, sha256, stored_key, created_ms";
    app.execute(&format!("INSERT INTO files ({columns}) VALUES {rows}"), []).await;
    let path = format!("/api/v1/visits/{visit}/files");
    send(&ivan, &path, &[("kind", "other")], "note.txt", "сто".as_bytes()).await.expect(201);
    let refused = send(&ivan, &path, &[("kind", "other")], "note.txt", "сто один".as_bytes()).await.expect(422);
    assert_eq!(refused.faults(), ["file too_many_files"]);
    assert_eq!(files_on_disk(&app).await, 1);
});

db_test!(files_that_no_row_names_are_swept, |app| {
    let People { ivan, .. } = app.people();
    let (_, visit) = app.visit().on_site().make().await;
    send(&ivan, &format!("/api/v1/visits/{visit}/files"), &[("kind", "before")], "a.png", &png(30, 30)).await.expect(201);
    app.files.put(b"left behind".to_vec()).await.unwrap();
    assert_eq!(crate::orders::files::remove_orphans(&app, std::time::Duration::from_secs(24 * 3600)).await.unwrap(), 0, "it is too young");
    assert_eq!(crate::orders::files::remove_orphans(&app, std::time::Duration::ZERO).await.unwrap(), 1);
    assert_eq!(files_on_disk(&app).await, 3);
});
