//! The client's end of one HTTP/1.1 connection that stays open: as little work as will do, since it shares the machine with the
//! server it measures. Deliberately absent: everything the server does not send, such as chunks and redirects.
use memchr::memmem;
use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longest answer that is read, bytes.
const LIMIT: usize = 256 * 1024;

/// One connection.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buf: Vec<u8>,
}

/// An answer.
#[derive(Debug, Clone, Copy)]
pub struct Reply<'a> {
    /// HTTP status.
    pub status: u16,
    /// Its body.
    pub body: &'a [u8],
}

impl Connection {
    /// Connects.
    pub fn open(address: SocketAddr) -> Result<Connection> {
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Connection { stream, buf: Vec::with_capacity(8192) })
    }

    /// Sends a whole request and reads its answer.
    pub fn ask(&mut self, request: &[u8]) -> Result<Reply<'_>> {
        self.stream.write_all(request)?;
        self.buf.clear();
        let head = loop {
            if let Some(n) = memmem::find(&self.buf, b"\r\n\r\n") {
                break n + 4;
            }
            self.more()?;
        };
        let (status, length) =
            head_of(self.buf.get(..head).unwrap_or_default()).ok_or_else(|| torn("the head"))?;
        while self.buf.len() < head + length {
            self.more()?;
        }
        Ok(Reply { status, body: self.buf.get(head..head + length).unwrap_or_default() })
    }

    fn more(&mut self) -> Result<()> {
        let have = self.buf.len();
        if have > LIMIT {
            return Err(torn("the length"));
        }
        self.buf.resize(have + 8192, 0);
        let n = self.stream.read(self.buf.get_mut(have..).unwrap_or_default());
        self.buf.truncate(have + n.as_ref().copied().unwrap_or(0));
        if n? == 0 { Err(torn("the end")) } else { Ok(()) }
    }
}

fn torn(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, format!("{what} of an answer is not as expected"))
}

/// Status and length of the body.
fn head_of(head: &[u8]) -> Option<(u16, usize)> {
    let text = std::str::from_utf8(head).ok()?;
    let mut lines = text.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let length = |line: &str| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    };
    Some((status, lines.find_map(length).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn answers_in_pieces_are_read_whole_and_one_after_the_other() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut ask = [0; 5];
            for answer in ["HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody", "HTTP/1.1 503 No\r\n\r\n"] {
                stream.read_exact(&mut ask).unwrap();
                for piece in answer.as_bytes().chunks(7) {
                    stream.write_all(piece).unwrap();
                    stream.flush().unwrap();
                }
            }
        });
        let mut connection = Connection::open(address).unwrap();
        let reply = connection.ask(b"hello").unwrap();
        assert_eq!((reply.status, reply.body), (200, &b"body"[..]));
        let reply = connection.ask(b"hello").unwrap();
        assert_eq!((reply.status, reply.body), (503, &b""[..]));
        server.join().unwrap();
        assert!(connection.ask(b"hello").is_err(), "the server has gone");
    }
}
