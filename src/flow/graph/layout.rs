//! Layers (分层布局): where each step of a graph stands, and by which bends its ways go.
//!
//! Steps stand in layers from top to bottom, and the labels of ways in layers between them, so that nothing lies on
//! anything else. All in pixels. Start at [`lay_out`].

use std::collections::BTreeMap;

use super::Graph;

/// How often the layers are ordered and straightened.
const SWEEPS: usize = 12;

/// The room between two things of a layer.
const GAP: i32 = 22;

/// Something that takes room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) width: i32,
    pub(super) height: i32,
}

/// A graph with a place for everything; a place is the middle of what stands there.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub(super) size: (i32, i32),
    pub(super) steps: Vec<(i32, i32)>,
    /// By the graph's ways.
    pub(super) ways: Vec<Course>,
}

/// The course of a way, from its step to the other.
#[derive(Debug, Default)]
pub(super) struct Course {
    pub(super) points: Vec<(i32, i32)>,
    pub(super) label: Option<(i32, i32)>,
}

/// One thing in a layer: a step, a label, or a bend of a long way.
struct Item {
    layer: usize,
    size: Size,
    x: i32,
    neighbours: [Vec<usize>; 2],
}

#[derive(Default)]
struct Layers {
    items: Vec<Item>,
    /// The items of each layer from left to right.
    order: BTreeMap<usize, Vec<usize>>,
}

/// Lays a graph out.
///
/// - `steps`, `labels`: the room that each step and each way's label takes.
pub(super) fn lay_out(graph: &Graph, steps: &[Size], labels: &[Size]) -> Layout {
    let ranks = ranks(graph);
    let mut layers = Layers::default();
    for (rank, size) in ranks.iter().zip(steps) {
        layers.add(2 * rank, *size);
    }
    let mut courses: Vec<Vec<usize>> = Vec::new();
    for (way, label) in graph.ways.iter().zip(labels) {
        courses.push(layers.thread(way.from, way.to, *label));
    }
    layers.arrange();
    let middles = layers.middles();
    let place = |item: &usize| {
        let item = layers.items.get(*item);
        let y = item.and_then(|item| middles.get(&item.layer)).copied().unwrap_or_default();
        (item.map_or(0, |item| item.x), y)
    };
    let ways = courses.iter().zip(labels).map(|(course, label)| Course {
        points: course.iter().map(place).collect(),
        label: course.get(1).filter(|_| label.width > 0).map(place),
    });
    let right = layers.items.iter().map(|item| item.x + item.size.width / 2).max().unwrap_or_default();
    let bottom =
        middles.iter().next_back().map(|(layer, y)| y + layers.height(*layer) / 2).unwrap_or_default();
    Layout {
        size: (right, bottom),
        steps: (0..steps.len()).map(|item| place(&item)).collect(),
        ways: ways.collect(),
    }
}

/// The rank of each step: below every step that leads to it, ways back left out.
fn ranks(graph: &Graph) -> Vec<usize> {
    let mut ranks: Vec<usize> = vec![0; graph.steps.len()];
    let forward = forward_ways(graph);
    // As many passes as the longest way has steps.
    for _ in &graph.steps {
        for (from, to) in &forward {
            let above = ranks.get(*from).copied().unwrap_or_default();
            if let Some(rank) = ranks.get_mut(*to) {
                *rank = above.saturating_add(1).max(*rank);
            }
        }
    }
    ranks
}

/// The ways without those that lead back to a step that is on the way to them.
fn forward_ways(graph: &Graph) -> Vec<(usize, usize)> {
    let mut forward: Vec<(usize, usize)> = Vec::new();
    let mut done = vec![false; graph.steps.len()];
    for root in 0..graph.steps.len() {
        let mut trail = vec![(root, 0)];
        while let Some((at, taken)) = trail.pop() {
            if taken == 0 && done.get(at).copied().unwrap_or(true) {
                continue;
            }
            let Some(way) = graph.ways.iter().filter(|way| way.from == at).nth(taken) else {
                if let Some(is_done) = done.get_mut(at) {
                    *is_done = true;
                }
                continue;
            };
            trail.push((at, taken + 1));
            let is_back = trail.iter().any(|(on, _)| *on == way.to);
            if !is_back {
                forward.push((at, way.to));
                trail.push((way.to, 0));
            }
        }
    }
    forward
}

impl Layers {
    fn add(&mut self, layer: usize, size: Size) -> usize {
        let index = self.items.len();
        self.items.push(Item { layer, size, x: 0, neighbours: [Vec::new(), Vec::new()] });
        self.order.entry(layer).or_default().push(index);
        index
    }

