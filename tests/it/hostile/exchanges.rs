//! Cases of the exchange itself: heads and bodies that break HTTP, come too slowly or never end, and content codings
//! that are not what they say.

use super::origin::{Answer, Case, case};
use super::texts::{feed, item, mark};
use std::io::Write as _;
use std::time::Duration;

const OK: &str = "HTTP/1.1 200 OK\r\n";
const TYPE: &str = "content-type: application/rss+xml; charset=utf-8\r\n";
const CLOSE: &str = "connection: close\r\n";

/// How much is sent at once of what never ends, in bytes.
const BLOCK_BYTES: usize = 64 * 1024;
const AT_ONCE: Duration = Duration::ZERO;
/// Pause in what never ends but need not come fast.
const UNHURRIED: Duration = Duration::from_millis(50);
/// What a bomb grows to, in bytes: three times what is read of a document.
const BOMB_BYTES: usize = 32 * 1024 * 1024;
/// Brotli quality (0 to 11): a low one, since a bomb is long.
const BROTLI_QUALITY: i32 = 2;
/// A field longer than any buffer, in bytes.
const HUGE_FIELD_BYTES: usize = 600 * 1024;
const HUGE_ETAG_BYTES: usize = 64 * 1024;
/// Bytes by which an announced length is wrong.
const WRONG_BY: usize = 500;

pub fn cases() -> Vec<Case> {
    [heads(), fields(), bodies(), lengths(), chunks(), codings(), bombs()].into_iter().flatten().collect()
}

/// The head of an answer after which the connection is closed. `fields` end with their line.
fn head(fields: &str) -> String {
    format!("{OK}{TYPE}{CLOSE}{fields}\r\n")
}

/// A sound answer, byte for byte.
fn answer(body: &str) -> String {
    format!("{OK}{TYPE}content-length: {}\r\n\r\n{body}", body.len())
}

/// A sound feed of one entry with these fields.
fn fed(id: &str, does: &'static str, expected: &str, fields: &str) -> Case {
    case(id, does, expected, Answer::whole("200 OK", &format!("{TYPE}{fields}"), feed(id, 1)))
}

fn raw(id: &str, does: &'static str, expected: &str, bytes: impl Into<Vec<u8>>) -> Case {
    case(id, does, expected, Answer::raw(bytes))
}

fn heads() -> Vec<Case> {
    let fails = "outcome=failed; cause=bad-answer; published=0";
    let late = "outcome=failed; cause=timeout; published=0";
    let cut_off = "outcome=failed; cause=interrupted; published=0";
    let hints = "HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n";
    let hinted = format!("{hints}{hints}{}{}", head(""), feed("early-hints", 1));
    let old = format!("HTTP/1.0 200 OK\r\n\r\n{}", feed("http-1-0", 2));
    let later = format!("HTTP/9.9 200 OK\r\n\r\n{}", feed("http-9-9", 1));
    let line_feeds = format!("{}{}", head("").replace('\r', ""), feed("line-feeds", 1));
    let switched = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
    vec![
        raw("head-none", "closes the connection before it answers", cut_off, ""),
        raw("head-cut", "closes the connection within its head", cut_off, format!("{OK}content-le")),
        case("head-silence", "takes the request and says nothing", late, Answer::raw("").silence()),
        case(
            "head-drip",
            "sends its head byte by byte",
            late,
            Answer::raw(OK).drip("x-slow: and slower\r\n".repeat(20)),
        ),
        case(
            "head-endless-line",
            "sends a field that never ends",
            fails,
            Answer::raw(format!("{OK}x-long: ")).endless(vec![b'a'; BLOCK_BYTES], AT_ONCE),
        ),
        case(
            "head-endless-fields",
            "sends fields without end",
            fails,
            Answer::raw(OK).endless("x-more: 1\r\n".repeat(1_000), AT_ONCE),
        ),
        case("hints-for-ever", "sends early hints for ever", late, Answer::raw("").endless(hints, UNHURRIED)),
        raw("early-hints", "sends early hints, then a feed", "outcome=updated; entries=1; published=1", hinted),
        raw("http-0-9", "answers as in 1991, without a head", fails, feed("http-0-9", 1)),
        raw("http-1-0", "speaks HTTP/1.0", "outcome=updated; entries=2; published=2", old),
        raw("http-9-9", "speaks a version of HTTP that there is not", fails, later),
        raw("line-feeds", "ends lines with a line feed alone", "outcome=updated; entries=1", line_feeds),
        raw("status-long", "has a status of four digits", fails, format!("HTTP/1.1 2000 OK\r\n\r\n{}", feed("x", 1))),
        raw("status-none", "has status 000", fails, "HTTP/1.1 000 Nothing\r\n\r\n"),
        raw("switching", "wants to speak another protocol", "outcome=failed; published=0", switched),
    ]
}

