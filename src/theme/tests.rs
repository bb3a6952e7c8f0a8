use proptest::prelude::*;

use super::*;

fn own(text: &str) -> Result<Theme, Fault> {
    read(text, Theme::built_in(DARK).unwrap().clone())
}

fn refused(text: &str) -> (usize, Subject, &'static str, String) {
    let Fault { line, subject, what, mend } = own(text).expect_err(text);
    (line, subject, what, mend)
}

#[test]
fn the_built_in_themes_name_every_role_and_nothing_else() {
    for text in [
        include_str!("../../assets/themes/dark.toml"),
        include_str!("../../assets/themes/light.toml"),
        include_str!("../../assets/themes/high-contrast.toml"),
    ] {
        read(text, Theme::PLAIN).unwrap();
        for (role, name) in Role::ALL {
            assert!(text.contains(&format!("\n{name} = ")), "{name}");
            assert_eq!(Role::of(role.number()), Some(role));
        }
    }
    assert_eq!(Role::of(23), None);
}

#[test]
fn every_text_has_the_contrast_of_wcag_aa_and_in_high_contrast_of_aaa() {
    for (name, theme) in &BUILT_IN {
        let least = if *name == "high-contrast" { 7.0 } else { 4.5 };
        for (role, called) in Role::ALL {
            let contrast = theme.contrast(role);
            assert!(contrast >= least, "{name} {called}: {contrast:.2}");
        }
    }
}

/// The eight colours and the intensity that a Linux console makes of a colour (drivers/tty/vt/vt.c).
fn on_a_console(colour: Option<Colour>, is_background: bool) -> (u8, bool) {
    let Some(Colour::Index(index)) = colour else { return (if is_background { 0 } else { 7 }, false) };
    let bit = |on: bool, value: u8| if on { value } else { 0 };
    let [r, g, b] = match index {
        0..=7 => [1, 2, 4].map(|part| bit(index & part != 0, 0xaa)),
        8..=15 => [1, 2, 4].map(|part| if index & part != 0 { 0xff } else { 0x55 }),
        16..=231 => [36, 6, 1].map(|by| u8::try_from(u32::from((index - 16) / by % 6) * 255 / 6).unwrap()),
        232..=255 => [8 + (index - 232) * 10; 3],
    };
    if is_background {
        return (bit(r >= 0x80, 1) | bit(g >= 0x80, 2) | bit(b >= 0x80, 4), false);
    }
    let most = r.max(g).max(b);
    let hue = bit(r > most / 2, 1) | bit(g > most / 2, 2) | bit(b > most / 2, 4);
    if hue == 7 && most <= 0x55 { (0, true) } else { (hue, most > 0xaa) }
}

#[test]
fn nothing_is_invisible_on_a_console_of_eight_colours() {
    for (name, theme) in &BUILT_IN {
        for (role, called) in Role::ALL {
            let look = theme.look(role);
            assert_ne!(on_a_console(look.fg, false), on_a_console(look.bg, true), "{name} {called}");
        }
    }
    let gray_on_white =
        (on_a_console(Some(Colour::Index(240)), false), on_a_console(Some(Colour::Index(231)), true));
    assert_eq!(gray_on_white.0, gray_on_white.1, "the check finds what is invisible");
}

#[test]
fn what_differs_by_red_and_green_differs_in_brightness_or_by_its_letters_too() {
    for (name, theme) in &BUILT_IN {
        for (good, bad) in [(Role::Usable, Role::NotUsable), (Role::Sandbox, Role::Production)] {
            let (good, bad) = (theme.look(good), theme.look(bad));
            let backs = colour::contrast(good.bg.unwrap(), bad.bg.unwrap());
            assert!(good.fg != bad.fg && backs > 1.5, "{name}: {backs:.2}");
        }
    }
}

#[test]
fn a_theme_of_ones_own_names_only_what_it_changes() {
    let dark = Theme::built_in(DARK).unwrap();
    let mine =
        own("[roles]\nfocus = { fg = \"magenta\", modifiers = [\"italic\"] }\nmask.bg = 17\n").unwrap();
    let focus = mine.look(Role::Focus);
    assert_eq!((focus.fg, focus.italic), (Some(Colour::Index(5)), true));
    assert_eq!(mine.look(Role::Mask).bg, Some(Colour::Index(17)));
    for (role, name) in Role::ALL.into_iter().filter(|(role, _)| ![Role::Focus, Role::Mask].contains(role)) {
        assert_eq!(mine.look(role), dark.look(role), "{name}");
    }
    assert_eq!(own("").as_ref(), Ok(dark));
    let light = own("base = \"light\"").unwrap();
    assert_eq!(light.look(Role::Bad), Theme::built_in("light").unwrap().look(Role::Bad));
    assert_eq!(
        own("base = \"light\"\n[roles.text]\nbg = \"default\"\n").unwrap().look(Role::Text).bg,
        Some(Colour::Terminal)
    );
}

