//! Runs the command line and turns the outcome into an exit code.

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    // The default hook prints the panic's text, which may quote what a student wrote. The place is enough to find it.
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        // A closed stderr must not turn one panic into two.
        let _ = writeln!(std::io::stderr(), "telefaq: a defect at {place}; please report this place");
    }));
    telefaq::cli::main(std::env::args_os())
}
