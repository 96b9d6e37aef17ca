//! The program as a process: run to its end, killed on the way, out of disk, or serving.

use super::Outcome;
#[cfg(target_os = "linux")]
use plenary_fixtures::{Failing, FailingWrites};
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// What nobody kills has ended after this long, or it hangs.
const RUN_MAX: Duration = Duration::from_mins(2);
/// Longest wait for an answer of the site.
const ANSWER_MAX: Duration = Duration::from_secs(20);
/// Between two looks at a process: what is killed may take no more than some hundredths of a second.
const LOOK_EVERY: Duration = Duration::from_millis(1);
/// The unit in which a POSIX shell limits the size of files, in bytes.
const BLOCK_BYTES: u64 = 512;
/// Limits the size of files and becomes the program. The signal that comes with a write beyond the limit is ignored, so
/// that the write fails as it does on a full disk.
const STARVE: &str = "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"";
/// Variables that the program reads: none is passed on.
const VARIABLES: [&str; 8] = [
    "PLENARY_CONFIG",
    "PLENARY_DB",
    "PLENARY_JSON",
    "PLENARY_LISTEN",
    "PLENARY_BY",
    "PLENARY_METRICS",
    "PLENARY_LOG_FORMAT",
    "RUST_LOG",
];

/// The program, and the folder in which it runs.
pub(super) struct Program {
    path: PathBuf,
    folder: PathBuf,
}

/// What a run to the end came to.
pub(super) struct Run {
    pub(super) status: ExitStatus,
    pub(super) took: Duration,
    pub(super) out: String,
    pub(super) err: String,
}

impl Program {
    pub(super) fn new(path: &Path, folder: &Path) -> Self {
        Self { path: path.to_owned(), folder: folder.to_owned() }
    }

    /// A process of the program in its folder, its output left alone.
    fn prepare(&self, mut command: Command) -> Command {
        for name in VARIABLES {
            command.env_remove(name);
        }
        command.current_dir(&self.folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.path);
        command.args(arguments);
        self.prepare(command)
    }

    /// Runs it to its end, which must be a good one.
    pub(super) fn must(&self, arguments: &[&str]) -> Outcome<Run> {
        let run = self.finish(self.command(arguments), arguments)?;
        if run.status.success() {
            return Ok(run);
        }
        let Run { status, out, err, .. } = run;
        Err(format!("`plenary {}` ended with {status}:\n{out}{err}", arguments.join(" ")).into())
    }

    /// Runs it to its end on a disk that takes no file longer than `bytes`.
    pub(super) fn starve(&self, arguments: &[&str], bytes: u64) -> Outcome<Run> {
        let mut command = Command::new("sh");
        command.args(["-c", STARVE, "sh", &(bytes / BLOCK_BYTES).to_string()]).arg(&self.path).args(arguments);
        self.finish(self.prepare(command), arguments)
    }

    /// Runs it to its end, one of its writes failing.
    #[cfg(target_os = "linux")]
    pub(super) fn fail(&self, arguments: &[&str], library: &FailingWrites, nth: u64, failing: Failing) -> Outcome<Run> {
        let mut command = self.command(arguments);
        library.put_before(&mut command, nth, failing)?;
        self.finish(command, arguments)
    }

    fn finish(&self, mut command: Command, arguments: &[&str]) -> Outcome<Run> {
        let (out, err) = (self.folder.join("said.out"), self.folder.join("said.err"));
        let began = Instant::now();
        let child = command.stdout(File::create(&out)?).stderr(File::create(&err)?).spawn()?;
        let mut running = Running { child };
        let status = loop {
            if let Some(status) = running.child.try_wait()? {
                break status;
            }
            if began.elapsed() > RUN_MAX {
                return Err(format!("`plenary {}` has not ended after {RUN_MAX:?}", arguments.join(" ")).into());
            }
            thread::sleep(LOOK_EVERY);
        };
        let took = began.elapsed();
        Ok(Run { status, took, out: fs::read_to_string(out)?, err: fs::read_to_string(err)? })
    }

