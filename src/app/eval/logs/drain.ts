/** The constants of Drain. */
export interface DrainOptions {
  /** Levels of the tree: root, length, `depth - 3` first words, and the groups. */
  readonly depth: number;
  /** The least share of equal words at which a line joins a group. */
  readonly similarity: number;
  /** Different words below one node, beyond which the rest share `<*>`. */
  readonly mostChildren: number;
}

/** The constants of the paper. */
export const drainDefaults: DrainOptions = { depth: 4, similarity: 0.4, mostChildren: 100 };

interface Group {
  template: readonly string[];
}
interface Node {
  readonly children: Map<string, Node>;
  readonly groups: Group[];
}

const ANY = '<*>';

/**
 * Drain as published, without masking: He, Zhu, Zheng, Lyu, *Drain: An Online Log Parsing Approach with Fixed Depth Tree* (ICWS 2017),
 * after the authors' program. A baseline for `eval logs`, and nothing else.
 */
export function drain(lines: readonly string[], options: DrainOptions = drainDefaults): readonly string[] {
  const root = createNode();
  const groups = lines.map((line) => {
    const words = line.split(/\s+/).filter((word) => word !== '');
    const leaf = leafOf(root, words, options);
    const group = bestOf(leaf.groups, words, options.similarity);
    if (group) {
      group.template = group.template.map((word, at) => (word === words[at] ? word : ANY));
      return group;
    }
    const made = { template: words };
    leaf.groups.push(made);
    return made;
  });
  return groups.map(({ template }) => template.join(' '));
}

function createNode(): Node {
  return { children: new Map(), groups: [] };
}

/** The node of a line, made where it is missing. */
function leafOf(root: Node, words: readonly string[], { depth, mostChildren }: DrainOptions): Node {
  let node = childOf(root, String(words.length));
  for (const word of words.slice(0, depth - 3)) node = childOf(node, branchOf(node, word, mostChildren));
  return node;
}

/** A word that is known has its own branch; one with a digit, or one too many, goes with the others. */
function branchOf({ children }: Node, word: string, mostChildren: number): string {
  if (children.has(word)) return word;
  if (/\d/.test(word)) return ANY;
  const isRoom = children.has(ANY) ? children.size < mostChildren : children.size + 1 < mostChildren;
  return isRoom ? word : ANY;
}

function childOf(node: Node, branch: string): Node {
  const known = node.children.get(branch);
  if (known) return known;
  const made = createNode();
  node.children.set(branch, made);
  return made;
}

/** The group with most words in common; of two such, that with more variables. */
function bestOf(groups: readonly Group[], words: readonly string[], least: number): Group | undefined {
  let best: Group | undefined;
  let [bestEqual, bestAny] = [-1, -1];
  for (const group of groups) {
    let equal = 0;
    let any = 0;
    for (const [at, word] of group.template.entries()) {
      if (word === ANY) any++;
      else if (word === words[at]) equal++;
    }
    if (equal < bestEqual || (equal === bestEqual && any <= bestAny)) continue;
    [best, bestEqual, bestAny] = [group, equal, any];
  }
  return bestEqual >= least * words.length ? best : undefined;
}
