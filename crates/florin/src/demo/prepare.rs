//! Everything before the first request: the folder, its record, the sockets. A refusal here has
//! changed nothing.

use std::net::TcpListener;

use anyhow::{Context, Result, bail};
use florin_store::Randomness;

use super::address::Address;
use super::contradiction::first_contradiction;
use super::flags::{DemoFlags, LimitSwitch, Part};
use super::folder::{Folder, Lock};
use super::fresh::{Origins, fresh_record};
use super::record::Record;
use super::sockets::{Sockets, explain, listen, refuse_twins};

/// A demo that only has to be started.
pub(crate) struct Prepared {
    pub(crate) record: Record,
    pub(crate) folder: Folder,
    /// The folder and its data were there before.
    pub(crate) is_resumed: bool,
    pub(crate) limits: LimitSwitch,
    /// The parts to run, in the order in which they start.
    pub(crate) parts: Vec<(Part, Vec<TcpListener>)>,
    /// Held for as long as the demo runs.
    pub(crate) claims: Vec<Lock>,
}

/// Opens or makes the demo that the flags describe.
pub(crate) fn prepare(flags: &DemoFlags, randomness: &Randomness) -> Result<Prepared> {
    let folder = Folder::open(flags.data.as_deref(), randomness)?;
    match open_in(&folder, flags, randomness) {
        Ok(opened) => Ok(Prepared {
            record: opened.record,
            is_resumed: opened.is_resumed,
            limits: flags.limits,
            parts: opened.parts,
            claims: opened.claims,
            folder,
        }),
        Err(refusal) => {
            folder.discard_if_unused();
            Err(refusal)
        }
    }
}

struct Opened {
    record: Record,
    is_resumed: bool,
    parts: Vec<(Part, Vec<TcpListener>)>,
    claims: Vec<Lock>,
}

fn open_in(folder: &Folder, flags: &DemoFlags, randomness: &Randomness) -> Result<Opened> {
    let _turn = folder.take_turn()?;
    let parts = flags.parts();
    let claims = parts.iter().map(|part| folder.claim(*part)).collect::<Result<Vec<_>>>()?;
    let (record, taken, is_resumed) = match folder.read_record()? {
        Some(record) => resume(record, flags, folder)?,
        None => begin(flags, folder, randomness)?,
    };
    let parts = parts_to_run(taken, &parts);
    Ok(Opened { record, is_resumed, parts, claims })
}

type Taken = Vec<(Part, Sockets)>;

fn resume(record: Record, flags: &DemoFlags, folder: &Folder) -> Result<(Record, Taken, bool)> {
    if let Some(contradiction) = first_contradiction(&record, flags, folder.path()) {
        bail!("{contradiction}");
    }
    let mut taken = Vec::new();
    for part in flags.parts() {
        let address = record.address(part)?;
        let sockets = listen(&address).map_err(|error| explain(part, &address, true, &error))?;
        taken.push((part, sockets));
    }
    Ok((record, taken, true))
}

/// The first process on a folder decides all four addresses. A free port for a part that another
/// process will run is taken to learn its number and given back.
fn begin(flags: &DemoFlags, folder: &Folder, randomness: &Randomness) -> Result<(Record, Taken, bool)> {
    let mut wanted = Vec::new();
    for part in Part::ALL {
        wanted.push((part, flags.address(part).cloned().map_or_else(|| default_address(part), Ok)?));
    }
    refuse_twins(&wanted)?;
    let ours = flags.parts();
    let mut taken = Vec::new();
    for (part, address) in &mut wanted {
        if ours.contains(part) || address.port() == 0 {
            let sockets = listen(address).map_err(|error| explain(*part, address, false, &error))?;
            *address = sockets.address.clone();
            taken.push((*part, sockets));
        }
    }
    let origin = |part| wanted.iter().find(|(other, _)| *other == part).map(|(_, address)| address.origin());
    let origin = |part| origin(part).context("every part has an address");
    let origins = Origins {
        shop: origin(Part::Shop)?,
        merchant: origin(Part::Merchant)?,
        gateway: origin(Part::Gateway)?,
        frame: origin(Part::Frame)?,
    };
    let collect = flags.collect.unwrap_or_default();
    let record =
        fresh_record(origins, collect, folder.path(), flags.database.as_deref(), randomness).context("--database")?;
    folder.write_record(&record)?;
    Ok((record, taken, false))
}

/// The shop is another *site* than the rest, each of which is an origin of its own.
fn default_address(part: Part) -> Result<Address> {
    let text = match part {
        Part::Shop => "localhost:4241",
        Part::Merchant => "127.0.0.1:4242",
        Part::Gateway => "127.0.0.1:4243",
        Part::Frame => "127.0.0.1:4244",
    };
    text.parse().context("the default address")
}

