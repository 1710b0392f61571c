//! Builds the browser part (`frontend/dist`), which the binary embeds, when its sources have changed.

use std::path::{Path, PathBuf};
use std::process::{Command, exit};
use std::{env, fs};

const SOURCES: [&str; 7] = ["css", "islands", "icons", "build.mjs", "package.json", "package-lock.json", "tsconfig.json"];

fn main() {
    let app = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let frontend = app.join("../../frontend");
    for source in SOURCES {
        println!("cargo:rerun-if-changed={}", frontend.join(source).display());
    }
    println!("cargo:rerun-if-changed={}", frontend.join("dist/manifest.json").display());
    // The binary embeds these folders; without the lines a new file in them goes unnoticed.
    println!("cargo:rerun-if-changed=locales");
    println!("cargo:rerun-if-changed={}", app.join("../../docs/manual").display());

    install(&frontend);
    run(&frontend, "node", &["build.mjs"]);
}

/// Installs the packages when the lock file is not the one they were installed from.
fn install(frontend: &Path) {
    let lock = fs::read(frontend.join("package-lock.json")).unwrap_or_default();
    let stamp = frontend.join("node_modules/.installed-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return;
    }
    run(frontend, "npm", &["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    if let Err(error) = fs::write(&stamp, lock) {
        fail(&format!("cannot write {}: {error}", stamp.display()));
    }
}

fn run(folder: &Path, program: &str, arguments: &[&str]) {
    match Command::new(program).args(arguments).current_dir(folder).output() {
        Ok(output) if output.status.success() => {}
        Ok(output) => fail(&format!(
            "`{program} {}` failed in frontend/: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr).split_whitespace().collect::<Vec<_>>().join(" ")
        )),
        Err(error) => fail(&format!("cannot run `{program}` ({error}): building needs Node.js 20 or newer with npm")),
    }
}

fn fail(message: &str) -> ! {
    println!("cargo::error={message}");
    exit(1)
}
