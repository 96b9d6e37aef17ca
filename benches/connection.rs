//! A connection of the load bench to the site: one request after another, each answer read whole.
#![allow(unreachable_pub, reason = "nothing outside uses a bench")]

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Longest wait for a part of an answer.
const ANSWER_MAX: Duration = Duration::from_secs(10);

pub struct Answer {
    pub status: u16,
    pub tag: Option<String>,
    pub body: Vec<u8>,
    /// True when no other request may follow on the connection.
    pub closes: bool,
}

pub struct Connection(BufReader<TcpStream>);

impl Connection {
    pub fn open(site: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&site, ANSWER_MAX)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER_MAX))?;
        Ok(Self(BufReader::new(stream)))
    }

    pub fn get(&mut self, path: &str, coding: &str, tag: Option<&str>) -> Result<Answer> {
        let site = self.0.get_ref().peer_addr()?;
        let condition = tag.map_or(String::new(), |tag| format!("If-None-Match: {tag}\r\n"));
        let head = format!("GET {path} HTTP/1.1\r\nHost: {site}\r\nAccept-Encoding: {coding}\r\n{condition}\r\n");
        self.0.get_mut().write_all(head.as_bytes())?;
        let status = self.line()?.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or("no status")?;
        let mut answer = Answer { status, tag: None, body: Vec::new(), closes: false };
        let (mut length, mut is_chunked) = (0, false);
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            match (name.to_ascii_lowercase().as_str(), value.trim()) {
                ("content-length", value) => length = value.parse()?,
                ("transfer-encoding", value) => is_chunked = value.eq_ignore_ascii_case("chunked"),
                ("connection", value) => answer.closes = value.eq_ignore_ascii_case("close"),
                ("etag", value) => answer.tag = Some(value.to_owned()),
                _ => {}
            }
        }
        if status == 304 {
            return Ok(answer);
        }
        loop {
            let bytes = if is_chunked { usize::from_str_radix(&self.line()?, 16)? } else { length };
            let start = answer.body.len();
            answer.body.resize(start + bytes, 0);
            self.0.read_exact(&mut answer.body[start..])?;
            if is_chunked {
                self.line()?;
            }
            if !is_chunked || bytes == 0 {
                return Ok(answer);
            }
        }
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.0.read_line(&mut line)? == 0 {
            return Err("the connection was closed".into());
        }
        Ok(line.trim_end().to_owned())
    }
}
