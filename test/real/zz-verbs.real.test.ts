/**
 * What kubemend was granted and what it used, over all suites that ran before this one (vitest.real.config.ts runs it last): every
 * request of every installation's accounts in the API server's own record against the rules that the manifests hold.
 */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { actions } from '../../src/actions/index.ts';
import { manifestsFor } from '../../src/app/manifests.ts';
import { auditLog } from './harness.ts';

/** When this run began; a later run with the same record names an earlier instant (epoch milliseconds). */
const since = Number(process.env.KUBEMEND_REAL_SINCE ?? process.env.KUBEMEND_REAL_STARTED);
const account = /^system:serviceaccount:((?:km-[a-z-]+)|kubemend):(observer|actor)$/;

/** What every account may do by the API server's own default roles (system:discovery, system:basic-user). */
const everybodys = [
  'create authentication.k8s.io/selfsubjectreviews',
  'create authorization.k8s.io/selfsubjectaccessreviews',
  'get /version',
];

/** What is granted and not used by these suites, each with the reason to keep it. */
const unused: Readonly<Record<string, string>> = {};
/** Installations from which a test takes permissions away. */
const narrowed = ['km-doctor'];

const Rules = z.array(z.looseObject({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()) }));
const Subjects = z.array(z.looseObject({ name: z.string() }));

/** `observer list core/pods`, for each permission of the manifests. */
function granted(): readonly string[] {
  const manifests = manifestsFor({ namespace: 'km', actions, identity: true });
  const accountsOf = (kind: string, name: string) =>
    manifests
      .filter((one) => one.kind === `${kind}Binding` && one.metadata.name === name)
      .flatMap(({ subjects }) => Subjects.parse(subjects).map((subject) => subject.name));
  const all = manifests
    .filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole')
    .flatMap(({ kind, metadata, rules }) =>
      accountsOf(kind, metadata.name).flatMap((who) => Rules.parse(rules).flatMap((rule) => wordsOf(rule).map((word) => `${who} ${word}`))),
    );
  return [...new Set(all)].sort();
}

function wordsOf({ apiGroups, resources, verbs }: z.infer<typeof Rules>[number]): string[] {
  return verbs.flatMap((verb) => apiGroups.flatMap((group) => resources.map((resource) => `${verb} ${group || 'core'}/${resource}`)));
}

/** What the product itself asked for under the generated accounts, and was allowed (a watch that still runs has no answer yet). */
async function requests() {
  const all = await auditLog({ since });
  return all.flatMap((request) => {
    const [, namespace = '', who = ''] = account.exec(request.user) ?? [];
    const what = request.resource === '' ? new URL(request.uri, 'https://server').pathname : request.resource;
    return request.agent === 'kubemend' && who !== '' ? [{ namespace, who, word: `${request.verb} ${what}`, code: request.code }] : [];
  });
}

const seen = await requests();
const installations = new Set(seen.map(({ namespace }) => namespace));
const allowed = seen.filter(({ code }) => code !== 401 && code !== 403);
const used = [...new Set(allowed.map(({ who, word }) => `${who} ${word}`))].sort();
/** Fewer installations than this have not used everything: a single file was run. */
const WHOLE_SUITE = 12;

describe('the permissions of the generated accounts', () => {
  test('are all that kubemend uses', () => {
    const free = new Set(['observer', 'actor'].flatMap((who) => everybodys.map((word) => `${who} ${word}`)));
    const beyond = used.filter((word) => !granted().includes(word) && !free.has(word));
    console.info(
      `${seen.length} requests of ${installations.size} installations; ${used.length} permissions used, ${granted().length} granted`,
    );
    expect(beyond).toEqual([]);
  });

  test('are all that it asks for: nothing is refused where no test took it away', () => {
    const refused = seen.filter(({ code, namespace }) => code === 403 && !narrowed.includes(namespace));
    expect(refused.map(({ namespace, who, word }) => `${namespace}: ${who} ${word}`)).toEqual([]);
  });

  test('are all used, or kept for a reason', ({ skip }) => {
    if (installations.size < WHOLE_SUITE) skip(`only ${installations.size} installations have run: the whole suite uses more`);
    const idle = granted().filter((word) => !used.includes(word));
    console.info(`granted and not used: ${idle.join('; ') || 'nothing'}`);
    expect(idle).toEqual(Object.keys(unused).sort());
  });

  test('would be found too wide, were there one more', () => {
    expect([...granted(), 'observer get core/secrets'].filter((word) => !used.includes(word))).toContain('observer get core/secrets');
  });
});
