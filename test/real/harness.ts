/**
 * What suites on the real bed are written with. Each suite makes what it needs, and ends with `afterAll(cleanUp)`:
 *
 *     const home = await installKubemend();
 *     const namespace = await newNamespace({ optedIn: true });
 *     const cart = await deploy(namespace, { name: 'cart', replicas: 3 });
 *     await rolledOut(cart);
 *     const kubemend = spawnKubemend(['run', '--namespace', namespace], home);
 *     await setImage(cart, 'kubemend.test/busybox:typo');
 *     await waitFor('one act', async () => (await actsOf(`:${home.namespace}:actor`, start)).length === 1, 120_000);
 */
export { actsOf, auditLog } from './harness/audit-log.ts';
export { asAdmin, bed, busybox, hasNode, kubectl, root } from './harness/bed.ts';
export { cleanUp, onCleanUp } from './harness/clean-up.ts';
export { type Installation, installKubemend, tokenOf } from './harness/installation.ts';
export { bodyOf, field, type KubeAnswer, type KubeClient } from './harness/kube-client.ts';
export { spawnKubemend } from './harness/kubemend-process.ts';
export { bearsPretended, type PretendedNode, pretendNode, pretendReady } from './harness/pretended-node.ts';
export { cli, controller, incidentsOf, incidentThat, inPhase, type Place, placeIn, secondsAfter, storyOf, tuned } from './harness/story.ts';
export { told } from './harness/told.ts';
export { waitFor } from './harness/wait-for.ts';
export { type Deployed, deploy, newNamespace, podsOf, rolledOut, setImage, type WorkloadKind } from './harness/workloads.ts';
