//! The command line as a person sees it: help pages, results, error messages and exit codes.
//!
//! Each `cli/*.trycmd` is a session in the folder `*.in` beside it. After a wanted change run the test with
//! `TRYCMD=overwrite` and read the difference. A `*.toml` is one command with what it reads (`.stdin`) and prints (`.stdout`).

#[test]
fn the_command_line_says_what_is_written_down() {
    trycmd::TestCases::new()
        .register_bin("kehou", std::path::Path::new(env!("CARGO_BIN_EXE_kehou")))
        // A developer's shell may say otherwise.
        .env("COLUMNS", "100")
        .case("tests/suite/cli/*.trycmd")
        .case("tests/suite/cli/*.toml");
}
