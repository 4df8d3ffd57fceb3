import { isWord, type Pieces, VARIABLE } from './pieces.ts';

/** When templates that differ in a word or two become one. */
export interface MergeRule {
  /** Words that both must have in common, when one has a value where the other has a word. */
  readonly fewestShared: number;
  /** The same, when both have words there and the counts below are to be enough. */
  readonly fewestSharedOfWords: number;
  /** For each word that they have fewer in common, so many times as many different words are asked for. */
  readonly moreWhenFewer: number;
  /** Different words in one place from which on they are values. */
  readonly plainWords: number;
  /** The same for words that look like names (`fooBar`, `a.b`, `x_y`) or follow a word such as *user* or *from*. */
  readonly names: number;
  /** The same for two places at once, in each of them. */
  readonly pairs: number;
  /** Places in which one may have a value and the other a word. */
  readonly mostValues: number;
}

/** What can be compared: all have the same shape, so the same number of pieces. */
interface Comparable {
  readonly pieces: Pieces;
}

/** Templates that differ from one in the same places. */
interface Alike<Template> {
  readonly places: readonly number[];
  readonly others: Template[];
}

const introducing =
  /^(?:user|host|from|to|by|for|pod|node|container|namespace|file|named?|service|client|server|at|on|into|in|of|with|as|address|interface|device|process|module|type|key)$/i;

const telling = /^(?:level|lvl|severity|msg|message|event|reason|status|state|phase):?$/i;

/**
 * Those of the candidates that are one template with this: one that differs from it in values only, or all that differ from it in the
 * same one or two places, when the words there are too many to be anything but values. Often none.
 */
export function partnersOf<Template extends Comparable>(
  template: Template,
  candidates: readonly Template[],
  rule: MergeRule,
): readonly Template[] {
  const groups = new Map<string, Alike<Template>>();
  for (const other of candidates) {
    if (other === template) continue;
    const places = placesOfDifference(template.pieces, other.pieces, rule);
    if (places?.length === 0) return [other];
    if (places) joined(groups, places).others.push(other);
  }
  return [...groups.values()].find((group) => areValues(template.pieces, group, rule))?.others ?? [];
}

function joined<Template>(groups: Map<string, Alike<Template>>, places: readonly number[]): Alike<Template> {
  const key = places.join();
  const group = groups.get(key) ?? { places, others: [] };
  groups.set(key, group);
  return group;
}

/**
 * Where two templates of one shape have different words: in no, one or two places. Undefined when they differ more than that, or have
 * too little in common to be compared.
 */
function placesOfDifference(one: Pieces, other: Pieces, rule: MergeRule): readonly number[] | undefined {
  const places: number[] = [];
  let values = 0;
  for (let at = 0; at < one.length; at++) {
    const piece = one[at];
    const facing = other[at];
    if (piece === facing) continue;
    if (piece === VARIABLE || facing === VARIABLE) values++;
    else places.push(at);
    if (places.length > 2 || values > rule.mostValues) return undefined;
  }
  return places.length > 0 || sharedWords(one, [other]) >= rule.fewestShared ? places : undefined;
}

/** How many words of two letters or more are the same in all. */
function sharedWords(pieces: Pieces, others: readonly Pieces[]): number {
  return pieces.filter((piece, at) => /[A-Za-z]{2}/.test(piece) && others.every((other) => other[at] === piece)).length;
}

/** Whether so many different words were seen in each of the places that they must be values. */
function areValues(pieces: Pieces, { places, others }: Alike<Comparable>, rule: MergeRule): boolean {
  const firstWord = pieces.findIndex(isWord);
  const all = [pieces, ...others.map((other) => other.pieces)];
  const shared = sharedWords(pieces, all);
  if (shared === 0) return false;
  const wanted = (least: number) => least * rule.moreWhenFewer ** Math.max(0, rule.fewestSharedOfWords - shared);
  return places.every((at) => {
    const words = new Set(all.map((one) => one[at] ?? ''));
    words.delete(VARIABLE);
    const areNames = [...words].filter(looksLikeName).length > words.size / 2;
    if (words.size < Math.min(rule.names, rule.pairs) || (at === firstWord && !areNames) || saysWhatHappened(pieces, at)) return false;
    if (places.length === 2) return words.size >= wanted(rule.pairs + (areNames ? 0 : 1));
    return words.size >= wanted(areNames || isIntroduced(pieces, at) ? rule.names : rule.plainWords);
  });
}

/** Neither `word`, `Word` nor `WORD`. */
function looksLikeName(word: string): boolean {
  return !/^(?:[A-Za-z]?[a-z]*|[A-Z]+)$/.test(word);
}

/** Whether a word such as *user* stands before it: `user ann`, `user "ann"`. */
function isIntroduced(pieces: Pieces, at: number): boolean {
  const start = isQuote(pieces[at - 1]) ? at - 1 : at;
  return pieces[start - 1] === ' ' && introducing.test(pieces[start - 2] ?? '');
}

/** Whether it is the level or the message of a structured line: `level=warn`, `"msg":"started"`. */
function saysWhatHappened(pieces: Pieces, at: number): boolean {
  const before = pieces.slice(Math.max(0, at - 5), at).toReversed();
  const key = before.find((piece) => !isQuote(piece) && piece !== ':' && piece !== '=');
  return telling.test(key ?? '') && (before.includes('=') || before.includes(':') || key?.endsWith(':') === true);
}

function isQuote(piece: string | undefined): boolean {
  return piece === '"' || piece === "'";
}
