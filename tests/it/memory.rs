//! The allocator's settings, with which the program starts itself again.

use crate::support::program::command;
use std::io::Write as _;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

const DOCUMENT: &[u8] = b"<rss version=\"2.0\"><channel><title>A title</title></channel></rss>";
/// A debug build on a busy machine starts within that.
const START_MAX: Duration = Duration::from_secs(30);

/// `plenary parse -`, which waits for its input.
fn start(variables: &[(&str, &str)]) -> Child {
    let folder = std::env::temp_dir();
    let mut command = command(&folder, &["parse", "-"]);
    command.env_remove("MALLOC_ARENA_MAX").envs(variables.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
}

fn variables_of(child: &Child) -> String {
    let bytes = std::fs::read(format!("/proc/{}/environ", child.id())).unwrap();
    String::from_utf8_lossy(&bytes).replace('\0', "\n")
}

fn finish(mut child: Child) -> String {
    child.stdin.take().unwrap().write_all(DOCUMENT).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn the_program_runs_with_few_arenas_as_the_same_process() {
    let child = start(&[]);
    let began = Instant::now();
    while !variables_of(&child).contains("MALLOC_ARENA_MAX=2\n") {
        assert!(began.elapsed() < START_MAX, "{}", variables_of(&child));
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(variables_of(&child).contains("MALLOC_MMAP_THRESHOLD_=262144\n"));
    assert!(finish(child).contains("A title"), "arguments and input are passed on");
}

#[test]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn settings_of_whoever_runs_it_hold() {
    for (name, value) in [("MALLOC_ARENA_MAX", "3"), ("GLIBC_TUNABLES", "glibc.malloc.arena_max=3")] {
        let child = start(&[(name, value)]);
        // Whatever it does first, it has done once it has read its input.
        let pid_variables = {
            std::thread::sleep(Duration::from_millis(300));
            variables_of(&child)
        };
        assert!(pid_variables.contains(&format!("{name}={value}\n")), "{pid_variables}");
        assert!(!pid_variables.contains("MALLOC_MMAP_THRESHOLD_="), "{pid_variables}");
        assert!(finish(child).contains("A title"));
    }
}
