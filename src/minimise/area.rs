//! Named areas: a closed list of cities, so that a zone can be told in words. Deliberately absent: borders. An area is only
//! ever near a zone; which country a point lies in takes polygons that are not here.
use super::words::Language;
use super::zone::distance_m;

/// A zone is near an area when their centres are at most this far apart, km.
const REACH_KM: f64 = 40.0;

/// A city of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Area(usize);

struct Row {
    slug: &'static str,
    lat: f64,
    lon: f64,
    /// In the order of `Language::ALL`: en de ko ar zh ms.
    names: [&'static str; 6],
}

const fn row(slug: &'static str, lat: f64, lon: f64, names: [&'static str; 6]) -> Row {
    Row { slug, lat, lon, names }
}

/// Centres to a hundredth of a degree (1 km).
#[rustfmt::skip]
const ROWS: &[Row] = &[
    row("kr-seoul", 37.57, 126.98, ["Seoul", "Seoul", "서울", "سيول", "首尔", "Seoul"]),
    row("kr-incheon", 37.46, 126.71, ["Incheon", "Incheon", "인천", "إنتشون", "仁川", "Incheon"]),
    row("kr-suwon", 37.26, 127.03, ["Suwon", "Suwon", "수원", "سوون", "水原", "Suwon"]),
    row("kr-daejeon", 36.35, 127.38, ["Daejeon", "Daejeon", "대전", "دايجون", "大田", "Daejeon"]),
    row("kr-daegu", 35.87, 128.60, ["Daegu", "Daegu", "대구", "دايغو", "大邱", "Daegu"]),
    row("kr-gwangju", 35.16, 126.85, ["Gwangju", "Gwangju", "광주", "غوانغجو", "光州", "Gwangju"]),
    row("kr-ulsan", 35.54, 129.31, ["Ulsan", "Ulsan", "울산", "أولسان", "蔚山", "Ulsan"]),
    row("kr-busan", 35.18, 129.08, ["Busan", "Busan", "부산", "بوسان", "釜山", "Busan"]),
    row("kr-jeju", 33.50, 126.53, ["Jeju", "Jeju", "제주", "جيجو", "济州", "Jeju"]),
    row("de-berlin", 52.52, 13.41, ["Berlin", "Berlin", "베를린", "برلين", "柏林", "Berlin"]),
    row("de-hamburg", 53.55, 9.99, ["Hamburg", "Hamburg", "함부르크", "هامبورغ", "汉堡", "Hamburg"]),
    row("de-munich", 48.14, 11.58, ["Munich", "München", "뮌헨", "ميونخ", "慕尼黑", "Munich"]),
    row("de-cologne", 50.94, 6.96, ["Cologne", "Köln", "쾰른", "كولونيا", "科隆", "Cologne"]),
    row("de-bonn", 50.74, 7.10, ["Bonn", "Bonn", "본", "بون", "波恩", "Bonn"]),
    row("de-frankfurt", 50.11, 8.68, ["Frankfurt", "Frankfurt am Main", "프랑크푸르트", "فرانكفورت", "法兰克福", "Frankfurt"]),
    row("de-stuttgart", 48.78, 9.18, ["Stuttgart", "Stuttgart", "슈투트가르트", "شتوتغارت", "斯图加特", "Stuttgart"]),
    row("de-leipzig", 51.34, 12.37, ["Leipzig", "Leipzig", "라이프치히", "لايبزيغ", "莱比锡", "Leipzig"]),
    row("de-hanover", 52.37, 9.73, ["Hanover", "Hannover", "하노버", "هانوفر", "汉诺威", "Hanover"]),
    row("de-nuremberg", 49.45, 11.08, ["Nuremberg", "Nürnberg", "뉘른베르크", "نورنبرغ", "纽伦堡", "Nuremberg"]),
    row("sg-singapore", 1.35, 103.82, ["Singapore", "Singapur", "싱가포르", "سنغافورة", "新加坡", "Singapura"]),
    row("ae-dubai", 25.20, 55.27, ["Dubai", "Dubai", "두바이", "دبي", "迪拜", "Dubai"]),
    row("ae-sharjah", 25.35, 55.41, ["Sharjah", "Schardscha", "샤르자", "الشارقة", "沙迦", "Sharjah"]),
    row("ae-abu-dhabi", 24.45, 54.38, ["Abu Dhabi", "Abu Dhabi", "아부다비", "أبوظبي", "阿布扎比", "Abu Dhabi"]),
    row("ae-al-ain", 24.21, 55.74, ["Al Ain", "al-Ain", "알아인", "العين", "艾因", "Al Ain"]),
    row("cn-beijing", 39.90, 116.40, ["Beijing", "Peking", "베이징", "بكين", "北京", "Beijing"]),
    row("jp-tokyo", 35.68, 139.77, ["Tokyo", "Tokio", "도쿄", "طوكيو", "东京", "Tokyo"]),
    row("us-new-york", 40.71, -74.01, ["New York", "New York", "뉴욕", "نيويورك", "纽约", "New York"]),
    row("gb-london", 51.51, -0.13, ["London", "London", "런던", "لندن", "伦敦", "London"]),
    row("fr-paris", 48.86, 2.35, ["Paris", "Paris", "파리", "باريس", "巴黎", "Paris"]),
];

impl Area {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Area> {
        (0..ROWS.len()).map(Area)
    }
    /// The word in payloads.
    pub fn as_str(self) -> &'static str {
        ROWS.get(self.0).map_or("", |r| r.slug)
    }
    /// Reads the word.
    pub fn parse(text: &str) -> Option<Area> {
        Self::all().find(|a| a.as_str() == text)
    }
    /// The name in a language.
    pub(super) fn name(self, language: Language) -> &'static str {
        ROWS.get(self.0).and_then(|r| r.names.get(language.index())).copied().unwrap_or_default()
    }
}

/// The area whose centre is nearest to the point, if it is within reach.
pub(super) fn nearest(lat: f64, lon: f64) -> Option<Area> {
    Area::all()
        .zip(ROWS)
        // A degree of latitude is more than 110 km long.
        .filter(|(_, row)| (row.lat - lat).abs() <= REACH_KM / 110.0)
        .map(|(area, row)| (area, distance_m((row.lat, row.lon), (lat, lon)) / 1000.0))
        .filter(|(_, km)| *km <= REACH_KM)
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(area, _)| area)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_area_has_its_own_word_and_its_own_name_in_every_language() {
        assert_eq!(Area::all().map(Area::as_str).collect::<BTreeSet<_>>().len(), ROWS.len());
        for language in Language::ALL {
            let names: BTreeSet<_> = Area::all().map(|a| a.name(language)).collect();
            assert_eq!(names.len(), ROWS.len(), "{language:?}");
            assert!(!names.contains(""));
        }
        assert!(Area::all().all(|a| Area::parse(a.as_str()) == Some(a)));
    }

    #[test]
    fn the_nearest_of_two_neighbours_is_named() {
        assert_eq!(nearest(37.44, 126.72).map(Area::as_str), Some("kr-incheon"));
        assert_eq!(nearest(37.55, 126.99).map(Area::as_str), Some("kr-seoul"));
        assert_eq!(nearest(45.0, -150.0), None);
    }
}