#[test]
fn what_is_wrong_is_told_with_its_line_and_the_mend() {
    let known = |name: &str| Subject::Known(name.to_owned());
    for (text, line, subject, what, mend) in [
        ("roles = 1", 1, known("roles"), "is not a table", "[roles]"),
        ("base = \"drak\"", 1, known("base"), "is no built-in theme", "\"high-contrast\""),
        ("[roles]\n\nfocus = \"cyan\"", 3, known("focus"), "is not a look", "{ fg"),
        ("[roles]\nfocus = { fg = \"cyna\" }", 2, known("fg"), "is no colour", "\"cyan\""),
        ("[roles]\nfocus = { fg = 256 }", 2, known("fg"), "is no colour", "0 to 255"),
        ("[roles]\nfocus = { modifiers = \"bold\" }", 2, known("modifiers"), "is not a list", "[\"bold\"]"),
        (
            "[roles]\nfocus = { modifiers = [\"blink\"] }",
            2,
            known("modifiers"),
            "names no modifier",
            "\"bold\"",
        ),
        ("[roles", 1, Subject::Column(7), "cannot be read as TOML", "brackets"),
    ] {
        let (at, about, wrong, help) = refused(text);
        assert_eq!((at, about, wrong), (line, subject, what), "{text}");
        assert!(help.contains(mend), "{help}");
    }
    let Subject::Unknown(name, list) = refused("[roles]\nmsak = { fg = 1 }").1 else { panic!("unknown") };
    assert!(name == "msak" && list.contains(&"mask"));
    assert!(matches!(refused("colours = {}").1, Subject::Unknown(..)));
    assert_eq!(refused(&"#".repeat(64 * 1024 + 1)).2, "is longer than 64 KiB");
}

#[test]
fn no_theme_hides_a_text_underlines_what_is_no_mask_or_dresses_another_environment_as_production() {
    for (look, line) in [
        ("text = { fg = 16, bg = 16 }", 2),
        ("text = { fg = \"black\" }", 2),
        ("quiet = { fg = \"red\", bg = \"red\" }", 2),
        ("label = { fg = 16, bg = \"black\" }", 2),
        ("bad = { fg = 124, bg = 160 }", 2),
        ("\nrevealed = { fg = \"yellow\" }", 3),
    ] {
        let (at, _, what, _) = refused(&format!("[roles]\n{look}"));
        assert_eq!((at, what), (line, "cannot be read, since its colours are too near each other"), "{look}");
    }
    assert_eq!(
        refused("[roles]\nfocus = { modifiers = [\"underlined\"] }").2,
        "underlines, which only a mask may be"
    );
    assert!(own("[roles]\nmask = { modifiers = [\"underlined\"] }").is_ok());
    assert_eq!(refused("[roles]\nsandbox = { fg = \"white\", bg = \"red\" }").2, "looks like production");
    assert_eq!(refused("[roles]\nproduction = { bg = \"cyan\", fg = 16 }").2, "looks like production");
    let flat = "[roles]\nrevealed = { fg = \"white\", bg = \"default\" }";
    assert_eq!(refused(flat).2, "does not stand out from the background");
}

#[test]
fn a_theme_is_found_by_its_name_and_the_dark_one_where_there_is_none_of_it() {
    let mine = own("[roles]\nfocus = { fg = 5 }").unwrap();
    let themes = Themes::with("mine.toml", mine.clone());
    assert_eq!(themes.names(), ["dark", "light", "high-contrast", "mine.toml"]);
    assert_eq!(themes.find("mine.toml"), &mine);
    for name in NAMES {
        assert_eq!(Some(themes.find(name)), Theme::built_in(name));
    }
    assert_eq!(Some(themes.find("gone.toml")), Theme::built_in(DARK));
    assert_eq!(Themes::default().names(), NAMES);
}

proptest! {
    #[test]
    fn garbage_is_refused_or_read_and_never_breaks_the_reader(text in "\\PC{0,200}") {
        let _ = own(&text);
    }

    #[test]
    fn a_theme_that_is_taken_hides_nothing(
        name in proptest::sample::select(Role::ALL.map(|(_, name)| name).to_vec()),
        base in proptest::sample::select(NAMES.to_vec()),
        fg in 0..=255_u8,
        bg in 0..=255_u8,
        modifiers in proptest::sample::subsequence(vec!["\"bold\"", "\"italic\"", "\"underlined\"", "7"], 0..4),
    ) {
        let modifiers = modifiers.join(", ");
        let text = format!("base = \"{base}\"\n[roles]\n{name} = {{ fg = {fg}, bg = {bg}, modifiers = [{modifiers}] }}");
        if let Ok(theme) = own(&text) {
            for (role, _) in Role::ALL {
                prop_assert!(theme.contrast(role) >= 2.0);
            }
        }
    }
}