fn parts_to_run(taken: Taken, ours: &[Part]) -> Vec<(Part, Vec<TcpListener>)> {
    taken.into_iter().filter(|(part, _)| ours.contains(part)).map(|(part, sockets)| (part, sockets.listeners)).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;
    use crate::demo::flags::Collect;

    /// A path for a folder that does not exist yet, gone afterwards.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new() -> Self {
            let name = format!("florin-test-{:016x}", u64::from_be_bytes(Randomness::system().bytes()));
            Self(std::env::temp_dir().join(name))
        }

        fn flags(&self) -> DemoFlags {
            let any = |host: &str| Some(format!("{host}:0").parse().unwrap());
            DemoFlags {
                shop: any("localhost"),
                merchant: any("127.0.0.1"),
                gateway: any("127.0.0.1"),
                frame: any("127.0.0.1"),
                data: Some(self.0.clone()),
                ..DemoFlags::default()
            }
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn try_prepare(flags: &DemoFlags) -> Result<Prepared, String> {
        prepare(flags, &Randomness::system()).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn a_new_folder_gets_a_record_with_the_ports_really_taken() {
        let scratch = Scratch::new();
        let demo = try_prepare(&scratch.flags()).unwrap();
        assert!(!demo.is_resumed);
        assert_eq!(demo.parts.iter().map(|(part, _)| *part).collect::<Vec<_>>(), Part::ALL);
        for (part, listeners) in &demo.parts {
            let port = listeners[0].local_addr().unwrap().port();
            assert_eq!(demo.record.address(*part).unwrap().port(), port, "{part}");
        }
        let written = fs::read_to_string(demo.folder.record_path()).unwrap();
        assert_eq!(written, demo.record.to_text().unwrap());
    }

    #[test]
    fn an_existing_folder_is_resumed_with_its_keys_and_addresses() {
        let scratch = Scratch::new();
        let first = try_prepare(&scratch.flags()).unwrap().record.to_text().unwrap();
        for flags in [scratch.flags(), DemoFlags { data: Some(scratch.0.clone()), ..DemoFlags::default() }] {
            let again = try_prepare(&flags).unwrap();
            assert!(again.is_resumed);
            assert_eq!(again.record.to_text().unwrap(), first);
        }
    }

    #[test]
    fn four_processes_on_one_folder_are_one_demo() {
        let scratch = Scratch::new();
        let parts = [Part::Merchant, Part::Shop, Part::Gateway, Part::Frame];
        let started: Vec<Prepared> = std::thread::scope(|scope| {
            let start = |only| {
                let flags = DemoFlags { only: Some(only), ..scratch.flags() };
                scope.spawn(move || try_prepare(&flags).unwrap())
            };
            let threads: Vec<_> = parts.map(start).into_iter().collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(started.iter().filter(|demo| !demo.is_resumed).count(), 1);
        let text = started[0].record.to_text().unwrap();
        for (demo, part) in started.iter().zip(parts) {
            assert_eq!(demo.record.to_text().unwrap(), text);
            assert_eq!(demo.parts.iter().map(|(part, _)| *part).collect::<Vec<_>>(), [part]);
        }
    }

    #[test]
    fn a_running_demo_is_not_started_twice() {
        let scratch = Scratch::new();
        let _running = try_prepare(&scratch.flags()).unwrap();
        let refused = try_prepare(&scratch.flags()).err().unwrap();
        assert!(refused.contains("already runs"), "{refused}");
    }

    #[test]
    fn a_contradiction_changes_nothing() {
        let scratch = Scratch::new();
        let first = try_prepare(&scratch.flags()).unwrap().record.to_text().unwrap();
        let refused = try_prepare(&DemoFlags { collect: Some(Collect::Confirm), ..scratch.flags() }).err().unwrap();
        assert!(refused.starts_with("--collect says confirm"), "{refused}");
        assert_eq!(fs::read_to_string(scratch.0.join("demo.json")).unwrap(), first);
    }

    #[test]
    fn a_port_in_use_leaves_no_record() {
        let scratch = Scratch::new();
        let other = TcpListener::bind("127.0.0.1:0").unwrap();
        let taken = Some(other.local_addr().unwrap().to_string().parse().unwrap());
        let refused = try_prepare(&DemoFlags { merchant: taken, ..scratch.flags() }).err().unwrap();
        assert!(refused.contains("in use") && refused.contains("--merchant"), "{refused}");
        assert!(!scratch.0.join("demo.json").exists());
    }

    #[test]
    fn an_engine_that_is_not_there_is_refused() {
        let scratch = Scratch::new();
        let flags = DemoFlags { database: Some("mysql://localhost/x".to_owned()), ..scratch.flags() };
        let refused = try_prepare(&flags).err().unwrap();
        assert!(refused.starts_with("--database: "), "{refused}");
        assert!(!scratch.0.join("demo.json").exists());
    }
}
