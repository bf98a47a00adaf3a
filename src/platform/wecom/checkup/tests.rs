//! What the check-up reads and writes on the wire.

use super::*;

#[test]
fn the_address_is_found_in_whatever_words_it_stands() {
    for (words, want) in [
        (
            "not allow to access from your ip, from ip: 203.0.113.7, more info at https://x.example/e=60020",
            Some("203.0.113.7"),
        ),
        ("from ip:203.0.113.7.", Some("203.0.113.7")),
        ("ip 2001:db8::7 refused", Some("2001:db8::7")),
        ("api forbidden", None),
        ("", None),
        ("1.2.3", None),
    ] {
        assert_eq!(address_in(words), want.map(|want| want.parse().unwrap()), "{words}");
    }
}

#[test]
fn another_signature_has_the_form_of_one_and_is_another() {
    let genuine = "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3";
    let other = other_signature(genuine);
    assert!(other.len() == genuine.len() && other.chars().zip(genuine.chars()).all(|(a, b)| a != b));
}