fn fields() -> Vec<Case> {
    let fails = "outcome=failed; cause=bad-answer; published=0";
    let read = "outcome=updated; entries=1; published=1";
    let cookies =
        |count: usize| (0..count).map(|n| format!("set-cookie: c{n}={}\r\n", "x".repeat(500))).collect::<String>();
    let many = (0..500).map(|n| format!("x-field-{n}: 1\r\n")).collect::<String>();
    let latin_1 = feed("field-latin1", 1);
    let latin_1 = [OK.as_bytes(), CLOSE.as_bytes(), b"x-name: caf\xe9\r\n\r\n", latin_1.as_bytes()].concat();
    let not_modified = format!("HTTP/1.1 304 Not Modified\r\n{CLOSE}\r\n");
    let forever = feed("fresh-for-ever", 1).replace("<language>", &format!("<ttl>{}</ttl><language>", u64::MAX));
    vec![
        fed("field-huge", "sends a field of 600 KiB", fails, &format!("x-huge: {}\r\n", "a".repeat(HUGE_FIELD_BYTES))),
        fed("fields-500", "sends 500 fields", fails, &many),
        fed("cookies-150", "sets 150 cookies", "outcome=updated; entries=1; asked=1", &cookies(150)),
        fed("cookies-400", "sets 400 cookies", fails, &cookies(400)),
        fed("etag-64k", "sends an ETag of 64 KiB", read, &format!("etag: \"{}\"\r\n", "e".repeat(HUGE_ETAG_BYTES))),
        fed("etag-odd", "sends an ETag that is no tag", read, "etag: W/\"a\", \"b;c\" d\r\nlast-modified: once\r\n"),
        case(
            "type-20k",
            "sends a media type of 20 KB",
            read,
            Answer::whole("200 OK", &format!("content-type: text/{}\r\n", "x".repeat(20_000)), feed("type-20k", 1)),
        ),
        raw("field-latin1", "sends bytes in a field that are no ASCII", read, latin_1),
        raw("field-nul", "sends a NUL in a field", fails, format!("{OK}x-nul: a\0b\r\n\r\n{}", feed("x", 1))),
        raw(
            "field-blank",
            "sends a blank within a field's name",
            fails,
            format!("{OK}x odd: 1\r\n\r\n{}", feed("x", 1)),
        ),
        raw("304-unasked", "answers 304 to who has nothing yet", fails, not_modified),
        case(
            "fresh-for-ever",
            "asks not to be asked again for longer than the sun will shine",
            "outcome=updated; entries=1; due<=7",
            Answer::whole("200 OK", "cache-control: max-age=99999999999999999999999\r\n", forever),
        ),
        // What is glued on must not answer the next request on this connection.
        case(
            "smuggled",
            "glues another answer behind its own",
            read,
            Answer::raw(answer(&feed("smuggled", 1)) + &answer(&feed("smuggled-poison", 1))).stay_open(),
        ),
    ]
}

fn bodies() -> Vec<Case> {
    let late = "outcome=failed; cause=timeout; published=0";
    let empty = "outcome=failed; cause=empty; published=0";
    let whole = feed("body-drip", 1);
    let three = feed("body-cut", 3);
    let length = format!("content-length: {}\r\n", whole.len());
    vec![
        case("body-drip", "sends its body byte by byte", late, Answer::raw(head(&length)).drip(whole)),
        case("body-silence", "sends a head and no body", late, Answer::raw(head("content-length: 100\r\n")).silence()),
        case("body-none", "has an empty body", empty, Answer::whole("200 OK", TYPE, "")),
        case("body-blank", "has a body of blanks", empty, Answer::whole("200 OK", TYPE, " \n\t\r\n".repeat(1_000))),
        raw(
            "body-cut",
            "closes the connection within the third of three entries, having announced no length",
            "outcome=updated; entries=2; warning=truncated; published=2",
            head("") + &three[..within_last(&three)],
        ),
        case(
            "body-endless",
            "sends comments without end",
            "outcome=failed; cause=too-big|timeout; published=0",
            Answer::raw(head("transfer-encoding: chunked\r\n"))
                .endless(chunk("<!-- on and on -->".repeat(4_000)), AT_ONCE),
        ),
        case(
            "body-endless-entries",
            "sends entries without end",
            "outcome=failed; cause=too-big|timeout; published=0",
            Answer::raw(head("transfer-encoding: chunked\r\n"))
                .bytes(chunk("<rss version=\"2.0\"><channel><title>Endless</title>"))
                .endless(chunk(item("body-endless-entries", 1).repeat(100)), AT_ONCE),
        ),
        case(
            "refusal-endless",
            "refuses with a page that never ends",
            "outcome=failed; cause=status; status=500; published=0",
            Answer::raw(format!("HTTP/1.1 500 No\r\n{CLOSE}\r\n")).endless("<p>no</p>".repeat(1_000), AT_ONCE),
        ),
    ]
}

