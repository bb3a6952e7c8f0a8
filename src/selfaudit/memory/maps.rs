//! Which parts of a process's memory can hold something that the process has put there.
//!
//! Looked at: every map that it can read and write (heap, stacks, anonymous memory, the data of the program and its
//! libraries, shared files), and the anonymous ones that it can only read by now. Left out: read-only maps of files (code
//! and constants: what stands there stood in the file), what the kernel lends (`[vvar]`, `[vdso]`, `[vsyscall]`), and maps
//! that nobody may read, which is how the C library keeps the address space of memory that it has given back.

use std::io;

/// A range of addresses.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Map {
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) name: String,
}

/// The maps of a process that are worth a look.
pub(super) fn of(pid: u32) -> io::Result<Vec<Map>> {
    Ok(worth_a_look(&std::fs::read_to_string(format!("/proc/{pid}/maps"))?))
}

fn worth_a_look(text: &str) -> Vec<Map> {
    text.lines().filter_map(map).collect()
}

/// A line is `from-to rwxp offset device inode name`.
fn map(line: &str) -> Option<Map> {
    let mut words = line.split_ascii_whitespace();
    let (from, to) = words.next()?.split_once('-')?;
    let rights = words.next()?;
    let inode = words.nth(2)?;
    let name = words.next().unwrap_or("anonymous");
    let lent = ["[vvar", "[vdso", "[vsyscall"].iter().any(|lent| name.starts_with(lent));
    let own = rights.contains('w') || inode == "0";
    let map = Map { from: number(from)?, to: number(to)?, name: name.to_owned() };
    (rights.starts_with('r') && own && !lent).then_some(map)
}

fn number(hex: &str) -> Option<u64> {
    u64::from_str_radix(hex, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_process_can_have_written_to_is_looked_at_and_nothing_else() {
        let text = "55988d829000-55988d82b000 r--p 00000000 fe:00 247774   /usr/bin/sleep\n\
                    55988d82b000-55988d830000 r-xp 00002000 fe:00 247774   /usr/bin/sleep\n\
                    55988d833000-55988d834000 rw-p 0000a000 fe:00 247774   /usr/bin/sleep\n\
                    55988d900000-55988d921000 rw-p 00000000 00:00 0        [heap]\n\
                    7fb1c0000000-7fb1c0021000 ---p 00000000 00:00 0 \n\
                    7fb1cf745000-7fb1cf748000 rw-p 00000000 00:00 0 \n\
                    7fb1cf748000-7fb1cf749000 r--p 00000000 00:00 0 \n\
                    7fb1cf749000-7fb1cf750000 rw-s 00000000 fe:00 99       /data/history.db-shm\n\
                    7fb1cf935000-7fb1cf939000 r--p 00000000 00:00 0        [vvar]\n\
                    7fb1cf93b000-7fb1cf93d000 r-xp 00000000 00:00 0        [vdso]\n\
                    7ffcf8f64000-7ffcf8f85000 rw-p 00000000 00:00 0        [stack]\n\
                    ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]\n";
        let found = worth_a_look(text);
        let names: Vec<&str> = found.iter().map(|map| map.name.as_str()).collect();
        assert_eq!(
            names,
            ["/usr/bin/sleep", "[heap]", "anonymous", "anonymous", "/data/history.db-shm", "[stack]"]
        );
        assert_eq!((found[1].from, found[1].to), (0x5598_8d90_0000, 0x5598_8d92_1000));
    }
}
