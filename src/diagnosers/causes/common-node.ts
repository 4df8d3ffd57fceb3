import { conditionOf } from '../../core/model/objects.ts';
import { resourceKey } from '../../core/model/resource.ts';
import { workloadOf } from '../../core/view.ts';
import { example } from '../clues/case-file.ts';
import type { Rule } from '../clues/rule.ts';

/** So many owners suffer on it. */
const OWNERS = 3;

/** The incident is about a node that calls itself well, because pods of several owners fail on it alone and serve elsewhere. */
export const ownersFailOnOneNode: Rule = {
  id: 'owners-fail-on-one-node',
  cause: 'node-failure',
  because(file) {
    const { subject, ailing, view } = file;
    if (subject.kind !== 'Node' || conditionOf(subject, 'Ready')?.status !== 'True') return undefined;
    const pressed = subject.conditions.some(({ type, status }) => type.endsWith('Pressure') && status === 'True');
    const owners = new Set(
      ailing.flatMap(({ pod }) => {
        const owner = workloadOf(view, pod.meta.ref);
        return owner ? [resourceKey(owner.meta.ref)] : [];
      }),
    );
    if (pressed || owners.size < OWNERS) return undefined;
    return [`pods of ${owners.size} workloads fail on node ${subject.meta.ref.name} and serve on others`, example(ailing, file)];
  },
};
