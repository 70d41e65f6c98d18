//! The machine's own limits, and what the system says of a process: its memory, its processor time, the bytes it wrote.

use super::figure::{Figure, Report, per_second, real};
use anyhow::{Context, Result};
use std::{
    fs::{self, File},
    io::Write,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

const BLOCK: usize = 4096;

/// Cores, memory, kernel, and how many times a second the folder takes a block for good.
pub fn measure(report: &mut Report, folder: &Path, quick: bool) -> Result<()> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    report.add(Figure::new("machine.cores", real(cores), "cores"))?;
    let memory = fs::read_to_string("/proc/meminfo").ok().and_then(|text| kilobytes(&text, "MemTotal:"));
    report.add(Figure::new("machine.memory", memory.unwrap_or(0.0) / 1024.0, "MiB"))?;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    report.add(Figure::text("machine.kernel", kernel.trim()))?;
    report.add(Figure::new("machine.load", load(), "runnable"))?;
    report.add(Figure::new("machine.fsync", fsyncs(folder, quick)?, "1/s"))
}

/// The load average of the last minute: what else this machine is doing.
fn load() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0.0)
}

fn fsyncs(folder: &Path, quick: bool) -> Result<f64> {
    let path = folder.join("fsync");
    let mut file = File::create(&path).with_context(|| format!("No se puede escribir en «{}»", folder.display()))?;
    let length = if quick { Duration::from_millis(200) } else { Duration::from_secs(2) };
    let (begun, mut done) = (Instant::now(), 0_u64);
    while begun.elapsed() < length {
        file.write_all(&[7; BLOCK])?;
        file.sync_data()?;
        done += 1;
    }
    let rate = per_second(done, begun);
    fs::remove_file(&path)?;
    Ok(rate)
}

fn kilobytes(text: &str, name: &str) -> Option<f64> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Resident memory of a process in MiB.
pub fn resident(process: u32) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{process}/status"))?;
    Ok(kilobytes(&text, "VmRSS:").context("/proc does not tell the memory")? / 1024.0)
}

/// Processor time of a process so far, in seconds.
pub fn processor(process: u32) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name of the program stands in brackets and may hold anything.
    let (_, rest) = text.rsplit_once(')').context("/proc does not tell the time")?;
    let ticks: f64 = rest.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    Ok(ticks / ticks_per_second())
}

fn ticks_per_second() -> f64 {
    let told = Command::new("getconf").arg("CLK_TCK").output().ok();
    told.and_then(|told| String::from_utf8(told.stdout).ok()?.trim().parse().ok()).unwrap_or(100.0)
}

/// Bytes this process has handed to the system for writing so far.
pub fn written() -> f64 {
    let text = fs::read_to_string("/proc/self/io").unwrap_or_default();
    kilobytes(&text, "wchar:").unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_knows_itself() {
        assert!(resident(std::process::id()).expect("memory") > 1.0);
        assert!(processor(std::process::id()).expect("time") >= 0.0);
        assert!(written() > 0.0);
    }
}