    pub(super) fn start(&self, arguments: &[&str]) -> Outcome<Running> {
        Ok(Running { child: self.command(arguments).spawn()? })
    }

    /// Starts the server on any free port.
    pub(super) fn serve(&self, more: &[&str]) -> Outcome<Server> {
        let arguments = [&["serve", "--listen", "127.0.0.1:0"], more].concat();
        let mut child = self.command(&arguments).stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take();
        let running = Running { child };
        let (sender, said) = mpsc::channel::<SocketAddr>();
        let read = move || {
            // To the end of the output, so that the server never waits for a reader.
            for line in out.into_iter().flat_map(|out| BufReader::new(out).lines()).map_while(Result::ok) {
                let address = line.split_once("the site is at http://").and_then(|(_, rest)| rest.split('/').next());
                if let Some(address) = address.and_then(|address| address.parse().ok()) {
                    // Whoever asked may be gone.
                    let _ = sender.send(address);
                }
            }
        };
        thread::spawn(read);
        Ok(Server { running, said, address: None })
    }
}

/// A process that ends with whoever holds it.
pub(super) struct Running {
    child: Child,
}

impl Running {
    /// Waits so long, then kills it with SIGKILL, unless it has ended.
    pub(super) fn kill_after(mut self, wait: Duration) -> Outcome<ExitStatus> {
        let began = Instant::now();
        while let Some(left) = wait.checked_sub(began.elapsed()) {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            thread::sleep(left.min(LOOK_EVERY));
        }
        self.child.kill()?;
        Ok(self.child.wait()?)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both are in vain when it has ended, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program as a server.
pub(super) struct Server {
    running: Running,
    said: Receiver<SocketAddr>,
    address: Option<SocketAddr>,
}

impl Server {
    /// True once it has said where it listens. Before, it does not handle signals.
    pub(super) fn listens(&mut self) -> bool {
        self.address = self.address.or_else(|| self.said.try_recv().ok());
        self.address.is_some()
    }

    /// Waits until it listens.
    pub(super) fn wait_for_address(&mut self) -> Outcome<SocketAddr> {
        let address = match self.address {
            Some(address) => address,
            None => self.said.recv_timeout(RUN_MAX).map_err(|_| "the server does not say where it listens")?,
        };
        self.address = Some(address);
        Ok(address)
    }

    /// Sends a signal by its name, such as `HUP`.
    pub(super) fn signal(&self, name: &str) -> Outcome<()> {
        let sent = Command::new("kill").args(["-s", name, &self.running.child.id().to_string()]).status()?;
        if sent.success() { Ok(()) } else { Err(format!("{name} could not be sent to the server").into()) }
    }

    /// How it ended, when it has.
    pub(super) fn status(&mut self) -> Outcome<Option<ExitStatus>> {
        Ok(self.running.child.try_wait()?)
    }

    pub(super) fn kill(self) -> Outcome<ExitStatus> {
        self.running.kill_after(Duration::ZERO)
    }

    /// Asks it to stop, which must end well.
    pub(super) fn stop(self) -> Outcome<()> {
        self.signal("TERM")?;
        let status = self.running.kill_after(RUN_MAX)?;
        if status.success() { Ok(()) } else { Err(format!("the server ended with {status} when asked to stop").into()) }
    }
}

/// The body at an address of the site, whole, and not coded.
pub(super) fn get(site: SocketAddr, path: &str) -> Outcome<Vec<u8>> {
    let mut stream = TcpStream::connect(site)?;
    stream.set_read_timeout(Some(ANSWER_MAX))?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {site}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").ok_or("an answer without a head")?;
    let body = answer.split_off(end + 4);
    let head = String::from_utf8_lossy(&answer).to_ascii_lowercase();
    let status = head.lines().next().unwrap_or_default();
    if status.split(' ').nth(1) != Some("200") {
        return Err(format!("{path} is answered with \"{status}\"").into());
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    if length == Some(body.len()) {
        Ok(body)
    } else {
        Err(format!("{path} came with {} bytes of {length:?}", body.len()).into())
    }
}