    /// Leads a way from one step to the other through all layers between them, its label first.
    fn thread(&mut self, from: usize, to: usize, label: Size) -> Vec<usize> {
        let layer = |item: usize| self.items.get(item).map(|item| item.layer).unwrap_or_default();
        let (start, end) = (layer(from), layer(to));
        let between: Vec<usize> = match start.cmp(&end) {
            std::cmp::Ordering::Less => (start + 1..end).collect(),
            std::cmp::Ordering::Greater => (end + 1..start).rev().collect(),
            std::cmp::Ordering::Equal => vec![start + 1],
        };
        let mut course = vec![from];
        for (index, layer) in between.into_iter().enumerate() {
            let bend = Size { width: 8, height: 0 };
            let item = self.add(layer, if index == 0 && label.width > 0 { label } else { bend });
            self.link(course.last().copied().unwrap_or(from), item);
            course.push(item);
        }
        self.link(course.last().copied().unwrap_or(from), to);
        course.push(to);
        course
    }

    fn link(&mut self, one: usize, other: usize) {
        for (here, there) in [(one, other), (other, one)] {
            let beyond = self.items.get(there).map(|item| item.layer).unwrap_or_default();
            if let Some(item) = self.items.get_mut(here) {
                let side = usize::from(beyond > item.layer);
                if let Some(neighbours) = item.neighbours.get_mut(side) {
                    neighbours.push(there);
                }
            }
        }
    }

    /// Orders each layer by its neighbours, then moves everything towards them.
    fn arrange(&mut self) {
        let layers: Vec<usize> = self.order.keys().copied().collect();
        let down = |sweep: usize| sweep.is_multiple_of(2);
        let walk = |sweep: usize| -> Vec<usize> {
            if down(sweep) { layers.clone() } else { layers.iter().rev().copied().collect() }
        };
        for sweep in 0..=SWEEPS {
            for layer in walk(sweep) {
                self.sort(layer, usize::from(!down(sweep)), sweep > 0);
            }
        }
        for sweep in 0..=SWEEPS {
            for layer in walk(sweep) {
                self.straighten(layer);
            }
        }
        let left = self.items.iter().map(|item| item.x - item.size.width / 2).min().unwrap_or_default();
        for item in &mut self.items {
            item.x -= left;
        }
    }

    /// Where an item is drawn to by its neighbours on these sides.
    fn pull(&self, item: usize, sides: &[usize]) -> Option<i32> {
        let item = self.items.get(item)?;
        let neighbours = sides.iter().filter_map(|side| item.neighbours.get(*side)).flatten();
        let xs: Vec<i32> = neighbours.filter_map(|other| Some(self.items.get(*other)?.x)).collect();
        Some(xs.iter().sum::<i32>() / i32::try_from(xs.len()).ok().filter(|count| *count > 0)?)
    }

    fn sort(&mut self, layer: usize, side: usize, by_pull: bool) {
        let Some(mut order) = self.order.remove(&layer) else { return };
        if by_pull {
            let here = |item: &usize| self.items.get(*item).map(|item| item.x).unwrap_or_default();
            order.sort_by_cached_key(|item| self.pull(*item, &[side]).unwrap_or_else(|| here(item)));
        }
        let mut x = 0;
        for index in &order {
            if let Some(item) = self.items.get_mut(*index) {
                item.x = x + item.size.width / 2;
                x += item.size.width + GAP;
            }
        }
        // Centred, so that narrow layers stand amid wide ones.
        for index in &order {
            if let Some(item) = self.items.get_mut(*index) {
                item.x -= x / 2;
            }
        }
        self.order.insert(layer, order);
    }

    /// Moves the items of a layer towards their neighbours and keeps them apart.
    fn straighten(&mut self, layer: usize) {
        let order = self.order.get(&layer).cloned().unwrap_or_default();
        let item =
            |index: usize| self.items.get(index).map(|item| (item.x, item.size.width)).unwrap_or_default();
        let wanted: Vec<(i32, i32)> = order
            .iter()
            .map(|index| (self.pull(*index, &[0, 1]).unwrap_or(item(*index).0), item(*index).1))
            .collect();
        let pushed_right = apart(wanted.iter().copied());
        let mirrored = apart(wanted.iter().rev().map(|(x, width)| (-x, *width)));
        // Both keep the distances, so their mean does.
        let pushed_left = mirrored.into_iter().rev().map(|x| -x);
        for ((index, right), left) in order.iter().zip(pushed_right).zip(pushed_left) {
            if let Some(item) = self.items.get_mut(*index) {
                item.x = i32::midpoint(right, left);
            }
        }
    }

    fn height(&self, layer: usize) -> i32 {
        let items = self.order.get(&layer).into_iter().flatten().filter_map(|index| self.items.get(*index));
        items.map(|item| item.size.height).max().unwrap_or_default()
    }

    /// The middle of each layer, from the top.
    fn middles(&self) -> BTreeMap<usize, i32> {
        let mut y = 0;
        let mut middles = BTreeMap::new();
        for layer in self.order.keys() {
            let height = self.height(*layer);
            middles.insert(*layer, y + height / 2);
            y += height + GAP;
        }
        middles
    }
}

/// Pushes things to the right where they would lie on one another.
fn apart(wanted: impl Iterator<Item = (i32, i32)>) -> Vec<i32> {
    let mut free_from = i32::MIN;
    let mut xs = Vec::new();
    for (x, width) in wanted {
        let x = x.max(free_from.saturating_add(width / 2));
        free_from = x + width - width / 2 + GAP;
        xs.push(x);
    }
    xs
}
