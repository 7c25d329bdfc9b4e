//! The server that is measured: this binary as a process of its own, so that what it uses can be told from what asking costs.
use super::house::{House, ISSUER};
use super::http::Connection;
use super::usage;
use crate::cli::Trouble;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running server; it ends with this value.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From its start to its first answer.
    pub ready_after: Duration,
}

impl Drop for Server {
    fn drop(&mut self) {
        // What it has answered is durable; there is nothing to say good-bye for.
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

impl Server {
    /// Starts it on a free port and waits until it is ready.
    pub fn start(house: &House) -> Result<Server, Trouble> {
        let address = free()?;
        let began = Instant::now();
        let child = Command::new(std::env::current_exe().map_err(Trouble::of)?)
            .arg("--data")
            .arg(&house.installation().data)
            .args(["--issuer", ISSUER, "--home", house.installation().home.as_str()])
            .args(["serve", "--listen", &address.to_string()])
            .env_remove("DONGUI_DATABASE")
            .env_remove("DONGUI_KEYS")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|e| Trouble(format!("cannot start the server: {e}")))?;
        let mut server = Server { child, address, ready_after: Duration::ZERO };
        while began.elapsed() < Duration::from_secs(60) {
            if server.ready() {
                server.ready_after = began.elapsed();
                return Ok(server);
            }
            if let Ok(Some(status)) = server.child.try_wait() {
                return Err(Trouble(format!("the server ended: {status}")));
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Err(Trouble("the server was not ready within a minute".to_owned()))
    }

    fn ready(&self) -> bool {
        let ask = b"GET /readyz HTTP/1.1\r\nHost: bench\r\n\r\n";
        Connection::open(self.address)
            .and_then(|mut c| c.ask(ask).map(|reply| reply.status == 200))
            .unwrap_or(false)
    }

    /// User and system time since it began, µs.
    pub fn used_us(&self) -> Result<u64, Trouble> {
        usage::process_us(self.child.id())
    }

    /// Peak of its resident memory, kB.
    pub fn peak_kb(&self) -> u64 {
        usage::memory_kb(self.child.id(), "VmHWM").unwrap_or(0)
    }
}

/// A port that was free a moment ago.
fn free() -> Result<SocketAddr, Trouble> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(Trouble::of)?;
    listener.local_addr().map_err(Trouble::of)
}
