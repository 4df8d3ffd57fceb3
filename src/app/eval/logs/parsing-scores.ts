/** How well a log was parsed, each from 0 to 1. */
export interface ParsingScores {
  /** Grouping accuracy: the share of lines whose group holds exactly the lines of their true template (Zhu et al. 2019). */
  readonly GA: number;
  /** F-measure of grouping accuracy: the same by group instead of by line (Jiang et al. 2024). */
  readonly FGA: number;
  /** Parsing accuracy: the share of lines whose template is, letter by letter, the true one (Dai et al. 2020). */
  readonly PA: number;
  /** F-measure of template accuracy: of templates that stand for lines of one true template only, and equal it (Khan et al. 2022). */
  readonly FTA: number;
}

/**
 * Scores the template of each line against the true one, as the programs of Khan et al. (ICSE 2022) and Jiang et al. (ISSTA 2024) do:
 * lines with the same text of a template are one group, and texts are compared as they are, without any correction of either. Throws
 * a `RangeError` unless both lists are equally long and not empty.
 */
export function parsingScores(truth: readonly string[], parsed: readonly string[]): ParsingScores {
  if (truth.length === 0 || truth.length !== parsed.length)
    throw new RangeError(`${parsed.length} templates cannot be scored against ${truth.length}`);
  const trueSizes = sizesOf(truth);
  const groups = Map.groupBy(parsed.keys(), (line) => parsed[line] ?? '');
  let [rightLines, rightGroups, rightTemplates] = [0, 0, 0];
  for (const [template, lines] of groups) {
    const [meant, ...others] = new Set(lines.map((line) => truth[line] ?? ''));
    if (meant === undefined || others.length > 0) continue;
    if (meant === template) rightTemplates++;
    if (trueSizes.get(meant) !== lines.length) continue;
    rightGroups++;
    rightLines += lines.length;
  }
  return {
    GA: rightLines / truth.length,
    FGA: fMeasure(rightGroups, groups.size, trueSizes.size),
    PA: parsed.filter((template, line) => template === truth[line]).length / truth.length,
    FTA: fMeasure(rightTemplates, groups.size, trueSizes.size),
  };
}

function sizesOf(templates: readonly string[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const template of templates) sizes.set(template, (sizes.get(template) ?? 0) + 1);
  return sizes;
}

/** The harmonic mean of right/found and right/wanted. */
function fMeasure(right: number, found: number, wanted: number): number {
  return (2 * right) / (found + wanted);
}
