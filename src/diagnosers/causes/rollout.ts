import type { AilingPod } from '../clues/ailment.ts';
import { stuckBlame } from '../clues/blame.ts';
import type { CaseFile } from '../clues/case-file.ts';
import { leftBehind, leftBehindReasons } from '../clues/left-behind.ts';
import type { Rollout } from '../clues/rollout.ts';
import type { Rule } from '../clues/rule.ts';
import { changeWords } from '../clues/template-changes.ts';
import { span } from '../clues/words.ts';

const SHOWN_CHANGES = 3;

/**
 * A rollout that does not complete because of what the new revision is, while the one before is proven to have served; or that was taken
 * back and still holds the pods which it left behind.
 */
export const rolloutDidNotComplete: Rule = {
  id: 'rollout-did-not-complete',
  cause: 'bad-rollout',
  because: (file) => stuck(file, ({ proven }) => proven !== undefined) ?? abandoned(file),
};

/** The same, where nothing proves that the revision before served. */
export const rolloutWithoutProof: Rule = {
  id: 'rollout-without-proof',
  cause: 'bad-rollout',
  because: (file) => stuck(file, ({ proven }) => proven === undefined),
};

function abandoned(file: CaseFile): readonly string[] | undefined {
  const left = leftBehind(file);
  return file.rollout && left && leftBehindReasons(file.rollout, left);
}

function stuck(file: CaseFile, isWanted: (rollout: Rollout) => boolean): readonly string[] | undefined {
  const { rollout, view } = file;
  if (!rollout || !isWanted(rollout)) return undefined;
  const failing = stuckBlame(file);
  return failing && rolloutReasons(rollout, failing, view.at);
}

/** Why a rollout is blamed, in clauses: what fails, what changed and when, and what it replaced. */
export function rolloutReasons(rollout: Rollout, failing: readonly AilingPod[], now: number): readonly string[] {
  const { newest, proven, earlier, rolledOutAt, changes = [], author } = rollout;
  const [first] = failing;
  const when = rolledOutAt === undefined ? '' : ` ${span(now - rolledOutAt)} ago`;
  const before = proven?.revision ?? earlier[0];
  const shown = changes.slice(0, SHOWN_CHANGES).map((change) => `${changeWords(change)}${when}`);
  const more = changes.length > SHOWN_CHANGES ? [`${changes.length - SHOWN_CHANGES} more fields changed with it`] : [];
  return [
    `${failing.length} of ${newest.pods.length} pods of revision ${newest.number} fail: ${first?.pod.meta.ref.name} ${first?.ailment.words}`,
    ...shown,
    ...more,
    ...(author === undefined ? [] : [`${author.manager} wrote the template last`]),
    `revision ${before?.number} was there before${proven ? `: ${proven.how}` : ', and nothing proves that it served'}`,
  ];
}
