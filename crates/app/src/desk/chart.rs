//! Pictures of numbers, drawn by the server as SVG with classes.

/// Columns in a picture of 620 by 220.
pub struct Columns {
    pub bars: Vec<Bar>,
    /// The same numbers in one sentence, for those who do not see the picture.
    pub summary: String,
}

/// One column.
pub struct Bar {
    pub label: String,
    pub value: i64,
    pub x: i64,
    pub middle: i64,
    pub y: i64,
    pub height: i64,
    pub width: i64,
    pub text_y: i64,
    pub is_now: bool,
}

const WIDTH: i64 = 620;
/// The line on which the columns stand.
const FLOOR: i64 = 190;
const HIGHEST: i64 = 160;

impl Columns {
    /// Of values with their labels; the last one is now.
    pub fn new(values: &[(String, i64)]) -> Self {
        let count = i64::try_from(values.len()).unwrap_or(1).max(1);
        let most = values.iter().map(|(_, value)| *value).max().unwrap_or(0).max(1);
        let step = WIDTH / count;
        let bars = values.iter().zip(0..).map(|((label, value), place)| {
            let height = value * HIGHEST / most;
            Bar {
                label: label.clone(),
                value: *value,
                x: place * step + step / 6,
                middle: place * step + step / 2,
                y: FLOOR - height,
                height,
                width: step * 2 / 3,
                text_y: FLOOR - height - 6,
                is_now: place + 1 == count,
            }
        });
        let summary = values.iter().map(|(label, value)| format!("{label}: {value}")).collect::<Vec<_>>().join(", ");
        Self { bars: bars.collect(), summary }
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.bars.iter().all(|bar| bar.value == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_on_the_floor_and_keep_inside() {
        let chart = Columns::new(&[("1 ноя".into(), 0), ("8 ноя".into(), 5), ("15 ноя".into(), 10)]);
        for bar in &chart.bars {
            assert_eq!(bar.y + bar.height, FLOOR);
            assert!(bar.x >= 0 && bar.x + bar.width <= WIDTH && bar.text_y > 0);
        }
        assert_eq!(chart.bars[2].height, HIGHEST);
        assert_eq!(chart.bars[1].height, HIGHEST / 2);
        assert!(chart.bars[2].is_now);
        assert_eq!(chart.summary, "1 ноя: 0, 8 ноя: 5, 15 ноя: 10");
        assert!(Columns::new(&[]).bars.is_empty());
    }
}
