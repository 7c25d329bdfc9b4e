//! Korean particles, which follow the last sound of the word before them. Deliberately absent: a dictionary; where the spelling
//! of a foreign name does not tell its sound, both forms are written, as Korean forms and letters do.

/// How a word ends to the ear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Vowel,
    Consonant,
    /// A final ㄹ, after which 으로 is 로.
    Rieul,
    Unknown,
}

/// `word` with the fitting particle of a pair such as `이/가`: the form after a consonant first.
pub(super) fn with_particle(word: &str, pair: &str) -> String {
    let Some((closed, open)) = pair.split_once('/') else { return format!("{word}{pair}") };
    let to = closed == "으로";
    match ending(word) {
        Ending::Rieul if to => format!("{word}{open}"),
        Ending::Vowel => format!("{word}{open}"),
        Ending::Consonant | Ending::Rieul => format!("{word}{closed}"),
        Ending::Unknown if to => format!("{word}(으)로"),
        Ending::Unknown => format!("{word}{closed}({open})"),
    }
}

fn ending(word: &str) -> Ending {
    let mut letters = word.chars().rev().filter(|c| c.is_alphanumeric());
    let Some(last) = letters.next() else { return Ending::Unknown };
    if ('가'..='힣').contains(&last) {
        // Unicode chapter 3.12: 28 finals for each initial and medial, the first of them none, the ninth ㄹ.
        return match (u32::from(last) - u32::from('가')) % 28 {
            0 => Ending::Vowel,
            8 => Ending::Rieul,
            _ => Ending::Consonant,
        };
    }
    match last {
        // Digits and capital letters after another capital are read by their names: 영, 일, 엘, 엠 …
        '0' | '3' | '6' => Ending::Consonant,
        '1' | '7' | '8' => Ending::Rieul,
        '2' | '4' | '5' | '9' => Ending::Vowel,
        'A'..='Z' if letters.next().is_none_or(|c| c.is_ascii_uppercase()) => match last {
            'L' | 'R' => Ending::Rieul,
            'M' | 'N' => Ending::Consonant,
            _ => Ending::Vowel,
        },
        _ => match last.to_ascii_lowercase() {
            'a' | 'i' | 'o' | 'u' | 'y' => Ending::Vowel,
            'm' | 'n' => Ending::Consonant,
            'l' => Ending::Rieul,
            _ => Ending::Unknown,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_follow_the_sound() {
        for (word, pair, said) in [
            ("비서", "이/가", "비서가"),
            ("동의", "을/를", "동의를"),
            ("도움", "이/가", "도움이"),
            ("서울", "으로/로", "서울로"),
            ("부산", "으로/로", "부산으로"),
            ("서울", "은/는", "서울은"),
            ("ChatGPT", "이/가", "ChatGPT가"),
            ("Gemini", "을/를", "Gemini를"),
            ("LLM", "이/가", "LLM이"),
            ("GPT-3", "으로/로", "GPT-3으로"),
            ("Assistant", "이/가", "Assistant이(가)"),
            ("Assistant", "으로/로", "Assistant(으)로"),
            ("도움(Pro)", "이/가", "도움(Pro)가"),
            ("…", "이/가", "…이(가)"),
        ] {
            assert_eq!(with_particle(word, pair), said);
        }
    }
}