/// A place in the title of the last entry of a feed.
fn within_last(feed: &str) -> usize {
    feed.rfind("<item><title>").map_or(0, |at| at + "<item><title>One".len())
}

fn lengths() -> Vec<Case> {
    let fails = "outcome=failed; cause=bad-answer; published=0";
    let with_length = |fields: &str| head(fields) + &feed("x", 1);
    let three = feed("length-short", 3);
    let short = format!("{}{three}", head(&format!("content-length: {}\r\n", within_last(&three))));
    let long = feed("length-long", 2);
    let long = format!("{}{long}", head(&format!("content-length: {}\r\n", long.len() + WRONG_BY)));
    let chunked = feed("length-and-chunks", 1);
    let both = [
        head("content-length: 5\r\ntransfer-encoding: chunked\r\n").into_bytes(),
        chunk(&chunked),
        b"0\r\n\r\n".to_vec(),
    ];
    let huge = Answer::raw(head("content-length: 100000000000000\r\n")).bytes("<rss>").silence();
    vec![
        raw(
            "length-short",
            "announces fewer bytes than it sends",
            "outcome=updated; entries=2; warning=truncated; published=2",
            short,
        ),
        raw(
            "length-long",
            "announces more bytes than it sends",
            "outcome=failed; cause=interrupted; published=0",
            long,
        ),
        case("length-huge", "announces 100 TB", "outcome=failed; cause=too-big; published=0", huge),
        raw(
            "length-beyond",
            "announces more bytes than a number holds",
            fails,
            with_length("content-length: 99999999999999999999999\r\n"),
        ),
        raw("length-negative", "announces a negative length", fails, with_length("content-length: -5\r\n")),
        raw("length-word", "announces a length in words", fails, with_length("content-length: many\r\n")),
        raw(
            "length-twice",
            "announces two lengths",
            fails,
            with_length("content-length: 40\r\ncontent-length: 41\r\n"),
        ),
        raw(
            "length-and-chunks",
            "announces a length and sends chunks",
            "outcome=updated; entries=1; published=1",
            both.concat(),
        ),
    ]
}

/// One chunk (RFC 9112 7.1).
fn chunk(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let bytes = bytes.as_ref();
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

fn chunks() -> Vec<Case> {
    let fails = "outcome=failed; published=0";
    let begun = || Answer::raw(head("transfer-encoding: chunked\r\n"));
    let single: Vec<u8> = feed("chunk-of-one", 1).bytes().flat_map(|byte| chunk([byte])).collect();
    let whole = |id: &str| chunk(feed(id, 1));
    vec![
        case(
            "chunk-of-one",
            "sends chunks of one byte",
            "outcome=updated; entries=1; published=1",
            begun().bytes(single).bytes("0\r\n\r\n"),
        ),
        case(
            "chunk-word",
            "gives the size of a chunk in words",
            fails,
            begun().bytes(whole("x")).bytes("many\r\n<rss>"),
        ),
        case("chunk-beyond", "gives a size that no number holds", fails, begun().bytes("fffffffffffffffff\r\n<rss>")),
        case("chunk-cut", "closes the connection within a chunk", fails, begun().bytes("500\r\n<rss version=\"2.0\">")),
        case("chunk-no-end", "never sends the last chunk", fails, begun().bytes(whole("x"))),
        case(
            "chunk-extension",
            "never ends the extension of a chunk",
            fails,
            begun().bytes("5;").endless(vec![b'e'; BLOCK_BYTES], AT_ONCE),
        ),
        case(
            "chunk-trailers",
            "sends trailers without end",
            fails,
            begun().bytes(whole("x")).bytes("0\r\n").endless("x-trailer: 1\r\n".repeat(1_000), AT_ONCE),
        ),
    ]
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut coder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    coder.write_all(bytes).unwrap();
    coder.finish().unwrap()
}

/// What HTTP calls `deflate`: the format of zlib (RFC 9110 8.4.1.2).
fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut coder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    coder.write_all(bytes).unwrap();
    coder.finish().unwrap()
}

