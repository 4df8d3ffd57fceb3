import type { Outcome } from './play.ts';

/** An act that lets a held-up update go on names the pods of that update in a note: they are not its own. */
const GOES_ON = 'it holds up an update';
/** Which pods a scale-down ends is up to their controller: so many may be any of them. */
const CHOSEN = /^its controller chooses which (\d+) of its pods end$/;
const namesIn = (note: string) => note.split(/[ ,]+/);

/** Where a preview promised less harm than there was; empty when it held. Saying too much is no fault. */
export function understatements(outcome: Outcome): string[] {
  const { effect, dryRun, answer, readyBefore, taken, touched, stranded } = outcome;
  const { readyPodsTaken, readyPodsNow, affectedPods, notes } = effect;
  const isSaid = (name: string) =>
    affectedPods.includes(name) || notes.some((note) => note.startsWith(GOES_ON) && namesIn(note).includes(name));
  const unsaid = touched.filter((name) => !isSaid(name));
  const free = notes.reduce((sum, note) => sum + Number(CHOSEN.exec(note)?.[1] ?? 0), 0);
  const saysRoom = notes.some((note) => note.startsWith('nodes and quotas have room for the'));
  return [
    ...(readyPodsTaken === undefined ? ['it did not count what it takes'] : []),
    ...(taken > (readyPodsTaken ?? Number.POSITIVE_INFINITY) ? [`it takes ${taken} ready pods and said ${readyPodsTaken}`] : []),
    ...(readyPodsNow === readyBefore ? [] : [`${readyBefore} pods are ready and it said ${readyPodsNow}`]),
    ...(unsaid.length > free ? [`it touches ${unsaid.join(', ')} and did not say so`] : []),
    ...(dryRun.is === answer.is ? [] : [`the dry run was answered '${dryRun.is}' and the write '${answer.is}'`]),
    ...(answer.is !== 'done' && (taken > 0 || touched.length > 0) ? ['the write was refused and changed something'] : []),
    ...(saysRoom && stranded > 0 ? [`it said that there is room, and ${stranded} pods found no node`] : []),
  ];
}
