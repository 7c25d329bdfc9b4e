//! Themes that are taken, and themes that are refused with the place and the cure.
use super::asset::STYLE;
use super::theme::{Complaint, Theme};

const GOOD: &str = r##"radius = "0.25rem"
font = ["Pretendard", "system-ui"]
logo = "logo.svg"

[light]
heart = "#1b3a8c"
wash = "#e8edfa"

[dark]
heart = "#9db8ff"

[allow]
background = "heart"
text = "sheet"

[refuse]
background = "heart"
text = "sheet"
"##;

fn logo(path: &str) -> std::io::Result<String> {
    match path {
        "logo.svg" => Ok("<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0h9\"/></svg>".to_owned()),
        "runs.svg" => Ok("<svg><script>1</script></svg>".to_owned()),
        "calls.svg" => Ok("<svg onload=\"x()\"/>".to_owned()),
        "loads.svg" => Ok("<svg><image href=\"x\"/></svg>".to_owned()),
        "big.svg" => Ok(format!("<svg>{}</svg>", " ".repeat(20_000))),
        "text.svg" => Ok("not a drawing".to_owned()),
        _ => Err(std::io::Error::from(std::io::ErrorKind::NotFound)),
    }
}

fn refused(text: &str) -> Vec<Complaint> {
    Theme::read(text, &logo).expect_err(text)
}

#[test]
fn a_theme_that_can_be_read_is_taken() {
    let theme = Theme::read(GOOD, &logo).unwrap();
    for said in [
        "--radius: 0.25rem",
        "font-family: \"Pretendard\", system-ui",
        "--heart: #1b3a8c",
        "--heart: #9db8ff",
        ".answers button { background: var(--heart); color: var(--sheet); border-color: var(--heart); }",
    ] {
        assert!(theme.style.contains(said), "{said}: {}", theme.style);
    }
    assert!(theme.logo.is_some());
    assert_eq!(theme.style.matches('{').count(), theme.style.matches('}').count());
    assert!(Theme::read("", &logo).is_ok(), "what is built in passes, in light and dark");
}

#[test]
fn the_colours_that_a_theme_begins_with_are_the_built_in_ones() {
    let plain = Theme::read("", &logo).unwrap().style;
    for scheme in [
        STYLE.split("@media (prefers-color-scheme: dark)").next().unwrap(),
        STYLE.split("@media (prefers-color-scheme: dark)").nth(1).unwrap(),
    ] {
        let root = scheme.split(":root {").nth(1).unwrap().split('}').next().unwrap();
        for line in root.lines().map(str::trim).filter(|l| l.starts_with("--") && l.contains('#')) {
            assert!(plain.contains(line), "{line}");
        }
    }
}

#[test]
fn too_little_contrast_is_refused_with_the_line_and_a_colour_that_would_do() {
    let found = refused("# ours\n[light]\nsoft = \"#aaaaaa\"\n");
    assert_eq!(found.len(), 2, "on paper and on sheet: {found:?}");
    let first = found[0].to_string();
    assert!(first.starts_with("line 3, `light.soft`: its contrast on `light.paper` is 2.2"), "{first}");
    let better = first.split("take `").nth(1).unwrap().split('`').next().unwrap();
    let mended = format!("[light]\nsoft = \"{better}\"\n");
    assert!(Theme::read(&mended, &logo).is_ok(), "{better}");
    // What suits one scheme may not suit the other.
    assert!(refused("[dark]\nink = \"#26241f\"").iter().all(|c| c.token == "dark.ink"));
}

#[test]
fn a_yes_that_looks_other_than_the_no_is_refused() {
    for (text, token) in [
        ("[allow]\nbackground = \"heart\"\ntext = \"sheet\"", "allow.background"),
        ("[refuse]\ntext = \"soft\"", "refuse.text"),
        ("[allow]\nborder = \"ink\"\n[refuse]\nborder = \"soft\"", "allow.border"),
    ] {
        let found = refused(text);
        let one = found.iter().find(|c| c.token == token).unwrap_or_else(|| panic!("{found:?}"));
        assert_eq!(one.what, "yes and no would not look alike");
        assert!(one.cure.contains("the same value") && one.line > 0, "{one}");
    }
    let faint = "[allow]\ntext = \"line\"\n[refuse]\ntext = \"line\"";
    assert!(refused(faint)[0].what.contains("contrast"), "alike, but not to be read");
}

#[test]
fn what_is_no_token_or_no_value_is_refused_by_name() {
    for (text, token, line) in [
        ("colour = \"#000000\"", "colour", 1),
        ("[light]\nshadow = \"#000000\"", "light.shadow", 2),
        ("[allow]\nsize = \"2rem\"", "allow.size", 2),
        ("[allow]\ntext = \"red\"\n[refuse]\ntext = \"red\"", "allow.text", 2),
        ("light = \"#fff\"", "light", 1),
        ("[dark]\n\nink = \"white\"", "dark.ink", 3),
        ("[light]\nink = \"#000000; } body { display: none\"", "light.ink", 2),
        ("radius = \"9rem\"", "radius", 1),
        ("radius = 4", "radius", 1),
        ("font = \"Arial\"", "font", 1),
        ("font = [\"Arial\"]", "font", 1),
        ("font = [\"A\\\"; } *{\", \"serif\"]", "font", 1),
        ("logo = \"logo.png\"", "logo", 1),
        ("logo = \"none.svg\"", "logo", 1),
        ("logo = \"runs.svg\"", "logo", 1),
        ("logo = \"calls.svg\"", "logo", 1),
        ("logo = \"loads.svg\"", "logo", 1),
        ("logo = \"big.svg\"", "logo", 1),
        ("logo = \"text.svg\"", "logo", 1),
        ("\n[light\n", "file", 2),
    ] {
        let found = refused(text);
        assert_eq!(
            (found.len(), found[0].token.as_str(), found[0].line),
            (1, token, line),
            "{text}: {found:?}"
        );
        assert!(!found[0].cure.is_empty());
    }
}