fn bare_deflate(bytes: &[u8]) -> Vec<u8> {
    let mut coder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    coder.write_all(bytes).unwrap();
    coder.finish().unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let params = brotli::enc::BrotliEncoderParams { quality: BROTLI_QUALITY, ..Default::default() };
    let mut coded = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut coded, &params).unwrap();
    coded
}

/// A body that says that it is coded so.
fn coded(id: &str, does: &'static str, expected: &str, coding: &str, body: &[u8]) -> Case {
    let fields = format!("{TYPE}content-encoding: {coding}\r\n");
    case(id, does, expected, Answer::whole("200 OK", &fields, body))
}

fn codings() -> Vec<Case> {
    let read = |id: &str| format!("outcome=updated; entries=2; published=2; text={}", mark(id, 2));
    let fails = "outcome=failed; published=0";
    let breaks = "outcome=failed; cause=bad-answer; published=0";
    let plain = |id: &str| feed(id, 2).into_bytes();
    let cut = gzip(&plain("x"));
    let mut wrong_sum = cut.clone();
    let sum_at = wrong_sum.len() - 8;
    wrong_sum[sum_at] ^= 0xFF;
    vec![
        coded("gzip", "sends gzip", &read("gzip"), "gzip", &gzip(&plain("gzip"))),
        coded("deflate", "sends deflate", &read("deflate"), "deflate", &zlib(&plain("deflate"))),
        coded("brotli", "sends brotli", &read("brotli"), "br", &brotli(&plain("brotli"))),
        coded("gzip-lie", "says gzip and sends none", breaks, "gzip", &plain("x")),
        coded("gzip-cut", "sends half of a gzip", fails, "gzip", &cut[..cut.len() / 2]),
        coded("gzip-sum", "sends a gzip with a wrong checksum", fails, "gzip", &wrong_sum),
        coded(
            "gzip-twice",
            "codes twice and says so",
            &read("gzip-twice"),
            "gzip, gzip",
            &gzip(&gzip(&plain("gzip-twice"))),
        ),
        coded(
            "gzip-two-fields",
            "codes twice and says so in two fields",
            &read("gzip-two-fields"),
            "gzip\r\ncontent-encoding: gzip",
            &gzip(&gzip(&plain("gzip-two-fields"))),
        ),
        coded(
            "deflate-bare",
            "sends deflate without its wrapping",
            &read("deflate-bare"),
            "deflate",
            &bare_deflate(&plain("deflate-bare")),
        ),
        coded(
            "coding-unknown",
            "names a coding that nobody knows, and uses none",
            &read("coding-unknown"),
            "x-rot13",
            &plain("coding-unknown"),
        ),
        coded("coding-unasked", "uses a coding that was not asked for", breaks, "zstd", b"\x28\xb5\x2f\xfd\x04\x58"),
        case(
            "gzip-unsaid",
            "sends gzip and does not say so",
            &read("gzip-unsaid"),
            Answer::whole("200 OK", TYPE, gzip(&plain("gzip-unsaid"))),
        ),
    ]
}

fn bombs() -> Vec<Case> {
    let too_big = "outcome=failed; cause=too-big; published=0";
    let plain = vec![b' '; BOMB_BYTES];
    vec![
        coded("bomb-gzip", "sends gzip that grows to 32 MiB", too_big, "gzip", &gzip(&plain)),
        coded("bomb-deflate", "sends deflate that grows to 32 MiB", too_big, "deflate", &zlib(&plain)),
        // The decoder of brotli is slow in a debug build.
        coded(
            "bomb-brotli",
            "sends brotli that grows to 32 MiB",
            "outcome=failed; cause=too-big|timeout; published=0",
            "br",
            &brotli(&plain),
        ),
    ]
}
