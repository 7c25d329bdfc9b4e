//! The real binary serving on a free port of the loopback, and killed when its story ends. Deliberately absent: what it runs on (`site`).
use super::door::{Call, Reply, agent, send};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server that is killed, not stopped.
pub struct Served {
    child: Child,
    pub address: String,
}

impl Served {
    /// Starts what `make` says for an address, and waits until it is ready.
    pub fn start(make: impl Fn(&str) -> Command) -> Served {
        Served::start_until("/readyz", make)
    }

    /// The same, and waits until it answers 200 at a path.
    pub fn start_until(path: &str, make: impl Fn(&str) -> Command) -> Served {
        for _ in 0..5 {
            let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let address = format!("127.0.0.1:{port}");
            let mut command = make(&address);
            // Nobody reads what it says, and a pipe that is full would hold it up.
            command.args(["serve", "--listen", &address]).stdout(Stdio::null()).stderr(Stdio::null());
            let child = command.spawn().unwrap();
            let mut served = Served { child, address };
            if served.answers(path) {
                return served;
            }
        }
        panic!("the server does not start");
    }

    fn answers(&mut self, path: &str) -> bool {
        let agent = agent();
        for _ in 0..600 {
            if send(&agent, &self.address, &Call::new("GET", path)).is_ok_and(|r| r.status == 200) {
                return true;
            }
            if self.child.try_wait().unwrap().is_some() {
                return false;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        false
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn send(&self, call: &Call) -> Reply {
        send(&agent(), &self.address, call).unwrap()
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
