//! `completions` and `man`: what a shell and a reader need to know of the command line, from its one definition.

use std::io;

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man;

use super::args::Args;
use super::{OURS, print};

/// The one command with an option that only its own processes use.
const AUDIT: &str = "self-audit";

/// Prints what a shell needs to complete a command.
pub fn completions(shell: Shell) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut shown(), "tokenscope", &mut script);
    print(&String::from_utf8_lossy(&script))
}

/// The command line without what is hidden: shells would offer that too, whatever help leaves out.
fn shown() -> Command {
    Args::command().mut_subcommand(AUDIT, |whole| {
        let about = whole.get_about().cloned().unwrap_or_default();
        let seen = whole.get_arguments().filter(|arg| !arg.is_hide_set());
        Command::new(AUDIT).about(about).args(seen)
    })
}

/// Prints the manual page, with a part for each command.
pub fn man() -> u8 {
    page().map_or(OURS, |page| print(&page))
}

fn page() -> io::Result<String> {
    let command = Args::command();
    let mut page = Vec::new();
    let man = Man::new(command.clone());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    man.render_extra_section(&mut page)?;
    let parts: io::Result<String> = commands(&command).into_iter().map(part).collect();
    Ok(String::from_utf8_lossy(&page).replace(".SH EXTRA", ".SH \"EXIT STATUS\"") + &parts?)
}

/// What can be run, each under its whole name; in place of a command that only has others below it stand those.
fn commands(command: &Command) -> Vec<Command> {
    let above = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned();
    let below = command.get_subcommands().cloned();
    let named = below.map(|one| one.clone().bin_name(format!("{above} {}", one.get_name())));
    named.flat_map(|one| if one.has_subcommands() { commands(&one) } else { vec![one] }).collect()
}

/// A command's own page, as one section of the whole.
fn part(command: Command) -> io::Result<String> {
    let name = command.get_bin_name().unwrap_or_default().to_uppercase();
    let man = Man::new(command);
    let mut page = Vec::new();
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    man.render_extra_section(&mut page)?;
    let page = String::from_utf8_lossy(&page).replace(".SH EXTRA", ".SH EXAMPLE").replace(".SH ", ".SS ");
    Ok(format!(".SH \"{name}\"\n{page}"))
}
